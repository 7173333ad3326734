from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money
from factually.independence.deciding import decide, deciding_finding, hold_for_failure
from factually.independence.outcomes import Outcome
from factually.independence.policy import parse_policy
from factually.independence.rules.catalogue import RULES
from factually.independence.subjects import Capacity, PaymentFacts, ScreeningSubject
from tests.support.independence_factories import (
    FACTS,
    NOW,
    OWN_GIFT,
    REGISTER,
    case_of,
    organisation_gift,
    shipped_policy,
)
from tests.support.rule_factories import earlier_policy

if TYPE_CHECKING:
    from factually.independence.facts import Facts

POLICY = shipped_policy()


@pytest.mark.parametrize(
    ("subject", "outcome", "rule_id"),
    [
        (OWN_GIFT, Outcome.ALLOW, None),
        (organisation_gift("Made-up Bakery"), Outcome.ALLOW, None),
        (organisation_gift("N/A"), Outcome.ALLOW, None),
        (organisation_gift("Republican National Committee"), Outcome.REFUSE, "DS03"),
        (organisation_gift("Committee C00401224"), Outcome.REFUSE, "DS03"),
        (organisation_gift("Democratic National Committee"), Outcome.HOLD, "DS03"),
        (organisation_gift("ActBlue"), Outcome.HOLD, "DS03"),
        (replace(OWN_GIFT, donor_name="Republican National Committee"), Outcome.HOLD, "DS14"),
        (replace(OWN_GIFT, donor_name="Maria Madeup"), Outcome.ALLOW, None),
        (replace(OWN_GIFT, political_group=True), Outcome.REFUSE, "DS02"),
        (replace(OWN_GIFT, capacity=None), Outcome.REFUSE, "DS01"),
        (replace(OWN_GIFT, payment=PaymentFacts(billing_name="ActBlue")), Outcome.HOLD, "DS14"),
    ],
)
def test_the_rules_decide_together(subject: ScreeningSubject, outcome: Outcome, rule_id: str | None) -> None:
    decision = decide(case_of(subject), POLICY)
    finding = deciding_finding(decision.outcome, decision.findings)
    assert decision.outcome is outcome
    assert (finding and finding.rule_id) == rule_id


def test_every_rule_answers_also_where_it_found_nothing() -> None:
    decision = decide(case_of(OWN_GIFT), POLICY)
    assert [finding.rule_id for finding in decision.findings] == [rule.id for rule in POLICY.rules]
    assert {finding.rule_id for finding in decision.findings} == RULES.keys()
    assert all(finding.reads and finding.evidence and finding.reason_text for finding in decision.findings)


@pytest.mark.parametrize(
    "facts",
    [
        replace(FACTS, registers=(replace(REGISTER, retrieved_at=NOW - timedelta(days=8, seconds=1)),)),
        replace(FACTS, registers=()),
        replace(FACTS, failure="Disconnected."),
    ],
)
def test_a_screening_that_could_not_look_holds_everyone(facts: Facts) -> None:
    decision = decide(case_of(OWN_GIFT, facts=facts), POLICY)
    finding = deciding_finding(decision.outcome, decision.findings)
    assert decision.outcome is Outcome.HOLD
    assert finding is not None
    assert finding.rule_id == "DS29"


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        (OWN_GIFT, Outcome.ALLOW),
        (organisation_gift("ActBlue"), Outcome.HOLD),
        (organisation_gift("Republican National Committee"), Outcome.REFUSE),
        (
            replace(OWN_GIFT, donor_name="ActBlue", employer="ActBlue", amount=Money(500_000, "USD")),
            Outcome.HOLD,
        ),
    ],
)
def test_a_policy_from_before_the_newer_rules_is_run_with_the_rules_it_names(
    subject: ScreeningSubject, outcome: Outcome
) -> None:
    decision = decide(case_of(subject), parse_policy(earlier_policy()))
    assert decision.outcome is outcome
    assert [finding.rule_id for finding in decision.findings] == ["DS01", "DS02", "DS03", "DS14", "DS29"]


def test_without_a_policy_every_gift_is_held() -> None:
    decision = hold_for_failure("No policy is in force.")
    assert decision.outcome is Outcome.HOLD
    assert decision.findings[0].evidence == ("The screening failed: No policy is in force.",)


def test_the_public_sentences_tell_nothing_of_the_lists() -> None:
    for subject in (organisation_gift("ActBlue"), organisation_gift("Republican National Committee")):
        for finding in decide(case_of(subject), POLICY).findings:
            assert "C00" not in finding.reason_text
            assert "ActBlue".casefold() not in finding.reason_text.casefold()


hostile_text = st.one_of(
    st.text(),
    st.text(st.characters(categories=["Cs", "Cc", "Lo", "Mn", "So"])),
    st.sampled_from(["", "x", "x" * 10_000, "\x00", "\ud800", "שלום", "🗳️", "<b>PAC</b>", "(((", "//", "AKA"]),
)


@given(
    name=hostile_text,
    organisation=hostile_text,
    capacity=st.sampled_from([None, *Capacity]),
    political_group=st.sampled_from([None, True, False]),
)
def test_any_text_leads_to_a_decision_or_is_named_invalid(
    *, name: str, organisation: str, capacity: Capacity | None, political_group: bool | None
) -> None:
    with suppress(InvalidInput):
        subject = replace(
            OWN_GIFT,
            donor_name=name,
            organisation_name=organisation,
            true_donor_name=name,
            capacity=capacity,
            political_group=political_group,
        )
        case = case_of(subject)
        assert decide(case, POLICY).outcome in Outcome
