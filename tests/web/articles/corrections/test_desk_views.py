from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.article_factories import short_text
from tests.support.correction_requests import REASON, REPORT, Readers
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.foundation.crypto import Keyring
    from tests.support.newsroom import Newsroom


@pytest.fixture
def readers(newsroom: Newsroom, keyring: Keyring) -> Readers:
    return Readers(newsroom, keyring)


@pytest.fixture
def slug(newsroom: Newsroom) -> str:
    """Return the slug of a public article."""
    begun = newsroom.begin(short_text())
    newsroom.publish(begun)
    return begun


@pytest.fixture
def editor(client: FlaskClient, newsroom: Newsroom) -> FlaskClient:
    newsroom.give_password(newsroom.writer)
    client.post("/sign-in", data={"email": newsroom.writer.email, "password": PASSWORD})
    return client


def test_what_waits_longest_stands_first_with_its_days(
    editor: FlaskClient, newsroom: Newsroom, readers: Readers, slug: str
) -> None:
    assert "Nothing waits." in editor.get("/newsroom/requests").text
    readers.report(slug, replace(REPORT, wrong="The elder one."))
    newsroom.clock.advance(timedelta(minutes=10))
    readers.report(slug, replace(REPORT, wrong="The younger one."))
    decided = readers.report(slug, replace(REPORT, wrong="The decided one."))
    readers.decide(decided.id, "set_aside")
    page = editor.get("/newsroom/requests").text
    places = [page.index(words) for words in ("The elder one.", "The younger one.", "The decided one.")]
    assert places == sorted(places)
    assert 'aria-current="page">Requests' in page


def test_a_report_is_taken_up_and_the_correction_begun_from_its_page(
    editor: FlaskClient, newsroom: Newsroom, readers: Readers, slug: str
) -> None:
    request = readers.report(slug)
    address = f"/newsroom/requests/{request.id}"
    page = editor.get(address).text
    assert "To be thanked as <strong>Ada of Graz</strong>" in page
    assert "ada@example.org" not in page
    assert "begin_correction" not in page
    assert editor.post(address, data={"outcome": "accepted", "reason": REASON}).status_code == 303
    page = editor.get(address).text
    assert REASON in page
    begin = f"/newsroom/articles/{newsroom.article(slug).id}/review"
    assert f'action="{begin}"' in page
    draft = str(newsroom.article(slug).draft_id)
    assert editor.post(begin, data={"act": "begin_correction", "draft": draft}).status_code == 303
    assert newsroom.article(slug).standing == "correcting"


def test_a_note_answers_a_report_and_others_with_it(
    editor: FlaskClient, newsroom: Newsroom, readers: Readers, slug: str
) -> None:
    first, second = readers.report(slug), readers.report(slug, replace(REPORT, wrong="The same again."))
    address = f"/newsroom/requests/{first.id}"
    assert 'value="answered"' not in editor.get(address).text
    newsroom.revise(slug, short_text(section="Altitude moves it [1] [2]."))
    assert f'name="others" id="other-{second.id}"' in editor.get(address).text
    sent = {"outcome": "answered", "reason": REASON, "note": readers.newest_note(slug), "others": second.id}
    assert editor.post(address, data=sent).status_code == 303
    for request in (first, second):
        page = editor.get(f"/newsroom/requests/{request.id}").text
        assert "Answered with the note of" in page
        assert ">Decide</button>" not in page
    assert "Nothing waits." in editor.get("/newsroom/requests").text


def test_a_decision_that_will_not_do_says_why_and_decides_nothing(
    editor: FlaskClient, readers: Readers, slug: str
) -> None:
    request = readers.report(slug)
    for sent, sentence in (
        ({"outcome": "joke"}, "Choose what is decided."),
        ({"outcome": "declined", "reason": "No."}, "Give a reason of 10"),
        ({"outcome": "answered", "note": "x"}, "Choose a note of this article."),
        ({"outcome": "answered", "note": "9" * 30}, "Choose a note of this article."),
        ({"outcome": "answered", "others": "x"}, "Choose reports of this list."),
    ):
        answer = editor.post(f"/newsroom/requests/{request.id}", data={"reason": REASON} | sent)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "Waits for an answer" in answer.text
    assert len(readers.letters()) == 1


def test_what_a_colleague_decided_meanwhile_stands(editor: FlaskClient, readers: Readers, slug: str) -> None:
    request = readers.report(slug)
    readers.decide(request.id, "declined")
    answer = editor.post(f"/newsroom/requests/{request.id}", data={"outcome": "accepted", "reason": REASON})
    assert answer.status_code == 409
    assert "A colleague has decided this already." in answer.text
    assert "Not changed" in answer.text
