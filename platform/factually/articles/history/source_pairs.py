"""Which source of one text is which of the other, so that citations compare by where they lead (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from factually.articles.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from factually.articles.content import ArticleContent, Source

SourcePair: TypeAlias = "tuple[Source | None, Source | None]"

# Strongest first. What a title and a publisher name stays the same source when its address is mended.
_SAMENESS: tuple[Callable[[Source], Hashable], ...] = (
    lambda source: source.record,
    lambda source: (source.url, fold(source.title)),
    lambda source: source.url,
    lambda source: (fold(source.title), fold(source.publisher)),
)


def pair_sources(before: Sequence[Source], after: Sequence[Source]) -> list[SourcePair]:
    """Return each source with what became of it: those of the later text by number, then those removed."""
    left = list(before)
    found: dict[int, Source] = {}
    for same in _SAMENESS:
        waiting: dict[Hashable, list[Source]] = {}
        for source in left:
            waiting.setdefault(same(source), []).append(source)
        waiting.pop(None, None)
        for place, source in enumerate(after):
            candidates = waiting.get(same(source))
            if candidates and place not in found:
                found[place] = candidates.pop(0)
        taken = {id(source) for source in found.values()}
        left = [source for source in left if id(source) not in taken]
    kept: list[SourcePair] = [(found.get(place), source) for place, source in enumerate(after)]
    removed: list[SourcePair] = [(source, None) for source in left]
    return [*kept, *removed]


def name_cited(
    contents: tuple[ArticleContent, ArticleContent], pairs: Sequence[SourcePair]
) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """Return for both texts what each cited number leads to; equal names are the same source.

    A number that was cited before its source was recorded is the same citation after.
    """
    was, now = contents
    before: dict[int, str] = {}
    after: dict[int, str] = {}
    unrecorded, no_longer_recorded = set(was.unresolved), set(now.unresolved)
    for place, (old, new) in enumerate(pairs):
        name = f"source {place}"
        if old is not None:
            before[old.number] = name
            if new is None and old.number in no_longer_recorded:
                after[old.number] = name
        if new is not None:
            after[new.number] = name
            if old is None and new.number in unrecorded:
                before[new.number] = name
    return before, after
