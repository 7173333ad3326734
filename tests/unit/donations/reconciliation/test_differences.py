from __future__ import annotations

from dataclasses import replace

import pytest

from factually.donations.reconciliation.differences import (
    BalanceComparison,
    Difference,
    DifferenceKind,
    Explanation,
    GiftSums,
    Mending,
    Report,
    balance_differs,
    gift_differs,
    missing_in_books,
    posted_otherwise,
    unknown_kind,
    unknown_to_stripe,
    without_gift,
)
from tests.support.balance_movements import WHEN, movement

CHARGE = movement("charge", 500, fee=45, number=7, charge_id="ch_1")
AGREEING = GiftSums(
    public_id="gift1",
    currency="USD",
    comparable=True,
    captured=500,
    given=500,
    refunded=100,
    given_back=100,
    lost=False,
    disputed=0,
)


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        (missing_in_books(CHARGE), "txn_7 (charge, 4.55 USD) was missing in the books."),
        (posted_otherwise(CHARGE), "txn_7 (charge, 4.55 USD) was posted with other accounts or amounts."),
        (
            unknown_kind(movement("something_new", 70, currency="JPY")),
            "txn_1 (something_new, 70 JPY) is of a kind without a rule and stands in the suspense account.",
        ),
        (
            without_gift(CHARGE),
            "txn_7 (charge, 4.55 USD) is of charge ch_1, for which there is no gift here.",
        ),
        (unknown_to_stripe("txn_9"), "txn_9 stands in the books and Stripe does not know it."),
        (
            gift_differs(replace(AGREEING, given=0, lost=True), mending=None),
            (
                "Gift gift1 says 5.00 USD taken, 1.00 USD given back and is with a bank; "
                "its postings say 0.00 USD and 1.00 USD, and 0.00 USD with a bank."
            ),
        ),
        (
            balance_differs(BalanceComparison(currency="KWD", stripe_minor=1250, books_minor=-5)),
            "Stripe says that it owes us 1.250 KWD, the books say -0.005 KWD.",
        ),
    ],
)
def test_each_difference_is_one_sentence(difference: Difference, sentence: str) -> None:
    assert difference.sentence == sentence


@pytest.mark.parametrize(
    ("sums", "agree"),
    [
        (AGREEING, True),
        (replace(AGREEING, given=499), False),
        (replace(AGREEING, given_back=0), False),
        (replace(AGREEING, disputed=500), False),
        (replace(AGREEING, lost=True, disputed=500), True),
        (replace(AGREEING, lost=True), False),
        (replace(AGREEING, comparable=False, given=460, given_back=92), True),
        (replace(AGREEING, comparable=False, given=0), False),
        (replace(AGREEING, comparable=False, given_back=0), False),
    ],
)
def test_a_gift_agrees_when_row_and_postings_tell_the_same(sums: GiftSums, *, agree: bool) -> None:
    assert sums.agree is agree


def test_what_is_left_has_neither_a_mending_nor_an_explanation() -> None:
    mended = missing_in_books(CHARGE)
    left = gift_differs(AGREEING, mending=None)
    known = Explanation(reason="A payment by hand.", explained_by="Ann", explained_at=WHEN)
    explained = replace(without_gift(CHARGE), explanation=known)
    report = Report(
        since=None,
        started_at=WHEN,
        finished_at=WHEN,
        movements=1,
        posted=1,
        balances=(),
        differences=(mended, left, explained),
    )
    assert mended.mending is Mending.POSTED
    assert [one.kind for one in report.left] == [DifferenceKind.GIFT_DIFFERS]
    assert report.explained == (explained,)


def test_an_explanation_of_a_balance_rests_on_its_gap_alone_and_elsewhere_on_the_amounts() -> None:
    def balance(stripe_minor: int, books_minor: int) -> str:
        comparison = BalanceComparison(currency="USD", stripe_minor=stripe_minor, books_minor=books_minor)
        return balance_differs(comparison).extent

    assert balance(500, 455) == balance(1_000, 955) != balance(500, 450)
    more = replace(AGREEING, given=499)
    assert gift_differs(AGREEING, mending=None).extent != gift_differs(more, mending=None).extent
