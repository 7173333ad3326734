"""Who gives once in the story that is played: what comes of each gift, and how it must end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from factually.donations.lifecycle import GiftState
from factually.donations.pledges import ATTESTATION_VERSION
from tests.support.donation_factories import DECLINED, SHARED_NAME, THREE_D_SECURE, VISA

if TYPE_CHECKING:
    from collections.abc import Mapping

DEBIT: Final = "pm_card_visa_debit"
MASTERCARD: Final = "pm_card_mastercard"
AMEX: Final = "pm_card_amex"
REFUND_FAILS: Final = "pm_card_refundFail"
WARNED_OF: Final = "pm_card_createIssuerFraudRecord"
SECOND_FROM: Final = 2000
"""Cents from which a refund needs a second person here, so that small gifts will do."""
RECEIPT: Final = "gift-receipt"
HELD: Final = "gift-held"
RELEASED: Final = "gift-released"
REFUND: Final = "refund-made"
REFUND_FAILED: Final = "refund-failed"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One donor of the story.

    Attributes:
        name: How the test calls the gift.
        end: The state in which the gift must be at the end of the story.
        later: The same of the gifts of later months, where it is a monthly one.
        letters: The letters that the donor must have got by then, by kind, sorted.
        cards: The cards the donor tries, one after another.
        form: What differs from a reader's own five dollars.
        accepted: Whether an auditor accepts the gift when it is held.
        leaves: Whether the donor closes the page once the bank is content.
        refund: Cents that the auditors give back.
        returned: Cents that stand as given back at the end.
        dispute: How the bank decides after it took the money back, or None where it doesn't.
        answered: Whether an auditor answers the bank.
    """

    name: str
    end: GiftState
    later: tuple[GiftState, ...] = ()
    letters: tuple[str, ...] = (RECEIPT,)
    cards: tuple[str, ...] = (VISA,)
    form: Mapping[str, str] = field(default_factory=dict)
    accepted: bool = False
    leaves: bool = False
    refund: int = 0
    returned: int = 0
    dispute: str | None = None
    answered: bool = False

    @property
    def client_key(self) -> str:
        """The key that the donor's form made, and by which a refund of this gift is asked for once."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.name))

    @property
    def entries(self) -> tuple[str, ...]:
        """The cards in the order in which they are entered; asked once more, the last one again."""
        return (*self.cards, self.cards[-1])

    @property
    def warned_of(self) -> bool:
        """Whether the card's network warns of fraud."""
        return WARNED_OF in self.cards

    def form_data(self) -> dict[str, str]:
        """What the donor's browser sends."""
        return {
            "client_key": self.client_key,
            "attestation_version": ATTESTATION_VERSION,
            "amount": "5",
            "capacity": "own_money",
            "political_group": "no",
            "name": "Ada Reader",
            "email": f"{self.client_key}@example.org",
            "attestation": "y",
            **self.form,
        }


IN_DOUBT: Final = {"capacity": "organisation", "organisation": SHARED_NAME}

PARTS: Final = (
    Part(name="plain", end=GiftState.CAPTURED),
    Part(name="asked by the bank", end=GiftState.CAPTURED, cards=(THREE_D_SECURE,), form={"amount": "10"}),
    Part(name="leaves the page", end=GiftState.CAPTURED, cards=(THREE_D_SECURE,), leaves=True),
    Part(name="second card", end=GiftState.CAPTURED, cards=(DECLINED, MASTERCARD), form={"amount": "25"}),
    Part(
        name="held and accepted",
        end=GiftState.CAPTURED,
        cards=(MASTERCARD,),
        letters=(HELD, RECEIPT),
        form=IN_DOUBT,
        accepted=True,
    ),
    Part(
        name="held and forgotten",
        end=GiftState.RELEASED,
        letters=(HELD, RELEASED),
        cards=(AMEX,),
        form=IN_DOUBT,
    ),
    Part(name="refused", end=GiftState.REFUSED, letters=(), form={"political_group": "yes"}),
    Part(
        name="given back in part",
        end=GiftState.PARTLY_REFUNDED,
        letters=(RECEIPT, REFUND),
        cards=(DEBIT,),
        form={"amount": "10"},
        refund=300,
        returned=300,
    ),
    Part(
        name="given back by two people",
        end=GiftState.REFUNDED,
        letters=(RECEIPT, REFUND),
        cards=(AMEX,),
        form={"amount": "25"},
        refund=2500,
        returned=2500,
    ),
    Part(
        name="refund did not arrive",
        end=GiftState.CAPTURED,
        letters=(RECEIPT, REFUND_FAILED, REFUND),
        cards=(REFUND_FAILS,),
        refund=500,
    ),
    Part(name="disputed and won", end=GiftState.WON, cards=(DEBIT,), dispute="won", answered=True),
    Part(name="disputed and lost", end=GiftState.LOST, dispute="lost"),
    Part(name="warned of", end=GiftState.CAPTURED, cards=(WARNED_OF,)),
)
"""Thirteen donors, few on a card: a third one would be held for that (DS30)."""
