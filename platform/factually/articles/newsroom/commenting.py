"""Comments on a passage: made on the text one reads, settled before it is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import aliased

from factually.accounts.models import Account
from factually.articles.folding import fold
from factually.articles.newsroom.models import ArticleComment
from factually.articles.newsroom.steps import account_of
from factually.foundation.errors import Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.newsroom.models import ArticleDraft
    from factually.audit.journal import Actor

MAX_CHARACTERS: Final = 2_000
_MAX_ID: Final = 2**63 - 1


@dataclass(frozen=True)
class Remark:
    """What somebody types: the comment, and the words it is about, empty for the whole text."""

    text: str
    passage: str = ""


@dataclass(frozen=True)
class CommentRow:
    """A comment in a list.

    Attributes:
        by: Name of who made it.
        resolved_by: Name of who said that it is settled, None while it is open.
    """

    id: int
    passage: str | None
    text: str
    by: str
    made_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


def add_comment(
    session: Session, draft: ArticleDraft, remark: Remark, *, actor: Actor, now: datetime
) -> None:
    """Add a comment on the draft somebody reads.

    Raises:
        InvalidInput: It says nothing or too much, or the words it is about do not stand in the text.
    """
    text, passage = remark.text.strip(), " ".join(remark.passage.split())
    if not text or len(text) > MAX_CHARACTERS:
        raise InvalidInput(f"Write a comment of at most {MAX_CHARACTERS:,} characters.", field="comment")
    if len(passage) > MAX_CHARACTERS or fold(passage) not in " ".join(fold(draft.text).split()):
        raise InvalidInput("These words don't stand in the text.", field="passage")
    session.add(
        ArticleComment(
            article_id=draft.article_id,
            draft_id=draft.id,
            author_id=account_of(actor),
            passage=passage or None,
            text=text,
            made_at=now,
            resolved_at=None,
            resolved_by=None,
        ),
    )


def resolve_comment(
    session: Session, article_id: uuid.UUID, comment_id: str, *, actor: Actor, now: datetime
) -> None:
    """Say that a comment is settled; one that is settled already stays as it is.

    Raises:
        NotFound: The article has no such comment.
    """
    known = comment_id.isascii() and comment_id.isdigit() and int(comment_id) <= _MAX_ID
    comment = session.get(ArticleComment, int(comment_id), with_for_update=True) if known else None
    if comment is None or comment.article_id != article_id:
        raise NotFound("This article has no such comment.")
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by = now, account_of(actor)


def list_comments(session: Session, article_id: uuid.UUID) -> list[CommentRow]:
    """Return an article's comments, open ones first, then the oldest first."""
    author, resolver = aliased(Account), aliased(Account)
    rows = session.execute(
        select(
            ArticleComment.id,
            ArticleComment.passage,
            ArticleComment.text,
            author.name.label("by"),
            ArticleComment.made_at,
            ArticleComment.resolved_at,
            resolver.name.label("resolved_by"),
        )
        .join(author, author.id == ArticleComment.author_id)
        .outerjoin(resolver, resolver.id == ArticleComment.resolved_by)
        .where(ArticleComment.article_id == article_id)
        .order_by(ArticleComment.resolved_at.is_not(None), ArticleComment.id)
    )
    return [CommentRow(**row._asdict()) for row in rows]


def refuse_open_comments(session: Session, article_id: uuid.UUID) -> None:
    """See that all comments are settled.

    Raises:
        Conflict: One is open.
    """
    unsettled = select(ArticleComment.id).where(
        ArticleComment.article_id == article_id, ArticleComment.resolved_at.is_(None)
    )
    if session.scalar(select(unsettled.exists())):
        raise Conflict("A comment is still open. Settle each before the text is published.", field="comments")
