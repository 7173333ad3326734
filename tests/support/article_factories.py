"""Articles for tests: texts in the grammar, contents that hypothesis varies, and published ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from factually.articles.content import ArticleContent, Section, Source
from factually.articles.importing import ImportRequest, import_article
from factually.articles.kinds import decide_kind
from factually.articles.publishing import Override
from factually.audit.journal import SYSTEM

if TYPE_CHECKING:
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
    """Return a small article; with its sources the evidence gate finds nothing."""
    lines = [title, "Executive Summary", summary, "1. Bottom line: mind the pressure", section]
    if sources:
        lines += [
            "Sources",
            "[1] Boiling, explained, Institute of Water, 2024-05-01, https://water.example/boiling",
            "[2] Tables of steam, Steam Society, n.d., https://steam.example/tables",
        ]
    return "\n".join(lines)


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


def published(
    database: Database, text: bytes | str, *, now: datetime, request: ImportRequest | None = None
) -> Imported:
    """Import a text and make it public, past errors if it has any."""
    wanted = replace(request or ImportRequest(text), text=text, publish=True, override=OVERRIDE)
    with database.transaction() as session:
        return import_article(session, wanted, now=now, actor=SYSTEM)


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
