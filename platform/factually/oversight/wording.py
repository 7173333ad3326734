"""The words the desk shows for states, steps, fields and times (pure)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from factually.donations.aftermath import DisputeStatus, RefundState
from factually.donations.disputes.models import AnswerState
from factually.donations.lifecycle import Fact, GiftState
from factually.donations.reconciliation.differences import DifferenceKind, Mending
from factually.donations.refunds.models import RefundCause
from factually.donations.wording import GiftLetter
from factually.independence.registers.kinds import REGISTER_KINDS, row_address
from factually.independence.subjects import Capacity, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

STATES: Final[Mapping[str, str]] = {
    GiftState.HELD: "Held for review",
    GiftState.CAPTURED: "Taken",
    GiftState.REFUSED: "Refused",
    GiftState.RELEASED: "Released",
    GiftState.PLEDGED: "Pledged",
    GiftState.AUTHORISING: "Waiting for the bank",
    GiftState.AUTHORISED: "Authorised",
    GiftState.PARTLY_REFUNDED: "Partly refunded",
    GiftState.REFUNDED: "Refunded",
    GiftState.DISPUTED: "Disputed",
    GiftState.WON: "Dispute won",
    GiftState.LOST: "Dispute lost",
    GiftState.EXPIRED: "Expired",
    GiftState.FAILED: "Failed",
}
"""Every state by name, in the order in which an auditor is likely to ask for it."""

CAPACITIES: Final[Mapping[str, str]] = {
    Capacity.OWN_MONEY: "The donor's own money",
    Capacity.ORGANISATION: "An organisation's money",
    Capacity.SOMEONE_ELSE: "Someone else's money",
}

STAGES: Final[Mapping[str, str]] = {
    Stage.BEFORE_AUTHORISATION: "Before payment",
    Stage.AFTER_AUTHORISATION: "After the bank's answer",
    Stage.RENEWAL: "At a renewal",
    Stage.RESCREENING: "Again, after a register changed",
    Stage.TRIAL: "Trial of a name",
}

FIELDS: Final[Mapping[str, str]] = {
    "capacity": "whose money it is",
    "political_group": "the answer about political groups",
    "donor_name": "the donor's name",
    "organisation_name": "the organisation's name",
    "true_donor_name": "the name of the true donor",
    "amount": "the amount",
    "anonymous": "the wish not to be named",
    "email": "the domain of the e-mail address",
    "ein": "the organisation's EIN",
    "organisation_type": "the kind of organisation",
    "employer": "the employer",
    "occupation": "the occupation",
    "address": "the postal address",
    "payment.billing_name": "the cardholder's name",
    "payment.funding": "the kind of card",
    "payment.address_check": "whether the bank knows the address",
    "payment.postal_code_check": "whether the bank knows the postal code",
    "history.donor_year": "what the donor gave this year",
    "history.donor_gifts_today": "the donor's gifts of a day",
    "history.linked_emails": "addresses that share the donor's card",
    "history.donors_of_card": "donors who used the card",
    "history.cards_of_donor": "cards the donor used",
    "history.anonymous_year": "anonymous gifts of this year",
    "history.revenue_year": "all gifts of this year",
    "history.revenue_last_year": "all gifts of last year",
    "history.first_asked_at": "when missing details were asked for",
    "health": "whether the check itself worked",
    "registers": "the registers and their dates",
}

FACTS: Final[Mapping[str, str]] = {
    GiftState.PLEDGED: "The donor sent the form",
    Fact.SCREENED_OUT: "Refused before payment",
    Fact.ATTEMPTED: "The card was sent to the payment provider",
    Fact.AUTHORISED: "The bank put a hold on the card",
    Fact.HELD: "Left for a person to decide",
    Fact.CAPTURED: "The money was taken",
    Fact.RELEASED: "The hold was cancelled",
    Fact.LAPSED: "The bank let the hold lapse",
    Fact.ABANDONED: "Closed, because nobody paid",
    Fact.PARTLY_REFUNDED: "A part of the money was given back",
    Fact.REFUNDED: "The money was given back",
    Fact.REFUND_FAILED: "Money given back came back to us: a bank did not take the refund",
    Fact.DISPUTED: "The donor's bank disputed the payment",
    Fact.DISPUTE_WON: "The dispute was won",
    Fact.DISPUTE_LOST: "The dispute was lost",
}

FACTS_OF_A_MONTH: Final[Mapping[str, str]] = {
    **FACTS,
    Fact.ATTEMPTED: "The month began, or its card was sent to be saved",
    Fact.AUTHORISED: "The bank lets the saved card be charged",
    Fact.RELEASED: "The month was left out",
    Fact.LAPSED: "The month was not paid",
}
"""The same for one month of a monthly gift, whose card is saved and never held."""

LETTERS: Final[Mapping[GiftLetter, str]] = {
    GiftLetter.RECEIPT: "the receipt",
    GiftLetter.HELD: "that a person looks at the gift",
    GiftLetter.RELEASED: "that the gift was not taken",
    GiftLetter.REFUND: "that money was given back",
    GiftLetter.REFUND_FAILED: "that a refund did not arrive",
}
"""What a letter told the donor."""

REFUND_STATES: Final[Mapping[str, tuple[str, str]]] = {
    RefundState.PROPOSED: ("To be approved", "wait"),
    RefundState.APPROVED: ("On its way", "wait"),
    RefundState.PENDING: ("At the donor's bank", "wait"),
    RefundState.REQUIRES_ACTION: ("Waits for the donor", "wait"),
    RefundState.SUCCEEDED: ("Given back", "good"),
    RefundState.FAILED: ("Did not arrive", "stop"),
    RefundState.CANCELLED: ("Cancelled", "stop"),
    RefundState.REFUSED: ("Not accepted", "stop"),
    RefundState.DECLINED: ("Declined", "quiet"),
}
"""A refund's state in words, with the tone of its tag."""

