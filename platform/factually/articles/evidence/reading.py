"""An article read once for all checks: what each part and each sentence cites (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factually.articles.citations import cited_numbers, without_citations
from factually.articles.evidence.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factually.articles.content import ArticleContent, Source

_WORDS_TOLD = 8


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the summary or of a section.

    Attributes:
        section: Number of its section, None for the summary.
        text: Without citations.
        cited: Whether it carries a citation.
        followed: Whether the sentence behind it, in the same paragraph, carries one.
    """

    section: int | None
    text: str
    cited: bool
    followed: bool

    @property
    def place(self) -> str:
        """Where it stands."""
        return place_of(self.section)

    @property
    def beginning(self) -> str:
        """Its first words, by which a reader finds it."""
        words = self.text.split(maxsplit=_WORDS_TOLD)
        more = len(words) > _WORDS_TOLD
        return " ".join(words[:_WORDS_TOLD]).rstrip(".,;:") + "…" if more else " ".join(words)


@dataclass(frozen=True)
class Reading:
    """What the checks ask of an article, read from it once.

    Attributes:
        cited_by_part: Source numbers that each part cites, in order; the summary is None.
        numbers: Each cited number once, in the order a reader meets them, with the part it is met in.
        sources: Recorded sources by number.
        sentences: Of summary and paragraphs, in order.
    """

    content: ArticleContent
    cited_by_part: Mapping[int | None, tuple[int, ...]]
    numbers: Mapping[int, int | None]
    sources: Mapping[int, Source]
    sentences: tuple[Sentence, ...]

    def cited_sources(self) -> Iterator[Source]:
        """Yield the recorded sources that the text cites, by number."""
        return (source for number, source in self.sources.items() if number in self.numbers)


def place_of(section: int | None) -> str:
    """Return a part of the article as findings name it."""
    return "summary" if section is None else f"section {section}"


def read(content: ArticleContent) -> Reading:
    """Return the article read once."""
    cited_by_part: dict[int | None, list[int]] = {}
    numbers: dict[int, int | None] = {}
    sentences: list[Sentence] = []
    for passage in content.passages():
        found = cited_numbers(passage.text)
        cited_by_part.setdefault(passage.section, []).extend(found)
        for number in found:
            numbers.setdefault(number, passage.section)
        if not passage.is_heading:
            sentences.extend(_sentences(passage.section, passage.text))
    return Reading(
        content=content,
        cited_by_part={part: tuple(dict.fromkeys(found)) for part, found in cited_by_part.items()},
        numbers=numbers,
        sources={source.number: source for source in content.sources},
        sentences=tuple(sentences),
    )


def _sentences(section: int | None, paragraph: str) -> Iterator[Sentence]:
    parts = [_told(text) for text in split_sentences(paragraph)]
    worded = [(text, cited) for text, cited in parts if any(map(str.isalnum, text))]
    followed = False
    told: list[Sentence] = []
    for text, cited in reversed(worded):
        told.append(Sentence(section, text, cited, followed))
        followed = cited
    return reversed(told)


def _told(sentence: str) -> tuple[str, bool]:
    """Return a sentence without citations, and whether it carries one."""
    if "[" not in sentence:
        return sentence, False
    return without_citations(sentence), bool(cited_numbers(sentence))
