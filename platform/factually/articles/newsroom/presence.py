"""Who else has an article open in the editor."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from factually.accounts.models import Account
from factually.articles.newsroom.models import ArticlePresence

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

HERE_FOR: Final = timedelta(seconds=75)
"""The editor says that it is open each 30 seconds; one lost word is no absence."""


def note_presence(
    session: Session, article_id: uuid.UUID, account_id: uuid.UUID, *, now: datetime
) -> list[str]:
    """Write down that somebody is here, and return the names of the others."""
    here = insert(ArticlePresence).values(article_id=article_id, account_id=account_id, seen_at=now)
    session.execute(
        here.on_conflict_do_update(
            index_elements=[ArticlePresence.article_id, ArticlePresence.account_id], set_={"seen_at": now}
        )
    )
    others = (
        select(Account.name)
        .join(ArticlePresence, ArticlePresence.account_id == Account.id)
        .where(
            ArticlePresence.article_id == article_id,
            ArticlePresence.account_id != account_id,
            ArticlePresence.seen_at > now - HERE_FOR,
        )
        .order_by(Account.name)
    )
    return list(session.scalars(others))
