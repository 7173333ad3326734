"""Which kind of article a text is, by plain evidence in it (reference publishing, section 3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from factually.articles.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.articles.content import Kind, Section

_QUESTION = re.compile(
    r"(?:what|why|how|who|whose|whom|when|where|which|is|are|was|were|do|does|did|has|have|had|can|could"
    r"|will|would|should)\b",
    re.IGNORECASE,
)
_QUOTED_CLAIM = re.compile(r'"[^"]{3,}"')
_CLAIMANT_SPEAKS = re.compile(r"\S (?:said|says|claims|claimed|stated|wrote|posted)\b", re.IGNORECASE)
_VERDICT = re.compile(r"(?:our )?(?:verdict|rating) ?[:-] ?\w", re.IGNORECASE)
_JUDGED_STATEMENT = re.compile(r"potential misinformation\b", re.IGNORECASE)


def decide_kind(title: str, summary: Sequence[str], sections: Sequence[Section]) -> Kind:
    """Return the kind that the text itself shows, so that no page claims a verdict nobody gave.

    A claim check needs all of a quoted claim, a claimant and a stated verdict; an explainer asks a
    question; an analysis, the older form among them, judges without a stated verdict.
    """
    opening = fold(" ".join([title, *summary]))
    texts = [fold(text) for section in sections for text in (section.heading, *section.paragraphs)]
    if _QUOTED_CLAIM.search(opening) and _CLAIMANT_SPEAKS.search(opening) and any(map(_VERDICT.match, texts)):
        return "claim_check"
    if any(_JUDGED_STATEMENT.match(section.heading) for section in sections):
        return "analysis"
    return "explainer" if title.endswith("?") or _QUESTION.match(title) else "analysis"
