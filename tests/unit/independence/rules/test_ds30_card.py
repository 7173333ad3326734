from __future__ import annotations

from dataclasses import replace

import pytest

from factually.foundation.money import Money
from factually.independence.facts import GivingHistory
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds30_card import CardSigns
from factually.independence.subjects import PaymentFacts
from tests.support.independence_factories import OWN_GIFT
from tests.support.rule_factories import case_with, shipped_rule

POLICY = shipped_rule("DS30")
CLEAN = PaymentFacts(funding="credit", billing_name="A Reader", address_check="pass")


@pytest.mark.parametrize(
    ("payment", "minor", "reason"),
    [
        (None, 6_000, "clear"),
        (CLEAN, 6_000, "clear"),
        (replace(CLEAN, funding="prepaid"), 500, "prepaid"),
        (replace(CLEAN, address_check="fail"), 500, "failed_check"),
        (replace(CLEAN, postal_code_check="fail"), 500, "failed_check"),
        (replace(CLEAN, address_check="unavailable", postal_code_check="unchecked"), 500, "clear"),
        (replace(CLEAN, billing_name="Bob Banker"), 5_000, "clear"),
        (replace(CLEAN, billing_name="Bob Banker"), 5_001, "other_cardholder"),
        (replace(CLEAN, billing_name=None), 5_001, "clear"),
    ],
)
def test_what_the_card_says_of_itself_holds(payment: PaymentFacts | None, minor: int, reason: str) -> None:
    subject = replace(OWN_GIFT, payment=payment, amount=Money(minor, "USD"))
    finding = CardSigns().find(case_with(subject=subject), POLICY)
    assert finding.reason_text == POLICY.reasons[reason]
    assert finding.outcome is (Outcome.ALLOW if reason == "clear" else Outcome.HOLD)


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (GivingHistory(donors_of_card=2, cards_of_donor=2), "clear"),
        (GivingHistory(donors_of_card=3), "shared_card"),
        (GivingHistory(cards_of_donor=3), "many_cards"),
    ],
)
def test_three_donors_or_three_cards_in_thirty_days_hold(history: GivingHistory, reason: str) -> None:
    finding = CardSigns().find(case_with(history=history), POLICY)
    assert finding.reason_text == POLICY.reasons[reason]


def test_every_sign_is_told_and_amounts_are_the_policys() -> None:
    payment = PaymentFacts(funding="prepaid", billing_name="Bob Banker", address_check="fail")
    case = case_with(
        subject=replace(OWN_GIFT, payment=payment), history=GivingHistory(donors_of_card=4, cards_of_donor=3)
    )
    assert len(CardSigns().find(case, POLICY).evidence) == 4
    lenient = shipped_rule("DS30", prepaid_above_minor=500, failed_check_above_minor=500)
    assert len(CardSigns().find(case, lenient).evidence) == 2
