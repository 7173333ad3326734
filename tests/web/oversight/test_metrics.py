from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.appeals.filing import file_appeal
from factually.donations.appeals.terms import ANSWER_TIME
from factually.oversight.metrics_views import SETTING
from tests.support.oversight_desk import CANARY

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.oversight_desk import OversightDesk

SECRET = "a made-up token of thirty-two characters or more"
LINE = re.compile(r"(# (HELP|TYPE) .+|factually_[a-z_]+(\{[a-z]+=\"[a-z]+\"\})? [0-9.]+)")


def figures(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {SECRET}"})
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name.removeprefix("factually_"): float(number) for name, _, number in samples}


def test_whoever_brings_the_token_reads_what_the_database_knows(desk: OversightDesk) -> None:
    desk.app.config[SETTING] = SECRET
    client = desk.app.test_client()
    before = figures(client)
    assert before['gifts_under_way{state="held"}'] == 0
    desk.held_gift()
    after = figures(client)
    assert after['gifts_under_way{state="held"}'] == 1
    assert after["gifts_held_overdue"] == 0
    assert after["letters_waiting"] == 1
    assert after["jobs_due"] >= 1
    assert after["workers_alive"] == 0
    assert (after["cards_declining"], after["cards_waiting"], after["cards_passed"]) == (0, 0, 0)


def test_what_people_are_late_with_is_counted(desk: OversightDesk) -> None:
    desk.app.config[SETTING] = SECRET
    client = desk.app.test_client()
    gift = desk.refused_gift()
    giving = desk.giving
    with giving.database.transaction() as session:
        statement = "We are a shop that sells bees."
        file_appeal(session, gift.public_id, statement, keyring=giving.keyring, now=giving.clock.now())
    now = figures(client)
    assert (now["appeals_open"], now["appeals_overdue"], now["returns_overdue"]) == (1, 0, 0)
    giving.clock.advance(ANSWER_TIME + timedelta(days=1))
    late = figures(client)
    assert (late["appeals_open"], late["appeals_overdue"]) == (1, 1)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", f"Bearer {SECRET}x", f"Basic {SECRET}", "Bearer ü"]
)
def test_for_everybody_else_there_is_no_such_page(
    app: Flask, client: FlaskClient, header: str | None
) -> None:
    app.config[SETTING] = SECRET
    headers = {} if header is None else {"Authorization": header}
    assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize("header", ["Bearer ", "Bearer x"])
def test_without_a_token_of_the_operator_nobody_reads(client: FlaskClient, header: str) -> None:
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_no_donor_is_in_the_figures(desk: OversightDesk) -> None:
    desk.app.config[SETTING] = SECRET
    desk.held_gift()
    text = desk.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {SECRET}"}).text
    assert CANARY.name not in text
    assert "example.org" not in text
