from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from factually.donations.models import GiftEvent, PaymentAttempt
from factually.independence.facts import Facts
from factually.independence.outcomes import Outcome
from factually.independence.results import RecordedDecision, ScreeningResult, Verdict
from factually.independence.subjects import Stage
from factually.oversight.read_models import LetterRow
from factually.oversight.timeline import JournalLine, Records, accounts_in, history
from tests.support.independence_factories import NOW

ADA = uuid.UUID(int=7)
NOTHING = Records(
    events=(), attempts=(), screenings=(), decision=None, letters=(), journal=(), people={str(ADA): "Ada"}
)
LATER = NOW + timedelta(hours=1)


def event(fact: str, *, actor: tuple[str, str] = ("system", "factually")) -> GiftEvent:
    return GiftEvent(fact=fact, at=NOW, actor_kind=actor[0], actor_id=actor[1])


def screening(stage: Stage) -> ScreeningResult:
    return ScreeningResult(
        id=uuid.uuid4(),
        gift_id=uuid.uuid4(),
        stage=stage,
        outcome=Outcome.HOLD,
        policy_version=None,
        facts=Facts(now=NOW),
        findings=(),
        created_at=NOW,
    )


def entry(name: str, **details: object) -> JournalLine:
    return JournalLine(NOW, "account", str(ADA), name, details)


def texts(records: Records) -> list[str]:
    return [text for _, text in history(records)]


def test_what_shares_a_moment_stands_with_its_cause_first() -> None:
    decision = RecordedDecision(
        id=uuid.uuid4(),
        gift_id=uuid.uuid4(),
        screening_id=uuid.uuid4(),
        policy_version=None,
        verdict=Verdict.ACCEPT,
        reviewer_id=ADA,
        reason="A shop of that name.",
        decided_at=NOW,
    )
    records = replace(
        NOTHING,
        events=[
            event("captured", actor=("account", str(ADA))),
            event("held", actor=("stripe", "webhook")),
            event("authorised"),
            event("attempted", actor=("donor", "form")),
            event("pledged", actor=("donor", "form")),
        ],
        screenings=[screening(Stage.AFTER_AUTHORISATION), screening(Stage.BEFORE_AUTHORISATION)],
        decision=decision,
        letters=[LetterRow("the receipt", NOW, LATER)],
        journal=[entry("gift.review_accept"), entry("gift.viewed")],
    )
    assert texts(records) == [
        "The donor sent the form.",
        "Checked before payment without a policy: hold.",
        "The card was sent to the payment provider.",
        "The bank put a hold on the card, seen by the worker.",
        "Checked after the bank's answer without a policy: hold.",
        "Left for a person to decide, told by the payment provider.",
        "Ada accepted the gift: “A shop of that name.”",
        "The money was taken, on the page of Ada.",
        "A letter to the donor was written: the receipt.",
        "Ada looked at this case.",
        "The letter was sent: the receipt.",
    ]


def test_only_attempts_that_went_wrong_are_told() -> None:
    attempts = [
        PaymentAttempt(
            kind=kind, number=1, outcome=outcome, finished_at=finished, code=code, decline_code=decline
        )
        for kind, outcome, finished, code, decline in (
            ("authorise", "declined", NOW, "card_declined", "insufficient_funds"),
            ("authorise", "accepted", NOW, None, None),
            ("capture", "refused", NOW, "unexpected_state", None),
            ("release", "unanswered", NOW, None, None),
            ("release", None, None, None, None),
        )
    ]
    assert texts(replace(NOTHING, attempts=attempts)) == [
        "Card 1 did not pay (insufficient_funds).",
        "Try 1 to take the money was refused by the payment provider (unexpected_state).",
        "Try 1 to cancel the hold got no answer.",
    ]


def test_looks_in_a_row_by_one_person_are_one_line() -> None:
    looks = [entry("gift.viewed"), replace(entry("gift.viewed"), at=LATER)]
    other = replace(looks[1], actor_id=str(uuid.UUID(int=8)))
    assert texts(replace(NOTHING, journal=[*looks, other])) == [
        "Ada looked at this case, 2 times, last on 2026-11-24 13:00 UTC.",
        f"account {uuid.UUID(int=8)} looked at this case.",
    ]


def test_an_opened_donor_record_is_told_each_time_with_its_reason() -> None:
    opened = entry("gift.donor_viewed", reason="An appeal.")
    assert texts(replace(NOTHING, journal=[opened, opened])) == 2 * [
        "Ada opened the donor record: “An appeal.”"
    ]


def test_what_went_wrong_is_told_and_an_unknown_event_is_shown_as_it_is() -> None:
    journal = [
        entry("gift.contradicted", reason="captured cannot happen to a pledged gift"),
        entry("gift.capture_stopped"),
        entry("gift.stray_intent"),
        entry("gift.sung_about"),
    ]
    assert texts(replace(NOTHING, journal=journal)) == [
        "A report contradicted the gift and changed nothing: captured cannot happen to a pledged gift.",
        "Taking the money was stopped: no clearance is recorded.",
        "The payment provider had a second payment for this gift.",
        "gift.sung_about, by Ada.",
    ]


def test_a_refusing_person_is_named() -> None:
    decision = RecordedDecision(
        id=uuid.uuid4(),
        gift_id=uuid.uuid4(),
        screening_id=uuid.uuid4(),
        policy_version="1",
        verdict=Verdict.REFUSE,
        reviewer_id=ADA,
        reason="It is the committee.",
        decided_at=NOW,
    )
    assert texts(replace(NOTHING, decision=decision)) == ["Ada refused the gift: “It is the committee.”"]


def test_only_accounts_are_asked_for_their_names() -> None:
    events = [event("pledged", actor=("donor", "form")), event("captured", actor=("account", "1"))]
    assert accounts_in(events, [entry("gift.viewed")]) == {"1", str(ADA)}


def test_a_month_is_told_without_a_hold() -> None:
    steps = [text for _, text in history(replace(NOTHING, events=[event("authorised")], monthly=True))]
    assert steps == ["The bank lets the saved card be charged, seen by the worker."]
