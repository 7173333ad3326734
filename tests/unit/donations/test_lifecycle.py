from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.donations.lifecycle import (
    LEGAL_TRANSITIONS,
    RECURRING_FACTS,
    TAKEN_STATES,
    Apply,
    Fact,
    GiftState,
    Ignore,
    Impossible,
    decide,
)

S, F = GiftState, Fact
CLOSED_WITHOUT_MONEY = {S.REFUSED, S.RELEASED, S.EXPIRED, S.FAILED}
FORWARD = [
    (S.PLEDGED, F.SCREENED_OUT, S.REFUSED),
    (S.PLEDGED, F.ATTEMPTED, S.AUTHORISING),
    (S.PLEDGED, F.ABANDONED, S.EXPIRED),
    (S.AUTHORISING, F.SCREENED_OUT, S.REFUSED),
    (S.AUTHORISING, F.AUTHORISED, S.AUTHORISED),
    (S.AUTHORISING, F.ABANDONED, S.FAILED),
    (S.AUTHORISED, F.HELD, S.HELD),
    (S.AUTHORISED, F.CAPTURED, S.CAPTURED),
    (S.AUTHORISED, F.RELEASED, S.RELEASED),
    (S.AUTHORISED, F.LAPSED, S.EXPIRED),
    (S.HELD, F.CAPTURED, S.CAPTURED),
    (S.HELD, F.RELEASED, S.RELEASED),
    (S.HELD, F.LAPSED, S.EXPIRED),
    (S.CAPTURED, F.PARTLY_REFUNDED, S.PARTLY_REFUNDED),
    (S.CAPTURED, F.REFUNDED, S.REFUNDED),
    (S.CAPTURED, F.DISPUTED, S.DISPUTED),
    (S.PARTLY_REFUNDED, F.REFUNDED, S.REFUNDED),
    (S.PARTLY_REFUNDED, F.DISPUTED, S.DISPUTED),
    (S.REFUNDED, F.DISPUTED, S.DISPUTED),
    (S.PARTLY_REFUNDED, F.REFUND_FAILED, S.CAPTURED),
    (S.REFUNDED, F.REFUND_FAILED, S.CAPTURED),
    (S.DISPUTED, F.DISPUTE_WON, S.WON),
    (S.DISPUTED, F.DISPUTE_LOST, S.LOST),
]


def run(state: GiftState, *facts: Fact) -> GiftState:
    for fact in facts:
        answer = decide(state, fact)
        if isinstance(answer, Apply):
            state = answer.new_state
    return state


@pytest.mark.parametrize(("state", "fact", "new_state"), FORWARD)
def test_each_step_forward_is_in_the_table(state: GiftState, fact: Fact, new_state: GiftState) -> None:
    assert decide(state, fact) == Apply(new_state)


def test_every_pair_not_listed_here_changes_nothing() -> None:
    listed = {(state, fact) for state, fact, _ in FORWARD}
    for state, fact in set(product(S, F)) - listed:
        assert isinstance(decide(state, fact), Ignore | Impossible), (state, fact)


def test_the_database_is_given_exactly_the_steps_of_the_table() -> None:
    assert {(state, new_state) for state, _, new_state in FORWARD} == LEGAL_TRANSITIONS


def test_each_fact_told_twice_changes_nothing_the_second_time() -> None:
    for state, fact in product(S, F):
        once = run(state, fact)
        assert run(once, fact) == once, (state, fact)


@pytest.mark.parametrize("state", CLOSED_WITHOUT_MONEY)
def test_a_gift_closed_without_money_never_moves_again(state: GiftState) -> None:
    assert {run(state, fact) for fact in F} == {state}


@pytest.mark.parametrize("state", CLOSED_WITHOUT_MONEY | {S.PLEDGED, S.AUTHORISING})
def test_money_taken_for_a_gift_that_cannot_take_it_is_named_impossible(state: GiftState) -> None:
    answer = decide(state, F.CAPTURED)
    assert answer == Impossible(f"captured cannot happen to a {state} gift")


@pytest.mark.parametrize("state", sorted(TAKEN_STATES))
def test_taken_money_never_becomes_untaken(state: GiftState) -> None:
    assert {run(state, fact) for fact in F} <= TAKEN_STATES


def test_a_stale_look_is_older_news() -> None:
    assert decide(S.CAPTURED, F.AUTHORISED) == Ignore("authorised is older news than captured")
    assert decide(S.HELD, F.HELD) == Ignore("held is known of this held gift already")


def test_a_second_card_reopens_nothing_that_is_closed() -> None:
    for state in (S.REFUSED, S.EXPIRED, S.FAILED):
        assert isinstance(decide(state, F.ATTEMPTED), Impossible)


@given(st.lists(st.sampled_from(F), max_size=40))
def test_no_history_repeats_a_fact_but_a_refunds_or_gives_taken_money_back_unseen(
    facts: list[Fact],
) -> None:
    state, applied = S.PLEDGED, list[Fact]()
    for fact in facts:
        answer = decide(state, fact)
        if isinstance(answer, Apply):
            assert (state, answer.new_state) in LEGAL_TRANSITIONS
            assert state not in TAKEN_STATES or answer.new_state in TAKEN_STATES
            applied.append(fact)
            state = answer.new_state
    once = [fact for fact in applied if fact not in RECURRING_FACTS]
    assert len(once) == len(set(once))
    assert (state in TAKEN_STATES) == (F.CAPTURED in applied)


def test_looks_at_stripe_in_any_order_with_repeats_end_alike() -> None:
    looks = (
        (F.AUTHORISED,),
        (F.AUTHORISED, F.CAPTURED),
        (F.AUTHORISED, F.CAPTURED, F.PARTLY_REFUNDED),
        (F.AUTHORISED, F.CAPTURED, F.PARTLY_REFUNDED, F.DISPUTED),
        (F.AUTHORISED, F.CAPTURED, F.PARTLY_REFUNDED, F.DISPUTED, F.DISPUTE_WON),
    )
    ends = set()
    for order in permutations(looks):
        state = run(S.PLEDGED, F.ATTEMPTED)
        for look in (*order, *order):
            state = run(state, *look)
        ends.add(state)
    assert ends == {S.WON}
