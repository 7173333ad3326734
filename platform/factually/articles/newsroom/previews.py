"""Links by which somebody outside reads one draft; they expire, and are stored as hashes."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from factually.articles.newsroom.models import ArticleDraft, ArticlePreview
from factually.articles.newsroom.steps import account_of
from factually.audit.journal import record
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.audit.journal import Actor

LIFETIME: Final = timedelta(days=7)
_TOKEN_BYTES: Final = 24


def make_preview(session: Session, draft: ArticleDraft, *, actor: Actor, now: datetime) -> str:
    """Return the secret of a new link to a draft; it is shown once and stored nowhere."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        ArticlePreview(
            token_sha256=_digest(token),
            article_id=draft.article_id,
            draft_id=draft.id,
            made_by=account_of(actor),
            made_at=now,
            expires_at=now + LIFETIME,
            revoked_at=None,
        ),
    )
    subject = f"article:{draft.article_id}"
    record(session, actor=actor, event="article.preview_made", subject=subject, now=now)
    return token


def read_preview(session: Session, token: str, *, now: datetime) -> ArticleDraft:
    """Return the draft behind a link.

    Raises:
        NotFound: The link is unknown, too old or taken back.
    """
    link = session.get(ArticlePreview, _digest(token))
    if link is None or link.revoked_at is not None or now >= link.expires_at:
        raise NotFound("This link is too old or was taken back. Ask for a new one.")
    return session.get_one(ArticleDraft, link.draft_id)


def list_previews(session: Session, article_id: uuid.UUID, *, now: datetime) -> list[ArticlePreview]:
    """Return the links to an article's drafts that still work, newest first."""
    return list(
        session.scalars(
            select(ArticlePreview)
            .where(
                ArticlePreview.article_id == article_id,
                ArticlePreview.revoked_at.is_(None),
                ArticlePreview.expires_at > now,
            )
            .order_by(ArticlePreview.made_at.desc())
        )
    )


def revoke_previews(session: Session, article_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Take back all links to an article's drafts."""
    session.execute(
        update(ArticlePreview)
        .where(ArticlePreview.article_id == article_id, ArticlePreview.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    record(session, actor=actor, event="article.previews_revoked", subject=f"article:{article_id}", now=now)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
