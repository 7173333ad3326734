"""What changed between two revisions of an article: passages, citations, sources and particulars (pure).

Paragraphs are found again wherever they went, words are compared within them, and a citation counts by the
source it leads to. What only looks different is told apart from what says something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from factually.articles.history.alignment import Unit, align
from factually.articles.history.particulars import particulars_of, source_lines_of
from factually.articles.history.source_pairs import name_cited, pair_sources
from factually.articles.history.words import Piece, compare_words, count_changed_words, tokenise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factually.articles.content import ArticleContent, Passage, Source
    from factually.articles.history.alignment import Pair

State: TypeAlias = Literal["same", "typography", "renumbered", "changed", "added", "removed", "moved"]


_NO_WORDS: Final = tokenise("")


@dataclass(frozen=True)
class PassageChange:
    """A paragraph or heading and what became of it.

    Attributes:
        before: None where it was added.
        after: None where it was removed.
        moved: Whether it was removed here and stands elsewhere unchanged, or the other way round.
    """

    before: Passage | None
    after: Passage | None
    pieces: tuple[Piece, ...]
    moved: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether it is the heading of a section."""
        passage = self.after or self.before
        return passage is not None and passage.is_heading

    @property
    def state(self) -> State:
        """The strongest thing that can be said of it."""
        if self.moved:
            return "moved"
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return _state(self.pieces)


@dataclass(frozen=True)
class LineChange:
    """A named line that is not what it was, such as the title or a source's date."""

    name: str
    pieces: tuple[Piece, ...]

    @property
    def state(self) -> State:
        """Whether it says something else or only looks different."""
        return _state(self.pieces)


@dataclass(frozen=True)
class SourceChange:
    """A source and what became of it.

    Attributes:
        before: None where it was added.
        after: None where it was removed.
        lines: What is said of it otherwise than before.
    """

    before: Source | None
    after: Source | None
    lines: tuple[LineChange, ...]

    @property
    def state(self) -> State:
        """What became of it; `renumbered` where nothing else did."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        if self.lines:
            return "changed" if any(line.state == "changed" for line in self.lines) else "typography"
        return "same" if self.before.number == self.after.number else "renumbered"


@dataclass(frozen=True)
class Difference:
    """All that changed between two contents.

    Attributes:
        particulars: Title, claim, verdict and what else stands beside the text; only what changed.
        passages: All, in reading order; those that were removed stand where they stood.
        sources: All, by their later number, then those removed.
    """

    particulars: tuple[LineChange, ...]
    passages: tuple[PassageChange, ...]
    sources: tuple[SourceChange, ...]

    @cached_property
    def words_added(self) -> int:
        """Number of words that the text did not have."""
        return self._count("added")

    @cached_property
    def words_removed(self) -> int:
        """Number of words that the text no longer has."""
        return self._count("removed")

    @property
    def changed_passages(self) -> int:
        """Number of paragraphs and headings that say something else, are new or gone."""
        return sum(passage.state in {"changed", "added", "removed"} for passage in self.passages)

    @property
    def moved_passages(self) -> int:
        """Number of those that stand elsewhere."""
        return sum(passage.moved and passage.after is not None for passage in self.passages)

    @property
    def changed_particulars(self) -> tuple[LineChange, ...]:
        """Particulars that say something else."""
        return tuple(line for line in self.particulars if line.state == "changed")

    @property
    def changed_sources(self) -> tuple[SourceChange, ...]:
        """Sources that are new, gone, or described otherwise."""
        return tuple(source for source in self.sources if source.state in {"changed", "added", "removed"})

    @property
    def says_the_same(self) -> bool:
        """Whether nothing but spelling, spaces and numbers of sources changed."""
        changed = self.changed_passages or self.moved_passages
        return not (self.changed_particulars or changed or self.changed_sources)

    @property
    def is_typographic(self) -> bool:
        """Whether the two say the same and yet are not printed alike."""
        states = [part.state for parts in (self.passages, self.sources) for part in parts]
        return self.says_the_same and (bool(self.particulars) or any(state != "same" for state in states))

    def _count(self, change: Literal["added", "removed"]) -> int:
        return sum(
            count_changed_words(piece.before + piece.after)
            for passage in self.passages
            if not passage.moved
            for piece in passage.pieces
            if piece.change == change
        )


def _state(pieces: tuple[Piece, ...]) -> State:
    changes = {piece.change for piece in pieces}
    if changes & {"added", "removed"}:
        return "changed"
    if "typography" in changes or any(p.change == "same" and p.before != p.after for p in pieces):
        return "typography"
    return "renumbered" if "renumbered" in changes else "same"


def compare_contents(before: ArticleContent, after: ArticleContent) -> Difference:
    """Return what changed from one content to another."""
    pairs = pair_sources(before.sources, after.sources)
    cited, now_cited = name_cited((before, after), pairs)
    aligned = align(_units(before, cited), _units(after, now_cited))
    return Difference(
        particulars=_lines(particulars_of(before), particulars_of(after)),
        passages=tuple(_passages(tuple(aligned))),
        sources=tuple(SourceChange(old, new, _source_lines(old, new)) for old, new in pairs),
    )


def _units(content: ArticleContent, cited: Mapping[int, str]) -> list[Unit]:
    return [Unit(passage, tokenise(passage.text, cited)) for passage in content.passages()]


def _passages(pairs: tuple[Pair, ...]) -> Iterator[PassageChange]:
    removed = {old.key for old, new in pairs if old and not new}
    moved = removed & {new.key for old, new in pairs if new and not old}
    for old, new in pairs:
        alone = old if new is None else new if old is None else None
        yield PassageChange(
            before=old.passage if old else None,
            after=new.passage if new else None,
            pieces=compare_words(old.tokens if old else _NO_WORDS, new.tokens if new else _NO_WORDS),
            moved=alone is not None and alone.key in moved,
        )


def _lines(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[LineChange, ...]:
    return tuple(
        LineChange(name, compare_words(tokenise(before.get(name, "")), tokenise(after.get(name, ""))))
        for name in dict.fromkeys((*before, *after))
        if before.get(name, "") != after.get(name, "")
    )


def _source_lines(before: Source | None, after: Source | None) -> tuple[LineChange, ...]:
    if before is None or after is None:
        return ()
    return _lines(source_lines_of(before), source_lines_of(after))
