"""What public pages read of notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.articles.corrections.models import ArticleCorrection

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True)
class PublicNote:
    """A note as readers see it.

    Attributes:
        number: Of the revision that it came with.
    """

    number: int
    kind: str
    was: str
    now: str
    why: str
    found_by: str | None
    verdict_changed: bool
    made_at: datetime


def notes_of(connection: Connection, article_id: uuid.UUID) -> list[PublicNote]:
    """Return an article's notes, newest first."""
    rows = connection.execute(
        select(
            ArticleCorrection.number,
            ArticleCorrection.kind,
            ArticleCorrection.was,
            ArticleCorrection.now,
            ArticleCorrection.why,
            ArticleCorrection.found_by,
            ArticleCorrection.verdict_changed,
            ArticleCorrection.made_at,
        )
        .where(ArticleCorrection.article_id == article_id)
        .order_by(ArticleCorrection.id.desc())
    )
    return [PublicNote(**row._asdict()) for row in rows]
