"""A register changes after gifts were taken: what comes into doubt, and what a person then decides."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from factually.donations.lifecycle import GiftState
from factually.donations.pledges import Donor
from factually.donations.rescreening import DoubtRuling, settle_doubt
from factually.donations.reviewing import Ruling, review_gift
from factually.foundation.errors import Conflict, InvalidInput
from factually.independence.models import Screening
from factually.independence.outcomes import Outcome
from factually.independence.publishing import publish_policy
from factually.independence.queries import clearance, screenings_of
from factually.independence.registers.entries import Entry
from factually.independence.rescreening import walking
from factually.independence.rescreening.models import Remedy, RescreeningCase
from factually.independence.rescreening.queries import cases_of
from factually.independence.results import Clearance, Verdict
from factually.independence.subjects import Stage
from tests.support.donation_factories import (
    SECOND_FROM,
    SHARED_NAME,
    GivingDesk,
    organisation_pledge,
    pledge_of,
)
from tests.support.people import add_person
from tests.support.register_changes import (
    NEW_GROUP,
    NEWCOMER,
    change_register,
    counted,
    progress_of,
    rescreen,
    run_of,
)
from tests.support.rule_factories import draft_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.donations.models import Gift
    from factually.independence.rescreening.queries import DoubtCase

REASON = "The committee is another body of that name."


def cases(desk: GivingDesk, gift: Gift) -> Sequence[DoubtCase]:
    with desk.database.transaction() as session:
        return cases_of(session, gift.id, keyring=desk.keyring)


def decide(
    desk: GivingDesk, gift: Gift, remedy: Remedy, reviewer_id: uuid.UUID, reason: str = REASON
) -> None:
    ruling = DoubtRuling(remedy=remedy, reason=reason, reviewer_id=reviewer_id, second_from=SECOND_FROM)
    with desk.database.transaction() as session:
        settle_doubt(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())


def test_taken_money_comes_into_doubt_with_a_clock_of_thirty_days(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(NEW_GROUP))
    other = desk.give(organisation_pledge("Miller Bakery"))
    assert gift.state == other.state == GiftState.CAPTURED
    change_register(desk, NEWCOMER)
    run = rescreen(desk)
    assert (run.kind, run.opened, run.unreadable) == ("fec_committees", 1, 0)
    assert run.finished_at == desk.clock.now()
    (case,) = cases(desk, gift)
    assert case.return_by == case.opened_at + timedelta(days=30)
    assert case.decision is None
    assert cases(desk, other) == []
    assert desk.gift(gift.id).state == GiftState.CAPTURED
    assert desk.journal()[-1] == "gift.in_doubt"


def test_a_stricter_policy_puts_money_in_doubt_that_the_one_before_took(desk: GivingDesk) -> None:
    publish(desk, "milder", "allow")
    rescreen(desk)
    gift = desk.give(pledge_of(donor=Donor(name="Ada Reader", email="ada@example.org", employer="ActBlue")))
    assert gift.state == GiftState.CAPTURED
    desk.clock.advance(timedelta(minutes=1))
    publish(desk, "stricter", "hold")
    run = rescreen(desk)
    assert (run.kind, run.opened) == (None, 1)
    assert len(cases(desk, gift)) == 1


def publish(desk: GivingDesk, version: str, employer: str) -> None:
    """Put a policy in force that holds gifts by the donor's employer, or doesn't."""
    document = json.loads(draft_policy(DS14={"employer": employer}).document)
    first_day = {"version": version, "effective_from": desk.clock.now().isoformat()}
    with desk.database.transaction() as session:
        publish_policy(session, json.dumps({**document, **first_day}), now=desk.clock.now())


def test_the_finding_behind_a_case_names_the_new_row(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    rescreen(desk)
    (case,) = cases(desk, gift)
    with desk.database.transaction() as session:
        latest = screenings_of(session, gift.id, keyring=desk.keyring)[-1]
    finding = latest.findings[case.position]
    assert (latest.id, latest.stage) == (case.screening_id, Stage.RESCREENING)
    assert finding.register is not None
    assert finding.register.key == NEWCOMER.key
    assert finding.outcome is not Outcome.ALLOW


def test_running_again_opens_nothing_and_stores_nothing(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER, Entry(key="C00900006", name=NEWCOMER.name))
    assert rescreen(desk).opened == 2
    before = counted(desk.database)
    assert rescreen(desk, whole=True).opened == 0
    assert counted(desk.database) == before


def test_a_gift_that_still_passes_leaves_no_row(desk: GivingDesk) -> None:
    desk.give()
    _, before = counted(desk.database)
    change_register(desk, NEWCOMER)
    run = rescreen(desk)
    assert (run.screened, run.opened) == (1, 0)
    assert counted(desk.database) == (0, before)


def test_a_gift_whose_money_never_came_is_left_alone(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP), card="pm_card_visa_chargeDeclined")
    change_register(desk, NEWCOMER)
    assert rescreen(desk).opened == 0


def test_the_row_that_a_person_has_accepted_opens_no_case(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    auditor = add_person(desk.database, "auditor", now=desk.clock.now())
    with desk.database.transaction() as session:
        ruling = Ruling(verdict=Verdict.ACCEPT, reason=REASON, reviewer_id=auditor.id)
        review_gift(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())
    desk.journey.settle(gift.id)
    assert desk.gift(gift.id).state == GiftState.CAPTURED
    assert rescreen(desk, whole=True).opened == 0
    change_register(desk, Entry(key="C00900007", name=SHARED_NAME.upper()))
    assert rescreen(desk).opened == 1


def test_a_waiting_gift_gets_the_new_finding_before_its_reviewer(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    assert gift.state == GiftState.HELD
    change_register(desk, Entry(key="C00900007", name=SHARED_NAME.upper()))
    assert rescreen(desk).opened == 1
    assert cases(desk, gift) == []
    before = counted(desk.database)
    assert rescreen(desk, whole=True).opened == 0
    assert counted(desk.database) == before
    assert desk.gift(gift.id).instruction is None
    with desk.database.transaction() as session:
        assert clearance(session, gift.id) is Clearance.WAITING


def test_a_waiting_gift_that_would_be_refused_today_is_let_go(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(f"{SHARED_NAME} C00900008"))
    assert gift.state == GiftState.HELD
    change_register(desk, Entry(key="C00900008", name="SOMEBODY ELSE'S PAC"))
    assert rescreen(desk).opened == 1
    with desk.database.transaction() as session:
        assert clearance(session, gift.id) is Clearance.DENIED
    desk.journey.settle(gift.id)
    released = desk.gift(gift.id)
    assert (released.state, released.release_reason) == (GiftState.RELEASED, "refused_by_policy")


def review(desk: GivingDesk, gift: Gift, verdict: Verdict) -> None:
    auditor = add_person(desk.database, "auditor", now=desk.clock.now())
    ruling = Ruling(verdict=verdict, reason=REASON, reviewer_id=auditor.id)
    with desk.database.transaction() as session:
        review_gift(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())


def test_a_gift_that_a_person_accepted_just_before_gets_a_case(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    review(desk, gift, Verdict.ACCEPT)
    change_register(desk, Entry(key="C00900007", name=SHARED_NAME.upper()))
    assert rescreen(desk).opened == 1
    assert len(cases(desk, gift)) == 1


def test_a_gift_that_is_being_let_go_is_left_alone(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    review(desk, gift, Verdict.REFUSE)
    change_register(desk, Entry(key="C00900007", name=SHARED_NAME.upper()))
    assert rescreen(desk).opened == 0


def test_where_more_rows_changed_than_there_are_donors_all_donors_are_walked(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    desk.clock.advance(timedelta(minutes=5))
    change_register(desk, NEWCOMER, *(Entry(key=f"C0091{n:04}", name=f"MADE UP {n} PAC") for n in range(20)))
    run = rescreen(desk)
    assert (run.changed_rows, run.opened) == (None, 1)


@pytest.mark.parametrize("remedy", Remedy)
def test_a_person_settles_all_cases_of_a_gift_once(desk: GivingDesk, remedy: Remedy) -> None:
    gift = desk.give(organisation_pledge(NEW_GROUP))
    auditor = add_person(desk.database, "auditor", now=desk.clock.now())
    change_register(desk, NEWCOMER, Entry(key="C00900006", name=NEWCOMER.name))
    rescreen(desk)
    decide(desk, gift, remedy, auditor.id)
    decisions = [case.decision for case in cases(desk, gift)]
    assert [(one.remedy, one.reason, one.reviewer_id) for one in decisions if one] == [
        (remedy, REASON, auditor.id)
    ] * 2
    assert desk.journal().count(f"gift.doubt_{remedy}") == 1
    with pytest.raises(Conflict):
        decide(desk, gift, Remedy.KEEP, auditor.id)


def test_a_decision_needs_a_reason(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(NEW_GROUP))
    auditor = add_person(desk.database, "auditor", now=desk.clock.now())
    change_register(desk, NEWCOMER)
    rescreen(desk)
    with pytest.raises(InvalidInput):
        decide(desk, gift, Remedy.KEEP, auditor.id, reason="ok")
    assert [case.decision for case in cases(desk, gift)] == [None]


def test_a_donor_record_that_was_moved_is_counted_and_stops_nobody_else(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    with desk.database.transaction() as session:
        screening = session.scalars(select(Screening).order_by(Screening.number.desc()).limit(1)).one()
        session.add(
            Screening(
                id=uuid.uuid4(),
                gift_id=uuid.uuid4(),
                stage=screening.stage,
                policy_version=screening.policy_version,
                matcher=screening.matcher,
                facts=screening.facts,
                inputs=screening.inputs,
                inputs_hash=screening.inputs_hash,
                outcome=screening.outcome,
                created_at=screening.created_at,
            )
        )
    change_register(desk, NEWCOMER)
    run = rescreen(desk)
    assert (run.opened, run.unreadable) == (1, 1)


def test_an_old_donor_is_found_through_the_index(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge("Heartland Grian Patriots PAC"))
    for name in ("Miller Bakery", "Prairie Books", "Harbour School of Music"):
        for _ in range(4):
            desk.give(organisation_pledge(name))
    desk.clock.advance(timedelta(minutes=5))
    change_register(desk, NEWCOMER)
    work, numbers = run_of(desk)
    assert progress_of(desk.database, work.run_id).changed_rows == 1
    for number in numbers:
        work.walk(number)
    run = progress_of(desk.database, work.run_id)
    assert run.opened == 1
    assert len(cases(desk, gift)) == 1
    with desk.database.transaction() as session:
        assert session.scalars(select(RescreeningCase.gift_id)).all() == [gift.id]


def test_two_registers_are_compared_once_and_not_in_each_turn_of_a_run(
    desk: GivingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    gift = desk.give(organisation_pledge(NEW_GROUP))
    for _ in range(9):
        desk.give(organisation_pledge("Miller Bakery"))
    desk.clock.advance(timedelta(minutes=5))
    change_register(desk, NEWCOMER, Entry(key="C00900006", name="PRAIRIE BOOKS PAC"))
    work, [number, *_] = run_of(desk)
    monkeypatch.setattr(walking, "ROWS_AT_ONCE", 1)
    compared = comparisons_of(desk)
    turns = [replace(work).walk(number, until=desk.clock.now()) for _ in range(3)]
    assert turns == [False, False, True]
    assert len(compared) == 1
    assert len(cases(desk, gift)) == 1


def comparisons_of(desk: GivingDesk) -> list[str]:
    """The statements that compare two versions row by row, as they are sent from now on."""
    sent: list[str] = []

    def hear(*arguments: object) -> None:
        statement = str(arguments[2])
        if "content_hash IS DISTINCT FROM" in statement:
            sent.append(statement)

    event.listen(desk.database.engine, "before_cursor_execute", hear)
    return sent
