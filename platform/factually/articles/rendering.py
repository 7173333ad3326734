"""From an article back to the text an editor writes: the inverse of `parsing` (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factually.articles.content import ArticleContent


def render_text(content: ArticleContent) -> str:
    """Return title, summary and sections by the grammar; sources and particulars are kept beside the text."""
    lines = [f"Fact check: {content.title}"]
    if content.summary:
        lines += ["Executive Summary", *content.summary]
    for section in content.sections:
        lines += [f"{section.number}. {section.heading}", *section.paragraphs]
    return "\n".join(lines)
