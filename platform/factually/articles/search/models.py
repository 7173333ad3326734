"""Tables of the search: made of public revisions, and made again whenever what is listed changes."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base


class ArticleSearch(Base):
    """What a search reads of one listed article.

    Attributes:
        rating: Id of the verdict, None for other kinds.
        original: Summary, headings and paragraphs as printed, citations left out; one a line.
        folded: The same in plain spelling, as long as `original`, so that places in one hold in the other.
        words: Lexemes of the folded text: title and claim weigh A, summary and headings B, paragraphs C,
            titles and publishers of sources D.
    """

    __tablename__ = "article_search"
    __table_args__ = (
        Index("ix_article_search_words", "words", postgresql_using="gin"),
        Index("ix_article_search_latest", text("published_at DESC"), text("article_id DESC")),
    )

    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), primary_key=True)
    kind: Mapped[str]
    rating: Mapped[str | None]
    published_at: Mapped[datetime]
    original: Mapped[str]
    folded: Mapped[str]
    words: Mapped[str] = mapped_column(TSVECTOR)


class ArticleTopic(Base):
    """A topic that a listed article stands under.

    Attributes:
        slug: Last part of the topic's address.
        name: As this article spells it.
        published_at: The article's, so that one index gives a topic's list in order.
    """

    __tablename__ = "article_topic"
    __table_args__ = (
        Index(
            "ix_article_topic_latest", "slug", text("published_at DESC"), text("article_id DESC"), unique=True
        ),
    )

    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    published_at: Mapped[datetime]
