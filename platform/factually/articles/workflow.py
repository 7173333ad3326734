"""The way of a text from draft to readers and back, as a table (pure; reference publishing, section 6).

Two things move apart: the stage of the newest draft, and the standing of what readers see. A public article
stays up while its correction is written, reviewed and approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from factually.accounts.roles import EDITOR, REVIEWER
from factually.foundation.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

Stage: TypeAlias = Literal["writing", "in_review", "approved", "scheduled", "done"]
"""`done`: the newest draft is what readers see."""
Standing: TypeAlias = Literal["unseen", "published", "correcting", "corrected", "unpublished", "retracted"]
Act: TypeAlias = Literal[
    "save",
    "submit",
    "withdraw",
    "send_back",
    "approve",
    "schedule",
    "unschedule",
    "publish",
    "bring_in",
    "begin_correction",
    "drop_correction",
    "unpublish",
    "retract",
]

LISTED: Final[tuple[Standing, ...]] = ("published", "correcting", "corrected")
"""Standings of articles that lists, feeds and searches name."""
SHOWN: Final[tuple[Standing, ...]] = (*LISTED, "retracted")
"""Standings of articles whose page stays; a retracted one says why."""

STAGE_MOVES: Final[Mapping[Act, Mapping[Stage, Stage]]] = {
    # Whoever edits asks again: an approval holds for the very text that was approved.
    "save": dict.fromkeys(("writing", "in_review", "approved", "scheduled", "done"), "writing"),
    "submit": {"writing": "in_review"},
    "withdraw": {"in_review": "writing"},
    "send_back": {"in_review": "writing", "approved": "writing"},
    "approve": {"in_review": "approved"},
    "schedule": {"approved": "scheduled"},
    "unschedule": {"scheduled": "approved"},
    "publish": {"approved": "done", "scheduled": "done"},
    # A text from an earlier system, which its own editors answered for.
    "bring_in": {"writing": "done"},
}
STANDING_MOVES: Final[Mapping[Act, Mapping[Standing, Standing]]] = {
    "publish": {
        "unseen": "published",
        "unpublished": "published",
        "published": "published",
        "correcting": "corrected",
        "corrected": "corrected",
    },
    "bring_in": {"unseen": "published"},
    "begin_correction": {"published": "correcting", "corrected": "correcting"},
    "unpublish": dict.fromkeys(LISTED, "unpublished"),
    "retract": dict.fromkeys(LISTED, "retracted"),
}
ROLES: Final[Mapping[Act, frozenset[str]]] = {
    **dict.fromkeys(("save", "submit", "withdraw", "begin_correction"), frozenset({EDITOR, REVIEWER})),
    **dict.fromkeys(
        (
            "send_back",
            "approve",
            "schedule",
            "unschedule",
            "publish",
            "drop_correction",
            "unpublish",
            "retract",
        ),
        frozenset({REVIEWER}),
    ),
}
"""Who may do what; nobody brings in from a page."""

_STAGE_WORDS: Final[Mapping[Stage, str]] = {
    "writing": "is being written",
    "in_review": "is in review",
    "approved": "is approved",
    "scheduled": "is scheduled",
    "done": "is public as it stands",
}
_STANDING_WORDS: Final[Mapping[Standing, str]] = {
    "unseen": "was never public",
    "published": "is public",
    "correcting": "is being corrected",
    "corrected": "is public and corrected",
    "unpublished": "was taken down",
    "retracted": "was retracted",
}


@dataclass(frozen=True)
class State:
    """Where an article is: the stage of its newest draft, and what readers see."""

    stage: Stage
    standing: Standing

    @property
    def sentence(self) -> str:
        """Say it, for staff."""
        return f"The newest text {_STAGE_WORDS[self.stage]}; the article {_STANDING_WORDS[self.standing]}."


def move(state: State, act: Act, *, corrects: bool = False) -> State:
    """Return the state after an act.

    Args:
        state: Before it.
        act: What is done.
        corrects: Whether the article has a correction, now or from before.

    Raises:
        Conflict: The act is not possible in this state.
    """
    if not possible(state, act):
        raise Conflict(f"This can't be done now. {state.sentence}")
    standing = STANDING_MOVES.get(act, {}).get(state.standing, state.standing)
    if act == "drop_correction":
        standing = "published"
    if corrects and standing == "published":
        standing = "corrected"
    return State(STAGE_MOVES.get(act, {}).get(state.stage, state.stage), standing)


def possible(state: State, act: Act) -> bool:
    """Return whether the act may follow, so that a page offers nothing that would be refused."""
    if state.standing == "retracted":
        return False
    if act == "drop_correction":
        return state.standing == "correcting"
    moves_stage, moves_standing = STAGE_MOVES.get(act), STANDING_MOVES.get(act)
    return (moves_stage is None or state.stage in moves_stage) and (
        moves_standing is None or state.standing in moves_standing
    )
