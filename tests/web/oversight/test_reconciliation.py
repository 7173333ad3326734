"""Reconciliation at the desk: what is open, what was explained by whom, and what the figures count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from factually.donations.reconciliation.differences import (
    BalanceComparison,
    GiftSums,
    Mending,
    Report,
    balance_differs,
    gift_differs,
)
from factually.donations.reconciliation.reports import keep
from factually.oversight.metrics import figures_now
from tests.support.oversight_desk import CANARY, plain

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.accounts.models import Account
    from tests.support.oversight_desk import OversightDesk

PAGE = "/oversight/reconciliation"
USD = f"{PAGE}/balance_differs/USD"
WHY = "Stripe's own goodwill credit, as their letter of today says."


def reconciled(desk: OversightDesk, books_minor: int) -> str:
    """Keep a report of one balance that differs and two gifts that do; return the public id of one."""
    gift = desk.captured_gift()
    balance = BalanceComparison(currency="USD", stripe_minor=500, books_minor=books_minor)
    sums = GiftSums(
        public_id=gift.public_id,
        currency="USD",
        comparable=True,
        captured=500,
        given=499,
        refunded=0,
        given_back=0,
        lost=False,
        disputed=0,
    )
    now = desk.giving.clock.now()
    report = Report(
        since=None,
        started_at=now,
        finished_at=now,
        movements=3,
        posted=0,
        balances=(balance,),
        differences=(balance_differs(balance), gift_differs(sums, mending=Mending.SETTLING_QUEUED)),
    )
    with desk.giving.database.transaction() as session:
        keep(session, report)
    return gift.public_id


def explain(browser: FlaskClient, address: str, **changes: str) -> tuple[int, str]:
    """Send the form that the page shows."""
    extent = re.search('name="extent" value="([^"]*)"', browser.get(address).text)
    sent = {"reason": WHY, "extent": extent.group(1) if extent else "", **changes}
    answer = browser.post(address, data=sent)
    return answer.status_code, plain(answer.text) if answer.status_code != 303 else ""


def counted(desk: OversightDesk) -> dict[str, float]:
    with desk.giving.database.reading() as connection:
        figures = {one.name: one.values for one in figures_now(connection, now=desk.giving.clock.now())}
    return figures["reconciliation_differences"]


def test_before_the_first_comparison_the_page_says_so(desk: OversightDesk, browser: FlaskClient) -> None:
    assert "Nothing was compared yet" in plain(browser.get(PAGE).text)
    assert counted(desk) == {"explained": 0, "open": 0}


def test_a_difference_is_open_until_somebody_explains_it_and_the_name_stands_beside_it(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    reconciled(desk, books_minor=455)
    page = plain(browser.get(PAGE).text)
    assert "One difference needs a person" in page
    assert "Stripe says that it owes us 5.00 USD, the books say 4.55 USD. … Open" in page
    assert "… Being mended" in page
    assert CANARY.name not in page
    assert counted(desk) == {"explained": 0, "open": 1}
    assert explain(browser, USD) == (303, "")
    page = plain(browser.get(PAGE).text)
    assert "Nothing needs a person" in page
    assert f"✓ Explained {WHY} {auditor.name}, November 24, 2026" in page
    assert "All explanations, the latest first" in page
    assert counted(desk) == {"explained": 1, "open": 0}
    assert "This was explained" in plain(browser.get(USD).text)


def test_when_the_gap_grows_it_is_open_again_and_the_old_words_stay(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    reconciled(desk, books_minor=455)
    explain(browser, USD)
    reconciled(desk, books_minor=454)
    page = plain(browser.get(PAGE).text)
    assert "One difference needs a person" in page
    assert f"the books say 4.55 USD. {WHY}" in page
    assert counted(desk) == {"explained": 0, "open": 1}


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"reason": "By hand."}, 422, "Give your reason in 10"),
        ({"reason": ""}, 422, "Give your reason."),
        ({"extent": "44"}, 409, "The amounts have changed since you opened this page."),
    ],
)
def test_a_form_that_is_wrong_or_old_explains_nothing(
    desk: OversightDesk, browser: FlaskClient, changes: dict[str, str], status: int, said: str
) -> None:
    reconciled(desk, books_minor=455)
    answer = explain(browser, USD, **changes)
    assert answer[0] == status
    assert said in answer[1]
    assert counted(desk) == {"explained": 0, "open": 1}


def test_what_is_mended_or_unknown_has_no_form(desk: OversightDesk, browser: FlaskClient) -> None:
    public_id = reconciled(desk, books_minor=500)
    mended = browser.get(f"{PAGE}/gift_differs/{public_id}").text
    assert "Nothing is to be explained" in plain(mended)
    assert "<textarea" not in mended
    assert f"/oversight/gifts/{public_id}" in mended
    assert browser.get(f"{PAGE}/gift_differs/USD").status_code == 404
    assert browser.post(f"{PAGE}/odd/USD", data={"reason": WHY}).status_code == 404


@pytest.mark.parametrize("role", ["editor", "reviewer", "admin"])
def test_nobody_else_of_the_house_sees_or_explains_a_difference(desk: OversightDesk, role: str) -> None:
    browser = desk.signed_in(desk.person(role, name=role))
    assert [browser.get(address).status_code for address in (PAGE, USD)] == [403, 403]
    assert browser.post(USD, data={"reason": WHY}).status_code == 403
