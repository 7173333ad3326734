"""What public pages read of notes: those of one article, and those of all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from sqlalchemy import func, select, text

from factually.articles.corrections.models import ArticleCorrection
from factually.articles.corrections.notes import NoteKind
from factually.articles.models import Article, ArticleRevision
from factually.articles.workflow import SHOWN
from factually.foundation.database import one_of
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

# Of at most 18 digits, so that the database's numbers hold it.
_PLACE: Final = re.compile(r"[1-9][0-9]{0,17}")
_SHOWN: Final = text(one_of("article.standing", SHOWN))
_NOTE: Final = (
    ArticleCorrection.number,
    ArticleCorrection.kind,
    ArticleCorrection.was,
    ArticleCorrection.now,
    ArticleCorrection.why,
    ArticleCorrection.found_by,
    ArticleCorrection.verdict_changed,
    ArticleCorrection.made_at,
)


@dataclass(frozen=True)
class PublicNote:
    """A note as readers see it.

    Attributes:
        number: Of the revision that it came with.
    """

    number: int
    kind: NoteKind
    was: str
    now: str
    why: str
    found_by: str | None
    verdict_changed: bool
    made_at: datetime


@dataclass(frozen=True)
class ListedNote:
    """A note in the list of all, with the article that it belongs to.

    Attributes:
        id: Where the list goes on behind it.
        title: As the article is called now.
    """

    id: int
    article_id: uuid.UUID
    slug: str
    title: str
    note: PublicNote


@dataclass(frozen=True)
class NoteCounts:
    """How many notes there are in public.

    Attributes:
        by_kind: One number for each kind, 0 included.
        verdicts_changed: How many of all came with another verdict.
    """

    by_kind: Mapping[NoteKind, int]
    verdicts_changed: int


def notes_of(connection: Connection, article_id: uuid.UUID) -> list[PublicNote]:
    """Return an article's notes, newest first."""
    rows = connection.execute(
        select(*_NOTE).where(ArticleCorrection.article_id == article_id).order_by(ArticleCorrection.id.desc())
    )
    return [PublicNote(**row._asdict()) for row in rows]


def parse_place(given: str | None) -> int | None:
    """Return the place in the list of all notes that an address names, None where it names none.

    Raises:
        InvalidInput: It is not one of ours.
    """
    if given is None:
        return None
    if not _PLACE.fullmatch(given):
        raise InvalidInput("This is no place in the list of corrections.", field="before")
    return int(given)


def latest_notes(connection: Connection, limit: int, before: int | None = None) -> list[ListedNote]:
    """Return notes of the articles that readers see, newest first, behind a place if one is given."""
    rows = (
        select(
            ArticleCorrection.id,
            ArticleCorrection.article_id,
            Article.slug,
            ArticleRevision.title,
            *_NOTE,
        )
        .join(Article, Article.id == ArticleCorrection.article_id)
        .join(
            ArticleRevision,
            (ArticleRevision.article_id == Article.id) & (ArticleRevision.number == Article.published_number),
        )
        .where(_SHOWN)
        .order_by(ArticleCorrection.id.desc())
        .limit(limit)
    )
    if before is not None:
        rows = rows.where(ArticleCorrection.id < before)
    return [
        ListedNote(note_id, article_id, slug, title, PublicNote(*note))
        for note_id, article_id, slug, title, *note in connection.execute(rows)
    ]


def count_notes(connection: Connection) -> NoteCounts:
    """Count the notes of the articles that readers see."""
    rows = connection.execute(
        select(
            ArticleCorrection.kind,
            func.count().label("notes"),
            func.count().filter(ArticleCorrection.verdict_changed).label("verdicts"),
        )
        .join(Article, Article.id == ArticleCorrection.article_id)
        .where(_SHOWN)
        .group_by(ArticleCorrection.kind)
    ).all()
    found = {row.kind: row.notes for row in rows}
    kinds: tuple[NoteKind, ...] = get_args(NoteKind)
    return NoteCounts({kind: found.get(kind, 0) for kind in kinds}, sum(row.verdicts for row in rows))
