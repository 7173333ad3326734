"""The life of a monthly gift as one full table; each month's charge has a gift's own life beside it.

Pure. The database holds the same table: the migration's trigger refuses any other change of state.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


class MonthlyState(StrEnum):
    """Where a monthly gift stands."""

    PLEDGED = "pledged"
    """The form came; the first charge is on its way, and no subscription exists."""
    ACTIVE = "active"
    PAST_DUE = "past_due"
    """The last charge brought no money: it is tried again on set days, or its donor's bank waits for them."""
    PAUSED = "paused"
    """By its donor: no month is charged until they resume."""
    SUSPENDED = "suspended"
    """By us: the donor came into doubt (rule DS28), and a person decides."""
    ENDED = "ended"


class MonthlyFact(StrEnum):
    """What can become known about a monthly gift."""

    STARTED = "started"
    CHARGE_FAILED = "charge_failed"
    BANK_ASKED = "bank_asked"
    """The bank pays only once its cardholder has confirmed the charge (3-D Secure)."""
    CHARGE_PAID = "charge_paid"
    PAUSED = "paused"
    RESUMED = "resumed"
    SUSPENDED = "suspended"
    CLEARED = "cleared"
    """A person decided the doubt in the donor's favour."""
    AMOUNT_CHANGED = "amount_changed"
    CARD_CHANGED = "card_changed"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a monthly gift is over."""

    CANCELLED = "cancelled"
    """By its donor."""
    CARD_FAILED = "card_failed"
    REFUSED = "refused"
    """By the policy, or by a person under it."""
    NOT_STARTED = "not_started"
    """No card was saved, or nobody decided about the first charge in time."""
    ERASED = "erased"
    """Its donor had their data deleted."""
    ELSEWHERE = "elsewhere"
    """Somebody ended the subscription at Stripe itself."""


CHARGING: Final = frozenset({MonthlyState.PLEDGED, MonthlyState.ACTIVE, MonthlyState.PAST_DUE})
"""States in which a charge that was cleared may be collected."""
UNDER_WAY: Final = frozenset(MonthlyState) - {MonthlyState.PLEDGED, MonthlyState.ENDED}
"""States in which there is a subscription that goes on."""

# One row a state, one column a fact. A word is the new state, "=" leaves the state as it is and is still
# noted, "." is nothing: known already, older news, or not to be done in this state.
_TABLE = """
state     started charge_failed bank_asked charge_paid paused resumed suspended cleared amount_changed card_changed ended
pledged   active  .             .          .           .      .       .         .       .              .            ended
active    .       past_due      past_due   =           paused .       suspended .       =              =            ended
past_due  .       =             =          active      paused .       suspended .       =              =            ended
paused    .       .             .          =           .      active  suspended .       =              =            ended
suspended .       .             .          =           .      .       .         active  .              =            ended
ended     .       .             .          .           .      .       .         .       .              .            .
"""  # noqa: E501 - a table is read by its columns, and broken rows have none


def _read_table(text: str) -> dict[tuple[MonthlyState, MonthlyFact], MonthlyState]:
    header, *rows = (line.split() for line in text.strip().splitlines())
    facts = [MonthlyFact(name) for name in header[1:]]
    return {
        (MonthlyState(name), fact): MonthlyState(name if cell == "=" else cell)
        for name, *cells in rows
        for fact, cell in zip(facts, cells, strict=True)
        if cell != "."
    }


_ANSWERS: Final = _read_table(_TABLE)

LEGAL_STEPS: Final = frozenset(
    (state, new_state) for (state, _), new_state in _ANSWERS.items() if new_state is not state
)
"""Every change of state that the database may accept, as (from, to)."""

_OF_CHARGES: Final = frozenset(
    {MonthlyFact.BANK_ASKED, MonthlyFact.CARD_CHANGED, MonthlyFact.CHARGE_FAILED, MonthlyFact.CHARGE_PAID}
)


def decide(state: MonthlyState, fact: MonthlyFact) -> MonthlyState | None:
    """Say what a fact does to a monthly gift, so that only one place knows its life.

    Returns:
        The state it then has, the same one where the fact is only to be noted, None where it changes nothing.
    """
    return _ANSWERS.get((state, fact))


def waits_for_bank(state: MonthlyState, facts: Sequence[str]) -> bool:
    """Tell whether a month waits for its donor to confirm it with their bank.

    Args:
        state: Where the monthly gift stands.
        facts: All its steps, oldest first.
    """
    latest = next((fact for fact in reversed(facts) if fact in _OF_CHARGES), None)
    return state is MonthlyState.PAST_DUE and latest == MonthlyFact.BANK_ASKED
