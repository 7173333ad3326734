"""Quoted passages: where they stand in a page, and whether they still do (pure).

A passage is kept as the W3C's text quote selector: its exact words, and a little of what stands before and
after (Web Annotation Data Model, section 4.2.4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from factually.articles.folding import fold

CONTEXT_CHARACTERS: Final = 32
MAX_CHARACTERS: Final = 2_000
_BLANK: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class TextQuote:
    """A passage with its neighbourhood.

    Attributes:
        exact: The words relied on.
        prefix: What stands before them, empty where nobody saw the page's text.
        suffix: What stands after them.
    """

    exact: str
    prefix: str = ""
    suffix: str = ""


def select(exact: str, page: str) -> TextQuote:
    """Return a passage with its neighbourhood in a page's text; without one where it doesn't stand there."""
    plain = _folded(page)
    wanted = _folded(exact)
    at = plain.find(wanted) if wanted else -1
    if at < 0:
        return TextQuote(exact)
    after = at + len(wanted)
    return TextQuote(
        exact, plain[max(0, at - CONTEXT_CHARACTERS) : at], plain[after : after + CONTEXT_CHARACTERS]
    )


def stands(exact: str, page: str) -> bool:
    """Tell whether a passage stands in a page's text, whatever its dashes, quotes, spaces and capitals.

    Its neighbourhood may change: a page that is edited around a passage still says it.
    """
    return _folded(exact).casefold() in _folded(page).casefold()


def _folded(text: str) -> str:
    return _BLANK.sub(" ", fold(text)).strip()
