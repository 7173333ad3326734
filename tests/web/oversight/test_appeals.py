from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.donations.appeals.answering import Answer, answer_appeal
from factually.donations.appeals.filing import file_appeal
from factually.donations.appeals.links import appeal_path
from factually.donations.appeals.queries import Turnaround, turnaround
from factually.donations.appeals.terms import ANSWER_TIME, Finding
from factually.donations.sweeping import release_overdue
from factually.foundation.errors import InvalidInput
from factually.independence.results import Verdict
from tests.support.oversight_desk import CANARY, plain
from tests.support.programs import comes_true

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from factually.accounts.models import Account
    from factually.donations.models import Gift
    from tests.support.oversight_desk import OversightDesk

WORDS = "We are a shop that sells bees, and no committee of Zebulon's."
REASON = "The rule is about another organisation of that name."


def link(desk: OversightDesk, gift: Gift) -> str:
    return appeal_path(desk.giving.gift(gift.id), keyring=desk.giving.keyring)


def contest(desk: OversightDesk, gift: Gift, statement: str = WORDS) -> TestResponse:
    return desk.app.test_client().post(link(desk, gift), data={"statement": statement})


def answer(browser: FlaskClient, gift: Gift, **fields: str) -> TestResponse:
    sent = {"finding": "overturned", "reason": REASON, **fields}
    return browser.post(f"/oversight/appeals/{gift.public_id}", data=sent)


def figures(desk: OversightDesk) -> Turnaround:
    with desk.giving.database.reading() as connection:
        return turnaround(connection, now=desk.giving.clock.now())


def outcome(desk: OversightDesk) -> list[str]:
    return [letter.text for letter in desk.giving.open_letters() if letter.key.startswith("appeal-answered:")]


def test_the_gifts_page_and_the_mail_carry_a_link_that_shows_and_files(desk: OversightDesk) -> None:
    gift = desk.held_gift()
    donor = desk.app.test_client()
    page = donor.get(f"/donate/{gift.public_id}").text
    assert link(desk, gift) in page
    assert f"https://example.org{link(desk, gift)}" in desk.giving.open_letters()[0].text
    shown = plain(donor.get(link(desk, gift)).text)
    assert "Contest this decision" in shown
    assert "answers within 14 days" in shown
    assert contest(desk, gift).status_code == 303
    waiting = plain(donor.get(link(desk, gift)).text)
    assert "You have an answer by December 8, 2026" in waiting
    assert "The hold on your card is not stretched for this" in waiting
    assert desk.giving.gift(gift.id).review_deadline == gift.review_deadline
    assert desk.giving.journal()[-1] == "gift.contested"


def test_what_the_donor_wrote_is_sealed(desk: OversightDesk) -> None:
    contest(desk, desk.held_gift())
    with desk.giving.database.transaction() as session:
        stored: bytes = session.execute(text("SELECT statement FROM appeal")).scalar_one()
    assert b"bees" not in stored


@pytest.mark.parametrize("statement", ["", "too short", " " * 30 + "short", "x" * 2001])
def test_words_that_are_missing_or_too_many_file_nothing(desk: OversightDesk, statement: str) -> None:
    gift = desk.held_gift()
    refused = contest(desk, gift, statement)
    assert refused.status_code == 422
    assert "Tell us what we got wrong" in plain(refused.text)
    with pytest.raises(InvalidInput), desk.giving.database.transaction() as session:
        file_appeal(
            session, gift.public_id, statement, keyring=desk.giving.keyring, now=desk.giving.clock.now()
        )
    assert figures(desk).open == 0


def test_many_clicks_at_once_are_one_appeal(desk: OversightDesk) -> None:
    gift = desk.held_gift()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: contest(desk, gift).status_code, range(4)))
    assert sorted(answers) == [303, 409, 409, 409]
    assert figures(desk).open == 1


def test_a_link_that_has_expired_files_nothing_and_says_so(desk: OversightDesk) -> None:
    gift = desk.refused_gift()
    path = link(desk, gift)
    desk.giving.clock.advance(timedelta(days=60))
    donor = desk.app.test_client()
    for late in (donor.get(path), donor.post(path, data={"statement": WORDS})):
        assert late.status_code == 410
        assert "This link has expired" in plain(late.text)
    assert figures(desk).open == 0


def test_a_gift_that_was_taken_has_nothing_to_contest(desk: OversightDesk) -> None:
    gift = desk.captured_gift()
    assert "There is nothing to contest" in plain(desk.app.test_client().get(link(desk, gift)).text)
    assert contest(desk, gift).status_code == 409


