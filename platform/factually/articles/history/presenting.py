"""What changed, in sentences and in the parts that a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

from factually.articles.history.differences import compare_contents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from factually.articles.content import ArticleContent
    from factually.articles.corrections.queries import PublicNote
    from factually.articles.history.chain import History, Revision
    from factually.articles.history.differences import Difference, PassageChange
    from factually.articles.history.words import Change, Piece

Side: TypeAlias = Literal["before", "after", "both"]


@dataclass(frozen=True)
class Shown:
    """A piece on the page.

    Attributes:
        lead: The space before the text, which stands outside its mark.
        was: How it was printed before, where it says the same and only looks different.
    """

    change: Change
    lead: str
    text: str
    was: str = ""


@dataclass(frozen=True)
class Stretch:
    """Neighbouring passages that all changed, or that all say the same."""

    changed: bool
    passages: tuple[PassageChange, ...]


@dataclass(frozen=True)
class Step:
    """A line of the history page.

    Attributes:
        before: The revision that it replaced, None for the first.
        sentence: What changed.
        notes: What was said of the change when it was made.
    """

    revision: Revision
    before: Revision | None
    sentence: str
    notes: tuple[PublicNote, ...]


def show_pieces(pieces: Sequence[Piece], side: Side) -> Iterator[Shown]:
    """Yield the pieces of one text, or of both in one."""
    absent = {"before": "added", "after": "removed", "both": None}[side]
    for piece in pieces:
        if piece.change == absent:
            continue
        text = piece.before if side == "before" or piece.change == "removed" else piece.after
        body = text.lstrip()
        looks_different = side == "both" and piece.change in {"typography", "renumbered"}
        was = piece.before.strip() if looks_different else ""
        yield Shown(piece.change, text[: len(text) - len(body)], body, was)


def stretches(passages: Sequence[PassageChange]) -> Iterator[Stretch]:
    """Yield runs of changed and unchanged passages; another number of a source is no change."""
    for changed, run in groupby(passages, lambda passage: passage.state not in {"same", "renumbered"}):
        yield Stretch(changed, tuple(run))


def steps(
    history: History,
    shown: Sequence[Revision],
    contents: Mapping[int, ArticleContent],
    notes: Sequence[PublicNote],
) -> Iterator[Step]:
    """Yield a line for each revision shown, newest first.

    Args:
        history: The whole chain.
        shown: Neighbouring revisions of it, oldest first.
        contents: Texts of these, and of the one before the first of them.
        notes: Of the article.
    """
    for revision in reversed(shown):
        before = history.before(revision)
        content = contents[revision.number]
        if before is None:
            words, citations = count(content.words, "word"), count(content.citations, "citation")
            sentence = f"First published, with {words} and {citations}."
        else:
            sentence = describe(compare_contents(contents[before.number], content))
        noted = tuple(note for note in notes if note.number == revision.number)
        yield Step(revision, before, sentence, noted)


def describe(difference: Difference) -> str:
    """Return what changed, in one sentence of counts."""
    if difference.is_typographic:
        return (
            "Only typography changed: hyphens, quotation marks, spaces, or the numbers of the same sources."
        )
    if difference.says_the_same:
        return "Nothing in the text changed."
    parts = [*_text_parts(difference), *_source_parts(difference)]
    if difference.changed_particulars:
        names = [line.name[0].lower() + line.name[1:] for line in difference.changed_particulars]
        parts.append(f"{', '.join(names)} changed")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 word`, `1,200 words`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _text_parts(difference: Difference) -> Iterator[str]:
    added, removed, passages = difference.words_added, difference.words_removed, difference.changed_passages
    where = f"in {count(passages, 'passage')}"
    if added and removed:
        yield f"{count(added, 'word')} added and {removed:,} removed {where}"
    elif added or removed:
        yield f"{count(added or removed, 'word')} {'added' if added else 'removed'} {where}"
    elif passages:
        yield f"citations or punctuation changed {where}"
    if difference.moved_passages:
        yield f"{count(difference.moved_passages, 'passage')} moved"


def _source_parts(difference: Difference) -> Iterator[str]:
    states = [source.state for source in difference.changed_sources]
    for state, said in (("added", "added"), ("removed", "removed"), ("changed", "described otherwise")):
        if state in states:
            yield f"{count(states.count(state), 'source')} {said}"
