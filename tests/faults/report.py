"""The report of a run: what was cut, what was wrong afterwards, and which planted bugs that found."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.faults.matrix import Cut
    from tests.faults.orders import Orders
    from tests.faults.world import Moments

_INTRODUCTION: Final = """\
A story of two months, called a day here: thirteen donors who give once (one card declined, two asked by their
bank, one of whom leaves the page, two held, one refused, three given money back, one of them by two people
and one in vain, two disputed, one warned of) and five who give monthly (one who goes on; one whose card
fails at the first renewal and who enters another; one who cancels; one whose every month is held and
accepted; one who comes into doubt when a register changes, is charged no more, and gets the money back), two
auditors, an operator who imports registers, Stripe's events in any order with one in five twice, and the
worker. A moment is a statement, a commit, a call to Stripe, a letter handed over or a file renamed. There the
process is killed, or its database's server; a minute later both start again, and donors and Stripe send again
what was not answered.

After it each gift, and each month's, must have ended as if nothing had happened: once at Stripe, with its
letters once, with a recorded yes for whatever was taken, and in books in which a reconciliation finds no
difference; each subscription must be what our row says, no invoice and no card may be left for nothing, no
event, call, refund, letter or job may be left waiting. The database forgets what was not committed, so all
moments between two effects (a commit that wrote, a call that asked for something, a job taken or done, a
letter) leave the same behind: power is cut once after each effect, and with `--all-moments` at every moment.
A day has chapters, which are not told again once they are over, and is cut once in each of them; one that
ends badly is played again with each of its cuts alone."""


@dataclass
class Outcome:
    """What a run found."""

    moments: Moments
    scope: str
    power: list[Cut] = field(default_factory=list)
    database: list[Cut] = field(default_factory=list)
    bugs: dict[str, Cut | None] = field(default_factory=dict)
    orders: Orders | None = None

    @property
    def wrong(self) -> list[Cut]:
        """The cuts after which something was lost, doubled or stuck."""
        return [cut for cut in (*self.power, *self.database) if cut.wrongs]

    @property
    def clean(self) -> bool:
        """Whether nothing was wrong and every bug was found."""
        alike = self.orders is None or self.orders.wrong == 0
        return alike and not self.wrong and None not in self.bugs.values()


def report(outcome: Outcome) -> str:
    """Return the report as Markdown."""
    return "\n".join(
        [
            "# Power cut at each moment of a day",
            "",
            f"{time.strftime('%Y-%m-%d', time.gmtime())}. {outcome.scope}",
            "",
            *_INTRODUCTION.splitlines(),
            "",
            *_figures(outcome),
            "",
            *(f"- moment {cut.moment} ({cut.name}): {'; '.join(cut.wrongs)}" for cut in outcome.wrong),
            *_orders(outcome.orders),
            *_bugs(outcome.bugs),
        ]
    )


def _figures(outcome: Outcome) -> list[str]:
    kinds = Counter(outcome.moments.names[number - 1] for number in outcome.moments.effects)
    told = ", ".join(f"{count} {name}" for name, count in kinds.most_common())
    return [
        "| | process killed | database's server killed |",
        "| --- | ---: | ---: |",
        f"| cuts | {len(outcome.power):,} | {len(outcome.database):,} |",
        f"| of these met by a process | {_met(outcome.power)} | {_met(outcome.database)} |",
        f"| cuts that lost or doubled anything | {_wrong(outcome.power)} | {_wrong(outcome.database)} |",
        "",
        f"The day has {len(outcome.moments.names):,} moments and {len(outcome.moments.effects):,} effects:",
        f"{told}. A day whose worker took its jobs in another order may have fewer: it is played to its end.",
    ]


def _met(cuts: Sequence[Cut]) -> str:
    return f"{sum(cut.ended != 0 for cut in cuts):,}"


def _wrong(cuts: Sequence[Cut]) -> str:
    return f"{sum(bool(cut.wrongs) for cut in cuts):,}"


def _orders(orders: Orders | None) -> list[str]:
    if orders is None:
        return []
    return [
        "## Looks at Stripe in every order",
        "",
        "Created, authorised, succeeded, refunded, disputed and won, each look twice:",
        f"{orders.folded - orders.wrong} of {orders.folded} orders end in the same gift, refund, dispute,",
        "books and letters.",
        "",
    ]


def _bugs(bugs: Mapping[str, Cut | None]) -> list[str]:
    rows = [
        f"| {name} | "
        + ("**not found** | |" if cut is None else f"moment {cut.moment} ({cut.name}) | {cut.wrongs[0]} |")
        for name, cut in bugs.items()
    ]
    return [
        "## Bugs planted, and found",
        "",
        "Each is planted in the process under test, shows on no day without a cut, and must be found.",
        "",
        "| bug | found by a cut at | as |",
        "| --- | --- | --- |",
        *rows,
        "",
    ]
