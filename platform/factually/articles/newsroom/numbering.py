"""Numbers of sources by first appearance: given when a text is handed in, never while one types (pure)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from factually.articles.citations import cited_numbers

if TYPE_CHECKING:
    from factually.articles.content import Reason
    from factually.articles.newsroom.composing import Particulars

_CITATION = re.compile(r"\[([0-9]{1,4})\]")
_OF_SOURCE = re.compile(r"source ([0-9]{1,4})")


def number_by_appearance(text: str, particulars: Particulars) -> tuple[str, Particulars]:
    """Return text and particulars with sources numbered as a reader meets them, those never cited last.

    Where the list of sources stands in the text itself its numbers are left alone.
    """
    known = [source.number for source in particulars.sources]
    if not known:
        return text, particulars
    order = dict.fromkeys([*cited_numbers(text), *known])
    numbers = {old: new for new, old in enumerate(order, start=1)}
    renumbered = _CITATION.sub(lambda match: f"[{numbers[int(match[1])]}]", text)
    sources = [replace(source, number=numbers[source.number]) for source in particulars.sources]
    return renumbered, replace(
        particulars,
        sources=tuple(sorted(sources, key=lambda source: source.number)),
        reasons=tuple(_moved(reason, numbers) for reason in particulars.reasons),
    )


def _moved(reason: Reason, numbers: dict[int, int]) -> Reason:
    """Return a reason about a source with the source's new number."""
    match = _OF_SOURCE.fullmatch(reason.place)
    if match is None:
        return reason
    return replace(reason, place=f"source {numbers.get(int(match[1]), int(match[1]))}")
