"""Whether two versions of an article say the same to a reader (pure; DESIGN section 2, promise 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from factually.articles.content import to_document
from factually.articles.folding import fold

if TYPE_CHECKING:
    from factually.articles.content import ArticleContent


def same_words(one: ArticleContent, other: ArticleContent) -> bool:
    """Return whether nothing but spacing, typography and housekeeping differs.

    Housekeeping is what a reader is not told in the text: topics, and the care of links (archive copies, days
    of access, the record behind a source).
    """
    return _told(one) == _told(other)


def _told(content: ArticleContent) -> object:
    sources = tuple(
        replace(source, accessed=None, archive_url=None, archived_on=None, record=None)
        for source in content.sources
    )
    return _plain(to_document(replace(content, topics=(), sources=sources)))


def _plain(value: object) -> object:
    """Return the value with each text in one spelling."""
    if isinstance(value, str):
        return " ".join(fold(value).split())
    if isinstance(value, Mapping):
        return {name: _plain(held) for name, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, list | tuple) else value
