"""What public pages read: plain rows on the autocommitted engine, the revision's hash first."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Select, select, text, tuple_

from factually.articles.evidence import EvidenceReport, report_from_document
from factually.articles.models import Article, ArticleFormerSlug, ArticlePublication, ArticleRevision
from factually.articles.newsroom.models import ArticleDraft, ArticleStep
from factually.articles.revisions import read_content
from factually.articles.workflow import LISTED, Standing
from factually.foundation.database import one_of
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from factually.articles.content import ArticleContent

# What else stands in an address is no article, and a NUL character would be an error of the database.
_SLUG = re.compile(r"[a-z0-9-]{1,200}")
# Written out, so that the planner sees that the partial index answers.
_LISTED = one_of("article.standing", LISTED)


@dataclass(frozen=True)
class Position:
    """A place in the list of articles, newest first, that stays put while new ones appear.

    `str()` and `parse` carry it through an address.
    """

    published_at: datetime
    article_id: uuid.UUID

    def __str__(self) -> str:
        moment = self.published_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        return f"{moment}-{self.article_id.hex}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """Return the position that `str()` wrote.

        Raises:
            InvalidInput: It is not one of ours.
        """
        moment, _, identifier = text.partition("-")
        try:
            published_at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
            return cls(published_at, uuid.UUID(hex=identifier))
        except ValueError as error:
            raise InvalidInput("This is no place in the list of articles.", field="before") from error


@dataclass(frozen=True)
class ArticleSummary:
    """A published article in a list.

    Attributes:
        summary: Without citations; a blank line between paragraphs.
        published_at: When it first became public.
        updated_at: When the revision shown became public.
        sha256: Of the revision shown.
        standing: Whether it stands, is being corrected, was corrected or retracted.
    """

    article_id: uuid.UUID
    slug: str
    kind: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime
    sha256: str
    standing: Standing

    @property
    def position(self) -> Position:
        """Where the list goes on behind this article."""
        return Position(self.published_at, self.article_id)


@dataclass(frozen=True)
class PublishedArticle:
    """A published article with all that its page shows."""

    summary: ArticleSummary
    origin: str
    number: int
    content: ArticleContent
    evidence: EvidenceReport
    override_reason: str | None
    override_by: str | None


def latest_articles(
    connection: Connection, limit: int, before: Position | None = None
) -> list[ArticleSummary]:
    """Return published articles, newest first, behind a position if one is given.

    Raises:
        ValueError: The limit is not from 1 to 100.
    """
    if limit not in range(1, 101):
        raise ValueError("limit is from 1 to 100")
    newest_first = (Article.published_at.desc(), Article.id.desc())
    rows = _published_summaries().where(text(_LISTED)).order_by(*newest_first).limit(limit)
    if before is not None:
        place = tuple_(Article.published_at, Article.id)
        rows = rows.where(place < tuple_(before.published_at, before.article_id))
    return [_to_summary(row) for row in connection.execute(rows)]


def summaries_of(connection: Connection, ids: Sequence[uuid.UUID]) -> list[ArticleSummary]:
    """Return the listed articles among these, in the order of the ids."""
    rows = _published_summaries().where(text(_LISTED), Article.id.in_(ids))
    found = {row.id: _to_summary(row) for row in connection.execute(rows)}
    return [found[article_id] for article_id in ids if article_id in found]


def find_published(connection: Connection, slug: str) -> ArticleSummary | None:
    """Return what names the revision that readers see, enough to answer a conditional request."""
    if not _SLUG.fullmatch(slug):
        return None
    row = connection.execute(_published_summaries().where(Article.slug == slug)).one_or_none()
    return None if row is None else _to_summary(row)


def present_slug(connection: Connection, slug: str) -> str | None:
    """Return the address that an article has now which had this one before, None where none had."""
    if not _SLUG.fullmatch(slug):
        return None
    return connection.execute(
        select(Article.slug)
        .join(ArticleFormerSlug, ArticleFormerSlug.article_id == Article.id)
        .where(ArticleFormerSlug.slug == slug)
    ).scalar_one_or_none()


def taken_down_because(connection: Connection, slug: str) -> str | None:
    """Return why the article at this address was taken down, None where none was."""
    if not _SLUG.fullmatch(slug):
        return None
    return connection.execute(
        select(ArticleStep.reason)
        .join(Article, Article.id == ArticleStep.article_id)
        .where(Article.slug == slug, Article.standing == "unpublished", ArticleStep.act == "unpublish")
        .order_by(ArticleStep.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def read_published(connection: Connection, summary: ArticleSummary) -> PublishedArticle:
    """Return the text and evidence of the revision that a summary names."""
    row = connection.execute(
        select(
            Article.origin,
            ArticleRevision.number,
            ArticleRevision.document,
            ArticleRevision.evidence,
            ArticlePublication.override_reason,
            ArticlePublication.override_by,
        )
        .join_from(ArticleRevision, Article, Article.id == ArticleRevision.article_id)
        .join(
            ArticlePublication,
            (ArticlePublication.article_id == ArticleRevision.article_id)
            & (ArticlePublication.number == ArticleRevision.number),
        )
        .where(ArticleRevision.article_id == summary.article_id, ArticleRevision.sha256 == summary.sha256),
    ).one()
    return PublishedArticle(
        summary=summary,
        origin=row.origin,
        number=row.number,
        content=read_content(row.document),
        evidence=report_from_document(row.evidence),
        override_reason=row.override_reason,
        override_by=row.override_by,
    )


def read_latest_evidence(connection: Connection, slug: str) -> EvidenceReport | None:
    """Return the evidence report of an article's newest text, public or not; None for no such article.

    Raises:
        InvalidInput: The newest text is no article yet.
    """
    if not _SLUG.fullmatch(slug):
        return None
    row = connection.execute(
        select(ArticleDraft.problem, ArticleDraft.evidence, ArticleRevision.evidence.label("public"))
        .select_from(Article)
        .outerjoin(ArticleDraft, ArticleDraft.id == Article.draft_id)
        .outerjoin(ArticleRevision, ArticleRevision.article_id == Article.id)
        .where(Article.slug == slug)
        .order_by(ArticleRevision.number.desc())
        .limit(1),
    ).one_or_none()
    if row is None:
        return None
    if row.problem:
        raise InvalidInput(row.problem, field="text")
    document = row.evidence or row.public
    return None if document is None else report_from_document(document)


def _published_summaries() -> Select[uuid.UUID, str, str, str, str, datetime | None, datetime, str, Standing]:
    return (
        select(
            Article.id,
            Article.slug,
            Article.kind,
            ArticleRevision.title,
            ArticleRevision.summary,
            Article.published_at,
            ArticlePublication.published_at.label("updated_at"),
            ArticleRevision.sha256,
            Article.standing,
        )
        .join(
            ArticleRevision,
            (ArticleRevision.article_id == Article.id) & (ArticleRevision.number == Article.published_number),
        )
        .join(
            ArticlePublication,
            (ArticlePublication.article_id == Article.id)
            & (ArticlePublication.number == Article.published_number),
        )
    )


def _to_summary(
    row: Row[uuid.UUID, str, str, str, str, datetime | None, datetime, str, Standing],
) -> ArticleSummary:
    return ArticleSummary(
        article_id=row.id,
        slug=row.slug,
        kind=row.kind,
        title=row.title,
        summary=row.summary,
        published_at=row.published_at,
        updated_at=row.updated_at,
        sha256=row.sha256,
        standing=row.standing,
    )
