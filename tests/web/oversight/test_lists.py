from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.lifecycle import GiftState
from factually.independence.results import Verdict
from factually.oversight import read_models
from factually.oversight.wording import STATES
from tests.support.donation_factories import pledge_of
from tests.support.oversight_desk import CANARY, NAMED_AS_GROUP

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.clock import FrozenClock
    from tests.support.oversight_desk import OversightDesk


def listed(page: str) -> list[str]:
    """The addresses of the gifts on a page, in order."""
    return re.findall(r'href="/oversight/gifts/([a-z2-7]{26})"', page)


def test_an_empty_queue_says_so_kindly(browser: FlaskClient) -> None:
    assert "Nothing is waiting for you" in browser.get("/oversight/").text


def test_the_queue_shows_held_gifts_by_deadline_with_rule_and_reason(
    desk: OversightDesk, browser: FlaskClient, clock: FrozenClock
) -> None:
    desk.captured_gift()
    first = desk.giving.give(pledge_of(donor=NAMED_AS_GROUP, minor=12_500))
    clock.advance(timedelta(minutes=10))
    second = desk.held_gift()
    page = browser.get("/oversight/").text
    assert listed(page) == [first.public_id, second.public_id]
    assert "$125.00" in page
    assert "<strong>in 2 days</strong>" in page
    assert "by <time" in page
    assert "<strong>DS14</strong> The name given is also that of a political group" in page
    assert "<strong>DS03</strong> The organisation&#39;s name is also the name" in page


def test_a_long_queue_says_that_more_is_waiting(
    desk: OversightDesk, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_models, "QUEUE_LENGTH", 1)
    monkeypatch.setattr("factually.oversight.views.QUEUE_LENGTH", 1)
    urgent = desk.held_gift()
    desk.held_gift()
    page = browser.get("/oversight/").text
    assert len(listed(page)) == 1
    assert "more are waiting behind them" in page
    assert urgent.review_deadline is not None


def test_a_decided_gift_leaves_the_queue(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.held_gift()
    desk.decide(gift, desk.person(name="other"))
    assert listed(browser.get("/oversight/").text) == []


def test_all_gifts_are_listed_newest_first_with_decision_and_state(
    desk: OversightDesk, browser: FlaskClient, clock: FrozenClock
) -> None:
    given = []
    for give in (desk.captured_gift, desk.held_gift, desk.refused_gift, desk.giving.pledge):
        given.append(give())
        clock.advance(timedelta(minutes=1))
    page = browser.get("/oversight/gifts").text
    assert listed(page) == [gift.public_id for gift in reversed(given)]
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in page.split("<tr>")[2:]]
    assert [re.findall(r"Not checked|Allow|Hold|Refuse\b", row)[0] for row in rows] == [
        "Not checked",
        "Refuse",
        "Hold",
        "Allow",
    ]
    assert [re.findall(r"Pledged|Refused|Held for review|Taken", row)[0] for row in rows] == [
        "Pledged",
        "Refused",
        "Held for review",
        "Taken",
    ]


def test_the_list_says_what_a_person_decided(desk: OversightDesk, browser: FlaskClient) -> None:
    desk.decide(desk.held_gift(), desk.person(name="other"), Verdict.REFUSE)
    assert "refused by Auditor" in browser.get("/oversight/gifts").text


def test_a_state_is_called_the_same_on_every_page(desk: OversightDesk) -> None:
    tag = desk.app.jinja_env.from_string(
        '{% import "website/components.html" as ui %}{{ ui.gift_state(state) }}'
    )
    shown = {state: re.sub(r"<[^>]+>|[✓✕…·]", "", tag.render(state=state.value)) for state in GiftState}
    assert shown == STATES


def test_the_list_can_be_filtered_by_state(desk: OversightDesk, browser: FlaskClient) -> None:
    desk.captured_gift()
    held = desk.held_gift()
    page = browser.get("/oversight/gifts?state=held").text
    assert listed(page) == [held.public_id]
    assert '<option value="held" selected>' in page
    assert "No gift is in this state" in browser.get("/oversight/gifts?state=lost").text


def test_an_empty_list_says_that_nobody_has_given(browser: FlaskClient) -> None:
    assert "Nobody has given yet" in browser.get("/oversight/gifts").text


def test_pages_meet_without_a_gap_or_a_repeat_while_gifts_arrive(
    desk: OversightDesk, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_models, "PAGE_LENGTH", 2)
    # All share one moment, so that the id has to keep them apart.
    given = {desk.giving.pledge().public_id for _ in range(5)}
    seen: list[str] = []
    address = "/oversight/gifts?state=pledged"
    while address:
        page = browser.get(address).text
        seen += listed(page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        address = older[1].replace("&amp;", "&") if older else ""
        assert ("Newest gifts" in page) == (len(seen) > 2)
    assert len(seen) == 5
    assert set(seen) == given


def test_a_cursor_behind_the_last_gift_shows_an_end_and_a_way_back(browser: FlaskClient) -> None:
    page = browser.get(f"/oversight/gifts?after=1-{'0' * 32}").text
    assert "There are no older gifts" in page
    assert "Newest gifts" in page


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("after=yesterday", "after"),
        ("after=1-0", "after"),
        ("state=sold", "state"),
        ("state=held&state=held", "state"),
        ("state=%00", "characters that can&#39;t be stored"),
        ("sort=amount", "sort"),
    ],
)
def test_a_filter_outside_its_grammar_is_named(browser: FlaskClient, query: str, name: str) -> None:
    answer = browser.get(f"/oversight/gifts?{query}")
    assert answer.status_code == 422
    assert name in answer.text


def test_no_list_names_a_donor(desk: OversightDesk, browser: FlaskClient) -> None:
    desk.captured_gift()
    desk.held_gift()
    desk.refused_gift()
    pages = "".join(browser.get(page).text for page in ("/oversight/", "/oversight/gifts"))
    for secret in (CANARY.name, CANARY.email, "ActBlue", "Republican National"):
        assert secret.lower() not in pages.lower()
    assert desk.giving.journal().count("gift.viewed") == 0


def test_a_held_month_is_shown_as_one(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.giving.give(pledge_of(donor=NAMED_AS_GROUP, monthly=True))
    assert "a month" in browser.get("/oversight/").text
    case = browser.get(f"/oversight/gifts/{gift.public_id}").text
    assert "this is one month" in case
    assert "Refuse: end the monthly gift" in case
    assert "hold on the card" not in case
