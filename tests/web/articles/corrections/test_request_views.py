from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from factually.articles.corrections import request_views
from factually.articles.corrections.models import CorrectionRequest
from factually.foundation.identifiers import new_public_id
from tests.support.article_factories import short_text
from tests.support.correction_requests import REASON, REPORT, Readers

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.newsroom import Newsroom

PAYLOAD = '"><script>alert(1)</script>'
SENT = {
    "wrong": REPORT.wrong,
    "instead": f"{REPORT.instead}\r\n{PAYLOAD}",
    "source": "https://Water.example/boiling?utm_source=x",
    "name": "Ada of Graz",
    "email": "ada@example.org",
}


@pytest.fixture
def readers(newsroom: Newsroom, keyring: Keyring) -> Readers:
    return Readers(newsroom, keyring)


@pytest.fixture
def slug(newsroom: Newsroom) -> str:
    """Return the slug of a public article."""
    begun = newsroom.begin(short_text())
    newsroom.publish(begun)
    return begun


def address(slug: str) -> str:
    return f"/fact-checks/{slug}/report-an-error"


def form_id(client: FlaskClient, slug: str) -> str:
    found = re.search(r'name="request" value="([a-z2-7]{26})"', client.get(address(slug)).text)
    assert found is not None
    return found[1]


def requests_kept(database: Database) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(CorrectionRequest)) or 0


def test_an_article_leads_to_a_form_that_says_what_is_kept_how_long(client: FlaskClient, slug: str) -> None:
    assert f'href="{address(slug)}"' in client.get(f"/fact-checks/{slug}").text
    page = client.get(address(slug))
    assert page.headers["Cache-Control"] == "no-store"
    assert "or after 365 days without one" in page.text
    assert "30 days after we wrote them" in page.text


def test_a_report_sent_twice_is_one_and_is_followed_on_its_page(
    client: FlaskClient, database: Database, readers: Readers, slug: str
) -> None:
    sent = SENT | {"request": form_id(client, slug)}
    answers = [client.post(address(slug), data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert requests_kept(database) == 1
    page = client.get(answers[0].headers["Location"])
    assert "Waits for an answer" in page.text
    assert PAYLOAD not in page.text
    assert PAYLOAD in html.unescape(page.text)
    assert 'href="https://water.example/boiling"' in page.text
    assert "ada" not in page.text.lower()
    assert [letter.to for letter in readers.letters()] == ["ada@example.org"]


def test_one_address_is_not_written_to_without_end(client: FlaskClient, readers: Readers, slug: str) -> None:
    for _ in range(4):
        client.post(address(slug), data=SENT | {"request": new_public_id()})
    assert len(readers.letters()) == 3


def test_a_report_that_will_not_do_is_named_and_kept_nowhere(
    client: FlaskClient, database: Database, newsroom: Newsroom, slug: str
) -> None:
    changes: tuple[tuple[dict[str, str], str], ...] = (
        ({"wrong": " "}, "Say what is wrong."),
        ({"instead": ""}, "Say what is right."),
        ({"wrong": "x" * 3_001}, "Use at most 3,000 characters."),
        ({"source": "javascript:alert(1)"}, "begins with https://"),
        ({"name": "x" * 201}, "Use at most 200 characters."),
        ({"email": "ada at example"}, "Enter an e-mail address"),
        ({"email": f"{'x' * 250}@example.org"}, "This address is too long."),
        ({"request": "../x"}, "This form is damaged"),
        ({"wrong": "a\x00b"}, "characters that can't be stored"),
    )
    for changed, sentence in changes:
        newsroom.clock.advance(timedelta(minutes=1))
        answer = client.post(address(slug), data=SENT | {"request": new_public_id()} | changed)
        assert answer.status_code == 422
        assert sentence in html.unescape(answer.text)
    assert requests_kept(database) == 0


def test_what_nobody_sees_can_not_be_reported_or_followed(
    client: FlaskClient, newsroom: Newsroom, readers: Readers, slug: str
) -> None:
    hidden = newsroom.begin(short_text(title="Fact check: Is ice cold?"))
    assert client.get(address(hidden)).status_code == 404
    assert client.post(address(hidden), data=SENT).status_code == 404
    assert client.get("/correction-requests/unknown").status_code == 404
    request = readers.report(slug)
    newsroom.order(slug, "unpublish", reason="It names a private person.")
    followed = client.get(f"/correction-requests/{request.public_id}")
    assert followed.status_code == 200
    assert f'href="/fact-checks/{slug}"' not in followed.text


def test_outcomes_are_public_with_the_readers_words_once_they_are_decided(
    client: FlaskClient, newsroom: Newsroom, readers: Readers, slug: str
) -> None:
    waiting = readers.report(slug, replace(REPORT, wrong="This waits for somebody."))
    newsroom.clock.advance(timedelta(days=1))
    declined = readers.report(slug, replace(REPORT, wrong="This was nothing."))
    readers.decide(declined.id, "declined")
    spam = readers.report(slug, replace(REPORT, wrong="Buy something."))
    readers.decide(spam.id, "set_aside")
    assert "Buy something." not in client.get(f"/correction-requests/{spam.public_id}").text
    accepted = readers.report(slug, replace(REPORT, wrong="This is taken up."))
    readers.decide(accepted.id, "accepted")
    page = client.get("/corrections/requests")
    assert "s-maxage=60" in page.headers["Cache-Control"]
    assert "This was nothing." in page.text
    assert REASON in page.text
    for hidden in ("This waits", "Buy something.", "This is taken up.", "Ada", waiting.public_id):
        assert hidden not in page.text
    counted = "".join(page.text.split())
    assert "<dt>Waiting</dt><dd>2</dd>" in counted
    assert "<dt>Setaside</dt><dd>1</dd>" in counted
    assert 'datetime="2026-11-24"' in page.text


def test_reports_about_what_was_taken_down_are_neither_shown_nor_counted(
    client: FlaskClient, newsroom: Newsroom, readers: Readers, slug: str
) -> None:
    readers.report(slug)
    readers.decide(readers.report(slug).id, "declined")
    newsroom.order(slug, "unpublish", reason="It names a private person.")
    page = client.get("/corrections/requests").text
    assert "No report has been decided so far." in page
    assert "<dt>Waiting</dt><dd>0</dd>" in "".join(page.split())


def test_an_answer_names_the_day_of_its_note(
    client: FlaskClient, newsroom: Newsroom, readers: Readers, slug: str
) -> None:
    request = readers.report(slug)
    newsroom.revise(slug, short_text(section="Altitude moves it [1] [2]."))
    readers.decide(request.id, "answered", note_id=readers.newest_note(slug))
    for path in ("/corrections/requests", f"/correction-requests/{request.public_id}"):
        page = client.get(path).text
        assert "Answered with the note of" in page
        assert f'href="/fact-checks/{slug}#notes"' in page


def test_earlier_outcomes_stand_behind_a_place(
    client: FlaskClient, readers: Readers, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_views, "OUTCOMES_A_PAGE", 1)
    for wrong in ("The first one.", "The second one."):
        readers.decide(readers.report(slug, replace(REPORT, wrong=wrong)).id, "declined")
    first = client.get("/corrections/requests").text
    assert "The first one." not in first
    older = first.split('<a href="/corrections/requests?before=')[1].split('"')[0]
    assert "The first one." in client.get(f"/corrections/requests?before={older}").text
    assert client.get("/corrections/requests?before=x").status_code == 422
