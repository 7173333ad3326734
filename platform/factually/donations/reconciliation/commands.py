"""`factually donations`: compare what Stripe says of our money with what we say."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

import click

from factually.donations.reconciliation.differences import Mending
from factually.donations.reconciliation.running import Reconciliation
from factually.foundation.money import decimal_text

if TYPE_CHECKING:
    from factually.donations.gateway import PaymentGateway
    from factually.donations.reconciliation.differences import Difference, Report
    from factually.foundation.clock import Clock
    from factually.foundation.database import Database

_MENDED: Final = {
    Mending.POSTED: "It was posted now.",
    Mending.SETTLING_QUEUED: "The gift is queued to be settled.",
    None: "A person must look: /oversight/reconciliation.",
}


class Parts(Protocol):
    """What the composition root hands to these commands."""

    @property
    def database(self) -> Database:
        """The database to work on."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def gateway(self) -> PaymentGateway:
        """The payment provider."""
        ...


@click.group()
def donations() -> None:
    """Look after the gifts' money."""


@donations.command("reconcile")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day, in UTC.  [default: a week before the last run; everything in the first run]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def reconcile(parts: Parts, *, since: datetime | None, as_json: bool) -> None:
    """Compare Stripe's balance with the books and the gifts, and mend what is safe.

    Exit code 1 when a difference is left that a person must look at and nobody has explained.
    """
    reconciliation = Reconciliation(database=parts.database, gateway=parts.gateway, clock=parts.clock)
    report = reconciliation.run(since=None if since is None else since.replace(tzinfo=UTC))
    click.echo(_json(report) if as_json else _text(report))
    raise click.exceptions.Exit(1 if report.left else 0)


def _text(report: Report) -> str:
    lines = [f"{difference.sentence} {_what_is_done(difference)}" for difference in report.differences]
    lines += [
        f"Stripe owes {decimal_text(balance.stripe_minor, balance.currency)} {balance.currency}; "
        f"the books say {decimal_text(balance.books_minor, balance.currency)} {balance.currency}."
        for balance in report.balances
    ]
    lines.append(
        f"{report.movements:,} movements compared, {len(report.differences):,} differences, "
        f"{len(report.explained):,} explained, {len(report.left):,} left."
    )
    return "\n".join(lines)


def _what_is_done(difference: Difference) -> str:
    known = difference.explanation
    if known is None:
        return _MENDED[difference.mending]
    reason = " ".join(known.reason.split())
    return f"Explained by {known.explained_by} on {known.explained_at:%Y-%m-%d}: {reason}"


def _json(report: Report) -> str:
    return json.dumps(asdict(report) | {"left": len(report.left)}, default=datetime.isoformat)
