"""What the frame of every page says to whom, and that it stands when the database does not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import abort

from factually.foundation.database import Database
from factually.web.access import ANYONE, policy
from factually.web.context import install_context
from factually.web.sessions import cookie_name, start_session
from tests.support.people import add_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.clock import FrozenClock


@pytest.fixture
def sign_in(app: Flask, client: FlaskClient, database: Database, clock: FrozenClock) -> Callable[[str], None]:
    """Sign a made-up person of a role in, in the test's browser."""

    def signed_in_as(role: str) -> None:
        account = add_person(database, role, now=clock.now())
        with database.transaction() as session:
            token = start_session(session, account.id, now=clock.now())
        client.set_cookie(cookie_name(app.extensions["factually.web"].site), token)

    return signed_in_as


def test_a_page_that_asks_who_one_is_names_the_account_and_is_never_stored(
    client: FlaskClient, sign_in: Callable[[str], None]
) -> None:
    sign_in("editor")
    answer = client.get("/newsroom/")
    assert "Signed in as <strong>Editor</strong>, editor" in answer.text
    assert 'action="/sign-out"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_public_page_is_the_same_for_everybody(client: FlaskClient, sign_in: Callable[[str], None]) -> None:
    before = client.get("/about")
    sign_in("editor")
    after = client.get("/about")
    assert after.data == before.data
    assert after.headers["Cache-Control"].startswith("public")


def test_the_way_to_the_donors_is_shown_to_auditors_only(
    client: FlaskClient, sign_in: Callable[[str], None]
) -> None:
    sign_in("editor")
    assert 'href="/oversight/"' not in client.get("/newsroom/").text
    sign_in("auditor")
    assert 'href="/oversight/"' in client.get("/oversight/").text


def test_a_reader_sees_no_trace_of_staff_but_the_sign_in(client: FlaskClient) -> None:
    page = client.get("/about").text
    assert "Signed in as" not in page
    assert 'href="/sign-in"' in page


@pytest.mark.parametrize("sandbox", [True, False])
def test_the_sandbox_says_so_on_every_page(app: Flask, client: FlaskClient, *, sandbox: bool) -> None:
    app.context_processor(lambda: {"sandbox": sandbox})
    for address in ("/about", "/no-such-page"):
        assert ("Sandbox: no money moves." in client.get(address).text) is sandbox


def test_the_page_one_is_on_is_marked_in_the_menu(client: FlaskClient) -> None:
    for address in ("/about", "/independence"):
        page = client.get(address).text
        assert re.findall(r'<a href="([^"]+)" aria-current="page">', page) == [address]


def test_every_address_of_the_frame_leads_somewhere(
    app: Flask, client: FlaskClient, sign_in: Callable[[str], None]
) -> None:
    known = {rule.rule for rule in app.url_map.iter_rules()}
    sign_in("auditor")
    page = client.get("/oversight/").text
    for link in re.findall(r'(?:href|action)="(/[^"#?]*)', page):
        assert link in known or link.startswith("/static/")


def test_a_forged_host_gets_a_page_although_no_address_can_be_built(client: FlaskClient) -> None:
    answer = client.get("/about", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "Error 400" in answer.text


@pytest.fixture
def without_database(app: Flask) -> Iterator[None]:
    """Nothing listens where the application looks for its database."""
    context = app.extensions["factually.web"]
    unreachable = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    install_context(app, replace(context, database=unreachable))
    yield
    unreachable.dispose()


@pytest.mark.usefixtures("without_database")
@pytest.mark.parametrize("status", [403, 404, 405, 413, 422, 429, 500, 503])
def test_an_error_page_stands_without_a_database(app: Flask, client: FlaskClient, status: int) -> None:
    @app.get("/broken")
    @policy(ANYONE)
    def broken() -> str:
        abort(status)

    answer = client.get("/broken")
    assert answer.status_code == status
    assert f"Error {status}" in answer.text
    assert 'class="wordmark"' in answer.text
    assert ("please name this reference" in answer.text) is (status == 500)


@pytest.mark.usefixtures("without_database")
def test_a_reader_is_told_that_the_database_is_away(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert "Error 503" in answer.text


@pytest.mark.usefixtures("without_database")
@pytest.mark.parametrize("address", ["/", "/desk"])
def test_a_signed_in_reader_is_told_the_same(app: Flask, client: FlaskClient, address: str) -> None:
    client.set_cookie(cookie_name(app.extensions["factually.web"].site), "a token")
    answer = client.get(address)
    assert answer.status_code == 503
    assert "Error 503" in answer.text