REFUND_CAUSES: Final[Mapping[str, str]] = {
    RefundCause.REQUEST: "Asked for here",
    RefundCause.POLICY: "Came into doubt (DS27)",
    RefundCause.ELSEWHERE: "Made at the payment provider",
}

DISPUTE_STATES: Final[Mapping[str, tuple[str, str]]] = {
    DisputeStatus.NEEDS_RESPONSE: ("The bank waits for us", "wait"),
    DisputeStatus.UNDER_REVIEW: ("The bank decides", "wait"),
    DisputeStatus.WON: ("Won", "good"),
    DisputeStatus.LOST: ("Lost", "stop"),
    DisputeStatus.WARNING_NEEDS_RESPONSE: ("Inquiry: answer it", "wait"),
    DisputeStatus.WARNING_UNDER_REVIEW: ("Inquiry: answered", "wait"),
    DisputeStatus.WARNING_CLOSED: ("Inquiry closed", "quiet"),
    DisputeStatus.PREVENTED: ("Prevented", "quiet"),
}
"""A dispute's state in words, with the tone of its tag."""

ANSWER_STATES: Final[Mapping[str, tuple[str, str]]] = {
    AnswerState.READY: ("On its way to the bank", "wait"),
    AnswerState.SENT: ("Sent to the bank", "good"),
    AnswerState.REFUSED: ("Came too late", "stop"),
}

DIFFERENCES: Final[Mapping[str, str]] = {
    DifferenceKind.MISSING_IN_BOOKS: "Missing in the books",
    DifferenceKind.UNKNOWN_TO_STRIPE: "Unknown to Stripe",
    DifferenceKind.POSTED_OTHERWISE: "Posted otherwise",
    DifferenceKind.UNKNOWN_KIND: "Of an unknown kind",
    DifferenceKind.WITHOUT_GIFT: "Without a gift",
    DifferenceKind.GIFT_DIFFERS: "A gift and its postings",
    DifferenceKind.BALANCE_DIFFERS: "What Stripe owes us",
}

MENDINGS: Final[Mapping[str, tuple[str, str]]] = {
    Mending.POSTED: ("Posted now", "good"),
    Mending.SETTLING_QUEUED: ("Being mended", "wait"),
}
"""What was done about a difference, with the tone of its tag."""

REGISTERS: Final[Mapping[str, str]] = {kind: known.name for kind, known in REGISTER_KINDS.items()}

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def time_left(deadline: datetime, now: datetime) -> str:
    """Say how long a person still has, rounded down so that it never promises time that isn't there."""
    left = deadline - now
    if left <= timedelta(0):
        return "time is up"
    if left < _MINUTE:
        return "in less than a minute"
    for unit, name, until in ((_MINUTE, "minute", _HOUR), (_HOUR, "hour", 2 * _DAY)):
        if left < until:
            return f"in {_counted(left // unit, name)}"
    return f"in {_counted(left // _DAY, 'day')}"


def field_names(reads: tuple[str, ...]) -> str:
    """Return what a rule read as one line; a field we have no words for is shown by its own name."""
    return ", ".join(FIELDS.get(name, name) for name in reads)


def register_row_address(kind: str, key: str) -> str | None:
    """Return where the register itself shows a row, or None where that isn't known."""
    return row_address(kind, key)


def actor_words(kind: str, actor_id: str, people: Mapping[str, str]) -> str:
    """Name who acted; an account that is gone is shown by its id."""
    if kind == "account":
        return people.get(actor_id, f"account {actor_id}")
    return {"donor": "the donor", "stripe": "the payment provider"}.get(kind, "the system")


def plain_code(code: str) -> str:
    """Write one of Stripe's words, such as `product_not_received`, for people."""
    return code.replace("_", " ").capitalize()


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
