from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.donations.monthly.lifecycle import (
    CHARGING,
    LEGAL_STEPS,
    UNDER_WAY,
    MonthlyFact,
    MonthlyState,
    decide,
    waits_for_bank,
)

S, F = MonthlyState, MonthlyFact
STEPS = [
    (S.PLEDGED, F.STARTED, S.ACTIVE),
    (S.PLEDGED, F.ENDED, S.ENDED),
    (S.ACTIVE, F.CHARGE_FAILED, S.PAST_DUE),
    (S.ACTIVE, F.BANK_ASKED, S.PAST_DUE),
    (S.ACTIVE, F.PAUSED, S.PAUSED),
    (S.ACTIVE, F.SUSPENDED, S.SUSPENDED),
    (S.ACTIVE, F.ENDED, S.ENDED),
    (S.PAST_DUE, F.CHARGE_PAID, S.ACTIVE),
    (S.PAST_DUE, F.PAUSED, S.PAUSED),
    (S.PAST_DUE, F.SUSPENDED, S.SUSPENDED),
    (S.PAST_DUE, F.ENDED, S.ENDED),
    (S.PAUSED, F.RESUMED, S.ACTIVE),
    (S.PAUSED, F.SUSPENDED, S.SUSPENDED),
    (S.PAUSED, F.ENDED, S.ENDED),
    (S.SUSPENDED, F.CLEARED, S.ACTIVE),
    (S.SUSPENDED, F.ENDED, S.ENDED),
]


def run(*facts: MonthlyFact) -> MonthlyState:
    state = S.PLEDGED
    for fact in facts:
        state = decide(state, fact) or state
    return state


@pytest.mark.parametrize(("state", "fact", "new_state"), STEPS)
def test_each_step_is_in_the_table(state: MonthlyState, fact: MonthlyFact, new_state: MonthlyState) -> None:
    assert decide(state, fact) is new_state


def test_every_pair_not_listed_here_changes_no_state() -> None:
    listed = {(state, fact) for state, fact, _ in STEPS}
    for state, fact in set(product(S, F)) - listed:
        assert decide(state, fact) in {None, state}, (state, fact)


def test_the_database_is_given_exactly_the_steps_of_the_table() -> None:
    assert {(state, new_state) for state, _, new_state in STEPS} == LEGAL_STEPS


def test_whatever_goes_on_can_be_ended_and_stopped_by_us() -> None:
    for state in UNDER_WAY:
        assert decide(state, F.ENDED) is S.ENDED
        assert state is S.SUSPENDED or decide(state, F.SUSPENDED) is S.SUSPENDED


def test_a_donor_can_not_undo_our_pause() -> None:
    assert decide(S.SUSPENDED, F.RESUMED) is None
    assert decide(S.SUSPENDED, F.PAUSED) is None


@given(st.lists(st.sampled_from(F), max_size=40))
def test_an_end_is_an_end_and_nothing_is_charged_before_the_start(facts: list[MonthlyFact]) -> None:
    state = run(*facts)
    assert (state is S.PLEDGED) == (not {F.STARTED, F.ENDED} & set(facts))
    if F.ENDED in facts:
        assert state is S.ENDED
        assert {decide(state, fact) for fact in F} == {None}
    assert (state in CHARGING) <= (state in {S.PLEDGED, S.ACTIVE, S.PAST_DUE})


@given(st.lists(st.sampled_from(F), max_size=20))
def test_a_fact_told_twice_moves_once(facts: list[MonthlyFact]) -> None:
    assert run(*facts) is run(*(fact for fact in facts for _ in range(2)))


@pytest.mark.parametrize(
    ("state", "facts", "waits"),
    [
        (S.PAST_DUE, [F.STARTED, F.BANK_ASKED], True),
        (S.PAST_DUE, [F.STARTED, F.BANK_ASKED, F.AMOUNT_CHANGED], True),
        (S.PAST_DUE, [F.STARTED, F.BANK_ASKED, F.CHARGE_FAILED], False),
        (S.PAST_DUE, [F.STARTED, F.BANK_ASKED, F.CARD_CHANGED], False),
        (S.PAST_DUE, [F.STARTED, F.CHARGE_FAILED, F.BANK_ASKED], True),
        (S.ACTIVE, [F.STARTED, F.BANK_ASKED, F.CHARGE_PAID], False),
        (S.SUSPENDED, [F.STARTED, F.BANK_ASKED, F.SUSPENDED], False),
        (S.PLEDGED, [], False),
    ],
)
def test_a_month_waits_for_its_donor_from_the_banks_question_to_what_came_of_it(
    state: MonthlyState, facts: list[MonthlyFact], *, waits: bool
) -> None:
    assert waits_for_bank(state, facts) is waits
