"""What the newsroom's pages call acts and states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.articles.workflow import Act, Stage, Standing

ACT_WORDS: Final[Mapping[Act, str]] = {
    "approve": "Approve",
    "publish": "Publish now",
    "submit": "Hand in for review",
    "schedule": "Schedule",
    "send_back": "Send back",
    "withdraw": "Take back from review",
    "unschedule": "Take off the schedule",
    "begin_correction": "Tell readers that we are correcting this",
    "drop_correction": "Nothing to correct after all",
    "unpublish": "Take down",
    "retract": "Retract",
}
"""What a button says, in the order in which buttons stand."""
STEP_WORDS: Final[Mapping[str, str]] = {
    "save": "wrote on, so it is to be approved again",
    "submit": "handed it in for review",
    "withdraw": "took it back from review",
    "send_back": "sent it back",
    "approve": "approved it",
    "schedule": "scheduled it",
    "unschedule": "took it off the schedule",
    "publish": "published it",
    "bring_in": "brought it in from an earlier system",
    "begin_correction": "told readers that it is being corrected",
    "drop_correction": "found nothing to correct",
    "unpublish": "took it down",
    "retract": "retracted it",
}
STAGE_WORDS: Final[Mapping[Stage, tuple[str, str]]] = {
    "writing": ("Being written", "quiet"),
    "in_review": ("In review", "wait"),
    "approved": ("Approved", "good"),
    "scheduled": ("Scheduled", "good"),
    "done": ("Public as it stands", "good"),
}
"""A tag's text and tone."""
STANDING_WORDS: Final[Mapping[Standing, tuple[str, str]]] = {
    "unseen": ("Never public", "quiet"),
    "published": ("Public", "good"),
    "correcting": ("Being corrected", "wait"),
    "corrected": ("Public, corrected", "good"),
    "unpublished": ("Taken down", "stop"),
    "retracted": ("Retracted", "stop"),
}
