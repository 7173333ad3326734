"""Who gives monthly in the story, what happens to them in the months to come, and how it must end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factually.donations.forms import MONTHLY as EVERY_MONTH
from factually.donations.lifecycle import GiftState
from factually.donations.monthly.lifecycle import MonthlyFact, MonthlyState
from tests.faults.parts import HELD, IN_DOUBT, PARTS, RECEIPT, REFUND, Part
from tests.support.register_changes import NEW_GROUP

BRITISH: Final = "pm_card_gb"
GERMAN: Final = "pm_card_de"
ASKED_ONCE: Final = "pm_card_authenticationRequiredOnSetup"
_THREE: Final = (RECEIPT,) * 3


def news(fact: MonthlyFact) -> str:
    """Return the kind of the letter about a step of a monthly gift."""
    return f"monthly-news {fact}"


@dataclass(frozen=True, kw_only=True)
class MonthlyPart(Part):
    """A donor who gives every month; what a part says of its gift is said of the first month's.

    Attributes:
        stands: Where the monthly gift must stand in the end.
        cancels: Whether the donor cancels once the first month is taken.
        another_card: The card that the donor enters after the first one has failed; None where it doesn't.
        doubted: Whether a changed register brings the donor into doubt, and an auditor gives the money back.
    """

    stands: MonthlyState = MonthlyState.ACTIVE
    cancels: bool = False
    another_card: str | None = None
    doubted: bool = False

    def form_data(self) -> dict[str, str]:
        """What the donor's browser sends."""
        return {**super().form_data(), "often": EVERY_MONTH}


_TAKEN_TWICE: Final = (GiftState.CAPTURED, GiftState.CAPTURED)

MONTHLY: Final = (
    MonthlyPart(
        name="monthly", end=GiftState.CAPTURED, later=_TAKEN_TWICE, letters=_THREE, cards=(ASKED_ONCE,)
    ),
    MonthlyPart(
        name="monthly, another card",
        end=GiftState.CAPTURED,
        later=_TAKEN_TWICE,
        letters=(*_THREE, news(MonthlyFact.CARD_CHANGED), news(MonthlyFact.CHARGE_FAILED)),
        cards=(BRITISH,),
        another_card=GERMAN,
    ),
    MonthlyPart(
        name="monthly, cancelled",
        end=GiftState.CAPTURED,
        letters=(RECEIPT, news(MonthlyFact.ENDED)),
        cards=(BRITISH,),
        stands=MonthlyState.ENDED,
        cancels=True,
    ),
    MonthlyPart(
        name="monthly, held and accepted",
        end=GiftState.CAPTURED,
        later=_TAKEN_TWICE,
        letters=((HELD,) * 3 + _THREE),
        cards=(GERMAN,),
        form=IN_DOUBT,
        accepted=True,
    ),
    MonthlyPart(
        name="monthly, in doubt later",
        end=GiftState.REFUNDED,
        letters=(RECEIPT, news(MonthlyFact.ENDED), news(MonthlyFact.SUSPENDED), REFUND),
        cards=(ASKED_ONCE,),
        form={"capacity": "organisation", "organisation": NEW_GROUP},
        returned=500,
        stands=MonthlyState.ENDED,
        doubted=True,
    ),
)
"""Five donors: each month is screened afresh, so that a held one has to be accepted in each of them."""

EVERYBODY: Final = (*PARTS, *MONTHLY)
