"""What a donor is told when a gift isn't simply taken: plain, true, and without the insides of any list.

Pure. The sentences are those of donor-source-rules.md section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from factually.donations.steps import ReleaseReason

if TYPE_CHECKING:
    import uuid

    from factually.donations.models import Gift

_TRY_ANOTHER: Final = "Your bank did not accept this card. Nothing was charged. Please try another card."
_DECLINES: Final = {
    "insufficient_funds": "The card doesn't cover this amount. Nothing was charged. Please try another one.",
    "expired_card": "This card has expired. Nothing was charged. Please try another card.",
    "incorrect_cvc": "The security code is not right. Nothing was charged. Please enter the card again.",
    "processing_error": "The bank had a problem just now. Nothing was charged. Please try again in a minute.",
    "try_again_later": "The bank had a problem just now. Nothing was charged. Please try again in a minute.",
    "authentication_required": (
        "Your bank wants you to confirm this payment. Nothing was charged. Please try again."
    ),
    "payment_intent_authentication_failure": (
        "The payment was not confirmed with your bank. Nothing was charged. Please try again."
    ),
}
DEFAULT_REASON: Final = "This gift does not fit our funding policy."
REVIEWED: Final = "A person looked at this gift and found that we can't take it."
MANUAL_RULE: Final = "review"


class GiftLetter(StrEnum):
    """The letters that a gift can bring its donor, each at most once; their words begin the letter's key."""

    RECEIPT = "gift-receipt"
    HELD = "gift-held"
    RELEASED = "gift-released"
    REFUND = "refund-made"
    REFUND_FAILED = "refund-failed"

    def key(self, id_: uuid.UUID) -> str:
        """Return the letter's own key, by which it is sent once and found again: of a gift, or a refund."""
        return f"{self}:{id_}"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a gift can't be taken, as its donor may know it: the rule and its sentence, never a list's row."""

    rule_id: str
    reason: str
    policy_version: str


def decline_sentence(decline_code: str | None) -> str:
    """Say what to do after a card did not pay; a lost, a stolen and a doubted card read alike."""
    return _DECLINES.get(decline_code or "", _TRY_ANOTHER)


def refusal_of(gift: Gift) -> Refusal:
    """Return the rule that decided a gift, with the sentence its donor is told."""
    by_reviewer = gift.release_reason == ReleaseReason.REFUSED_BY_REVIEWER.value
    return Refusal(
        rule_id=gift.deciding_rule or MANUAL_RULE,
        reason=REVIEWED if by_reviewer else gift.deciding_reason or DEFAULT_REASON,
        policy_version=gift.policy_version or "",
    )
