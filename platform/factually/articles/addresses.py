"""Addresses of articles: made of a title, kept for good; a former one leads to the present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slugify import slugify
from sqlalchemy.exc import IntegrityError

from factually.articles.folding import fold
from factually.articles.models import Article, ArticleFormerSlug
from factually.audit.journal import record
from factually.foundation.errors import Conflict, InvalidInput
from factually.foundation.identifiers import new_id
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.content import Kind
    from factually.audit.journal import Actor
    from factually.foundation.canonical import JsonValue

_MAX_SLUG_CHARACTERS = 100


def slug_for(title: str) -> str:
    """Return the last part of an article's address: plain letters and digits, words joined by hyphens.

    Raises:
        InvalidInput: The title holds neither letter nor digit.
    """
    slug = slugify(fold(title), max_length=_MAX_SLUG_CHARACTERS, word_boundary=True, replacements=[("'", "")])
    if not slug:
        raise InvalidInput("A title needs a letter or a digit to make an address of.", field="title")
    return slug


def add_article(session: Session, slug: str, *, origin: str, kind: Kind, now: datetime) -> Article:
    """Add an article without a text yet, at an address of its own.

    Raises:
        Conflict: The address is another article's, or was.
    """
    article = Article(
        id=new_id(),
        slug=slug,
        kind=kind,
        origin=origin,
        stage="writing",
        standing="unseen",
        created_at=now,
    )
    _claim(session, article, slug)
    return article


def set_address(session: Session, article: Article, slug: str, *, actor: Actor, now: datetime) -> None:
    """Give an article another address, and let the former one lead to it.

    Raises:
        Conflict: The address is another article's, or was.
        InvalidInput: It is no address.
    """
    session.refresh(article, with_for_update=True)
    wanted = slug_for(slug)
    if wanted == article.slug:
        return
    former = session.get(ArticleFormerSlug, wanted)
    if former is not None and former.article_id == article.id:
        session.delete(former)
        session.flush()
    before = article.slug
    _claim(session, article, wanted)
    session.add(ArticleFormerSlug(slug=before, article_id=article.id, until=now))
    details: dict[str, JsonValue] = {"from": before, "to": wanted}
    subject = f"article:{article.id}"
    record(session, actor=actor, event="article.moved", subject=subject, now=now, details=details)
    announce_change(session)


def taken(slug: str) -> Conflict:
    """Return the error that says that an address is not free."""
    return Conflict(f"Another text already has the address {slug}; nothing was stored.", field="title")


def _claim(session: Session, article: Article, slug: str) -> None:
    """Write an article's address down, if it is free."""
    try:
        with session.begin_nested():
            article.slug = slug
            session.add(article)
    except IntegrityError as error:
        raise taken(slug) from error
    if session.get(ArticleFormerSlug, slug) is not None:
        raise taken(slug)
