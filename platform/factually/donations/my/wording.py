"""The life of a gift in its donor's words, without the insides of any list (pure)."""

from __future__ import annotations

from typing import Final

from factually.donations.lifecycle import Fact, GiftState

_HAPPENED: Final = {
    GiftState.PLEDGED.value: "You sent the form.",
    Fact.SCREENED_OUT.value: "Our policy said no, before any money moved.",
    Fact.ATTEMPTED.value: "Your card was tried.",
    Fact.AUTHORISED.value: "Your bank set the amount aside.",
    Fact.HELD.value: "We left the decision to a person.",
    Fact.CAPTURED.value: "We took the money.",
    Fact.RELEASED.value: "We released the hold. No money was taken.",
    Fact.LAPSED.value: "The hold ended at your bank. No money was taken.",
    Fact.ABANDONED.value: "No card paid, so we closed the gift.",
    Fact.PARTLY_REFUNDED.value: "We gave a part back.",
    Fact.REFUNDED.value: "We gave the money back.",
    Fact.REFUND_FAILED.value: "Our refund did not reach you; a person looks at it.",
    Fact.DISPUTED.value: "Your bank told us that the payment is disputed.",
    Fact.DISPUTE_WON.value: "The bank left the money with us.",
    Fact.DISPUTE_LOST.value: "The bank gave the money back to you.",
}


_HAPPENED_TO_A_MONTH: Final = {
    GiftState.PLEDGED.value: "A month of your monthly gift began.",
    Fact.ATTEMPTED.value: "Its turn came to be checked.",
    Fact.AUTHORISED.value: "Your bank lets us charge the saved card.",
    Fact.RELEASED.value: "We left this month out. No money was taken.",
    Fact.LAPSED.value: "This month was not paid. No money was taken.",
}
"""What is otherwise where a card is saved and charged each month, and nothing is set aside at the bank."""


def what_happened(fact: str, *, monthly: bool = False) -> str:
    """Say a step of a gift, or of one month of a monthly gift, in one plain sentence."""
    return _HAPPENED_TO_A_MONTH.get(fact, _HAPPENED[fact]) if monthly else _HAPPENED[fact]
