"""The newsroom's pages on sources, as an editor uses them; the pages they name are served on loopback."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from factually.accounts.roles import EDITOR
from factually.articles.content import Source
from factually.articles.models import Article
from factually.articles.sources.capturing import Capturing
from factually.articles.sources.context import SourcesContext, install_sources, sources_context
from factually.articles.sources.models import SourceRecord
from factually.articles.sources.recording import facts_of
from factually.articles.sources.uses import Place, note_uses
from factually.foundation.identifiers import new_id
from tests.support.article_factories import published, short_text
from tests.support.people import PASSWORD, add_person
from tests.support.sources import FACTS, added_source, stored
from tests.support.web_pages import Page, Pages, serve_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

PAGE = b"""<html><head><title>Boiling, explained</title>
<meta property="og:site_name" content="Institute of Water">
<meta name="author" content="Ann Boiler"><meta property="article:published_time" content="2024-05-01"></head>
<body><article><p>Water boils at 100 degrees.</p></article></body></html>"""
FORM = {
    "step": "save",
    "url": FACTS.url,
    "title": FACTS.title,
    "publisher": FACTS.publisher,
    "csl_type": "webpage",
    "authors": "Ann Boiler",
    "published": "2024-05",
    "accessed": "2026-11-24",
    "kind": "primary",
    "independence": "A public institute.",
    "interest": "no",
    "quote": "Water boils at 100 °C.",
}
REFUSED = (
    ("title", ""),
    ("title", "a" * 501),
    ("published", "May"),
    ("interest", "yes"),
    ("interest", "maybe"),
    ("kind", "made up"),
    ("csl_type", "song"),
    ("archive_url", "https://water.example/copy"),
    ("archived_on", "2024"),
    ("quote", "a" * 2_001),
    ("version", "x"),
)
XSS = '"><script>alert(1)</script>'


@pytest.fixture
def pages(app: Flask) -> Iterator[Pages]:
    with serve_pages({"/boiling": Page(PAGE)}) as served:
        install_sources(app, SourcesContext(served.fetcher()))
        yield served


@pytest.fixture
def editor(client: FlaskClient, database: Database, clock: FrozenClock) -> FlaskClient:
    email = add_person(database, EDITOR, now=clock.now()).email
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    return client


def value_of(page: str, field: str) -> str:
    tag = re.search(rf'<input[^>]*name="{field}"[^>]*>', page)
    assert tag is not None
    value = re.search(r'value="([^"]*)"', tag[0])
    assert value is not None
    return value[1]


def test_a_pasted_address_fills_the_form_with_what_the_page_says(editor: FlaskClient, pages: Pages) -> None:
    answer = editor.post("/newsroom/sources/new", data={"step": "look", "url": pages.address("/boiling")})
    assert answer.status_code == 200
    assert value_of(answer.text, "title") == "Boiling, explained"
    assert value_of(answer.text, "publisher") == "Institute of Water"
    assert value_of(answer.text, "published") == "2024-05-01"
    assert value_of(answer.text, "accessed") == "2026-11-24"
    assert "Ann Boiler" in answer.text


def test_a_page_that_cannot_be_read_leaves_the_form_to_be_filled_by_hand(
    editor: FlaskClient, pages: Pages
) -> None:
    for path, problem in (("/absent", "The page answers 404."), ("/circle", "more than 5 times")):
        pages.by_path["/circle"] = Page(status=302, headers=(("Location", "/circle"),))
        address = pages.address(path)
        answer = editor.post("/newsroom/sources/new", data={"step": "look", "url": address})
        assert answer.status_code == 200
        assert problem in answer.text
        assert value_of(answer.text, "url") == address


def test_an_address_that_is_not_to_be_fetched_is_named_at_its_field(editor: FlaskClient) -> None:
    for url in ("", "water", "ftp://water.example/", "http://127.0.0.1/", "http://[::1]/"):
        answer = editor.post("/newsroom/sources/new", data={"step": "look", "url": url})
        assert answer.status_code == 422
        assert 'id="url-error"' in answer.text


def test_an_address_that_has_a_record_leads_to_it(
    editor: FlaskClient, database: Database, clock: FrozenClock, pages: Pages
) -> None:
    source_id = added_source(database, clock.now(), url=pages.address("/boiling"))
    for step in ("look", "save"):
        data = {**FORM, "step": step, "url": pages.address("/boiling#top")}
        answer = editor.post("/newsroom/sources/new", data=data)
        assert answer.status_code == 409
        assert f"/newsroom/sources/{source_id}" in answer.text


def test_when_many_pages_are_looked_up_the_form_can_still_be_filled_by_hand(
    app: Flask, editor: FlaskClient, pages: Pages
) -> None:
    with app.app_context():
        at_pages = sources_context().at_pages
    with at_pages.place(), at_pages.place():
        answer = editor.post("/newsroom/sources/new", data={"step": "look", "url": pages.address("/boiling")})
    assert answer.status_code == 200
    assert "Several pages are being looked up already" in answer.text


def test_a_record_is_made_shown_and_changed(editor: FlaskClient, database: Database) -> None:
    answer = editor.post("/newsroom/sources/new", data=FORM)
    assert answer.status_code == 303
    with database.transaction() as session:
        source = session.execute(select(SourceRecord)).scalar_one()
        assert facts_of(source) == FACTS
    address = answer.headers["Location"]
    page = editor.get(address).text
    assert 'data-originalurl="https://water.example/boiling"' in page
    assert 'data-versiondate="2026-11-24"' in page
    changed = {**FORM, "title": "Boiling, again", "version": value_of(page, "version")}
    assert editor.post(address, data=changed).status_code == 303
    page = editor.get(address).text
    assert "<h1>Boiling, again</h1>" in page
    assert "The record was changed: title." in page
    late = editor.post(address, data={**FORM, "title": "Boiling, late", "version": "1"})
    assert late.status_code == 409
    assert "in the meantime" in late.text
    assert "Boiling, late" in late.text


def test_what_cannot_be_stored_is_refused_at_its_field_and_stays_in_the_form(
    editor: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    source_id = added_source(database, clock.now())
    data = {**FORM, "url": "https://other.example/", "version": "1", "independence": "As I typed it."}
    for (field, value), address in product(
        REFUSED, ("/newsroom/sources/new", f"/newsroom/sources/{source_id}")
    ):
        answer = editor.post(address, data={**data, field: value})
        assert answer.status_code == 422, field
        assert "There is a problem" in answer.text
        assert "As I typed it." in answer.text


def test_markup_in_any_field_stays_text(editor: FlaskClient) -> None:
    typed = dict.fromkeys(("title", "publisher", "authors", "kind_reason", "independence", "quote"), XSS)
    answer = editor.post(
        "/newsroom/sources/new", data={**FORM, **typed, "interest": "yes", "interest_note": XSS}
    )
    for address in (answer.headers["Location"], "/newsroom/sources"):
        page = editor.get(address).text
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_the_list_shows_alarms_first_and_finds_by_words_and_state(
    editor: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    assert "No source has a record yet" in editor.get("/newsroom/sources").text
    dead = added_source(database, clock.now(), url="https://steam.example/100%25_a", title="Steam, tabled")
    with database.transaction() as session:
        session.execute(text("UPDATE source SET state = 'dead', failures = 3"))
    added_source(database, clock.now())
    page = editor.get("/newsroom/sources").text
    assert page.index("Steam, tabled") < page.index("Boiling, explained")
    assert "One source needs a look" in page
    assert "Steam, tabled" not in editor.get("/newsroom/sources?q=water+boil").text
    assert "Boiling, explained" not in editor.get("/newsroom/sources?state=dead").text
    assert "Nothing found" in editor.get("/newsroom/sources?q=_00").text
    assert str(dead) in editor.get("/newsroom/sources?q=100%2525&state=nonsense").text


def test_the_picker_gets_what_the_editors_script_takes(
    editor: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    source_id = added_source(database, clock.now())
    added_source(database, clock.now(), url="https://steam.example/", title="Steam", publisher="Society")
    assert editor.get("/newsroom/sources.json?q=BOILING").json == {
        "records": [
            {
                "id": str(source_id),
                "title": "Boiling, explained",
                "publisher": "Institute of Water",
                "url": "https://water.example/boiling",
                "published": "2024-05",
            }
        ]
    }


def test_the_picker_offers_what_most_articles_cite_first(
    editor: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    cited = added_source(database, clock.now(), title="Steam, cited")
    clock.advance(timedelta(minutes=1))
    newer = added_source(database, clock.now(), url="https://steam.example/", title="Steam, newer")
    slug = published(database, short_text(), now=clock.now()).slug
    with database.transaction() as session:
        article = session.execute(select(Article.id).where(Article.slug == slug)).scalar_one()
        source = Source(1, "Steam, cited", FACTS.publisher, None, FACTS.url)
        note_uses(session, article, [source], place=Place.DRAFT, now=clock.now())
    offered = editor.get("/newsroom/sources.json?q=steam").json
    assert offered is not None
    assert [record["id"] for record in offered["records"]] == [str(cited), str(newer)]


def test_the_articles_that_a_source_affects_are_named(
    editor: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    source_id = added_source(database, clock.now())
    slug = published(database, short_text(), now=clock.now()).slug
    with database.transaction() as session:
        article = session.execute(select(Article.id).where(Article.slug == slug)).scalar_one()
        source = Source(1, FACTS.title, FACTS.publisher, None, FACTS.url, record=str(source_id))
        note_uses(session, article, [source], place=Place.PUBLIC, now=clock.now())
    page = editor.get(f"/newsroom/sources/{source_id}").text
    assert "Does water boil at 100 °C?" in page
    assert "Readers see it" in page


def test_a_copy_is_asked_for_kept_and_downloaded(
    app: Flask, editor: FlaskClient, database: Database, clock: FrozenClock, pages: Pages
) -> None:
    source_id = added_source(database, clock.now(), url=pages.address("/boiling"))
    with database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    for _ in range(2):
        assert editor.post(f"/newsroom/sources/{source_id}/captures").status_code == 303
    with database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 1
    with app.app_context():
        capture_id = Capturing(database, sources_context().fetcher, clock).keep(source_id)
    page = editor.get(f"/newsroom/sources/{source_id}").text
    assert f"/newsroom/sources/{source_id}/captures/{capture_id}" in page
    assert "A copy was asked for." in page
    answer = editor.get(f"/newsroom/sources/{source_id}/captures/{capture_id}")
    assert answer.content_type == "application/wacz"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{capture_id}.wacz"'
    assert answer.data.startswith(b"PK")


def test_an_address_is_said_to_be_usurped_and_left_to_the_checks_again(
    editor: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    source_id = added_source(database, clock.now())
    states = []
    for state in ("usurped", "dead", "passes"):
        assert editor.post(f"/newsroom/sources/{source_id}/state", data={"state": state}).status_code == 303
        states.append(stored(database, source_id).state)
    assert states == ["usurped", "usurped", "unchecked"]
    assert "The state was set: usurped → unchecked." in editor.get(f"/newsroom/sources/{source_id}").text


def test_what_has_no_record_is_not_found(editor: FlaskClient) -> None:
    for source_id in ("x", str(new_id())):
        address = f"/newsroom/sources/{source_id}"
        assert editor.get(address).status_code == 404
        assert editor.get(f"{address}/captures/{source_id}").status_code == 404
        assert editor.post(address, data=FORM).status_code == 404
        assert editor.post(f"{address}/captures").status_code == 404
        assert editor.post(f"{address}/state", data={"state": "unfit"}).status_code == 404


def test_the_menu_of_the_newsroom_leads_to_the_sources(editor: FlaskClient) -> None:
    assert 'href="/newsroom/sources"' in editor.get("/newsroom/").text
    assert 'aria-current="page">Sources' in editor.get("/newsroom/sources/new").text
