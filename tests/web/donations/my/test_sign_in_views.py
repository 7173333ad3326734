from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, text

from factually.donations.my.models import DonorSession
from factually.web.context import SiteFacts
from factually.web.sessions import cookie_name
from tests.support.donation_factories import ADA
from tests.support.donors import COOKIE, enter, signed_in_donor, tokens_mailed, write_links
from tests.support.people import PASSWORD, add_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from factually.foundation.database import Database
    from tests.support.donation_factories import GivingDesk

STRANGER = "stranger@example.org"


def ask(client: FlaskClient, email: str) -> TestResponse:
    return client.post("/my", data={"email": email})


def mailed_link(client: FlaskClient, desk: GivingDesk, email: str = ADA.email) -> str:
    ask(client, email)
    write_links(desk.database, desk.keyring, now=desk.clock.now())
    return f"/my/sign-in/{tokens_mailed(desk.database, desk.keyring)[-1]}"


def signed_in(client: FlaskClient, desk: GivingDesk) -> FlaskClient:
    desk.give()
    answer = client.post(mailed_link(client, desk))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my/gifts")
    return client


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Each statement that the app sends, without its values."""
    sent: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    engines = (database.engine, database._read_engine)  # noqa: SLF001 - both are to be heard
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)


def test_the_footer_of_every_page_leads_to_the_form(client: FlaskClient) -> None:
    assert '<a href="/my">Your gifts</a>' in client.get("/about").text
    page = client.get("/my")
    assert page.status_code == 200
    assert "Your e-mail address" in page.text


def test_who_gave_signs_in_with_a_link_from_the_mail(client: FlaskClient, desk: GivingDesk) -> None:
    desk.give()
    link = mailed_link(client, desk)
    page = client.get(link)
    assert page.status_code == 200
    assert "Show my gifts" in page.text
    assert ADA.email not in page.text
    assert client.post(link).headers["Location"] == "/my/gifts"
    assert ADA.email in client.get("/my/gifts").text
    assert client.get("/my").headers["Location"] == "/my/gifts"
    assert desk.journal()[-1] == "donor.signed_in"


def test_an_address_that_never_gave_gets_the_same_answer_by_the_same_work_and_no_mail(
    client: FlaskClient, desk: GivingDesk
) -> None:
    desk.give()
    with statements(desk.database) as for_donor:
        known = ask(client, ADA.email)
    with statements(desk.database) as for_stranger:
        unknown = ask(client, STRANGER)
    assert for_donor == for_stranger
    assert (known.status_code, known.headers["Location"], known.data) == (
        unknown.status_code,
        unknown.headers["Location"],
        unknown.data,
    )
    write_links(desk.database, desk.keyring, now=desk.clock.now())
    assert desk.letters().count("donor-link") == 1
    with desk.database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM donor_link")).scalar_one() == 1


def test_upper_case_and_blanks_are_the_same_address(client: FlaskClient, desk: GivingDesk) -> None:
    desk.give()
    ask(client, f" {ADA.email.upper()} ")
    write_links(desk.database, desk.keyring, now=desk.clock.now())
    assert len(tokens_mailed(desk.database, desk.keyring)) == 1


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a" * 255 + "@example.org"])
def test_what_is_no_address_is_sent_back(client: FlaskClient, email: str) -> None:
    answer = ask(client, email)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_looking_at_a_link_does_not_use_it_up_and_following_it_does(
    client: FlaskClient, desk: GivingDesk
) -> None:
    desk.give()
    link = mailed_link(client, desk)
    assert [client.get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert client.post(link).status_code == 303
    assert client.post(link).status_code == 404
    over = client.get(link)
    assert over.status_code == 410
    assert "Send me a new link" in over.text


def test_a_link_is_over_after_fifteen_minutes(client: FlaskClient, desk: GivingDesk) -> None:
    desk.give()
    link = mailed_link(client, desk)
    desk.clock.advance(timedelta(minutes=15))
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 404


def test_one_address_gets_three_mails_in_fifteen_minutes_and_the_answer_stays_the_same(
    client: FlaskClient, desk: GivingDesk
) -> None:
    desk.give()
    answers = [ask(client, ADA.email) for _ in range(5)]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(303, "/my/mail")}
    write_links(desk.database, desk.keyring, now=desk.clock.now())
    assert desk.letters().count("donor-link") == 3


def test_one_connection_asks_six_times_a_minute(client: FlaskClient) -> None:
    answers = [ask(client, f"reader{number}@example.org").status_code for number in range(7)]
    assert answers == [303] * 6 + [429]


def test_the_token_is_kept_nowhere_but_in_the_mail(client: FlaskClient, desk: GivingDesk) -> None:
    desk.give()
    token = mailed_link(client, desk).rpartition("/")[2]
    assert len(token) >= 43
    with desk.database.transaction() as session:
        for table in ("donor_link", "procrastinate_jobs", "outgoing_letter", "journal_entry"):
            rows = session.execute(text(f"SELECT {table}::text FROM {table}")).scalars()  # noqa: S608 - names from above
            assert all(token not in row and ADA.email not in row for row in rows)


def test_the_cookie_is_the_donors_own_and_safe(client: FlaskClient, desk: GivingDesk) -> None:
    desk.give()
    answer = client.post(mailed_link(client, desk))
    [cookie] = [header for header in answer.headers.getlist("Set-Cookie") if header.startswith(COOKIE)]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "factually=" not in cookie


def test_each_sign_in_is_a_new_session(client: FlaskClient, desk: GivingDesk) -> None:
    signed_in(client, desk)
    first = client.get_cookie(COOKIE)
    client.post(mailed_link(client, desk))
    second = client.get_cookie(COOKIE)
    assert first is not None
    assert second is not None
    assert first.value != second.value


def test_after_signing_out_the_old_cookie_is_worth_nothing(client: FlaskClient, desk: GivingDesk) -> None:
    signed_in(client, desk)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert client.post("/my/sign-out").headers["Location"] == "/my"
    assert client.get_cookie(COOKIE) is None
    client.set_cookie(COOKIE, cookie.value)
    assert client.get("/my/gifts").headers["Location"] == "/my"
    assert desk.journal()[-1] == "donor.signed_out"


def test_a_session_ends_after_thirty_minutes_without_a_click(client: FlaskClient, desk: GivingDesk) -> None:
    signed_in(client, desk)
    desk.clock.advance(timedelta(minutes=29))
    assert client.get("/my/gifts").status_code == 200
    desk.clock.advance(timedelta(minutes=29))
    assert client.get("/my/gifts").status_code == 200
    desk.clock.advance(timedelta(minutes=30))
    assert client.get("/my/gifts").status_code == 303


def test_a_session_ends_after_twelve_hours_whatever_happens(client: FlaskClient, desk: GivingDesk) -> None:
    signed_in(client, desk)
    for _ in range(29):
        desk.clock.advance(timedelta(minutes=25))
        client.get("/my/gifts")
    assert client.get("/my/gifts").status_code == 303


@pytest.mark.parametrize("role", ["admin", "auditor", "editor", "reviewer"])
def test_staff_who_are_signed_in_are_no_donors(client: FlaskClient, desk: GivingDesk, role: str) -> None:
    email = add_person(desk.database, role, now=desk.clock.now()).email
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert client.get("/my/gifts").headers["Location"] == "/my"
    assert client.post("/my/deletion/confirm").status_code == 401


def test_a_donor_is_nobody_of_the_house(client: FlaskClient, desk: GivingDesk) -> None:
    enter(client, signed_in_donor(desk.database, desk.keyring, now=desk.clock.now()))
    for path in ("/oversight/", "/desk"):
        assert client.get(path).headers["Location"].startswith("/sign-in")
    client.set_cookie("factually", client.get_cookie(COOKIE).value)  # type: ignore[union-attr]  # just set
    assert client.get("/oversight/").headers["Location"].startswith("/sign-in")


def test_over_tls_the_cookie_is_bound_to_the_host() -> None:
    site = SiteFacts(name="F", base_url="https://example.org", demonstration=False, contact="a@example.org")
    assert cookie_name(site, DonorSession) == "__Host-factually-donor"
    assert cookie_name(site) == "__Host-factually"
