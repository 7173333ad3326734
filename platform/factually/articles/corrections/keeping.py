"""Keeping a note with the revision that it came with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.articles.corrections.models import ArticleCorrection

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.corrections.notes import Note


@dataclass(frozen=True)
class Occasion:
    """With which revision a note came, by whom and when.

    Attributes:
        number: Of the revision; for a retraction, of the one that stays up.
        made_by: None where a command published it.
    """

    article_id: uuid.UUID
    number: int
    made_by: uuid.UUID | None
    made_at: datetime
    verdict_changed: bool = False


def keep_note(session: Session, note: Note, occasion: Occasion) -> None:
    """Add a note that was checked; it is never changed afterwards."""
    session.add(
        ArticleCorrection(
            article_id=occasion.article_id,
            number=occasion.number,
            kind=note.kind,
            was=note.was,
            now=note.now,
            why=note.why,
            found_by=note.found_by,
            verdict_changed=occasion.verdict_changed,
            made_by=occasion.made_by,
            made_at=occasion.made_at,
        ),
    )
    session.flush()


def has_correction(session: Session, article_id: uuid.UUID) -> bool:
    """Return whether an article was ever corrected; it then counts as a corrected one for good."""
    corrections = select(ArticleCorrection.id).where(
        ArticleCorrection.article_id == article_id, ArticleCorrection.kind == "correction"
    )
    return session.scalar(select(corrections.exists())) is True
