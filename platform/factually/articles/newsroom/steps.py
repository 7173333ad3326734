"""Writing down each act of the workflow."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factually.articles.newsroom.models import ArticleStep

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.models import Article
    from factually.articles.workflow import Act
    from factually.audit.journal import Actor


@dataclass(frozen=True)
class Deed:
    """An act, by whom and when.

    Attributes:
        reason: Typed by the person, where the act asks for one.
        terms: Document of the terms under which a scheduled text is to be published.
    """

    act: Act
    actor: Actor
    at: datetime
    reason: str | None = None
    terms: dict[str, object] | None = None


def note_step(session: Session, article: Article, deed: Deed) -> None:
    """Add the row of an act that was just carried out on an article."""
    session.add(
        ArticleStep(
            article_id=article.id,
            draft_id=article.draft_id,
            account_id=account_of(deed.actor),
            act=deed.act,
            stage=article.stage,
            standing=article.standing,
            reason=deed.reason,
            due=article.scheduled_for,
            terms=deed.terms,
            at=deed.at,
        ),
    )
    session.flush()


def account_of(actor: Actor) -> uuid.UUID | None:
    """Return the account behind an actor, None for the clock and for commands."""
    return uuid.UUID(actor.id) if actor.kind == "account" else None
