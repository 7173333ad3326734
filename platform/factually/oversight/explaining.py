"""Why a gift stands where it stands, in three sentences that an auditor reads first (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.donations.donor_records import is_erased
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.steps import Instruction, ReleaseReason
from factually.foundation.money import Money
from factually.independence.outcomes import Outcome
from factually.independence.results import Verdict

if TYPE_CHECKING:
    from factually.donations.models import Gift
    from factually.independence.results import ScreeningResult

_ENDED_UNPAID: Final = frozenset({GiftState.EXPIRED, GiftState.FAILED})
_WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The answer to "why?", at the head of a case.

    Attributes:
        tone: `good`, `wait`, `stop` or `quiet`, for the colour.
        title: What was decided, and by which rule or person.
        money: Where the money is.
    """

    tone: str
    title: str
    money: str


def explain(
    gift: Gift, screening: ScreeningResult | None, verdict: tuple[Verdict, str] | None
) -> Explanation:
    """Say what decided a gift, strongest voice first: a person, the clock, the rules.

    Args:
        gift: The gift as it is now.
        screening: Its last one, None where no card was ever entered.
        verdict: What a person decided and that person's name, None where nobody did.
    """
    tone, title = _decided(gift, screening, verdict)
    return Explanation(tone=tone, title=title, money=money_sentence(gift))


def unexplained(gift: Gift) -> Explanation:
    """Say that the reason can't be told, where the stored evidence no longer opens."""
    if is_erased(gift):
        title = "Who gave was erased at their wish, and the evidence with it"
        return Explanation(tone="quiet", title=title, money=money_sentence(gift))
    return Explanation(tone="stop", title="The stored evidence does not open", money=money_sentence(gift))


_MONTH: Final = {
    GiftState.AUTHORISED: "The card is saved; the month's {amount} is not taken yet.",
    GiftState.HELD: "The card is saved and nothing is reserved. Nothing has been taken for this month.",
    GiftState.RELEASED: "Nothing was reserved, and nothing was taken for this month.",
    GiftState.EXPIRED: "This month was not paid. Nothing was taken.",
}
"""Where the money of one month of a monthly gift is, which never was a hold."""


def money_sentence(gift: Gift) -> str:
    """Say where a gift's money is."""
    amount = Money(gift.amount_minor, gift.currency)
    captured = Money(gift.captured_minor, gift.currency)
    returned = Money(gift.refunded_minor, gift.currency)
    no_hold = gift.payment_intent_id is None
    under_way = {
        Instruction.CAPTURE.value: f"The payment provider is asked to take {amount}; its answer is awaited.",
        Instruction.RELEASE.value: "The payment provider is asked to cancel the hold; its answer is awaited.",
    }
    if gift.monthly_gift_id is not None and gift.state in _MONTH:
        return _MONTH[GiftState(gift.state)].format(amount=amount)
    if gift.state in {GiftState.HELD, GiftState.AUTHORISED} and gift.instruction is not None:
        return under_way[gift.instruction]
    return {
        GiftState.PLEDGED: "No card has been entered. Nothing was charged.",
        GiftState.REFUSED: (
            "Nothing was charged, and the payment provider never heard of this gift."
            if no_hold
            else "Nothing was charged, and no hold is left on the card."
        ),
        GiftState.AUTHORISING: "The payment is not complete. Nothing has been taken.",
        GiftState.AUTHORISED: f"The card has a hold of {amount}. Nothing has been taken.",
        GiftState.HELD: f"The card has a hold of {amount}. Nothing has been taken.",
        GiftState.CAPTURED: f"{captured} was taken.",
        GiftState.RELEASED: "The hold on the card was cancelled. Nothing was taken.",
        GiftState.PARTLY_REFUNDED: f"{captured} was taken, and {returned} of it given back.",
        GiftState.REFUNDED: f"{captured} was taken, and all of it given back.",
        GiftState.DISPUTED: f"{captured} was taken; the donor's bank disputes it and has it back for now.",
        GiftState.WON: f"{captured} was taken, and stays ours after a dispute.",
        GiftState.LOST: f"{captured} was taken, and went back to the donor's bank after a dispute.",
        GiftState.EXPIRED: (
            "The time for paying ran out. Nothing was taken."
            if gift.charge_id is None
            else "The bank let the hold lapse. Nothing was taken."
        ),
        GiftState.FAILED: "No card paid. Nothing was taken.",
    }[GiftState(gift.state)]


def _decided(
    gift: Gift, screening: ScreeningResult | None, verdict: tuple[Verdict, str] | None
) -> tuple[str, str]:
    if verdict is not None:
        return _by_person(gift, *verdict)
    if gift.release_reason == ReleaseReason.NOT_DECIDED_IN_TIME:
        return "quiet", f"Held by {_rules(screening, Outcome.HOLD)}; nobody decided in time"
    if screening is None:
        ended = gift.state in _ENDED_UNPAID
        return (
            "quiet",
            "Never checked: no card was entered" if ended else "Not checked yet: no card was entered",
        )
    return _by_rules(gift, screening)


def _by_person(gift: Gift, verdict: Verdict, name: str) -> tuple[str, str]:
    if verdict is Verdict.REFUSE:
        return "stop", f"Refused by {name}"
    if gift.state in TAKEN_STATES:
        return "good", f"Accepted by {name}"
    # Accepted, and yet no money: the hold lapsed, or the provider has not answered.
    return "wait", f"Accepted by {name}; the money has not been taken"


def _by_rules(gift: Gift, screening: ScreeningResult) -> tuple[str, str]:
    outcome = screening.outcome
    if outcome is Outcome.ALLOW:
        tone = "good" if gift.state in TAKEN_STATES else "quiet"
        return tone, f"Allowed: {_number(len(screening.findings))} rules were checked and none objects"
    if outcome is Outcome.REFUSE:
        return "stop", f"Refused by {_rules(screening, outcome)}"
    waits = gift.state == GiftState.HELD
    return "wait" if waits else "quiet", (
        f"Held by {_rules(screening, outcome)}" + (": a person has to decide" if waits else "")
    )


def _rules(screening: ScreeningResult | None, outcome: Outcome) -> str:
    findings = () if screening is None else screening.findings
    ids = [finding.rule_id for finding in findings if finding.outcome is outcome]
    return f"{'rule' if len(ids) == 1 else 'rules'} {' and '.join(ids)}"


def _number(count: int) -> str:
    return _WORDS[count] if count < len(_WORDS) else str(count)
