"""The document of a revision: canonical JSON that hashes the content and the revision before it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from factually.articles.content import from_document, to_document
from factually.foundation.canonical import canonical_json

if TYPE_CHECKING:
    import uuid

    from factually.articles.content import ArticleContent


def write_document(
    content: ArticleContent, *, article_id: uuid.UUID, number: int, previous_sha256: str | None
) -> bytes:
    """Return the bytes whose SHA-256 names a revision (RFC 8785)."""
    return canonical_json(
        {
            "article": str(article_id),
            "number": number,
            "previous_sha256": previous_sha256,
            "content": to_document(content),
        },
    )


def read_content(document: bytes) -> ArticleContent:
    """Return the content inside a document that `write_document` made."""
    return from_document(json.loads(document)["content"])
