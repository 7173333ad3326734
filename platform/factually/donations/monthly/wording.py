"""The life of a monthly gift in its donor's words (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.donations.monthly.lifecycle import EndReason, MonthlyFact, MonthlyState

if TYPE_CHECKING:
    from factually.foundation.money import Money

_HAPPENED: Final = {
    MonthlyState.PLEDGED.value: "You sent the form, for {amount} a month.",
    MonthlyFact.STARTED.value: "Your monthly gift began.",
    MonthlyFact.CHARGE_FAILED.value: "Your card did not pay {amount}. Nothing was taken.",
    MonthlyFact.BANK_ASKED.value: "Your bank wanted you to confirm {amount}. Nothing was taken.",
    MonthlyFact.CHARGE_PAID.value: "A month was taken.",
    MonthlyFact.PAUSED.value: "You paused it.",
    MonthlyFact.RESUMED.value: "You resumed it.",
    MonthlyFact.SUSPENDED.value: "We paused it until a person has looked.",
    MonthlyFact.CLEARED.value: "A person looked, and it goes on.",
    MonthlyFact.AMOUNT_CHANGED.value: "You changed the amount to {amount} a month.",
    MonthlyFact.CARD_CHANGED.value: "You changed the card.",
    MonthlyFact.ENDED.value: "It ended.",
}
_STANDS: Final = {
    MonthlyState.PLEDGED: "It has not begun yet: the first month is on its way.",
    MonthlyState.ACTIVE: "It goes on. Each month is checked against our policy before it is taken.",
    MonthlyState.PAST_DUE: "Your card did not pay the last month. Nothing was taken.",
    MonthlyState.PAUSED: "You have paused it. Nothing is taken until you resume it.",
    MonthlyState.SUSPENDED: (
        "We have paused it. A register that we check donors against has changed, and a person has to look "
        "whether it concerns you. Nothing is taken meanwhile."
    ),
}
_BANK_ASKS: Final = "Your bank wants you to confirm the month before it pays. Nothing was taken."
_ENDED: Final = {
    EndReason.CANCELLED: "You cancelled it. Nothing more is taken.",
    EndReason.CARD_FAILED: "It ended, since the card did not pay. Nothing more is taken.",
    EndReason.REFUSED: "It ended, since our policy says no. Nothing more is taken.",
    EndReason.NOT_STARTED: "It never began. Nothing was taken.",
    EndReason.ERASED: "It ended when you had your data deleted. Nothing more is taken.",
    EndReason.ELSEWHERE: "It was ended at our payment provider. Nothing more is taken.",
}


def what_happened_monthly(fact: str, amount: Money) -> str:
    """Say a step of a monthly gift in one plain sentence; `amount` is what it was then."""
    return _HAPPENED[fact].format(amount=amount)


def standing_sentence(state: MonthlyState, reason: EndReason | None, *, bank_asks: bool = False) -> str:
    """Say where a monthly gift stands; `reason` is why it is over, `bank_asks` why a month is not paid."""
    if reason is not None:
        return _ENDED[reason]
    return _BANK_ASKS if bank_asks else _STANDS[state]
