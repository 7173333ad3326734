"""A draft as readers will see it, for the pages that show one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from factually.articles.newsroom.composing import compose
from factually.articles.newsroom.saving import particulars_of
from factually.articles.presenting import KIND_NAMES, lay_out
from factually.articles.ratings import RATINGS
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.articles.content import ArticleContent
    from factually.articles.newsroom.models import ArticleDraft


def printed(content: ArticleContent | None) -> dict[str, Any]:
    """Return what a template needs to print a draft, `layout` None where it is no article yet."""
    if content is None:
        return {"layout": None}
    return {"layout": lay_out(content), "kind": KIND_NAMES[content.kind], "ratings": RATINGS}


def content_of(draft: ArticleDraft) -> ArticleContent | None:
    """Return the article a draft makes, None where it is none yet."""
    return None if draft.problem else compose(draft.text, particulars_of(draft))


def asked_draft(given: Mapping[str, str], field: str) -> uuid.UUID:
    """Return the draft that a request names.

    Raises:
        NotFound: It names none.
    """
    try:
        return uuid.UUID(given.get(field, ""))
    except ValueError as error:
        raise NotFound("This article has no such draft.") from error
