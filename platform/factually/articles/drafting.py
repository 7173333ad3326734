"""Adding a revision: canonical JSON, its hash, the link to the one before, and its evidence report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.articles.evidence import examine, report_document
from factually.articles.models import Article, ArticleRevision
from factually.articles.revisions import write_document
from factually.foundation.canonical import sha256_hex

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.content import ArticleContent


def add_revision(
    session: Session, article: Article, content: ArticleContent, *, now: datetime
) -> ArticleRevision:
    """Append a revision to an article, so that earlier ones stay provable.

    The article row is locked first: two writers get two numbers, one after the other.
    """
    session.refresh(article, with_for_update=True)
    previous = latest_revision(session, article)
    number = previous.number + 1 if previous else 1
    previous_sha256 = previous.sha256 if previous else None
    document = write_document(content, article_id=article.id, number=number, previous_sha256=previous_sha256)
    report = examine(content)
    revision = ArticleRevision(
        article_id=article.id,
        number=number,
        document=document,
        sha256=sha256_hex(document),
        previous_sha256=previous_sha256,
        title=content.title,
        summary=content.standfirst,
        evidence=report_document(report),
        evidence_errors=report.errors,
        created_at=now,
    )
    session.add(revision)
    session.flush()
    return revision


def latest_revision(session: Session, article: Article) -> ArticleRevision | None:
    """Return the newest revision, public or not."""
    return session.scalars(
        select(ArticleRevision)
        .where(ArticleRevision.article_id == article.id)
        .order_by(ArticleRevision.number.desc())
        .limit(1),
    ).one_or_none()
