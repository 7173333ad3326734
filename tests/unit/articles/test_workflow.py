from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from factually.accounts.roles import AUDITOR, EDITOR
from factually.articles.workflow import ROLES, SHOWN, Act, Stage, Standing, State, move, possible
from factually.foundation.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator


def states() -> Iterator[State]:
    return (State(stage, standing) for stage in get_args(Stage) for standing in get_args(Standing))


def test_the_ordinary_way_of_a_text() -> None:
    state = State("writing", "unseen")
    for act in ("submit", "approve", "schedule", "publish"):
        state = move(state, act)
    assert state == State("done", "published")


def test_a_correction_is_announced_written_approved_and_published() -> None:
    state = move(State("done", "published"), "begin_correction")
    assert state.standing == "correcting"
    for act in ("save", "submit", "approve", "publish"):
        state = move(state, act)
        assert state.standing in SHOWN
    assert state == State("done", "corrected")


@pytest.mark.parametrize("stage", ["in_review", "approved", "scheduled"])
def test_editing_asks_for_approval_again(stage: Stage) -> None:
    assert move(State(stage, "unseen"), "save").stage == "writing"


def test_nothing_is_published_without_approval() -> None:
    approved = {state for state in states() if possible(state, "publish")}
    assert {state.stage for state in approved} == {"approved", "scheduled"}


def test_a_retracted_article_stays_as_it_is() -> None:
    assert not any(
        possible(State(stage, "retracted"), act) for stage in get_args(Stage) for act in get_args(Act)
    )


def test_a_false_alarm_leads_back_to_what_the_article_was() -> None:
    correcting = State("done", "correcting")
    assert move(correcting, "drop_correction").standing == "published"
    assert move(correcting, "drop_correction", corrects=True).standing == "corrected"
    assert not possible(State("done", "published"), "drop_correction")


def test_what_is_taken_down_can_come_back() -> None:
    gone = move(State("done", "corrected"), "unpublish")
    assert gone.standing == "unpublished"
    assert move(State("approved", gone.standing), "publish", corrects=True).standing == "corrected"


def test_a_refusal_says_where_the_article_is() -> None:
    with pytest.raises(Conflict, match="The newest text is in review; the article is public"):
        move(State("in_review", "published"), "publish")


def test_an_editor_hands_in_and_never_approves() -> None:
    assert {act for act, roles in ROLES.items() if EDITOR in roles} == {
        "save",
        "submit",
        "withdraw",
        "begin_correction",
    }
    assert not any(AUDITOR in roles for roles in ROLES.values())
    assert set(ROLES) == {*get_args(Act)} - {"bring_in"}
