from __future__ import annotations

import uuid
from typing import Any

import pytest

from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift
from factually.independence.facts import Facts
from factually.independence.findings import Finding
from factually.independence.outcomes import Outcome, strictest
from factually.independence.results import ScreeningResult, Verdict
from factually.independence.subjects import Stage
from factually.oversight.explaining import explain, money_sentence
from tests.support.independence_factories import NOW


def gift_in(state: GiftState, **more: Any) -> Gift:  # noqa: ANN401 - columns of many types
    columns = {"amount_minor": 500, "currency": "USD", "captured_minor": 500, "refunded_minor": 200}
    return Gift(state=state.value, **{**columns, **more})


def screened(**outcomes: Outcome) -> ScreeningResult:
    findings = tuple(
        Finding(rule_id=rule, outcome=outcome, reads=(), reason_text="Because.")
        for rule, outcome in outcomes.items()
    )
    return ScreeningResult(
        id=uuid.uuid4(),
        gift_id=uuid.uuid4(),
        stage=Stage.AFTER_AUTHORISATION,
        outcome=strictest(outcomes.values()),
        policy_version="1",
        facts=Facts(now=NOW),
        findings=findings,
        created_at=NOW,
    )


ALLOWED = screened(DS01=Outcome.ALLOW, DS03=Outcome.ALLOW)
HELD = screened(DS01=Outcome.ALLOW, DS03=Outcome.HOLD, DS14=Outcome.HOLD)
REFUSED = screened(DS03=Outcome.HOLD, DS02=Outcome.REFUSE)


@pytest.mark.parametrize(
    ("gift", "screening", "verdict", "tone", "title"),
    [
        (gift_in(GiftState.PLEDGED), None, None, "quiet", "Not checked yet: no card was entered"),
        (gift_in(GiftState.EXPIRED), None, None, "quiet", "Never checked: no card was entered"),
        (
            gift_in(GiftState.CAPTURED),
            ALLOWED,
            None,
            "good",
            "Allowed: two rules were checked and none objects",
        ),
        (
            gift_in(GiftState.FAILED),
            ALLOWED,
            None,
            "quiet",
            "Allowed: two rules were checked and none objects",
        ),
        (gift_in(GiftState.REFUSED), REFUSED, None, "stop", "Refused by rule DS02"),
        (gift_in(GiftState.HELD), HELD, None, "wait", "Held by rules DS03 and DS14: a person has to decide"),
        (gift_in(GiftState.FAILED), HELD, None, "quiet", "Held by rules DS03 and DS14"),
        (
            gift_in(GiftState.RELEASED, release_reason="not_decided_in_time"),
            HELD,
            None,
            "quiet",
            "Held by rules DS03 and DS14; nobody decided in time",
        ),
        (gift_in(GiftState.CAPTURED), HELD, (Verdict.ACCEPT, "Ada"), "good", "Accepted by Ada"),
        (gift_in(GiftState.REFUNDED), HELD, (Verdict.ACCEPT, "Ada"), "good", "Accepted by Ada"),
        (
            gift_in(GiftState.EXPIRED),
            HELD,
            (Verdict.ACCEPT, "Ada"),
            "wait",
            "Accepted by Ada; the money has not been taken",
        ),
        (gift_in(GiftState.RELEASED), HELD, (Verdict.REFUSE, "Ada"), "stop", "Refused by Ada"),
    ],
)
def test_a_gift_is_explained_by_whoever_decided_it(
    gift: Gift,
    screening: ScreeningResult | None,
    verdict: tuple[Verdict, str] | None,
    tone: str,
    title: str,
) -> None:
    told = explain(gift, screening, verdict)
    assert (told.tone, told.title) == (tone, title)


def test_a_lapsed_hold_is_told_from_a_form_left_open() -> None:
    assert "lapse" in money_sentence(gift_in(GiftState.EXPIRED, charge_id="ch_1"))
    assert "time for paying" in money_sentence(gift_in(GiftState.EXPIRED))


def test_ten_rules_are_counted_in_figures() -> None:
    many = screened(**{f"DS{number:02}": Outcome.ALLOW for number in range(1, 11)})
    assert explain(gift_in(GiftState.CAPTURED), many, None).title.startswith("Allowed: 10 rules")


@pytest.mark.parametrize("state", list(GiftState))
def test_no_state_says_that_money_was_taken_before_it_was(state: GiftState) -> None:
    sentence = money_sentence(gift_in(state))
    taken = {"captured", "partly_refunded", "refunded", "disputed", "won", "lost"}
    assert ("$5.00 was taken" in sentence) == (state in taken)


def test_a_refusal_before_payment_says_that_the_provider_never_heard_of_it() -> None:
    assert "never heard" in money_sentence(gift_in(GiftState.REFUSED))
    assert "never heard" not in money_sentence(gift_in(GiftState.REFUSED, payment_intent_id="pi_1"))


@pytest.mark.parametrize(
    ("instruction", "words"), [("capture", "asked to take $5.00"), ("release", "asked to cancel the hold")]
)
def test_a_decision_whose_answer_is_awaited_says_so(instruction: str, words: str) -> None:
    assert words in money_sentence(gift_in(GiftState.HELD, instruction=instruction))


@pytest.mark.parametrize(
    "state", [GiftState.AUTHORISED, GiftState.HELD, GiftState.RELEASED, GiftState.EXPIRED]
)
def test_a_month_never_was_a_hold(state: GiftState) -> None:
    sentence = money_sentence(gift_in(state, monthly_gift_id=uuid.uuid4()))
    assert "hold" not in sentence
    assert sentence != money_sentence(gift_in(state))