def test_filing_is_limited_by_connection(desk: OversightDesk) -> None:
    gift = desk.held_gift()
    donor = desk.app.test_client()
    codes = [donor.post(link(desk, gift), data={"statement": "short"}).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def test_overturning_a_held_gift_takes_it_and_tells_the_donor_once(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.held_gift()
    contest(desk, gift)
    listed = plain(browser.get("/oversight/appeals").text)
    assert gift.public_id[:8] in listed
    assert "bees" not in listed
    assert "bees" in plain(browser.get(f"/oversight/appeals/{gift.public_id}").text)
    assert answer(browser, gift).status_code == 303
    assert desk.giving.gift(gift.id).state == "captured"
    assert [intent["status"] for intent in desk.giving.intents(gift.id)] == ["succeeded"]
    assert sorted(desk.giving.letters()) == ["appeal-answered", "gift-held", "gift-receipt"]
    (told,) = outcome(desk)
    assert "You were right" in told
    assert REASON in told
    assert "Auditor" not in told
    page = plain(browser.get(f"/oversight/appeals/{gift.public_id}").text)
    assert "Auditor answered on November 24, 2026" in page
    assert answer(browser, gift).status_code == 409
    assert len(outcome(desk)) == 1
    case = plain(browser.get(f"/oversight/gifts/{gift.public_id}").text)
    assert "The donor contested the decision." in case
    assert "Auditor answered the appeal: the decision is overturned." in case


def test_upholding_a_hold_cancels_it_and_a_third_person_may_be_asked_once_more(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.held_gift()
    contest(desk, gift)
    answer(browser, gift, finding="upheld")
    assert desk.giving.gift(gift.id).state == "released"
    (told,) = outcome(desk)
    assert "You can contest once more" in told
    donor = desk.app.test_client()
    assert "The decision stayed once" in plain(donor.get(link(desk, gift)).text)
    assert contest(desk, gift).status_code == 303
    assert answer(browser, gift).status_code == 403
    assert "You have judged this gift before" in plain(
        browser.get(f"/oversight/appeals/{gift.public_id}").text
    )
    other = desk.signed_in(desk.person(name="other"))
    assert answer(other, gift, finding="upheld").status_code == 303
    assert sorted("once more" in told for told in outcome(desk)) == [False, True]
    assert contest(desk, gift).status_code == 409
    assert "The decision stays" in plain(donor.get(link(desk, gift)).text)


def test_whoever_refused_a_gift_does_not_answer_its_appeal(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift = desk.held_gift()
    desk.decide(gift, auditor, Verdict.REFUSE)
    desk.giving.journey.settle(gift.id)
    contest(desk, gift)
    assert answer(browser, gift).status_code == 403
    for finding in ("overturned", "upheld"):
        forged = text(
            "UPDATE appeal SET finding = :finding, reason = decode(repeat('00', 39), 'hex'), "
            "reviewer_id = :reviewer, answered_at = :now"
        )
        values = {"finding": finding, "reviewer": auditor.id, "now": desk.giving.clock.now()}
        with (
            pytest.raises(DBAPIError, match="answers no appeal"),
            desk.giving.database.transaction() as session,
        ):
            session.execute(forged, values)
    assert answer(desk.signed_in(desk.person(name="other")), gift).status_code == 303


def test_overturning_a_refusal_moves_no_money_and_leaves_a_note_for_the_next_gift(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.refused_gift()
    contest(desk, gift)
    assert answer(browser, gift).status_code == 303
    assert desk.giving.gift(gift.id).state == "refused"
    assert "You are welcome to give again" in outcome(desk)[0]
    later = desk.held_gift()
    case = plain(browser.get(f"/oversight/gifts/{later.public_id}").text)
    assert f"a second person overturned that. Gift {gift.public_id[:8]}" in case
    assert "overturned that" not in plain(browser.get(f"/oversight/gifts/{gift.public_id}").text)
    assert "The decision was overturned" in plain(desk.app.test_client().get(link(desk, gift)).text)


def test_an_appeal_does_not_stretch_a_hold_and_is_answered_all_the_same(
    desk: OversightDesk, auditor: Account
) -> None:
    gift = desk.held_gift()
    contest(desk, gift)
    desk.giving.clock.advance(timedelta(hours=73))
    with desk.giving.database.transaction() as session:
        assert release_overdue(session, step=desk.giving.step()) == 1
    desk.giving.journey.settle(gift.id)
    assert desk.giving.gift(gift.id).state == "released"
    assert answer(desk.signed_in(auditor), gift).status_code == 303
    assert desk.giving.gift(gift.id).state == "released"
    assert "no hold is left" in outcome(desk)[0]


def test_a_gift_taken_meanwhile_needs_no_answer(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift = desk.held_gift()
    contest(desk, gift)
    desk.decide(gift, auditor)
    desk.giving.journey.settle(gift.id)
    assert "No appeal is waiting" in plain(browser.get("/oversight/appeals").text)
    assert "The gift was taken meanwhile" in plain(browser.get(f"/oversight/appeals/{gift.public_id}").text)
    assert answer(desk.signed_in(desk.person(name="other")), gift).status_code == 409
    assert figures(desk).open == 0


@pytest.mark.parametrize("fields", [{"reason": "short"}, {"finding": "perhaps"}])
def test_an_answer_without_reason_or_finding_is_none(
    desk: OversightDesk, browser: FlaskClient, fields: dict[str, str]
) -> None:
    gift = desk.held_gift()
    contest(desk, gift)
    assert answer(browser, gift, **fields).status_code == 422
    assert outcome(desk) == []


def test_a_reason_that_is_too_short_is_refused_by_the_use_case_as_well(
    desk: OversightDesk, auditor: Account
) -> None:
    gift = desk.held_gift()
    contest(desk, gift)
    short = Answer(finding=Finding.UPHELD, reason="   no      ", reviewer_id=auditor.id)
    with pytest.raises(InvalidInput), desk.giving.database.transaction() as session:
        answer_appeal(session, gift.public_id, short, post=desk.giving.post, now=desk.giving.clock.now())


def test_an_answer_is_final_and_what_was_filed_stays(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.refused_gift()
    contest(desk, gift)
    for change in (
        "UPDATE appeal SET answer_by = filed_at + interval '1 year'",
        "UPDATE appeal SET statement = decode(repeat('00', 60), 'hex')",
    ):
        with pytest.raises(DBAPIError, match="never rewritten"):
            _run(desk, change)
    answer(browser, gift)
    with pytest.raises(DBAPIError, match="never rewritten"):
        _run(desk, "UPDATE appeal SET finding = 'upheld'")
    with pytest.raises(DBAPIError, match="permission denied"):
        _run(desk, "DELETE FROM appeal")


def test_altered_words_are_shown_as_such(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.refused_gift()
    _run(
        desk,
        "INSERT INTO appeal (id, gift_id, number, statement, filed_at, answer_by) "
        "SELECT gen_random_uuid(), id, 1, decode(repeat('00', 60), 'hex'), created_at, "
        "created_at + interval '14 days' FROM gift",
    )
    assert "The stored words do not open" in plain(browser.get(f"/oversight/appeals/{gift.public_id}").text)


def test_erased_words_are_no_tampering(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.refused_gift()
    contest(desk, gift)
    _run(desk, "INSERT INTO gift_erasure SELECT id, now(), now() FROM gift")
    erased = "decode(repeat('00', 64), 'hex')"
    _run(desk, f"UPDATE gift SET donor_name = {erased}, donor_email = {erased}")  # noqa: S608 - constants
    _run(desk, f"UPDATE appeal SET statement = {erased}")  # noqa: S608 - constants
    page = plain(browser.get(f"/oversight/appeals/{gift.public_id}").text)
    assert "erased with the donor's data" in page
    assert "altered" not in page


def test_a_gift_nobody_contested_has_no_appeal(desk: OversightDesk, browser: FlaskClient) -> None:
    assert browser.get(f"/oversight/appeals/{desk.held_gift().public_id}").status_code == 404


def published(desk: OversightDesk, said: str) -> bool:
    """Whether the public page says so; a stored one is forgotten a moment after the change."""
    public = desk.app.test_client()
    return comes_true(lambda: said in plain(public.get("/independence").text), seconds=5)


def answer_after(desk: OversightDesk, days: int, finding: str) -> None:
    """Let a donor contest a refusal, and a person of that day answer."""
    gift = desk.refused_gift()
    contest(desk, gift)
    desk.giving.clock.advance(timedelta(days=days))
    answer(desk.signed_in(desk.person(name=f"person{days}")), gift, finding=finding)


def test_the_turnaround_is_public_and_names_nobody(desk: OversightDesk, auditor: Account) -> None:
    assert published(desk, "Appeals answered none yet Waiting for an answer none")
    answer_after(desk, 1, "upheld")
    assert published(
        desk,
        "Appeals answered 1 Decisions overturned none Median time to the answer 1 day Longest 1 day "
        "Waiting for an answer none",
    )
    answer_after(desk, 2, "overturned")
    answer_after(desk, 6, "upheld")
    waiting = desk.refused_gift()
    contest(desk, waiting)
    desk.giving.clock.advance(ANSWER_TIME + timedelta(seconds=1))
    assert figures(desk) == Turnaround(
        answered=3,
        overturned=1,
        median=timedelta(days=2),
        longest=timedelta(days=6),
        open=1,
        overdue=1,
    )
    assert published(
        desk,
        "Appeals answered 3 Decisions overturned 1 Median time to the answer 2 days Longest 6 days "
        "Waiting for an answer 1, of which overdue: 1",
    )
    assert CANARY.name not in desk.app.test_client().get("/independence").text
    assert "overdue" in plain(desk.signed_in(auditor).get("/oversight/appeals").text)


def test_operators_see_how_many_letters_could_not_be_delivered(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    desk.held_gift()
    assert "Waiting 1" in plain(browser.get("/oversight/letters").text)
    _run(desk, "UPDATE outgoing_letter SET undeliverable_at = '2026-11-24T12:00Z', smtp_code = 550")
    admin = desk.signed_in(desk.person("admin", name="admin"))
    page = plain(admin.get("/oversight/letters").text)
    assert "Undeliverable 1" in page
    assert "gift-held" in page
    assert "550" in page
    assert CANARY.email not in page


def _run(desk: OversightDesk, statement: str) -> None:
    with desk.giving.database.transaction() as session:
        session.execute(text(statement))
