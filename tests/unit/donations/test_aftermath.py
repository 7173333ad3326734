from collections.abc import Iterable
from itertools import product

import pytest

from factually.donations.aftermath import (
    GIVEN_BACK,
    REFUND_STEPS,
    SPOKEN_FOR,
    DisputeStatus,
    RefundState,
    dispute_moves,
    facts_after_capture,
    refund_moves,
)
from factually.donations.lifecycle import Fact

D, R, F = DisputeStatus, RefundState, Fact


def facts(returned: int = 0, disputes: Iterable[DisputeStatus] = ()) -> list[Fact]:
    return list(facts_after_capture(taken=500, returned=returned, disputes=tuple(disputes)))


@pytest.mark.parametrize(
    ("returned", "fact"), [(0, []), (1, [F.PARTLY_REFUNDED]), (499, [F.PARTLY_REFUNDED]), (500, [F.REFUNDED])]
)
def test_what_went_back_is_a_part_or_all(returned: int, fact: list[Fact]) -> None:
    assert facts(returned) == fact


@pytest.mark.parametrize(
    ("disputes", "shown"),
    [
        ([], []),
        ([D.WARNING_NEEDS_RESPONSE, D.WARNING_UNDER_REVIEW, D.WARNING_CLOSED, D.PREVENTED], []),
        ([D.NEEDS_RESPONSE], [F.DISPUTED]),
        ([D.WON], [F.DISPUTED, F.DISPUTE_WON]),
        ([D.WON, D.LOST], [F.DISPUTED, F.DISPUTE_LOST]),
        ([D.WON, D.UNDER_REVIEW], [F.DISPUTED]),
    ],
)
def test_the_worst_dispute_counts_and_an_inquiry_proves_nothing(
    disputes: list[DisputeStatus], shown: list[Fact]
) -> None:
    assert facts(disputes=disputes) == shown


def test_a_refund_comes_before_the_dispute_it_is_seen_with() -> None:
    assert facts(200, [D.WON]) == [F.PARTLY_REFUNDED, F.DISPUTED, F.DISPUTE_WON]


def test_a_refund_that_ended_never_moves_again() -> None:
    for end, state in product((R.FAILED, R.CANCELLED, R.DECLINED), R):
        assert not refund_moves(end, state)


def test_no_refund_is_given_back_before_somebody_approved_it() -> None:
    assert REFUND_STEPS[R.PROPOSED] == {R.APPROVED, R.DECLINED}


def test_what_left_us_can_not_be_given_back_twice() -> None:
    assert GIVEN_BACK < SPOKEN_FOR


def test_a_dispute_goes_forward_and_an_inquiry_can_become_one() -> None:
    assert dispute_moves(D.WARNING_CLOSED, D.NEEDS_RESPONSE)
    assert dispute_moves(D.NEEDS_RESPONSE, D.UNDER_REVIEW)
    assert not dispute_moves(D.UNDER_REVIEW, D.NEEDS_RESPONSE)


@pytest.mark.parametrize("end", [D.WON, D.LOST])
def test_an_ended_dispute_stays_ended(end: DisputeStatus) -> None:
    assert not any(dispute_moves(end, status) for status in D)
