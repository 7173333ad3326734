"""DS30: a card that does not look like its donor's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.facts import CARD_WINDOW_DAYS
from factually.independence.outcomes import Outcome
from factually.independence.rules.cardholder import is_someone_else
from factually.independence.rules.counting import NOT_COUNTED
from factually.independence.rules.parameters import whole_number
from factually.independence.rules.rule import PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.independence.facts import GivingHistory
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case
    from factually.independence.subjects import PaymentFacts, ScreeningSubject

DONORS_OF_CARD: Final = whole_number("donors_of_card", least=2)
CARDS_OF_DONOR: Final = whole_number("cards_of_donor", least=2)
PREPAID_ABOVE: Final = whole_number("prepaid_above_minor")
FAILED_CHECK_ABOVE: Final = whole_number("failed_check_above_minor")
OTHER_CARDHOLDER_ABOVE: Final = whole_number("other_cardholder_above_minor")

_PREPAID: Final = "prepaid"
_FAILED: Final = "fail"


class CardSigns(PolicyRule):
    """Holds a gift whose card tells of somebody else: shared, one of many, prepaid, or with another's name.

    Each sign that the card itself gives counts above an amount of its own, so that a reader's few dollars
    from a partner's card go through. Source: readable on Stripe's ConfirmationToken before confirming.
    """

    id: ClassVar = "DS30"
    reasons: ClassVar = frozenset(
        {"clear", "shared_card", "many_cards", "prepaid", "failed_check", "other_cardholder"}
    )
    reads: ClassVar = (
        "payment.funding",
        "payment.address_check",
        "payment.postal_code_check",
        "payment.billing_name",
        "history.donors_of_card",
        "history.cards_of_donor",
    )
    parameters: ClassVar = (
        DONORS_OF_CARD,
        CARDS_OF_DONOR,
        PREPAID_ABOVE,
        FAILED_CHECK_ABOVE,
        OTHER_CARDHOLDER_ABOVE,
    )

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read every sign, and tell all that were seen."""
        history, payment = case.facts.history, case.subject.payment
        signs = [
            *(() if history is None else _counted_signs(history, policy)),
            *(() if payment is None else _signs_of_card(case.subject, payment, policy)),
        ]
        if signs:
            reason, _ = signs[0]
            return self.answer(policy, Outcome.HOLD, reason, *(told for _, told in signs))
        told = (
            "No card has been shown yet." if payment is None else "The card gives no sign of another's money."
        )
        uncounted = () if history is not None else (NOT_COUNTED,)
        return self.answer(policy, Outcome.ALLOW, "clear", told, *uncounted)


def _counted_signs(history: GivingHistory, policy: RulePolicy) -> Iterator[tuple[str, str]]:
    days = f"in the last {CARD_WINDOW_DAYS} days"
    if history.donors_of_card >= DONORS_OF_CARD.of(policy):
        yield "shared_card", f"{history.donors_of_card} addresses used this card {days}."
    if history.cards_of_donor >= CARDS_OF_DONOR.of(policy):
        yield "many_cards", f"This address used {history.cards_of_donor} cards {days}."


def _signs_of_card(
    subject: ScreeningSubject, payment: PaymentFacts, policy: RulePolicy
) -> Iterator[tuple[str, str]]:
    minor = subject.amount.minor
    if payment.funding == _PREPAID and minor > PREPAID_ABOVE.of(policy):
        yield "prepaid", "The card is prepaid."
    checks = {"address": payment.address_check, "postal code": payment.postal_code_check}
    failed = [name for name, answer in checks.items() if answer == _FAILED]
    if failed and minor > FAILED_CHECK_ABOVE.of(policy):
        yield "failed_check", f"The bank does not know this {' and '.join(failed)} for the card."
    names = (subject.donor_name, subject.organisation_name, subject.true_donor_name)
    if minor > OTHER_CARDHOLDER_ABOVE.of(policy) and is_someone_else(payment.billing_name, names):
        yield "other_cardholder", "The name on the card shares no word with the names the donor gave."
