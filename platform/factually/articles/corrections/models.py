"""Tables of corrections: what public articles said and say now, and what readers ask to be corrected."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from factually.articles.corrections.reports import LONGEST_WORDS, OUTCOMES
from factually.foundation.crypto import Place
from factually.foundation.database import Base, one_of


class ArticleCorrection(Base):
    """A note that came with a change of a public article; append-only, like what it explains.

    Attributes:
        number: The revision that it came with; for a retraction, the one that stays up.
        was: What readers were told, in short.
        now: What is right.
        found_by: Whom to thank, as printed; None where nobody is named.
        made_by: Account of who published it, None where a command did.
    """

    __tablename__ = "article_correction"
    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "number"],
            ["article_publication.article_id", "article_publication.number"],
            name="fk_article_correction_publication",
        ),
        CheckConstraint("kind IN ('correction', 'clarification', 'update', 'retraction')", name="kind_known"),
        CheckConstraint("was ~ '\\S' AND now ~ '\\S' AND why ~ '\\S'", name="said"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str]
    was: Mapped[str]
    now: Mapped[str]
    why: Mapped[str]
    found_by: Mapped[str | None]
    verdict_changed: Mapped[bool]
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]


class CorrectionRequest(Base):
    """What a reader reported, as they wrote it; append-only, without who they are.

    Attributes:
        public_id: Names the page on which the reader follows it.
        wrong: What the article says wrongly.
        instead: What is right.
    """

    __tablename__ = "correction_request"
    __table_args__ = (
        CheckConstraint("public_id ~ '^[a-z2-7]{26}$'", name="public_id_shape"),
        CheckConstraint("wrong ~ '\\S' AND instead ~ '\\S'", name="said"),
        CheckConstraint(
            f"length(wrong) <= {LONGEST_WORDS} AND length(instead) <= {LONGEST_WORDS}", name="words_bounded"
        ),
        CheckConstraint("source_url ~ '^https?://'", name="source_is_web"),
        {"info": {"append_only": True}},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    wrong: Mapped[str]
    instead: Mapped[str]
    source_url: Mapped[str | None]
    received_at: Mapped[datetime]


class CorrectionRequestReader(Base):
    """Who reported it, sealed, until there is an outcome; apart, since it is the part that is forgotten.

    Attributes:
        name: Whom to thank.
        email: Where to answer.
    """

    __tablename__ = "correction_request_reader"
    __table_args__ = (CheckConstraint("num_nonnulls(name, email) > 0", name="somebody"),)

    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("correction_request.id"), primary_key=True)
    name: Mapped[bytes | None]
    email: Mapped[bytes | None]
    received_at: Mapped[datetime] = mapped_column(index=True)


class CorrectionRequestStep(Base):
    """What the newsroom decided about a request, with its reason; append-only.

    A trigger refuses a step behind the last one, and a note of another article.

    Attributes:
        outcome: One of `reports.OUTCOMES`.
        reason: For the reader and for everybody else.
        note_id: The note that answers it.
    """

    __tablename__ = "correction_request_step"
    __table_args__ = (
        UniqueConstraint("request_id", "outcome"),
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome_known"),
        CheckConstraint("(outcome = 'answered') = (note_id IS NOT NULL)", name="answered_by_note"),
        CheckConstraint("reason ~ '\\S'", name="reasoned"),
        Index(
            "uq_correction_request_step_end",
            "request_id",
            unique=True,
            postgresql_where=text("outcome <> 'accepted'"),
        ),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("correction_request.id"))
    outcome: Mapped[str]
    reason: Mapped[str]
    note_id: Mapped[int | None] = mapped_column(ForeignKey("article_correction.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


def name_place(request_id: uuid.UUID) -> Place:
    """Return where a reader's name is sealed."""
    return Place("correction_request_reader", "name", str(request_id))


def email_place(request_id: uuid.UUID) -> Place:
    """Return where a reader's address is sealed."""
    return Place("correction_request_reader", "email", str(request_id))
