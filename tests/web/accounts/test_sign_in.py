from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factually.accounts.inviting import Invitee, add_account, invite
from factually.audit.journal import SYSTEM
from factually.web.sessions import IDLE_LIMIT
from tests.support.people import PASSWORD, add_person

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, way_back: str = "") -> TestResponse:
    return client.post("/sign-in" + way_back, data={"email": email, "password": password})


def test_an_auditor_is_led_to_the_auditors_desk(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    account = add_person(database, "auditor", now=clock.now())
    answer = sign_in(client, account.email)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    assert client.get("/desk").headers["Location"] == "/oversight/"
    assert client.get("/oversight/").status_code == 200


@pytest.mark.parametrize("role", ["editor", "reviewer"])
def test_who_writes_or_reviews_is_led_to_the_newsroom(
    client: FlaskClient, database: Database, clock: FrozenClock, role: str
) -> None:
    sign_in(client, add_person(database, role, now=clock.now()).email)
    assert client.get("/desk").headers["Location"] == "/newsroom/"
    assert client.get("/newsroom/").status_code == 200
    assert client.get("/oversight/").status_code == 403


def test_an_administrator_is_told_what_the_role_does(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    sign_in(client, add_person(database, "admin", now=clock.now()).email)
    assert "invites people and disables accounts" in client.get("/desk").text
    assert client.get("/newsroom/").status_code == 403


def test_a_wrong_password_and_an_unknown_address_look_alike(
    client: FlaskClient,
    database: Database,
    clock: FrozenClock,
) -> None:
    account = add_person(database, "editor", now=clock.now())
    wrong = sign_in(client, account.email, "not the right one")
    unknown = sign_in(client, "nobody@example.org", PASSWORD)
    assert wrong.status_code == unknown.status_code == 422
    assert "We couldn&#39;t sign you in" in wrong.text
    assert wrong.text.replace(account.email, "") == unknown.text.replace("nobody@example.org", "")
    assert client.get_cookie("factually") is None


def test_an_empty_form_says_what_is_missing(client: FlaskClient) -> None:
    answer = sign_in(client, "", "")
    assert answer.status_code == 422
    assert "Enter your e-mail address." in answer.text
    assert "Enter your password." in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: FlaskClient,
    database: Database,
    clock: FrozenClock,
) -> None:
    answer = sign_in(client, add_person(database, "editor", now=clock.now()).email)
    [cookie] = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("factually=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_a_replayed_cookie_is_worth_nothing_after_sign_out(
    client: FlaskClient,
    database: Database,
    clock: FrozenClock,
) -> None:
    sign_in(client, add_person(database, "editor", now=clock.now()).email)
    cookie = client.get_cookie("factually")
    assert cookie is not None
    assert client.post("/sign-out").headers["Location"] == "/"
    client.set_cookie("factually", cookie.value)
    assert client.get("/desk").status_code == 302


def test_a_session_idles_out_but_work_keeps_it(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    sign_in(client, add_person(database, "editor", now=clock.now()).email)
    for _ in range(3):
        clock.advance(IDLE_LIMIT / 2)
        assert client.get("/newsroom/").status_code == 200
    clock.advance(IDLE_LIMIT)
    assert client.get("/desk").status_code == 302


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/oversight/gifts?state=held", "/oversight/gifts?state=held"),
        ("https://evil.example/", "/desk"),
        ("//evil.example/", "/desk"),
        ("/\\evil.example", "/desk"),
        ("\\/evil.example", "/desk"),
        ("/\t/evil.example", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("evil.example", "/desk"),
        ("", "/desk"),
    ],
)
def test_the_way_back_stays_on_this_site(
    client: FlaskClient,
    database: Database,
    clock: FrozenClock,
    asked: str,
    led_to: str,
) -> None:
    account = add_person(database, "auditor", now=clock.now())
    answer = client.post(
        "/sign-in", query_string={"next": asked}, data={"email": account.email, "password": PASSWORD}
    )
    assert answer.headers["Location"] == led_to


def test_guessing_is_slowed_down(client: FlaskClient) -> None:
    statuses = [sign_in(client, "nobody@example.org", "a guess").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_an_invited_person_chooses_a_password(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        account = add_account(
            session, Invitee("grace@example.org", "Grace", "auditor"), now=clock.now(), actor=SYSTEM
        )
        token = invite(session, account.id, now=clock.now())
    address = f"/invitations/{token}"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"password": "short", "again": "short"}).status_code == 422
    assert (
        client.post(address, data={"password": PASSWORD, "again": "another one, longer"}).status_code == 422
    )
    answer = client.post(address, data={"password": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert sign_in(client, "grace@example.org").status_code == 303
    assert client.get(address).status_code == 404
    assert client.post(address, data={"password": PASSWORD, "again": PASSWORD}).status_code == 404
