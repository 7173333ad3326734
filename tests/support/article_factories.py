"""Articles for tests: texts in the grammar, contents that hypothesis varies, and published ones."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from factually.articles.content import ArticleContent, Section, Source
from factually.articles.importing import ImportRequest, import_article
from factually.articles.kinds import decide_kind
from factually.articles.parsing import parse_article
from factually.articles.publishing import Override
from factually.audit.journal import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from factually.articles.importing import Imported
    from factually.foundation.database import Database

DEMONSTRATION_TEXTS = Path(__file__).parents[2] / "platform/factually/demonstration/articles"
SAMPLE = (DEMONSTRATION_TEXTS / "ice-cooperation.txt").read_bytes()
COMPLETE = (DEMONSTRATION_TEXTS / "committee-registration.txt").read_bytes()
OVERRIDE = Override("A legacy text, published as it was found.", "the editors")


def short_text(
    *,
    title: str = "Fact check: Does water boil at 100 °C?",
    summary: str = "At sea level it does [1] [2].",
    section: str = "Pressure moves the point [1] [2].",
    sources: bool = True,
) -> str:
    """Return a small article whose sources lack only what no line of a source list says (see `complete`)."""
    lines = [title, "Executive Summary", summary, "1. Bottom line: mind the pressure", section]
    if sources:
        lines += [
            "Sources",
            "[1] Boiling, explained, Institute of Water, 2024-05-01, https://water.example/boiling",
            "[2] Tables of steam, Steam Society, n.d., https://steam.example/tables",
        ]
    return "\n".join(lines)


def complete(content: ArticleContent) -> ArticleContent:
    """Return an article with all said of its sources that the evidence gate asks of them."""
    return replace(content, sources=tuple(_completed(source) for source in content.sources))


def _completed(source: Source) -> Source:
    return replace(
        source, accessed="2026-11-20", kind="primary", independence="Has no part in it.", interest="no"
    )


def as_csl(sources: Iterable[Source]) -> str:
    """Return sources as a CSL-JSON list, as an import takes them."""
    ours = ("kind", "kind_reason", "independence", "interest", "stance", "quote", "archived_on")
    return json.dumps(
        [
            {
                "id": str(source.number),
                "type": "webpage",
                "title": source.title,
                "publisher": source.publisher,
                "URL": source.url,
                "issued": _csl_date(source.published),
                "accessed": _csl_date(source.accessed),
                "archive_location": source.archive_url,
                "custom": {name: getattr(source, name) for name in ours},
            }
            for source in sources
        ]
    )


def _csl_date(iso: str | None) -> dict[str, object] | None:
    return {"date-parts": [[int(part) for part in iso.split("-")]]} if iso else None


def render_text(content: ArticleContent) -> str:
    """Return a text that parses to this content; the inverse of `parse_article`."""
    lines = [f"Fact check: {content.title}", "Executive Summary", *content.summary]
    for section in content.sections:
        lines += [f"{section.number}. {section.heading}", *section.paragraphs]
    if content.sources:
        lines.append("Sources")
        lines += [
            f"[{s.number}] {s.title}, {s.publisher}, {s.published or 'n.d.'}, {s.url}"
            for s in content.sources
        ]
    if content.checked_on:
        lines.append(f"Checked on {content.checked_on}")
    return "\n".join(lines)


def request_of(text: bytes | str, **wanted: Any) -> ImportRequest:  # noqa: ANN401 - fields of ImportRequest
    """Ask for an import of a text whose sources, where it has any, are completed in a file of their own."""
    content = complete(parse_article(text).content)
    if not content.sources:
        return ImportRequest(text, **wanted)
    bare = render_text(replace(content, sources=()))
    return ImportRequest(bare, sources=as_csl(content.sources), **wanted)


def published(
    database: Database,
    text: bytes | str,
    *,
    now: datetime,
    **wanted: Any,  # noqa: ANN401 - as above
) -> Imported:
    """Import a text and make it public, past errors if it has any."""
    request = request_of(text, publish=True, override=OVERRIDE, **wanted)
    with database.transaction() as session:
        return import_article(session, request, now=now, actor=SYSTEM)


_WORDS = st.lists(
    st.one_of(
        st.text(
            st.characters(min_codepoint=0x61, max_codepoint=0x17F, categories=["Ll"]), min_size=1, max_size=8
        ),
        st.sampled_from(["[1]", "[2]", "[17]", "“wants.”", "287(g)-style", "public\u2011safety", "$5"]),
    ),
    max_size=12,
)
# Each begins with a word that no heading, banner or source list begins with.
_PARAGRAPH = _WORDS.map(lambda words: " ".join(["Reporting", *words]))
_NAME = st.lists(st.sampled_from(["Water", "Law", "and", "Report", "2024", "n.d."]), max_size=4).map(
    lambda words: " ".join(["The", *words])
)
_SOURCE_TITLE = st.lists(_NAME, min_size=1, max_size=3).map(", ".join)
_DATE = st.one_of(
    st.none(),
    st.dates().map(lambda day: day.isoformat()),
    st.dates().map(lambda day: day.isoformat()[:7]),
    st.dates().map(lambda day: day.isoformat()[:4]),
)


@st.composite
def article_contents(draw: st.DrawFn) -> ArticleContent:
    """Draw a content that a text of the grammar can hold."""
    title = draw(st.sampled_from(["What is known", "Is it so?", "On water"]))
    summary = tuple(draw(st.lists(_PARAGRAPH, min_size=1, max_size=3)))
    bodies = draw(st.lists(st.lists(_PARAGRAPH, min_size=1, max_size=3), min_size=1, max_size=12))
    sections = tuple(
        Section(
            number, draw(st.sampled_from(["Why it matters", "Bottom line: wait", "A: b — c"])), tuple(body)
        )
        for number, body in enumerate(bodies, start=1)
    )
    numbers = draw(st.sets(st.integers(1, 999), max_size=5))
    sources = tuple(
        Source(number, draw(_SOURCE_TITLE), draw(_NAME), draw(_DATE), "https://example.org/a,b?c=d")
        for number in sorted(numbers)
    )
    return ArticleContent(
        title=title,
        kind=decide_kind(title, summary, sections),
        summary=summary,
        sections=sections,
        sources=sources,
        checked_on=draw(_DATE),
    )
