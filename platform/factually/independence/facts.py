"""The state of the screening itself: which registers it read, how fresh they were, and whether it worked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.foundation.canonical import JsonValue

CARD_WINDOW_DAYS: Final = 30
"""How far back cards and their donors are counted (rule DS30)."""


@dataclass(frozen=True, kw_only=True)
class RegisterInForce:
    """One register as a screening read it.

    `as_of` is the source's own date; `retrieved_at` is when it was last fetched and found to be this version.
    """

    kind: str
    version_id: int
    as_of: date
    retrieved_at: datetime
    row_count: int


@dataclass(frozen=True, kw_only=True)
class GivingHistory:
    """What other gifts tell about this one, counted by whoever keeps gifts (rule DS18), itself left out.

    Amounts are minor units of the currency of the policy's limits, of gifts taken or under way; those in
    other currencies are converted. A donor is all identities linked by the same e-mail address or the same
    card. Card counts look back `CARD_WINDOW_DAYS`.

    Attributes:
        donor_year_minor: Given by this donor in this calendar year, on every path, manual entries too.
        donor_gifts_today: Gifts of this donor in the last 24 hours.
        linked_emails: Distinct addresses of this donor, this gift's counted.
        donors_of_card: Distinct addresses that used this gift's card, this gift's counted; 0 without a card.
        cards_of_donor: Distinct cards used with this gift's address, this gift's counted.
        anonymous_year_minor: Anonymous gifts of all donors in this calendar year.
        revenue_year_minor: All gifts in this calendar year.
        revenue_last_year_minor: All gifts in the last calendar year.
        first_asked_at: When this donor was first asked for details that were missing (rule DS21).
        rates_version: Of the rates by which this gift and the others were converted; None before there were.
    """

    donor_year_minor: int = 0
    donor_gifts_today: int = 0
    linked_emails: int = 1
    donors_of_card: int = 0
    cards_of_donor: int = 0
    anonymous_year_minor: int = 0
    revenue_year_minor: int = 0
    revenue_last_year_minor: int = 0
    first_asked_at: datetime | None = None
    rates_version: str | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules may know besides the gift; stored with the decision, so that a replay sees the same.

    `failure` names the kind of fault that kept the registers from being read, None where all went well.
    `history` is None where nobody counted: a trial of a name, or a decision older than the rules on it.
    """

    now: datetime
    registers: tuple[RegisterInForce, ...] = ()
    failure: str | None = None
    history: GivingHistory | None = None

    def register(self, kind: str) -> RegisterInForce | None:
        """Return the register of a kind, None where none was loaded."""
        return next((register for register in self.registers if register.kind == kind), None)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the facts as JSON, for storing."""
        return {
            "now": self.now.isoformat(),
            "registers": [
                {
                    "kind": register.kind,
                    "version_id": register.version_id,
                    "as_of": register.as_of.isoformat(),
                    "retrieved_at": register.retrieved_at.isoformat(),
                    "row_count": register.row_count,
                }
                for register in self.registers
            ],
            "failure": self.failure,
            "history": _history_as_json(self.history),
        }


def facts_from_json(stored: Mapping[str, Any]) -> Facts:
    """Read back what `Facts.as_json` wrote; another shape raises `KeyError`, `TypeError` or `ValueError`."""
    return Facts(
        now=datetime.fromisoformat(stored["now"]),
        registers=tuple(
            RegisterInForce(
                kind=register["kind"],
                version_id=register["version_id"],
                as_of=date.fromisoformat(register["as_of"]),
                retrieved_at=datetime.fromisoformat(register["retrieved_at"]),
                row_count=register["row_count"],
            )
            for register in stored["registers"]
        ),
        failure=stored["failure"],
        history=_history_from_json(stored.get("history")),
    )


def _history_as_json(history: GivingHistory | None) -> dict[str, JsonValue] | None:
    if history is None:
        return None
    asked = history.first_asked_at
    return {**asdict(history), "first_asked_at": None if asked is None else asked.isoformat()}


def _history_from_json(stored: Mapping[str, Any] | None) -> GivingHistory | None:
    if stored is None:
        return None
    asked = stored["first_asked_at"]
    return GivingHistory(
        **{**stored, "first_asked_at": None if asked is None else datetime.fromisoformat(asked)}
    )
