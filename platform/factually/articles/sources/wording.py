"""Words for what is known of sources, each state with the tone of its tag (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.articles.sources.liveness import State

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.UNCHECKED: ("Not looked at yet", "quiet"),
    State.LIVE: ("Live", "good"),
    State.DEAD: ("Dead", "stop"),
    State.DEVIATED: ("Passage gone", "stop"),
    State.UNFIT: ("Unfit", "quiet"),
    State.USURPED: ("Usurped", "quiet"),
}
EVENTS: Final[Mapping[str, str]] = {
    "source.added": "The record was made.",
    "source.capture_asked": "A copy was asked for.",
    "source.captured": "A copy of the page was kept.",
    "source.changed": "The record was changed",
    "source.dead": "The page failed three passes in a row.",
    "source.deviated": "The quoted passage no longer stood in the page.",
    "source.not_captured": "The page could not be kept.",
    "source.state_said": "The state was set",
}
KINDS: Final[Mapping[str, str]] = {
    "primary": "Primary: the document, data or person itself",
    "secondary": "Secondary: it reports on one",
    "tertiary": "Tertiary: it sums up what others report",
}
INTERESTS: Final[Mapping[str, str]] = {
    "no": "No",
    "yes": "Yes",
    "unknown": "We looked and don't know",
}
CSL_TYPES: Final[Mapping[str, str]] = {
    "webpage": "Web page",
    "article-newspaper": "News article",
    "report": "Report",
    "legislation": "Law",
    "regulation": "Regulation",
    "legal_case": "Court case",
    "dataset": "Data set",
    "hearing": "Hearing",
    "interview": "Interview",
    "speech": "Speech",
    "post": "Post",
}
