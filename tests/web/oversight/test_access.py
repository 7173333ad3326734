from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.oversight_desk import OversightDesk

PAGES = ("/oversight/", "/oversight/gifts", "/oversight/gifts/aaaaaaaaaaaaaaaaaaaaaaaaaa")
ACTS = tuple(f"/oversight/gifts/aaaaaaaaaaaaaaaaaaaaaaaaaa/{act}" for act in ("decision", "donor"))


@pytest.mark.parametrize("role", ["editor", "reviewer", "admin"])
def test_nobody_else_of_the_house_sees_or_does_anything_here(desk: OversightDesk, role: str) -> None:
    browser = desk.signed_in(desk.person(role, name=role))
    assert [browser.get(page).status_code for page in PAGES] == [403, 403, 403]
    assert [browser.post(act).status_code for act in ACTS] == [403, 403]


def test_a_stranger_is_led_to_the_sign_in_page(desk: OversightDesk) -> None:
    stranger = desk.app.test_client()
    answers = [stranger.get(page) for page in PAGES]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert [urlsplit(answer.location).path for answer in answers] == ["/sign-in"] * 3
    assert [stranger.post(act).status_code for act in ACTS] == [401, 401]


def test_an_auditor_finds_no_gift_where_there_is_none(browser: FlaskClient) -> None:
    assert [browser.get(page).status_code for page in PAGES] == [200, 200, 404]
    sent = {"verdict": "accept", "reason": "long enough for a reason", "look_reason": "long enough too"}
    assert [browser.post(act, data=sent).status_code for act in ACTS] == [404, 404]


def test_a_decision_and_a_look_at_a_donor_need_a_token_of_ours(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    desk.app.config["WTF_CSRF_ENABLED"] = True
    assert [browser.post(act).status_code for act in ACTS] == [400, 400]


def test_nothing_here_is_kept_by_a_cache(browser: FlaskClient) -> None:
    assert browser.get("/oversight/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("odd", ["%00", "%F0%9F%92%B5", "x" * 3000, "..%2F..", "'%20OR%201=1"])
def test_an_address_that_is_no_gifts_is_a_4xx(browser: FlaskClient, odd: str) -> None:
    assert 400 <= browser.get(f"/oversight/gifts/{odd}").status_code < 500
