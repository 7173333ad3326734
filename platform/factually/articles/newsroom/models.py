"""Tables of the newsroom: drafts that are never overwritten, who approved which, each step, preview links."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base


class ArticleDraft(Base):
    """One saved state of a text; a later save is a row of its own, so nothing typed is lost.

    Attributes:
        number: From 1, in the order of saving.
        based_on: The draft its author began from; another than the newest makes it a side draft.
        author_id: None for imported texts.
        how: `typing` for one saved by itself, `save` for one saved on purpose.
        particulars: Document of `composing.Particulars`.
        sha256: Of text and particulars.
        title: As far as the text says one, for lists.
        problem: What keeps the text from being an article, in one sentence.
        evidence: Report of the evidence gate, None where there is a problem.
    """

    __tablename__ = "article_draft"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        UniqueConstraint("id", "article_id", "author_id"),
        UniqueConstraint("id", "article_id"),
        ForeignKeyConstraint(
            ["based_on", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_draft_based_on",
        ),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("how IN ('typing', 'save', 'merge', 'import', 'restore')", name="how_known"),
        CheckConstraint("(problem IS NULL) = (evidence IS NOT NULL)", name="examined_or_problem"),
        CheckConstraint("(evidence IS NULL) = (evidence_errors IS NULL)", name="errors_counted"),
        CheckConstraint("octet_length(text) <= 4000000", name="text_length"),
        {"info": {"append_only": True}},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    based_on: Mapped[uuid.UUID | None]
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    how: Mapped[str]
    text: Mapped[str]
    particulars: Mapped[dict[str, object]]
    sha256: Mapped[str]
    title: Mapped[str]
    problem: Mapped[str | None]
    evidence: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    evidence_errors: Mapped[int | None]
    saved_at: Mapped[datetime]


class ArticleApproval(Base):
    """A second person's word for one draft, and for no other.

    The database refuses an approver who wrote any draft since the article was last published.
    """

    __tablename__ = "article_approval"
    __table_args__ = (
        ForeignKeyConstraint(
            ["draft_id", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_approval_draft",
        ),
        ForeignKeyConstraint(
            ["draft_id", "article_id", "author_id"],
            ["article_draft.id", "article_draft.article_id", "article_draft.author_id"],
            name="fk_article_approval_author",
        ),
        UniqueConstraint("draft_id", "approver_id"),
        CheckConstraint("author_id <> approver_id", name="four_eyes"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    draft_id: Mapped[uuid.UUID]
    article_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID | None]
    approver_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime]


class ArticleStep(Base):
    """One act of the workflow, for the board and for whoever asks later who did what.

    Attributes:
        account_id: None where the clock or a command acted.
        stage: After it.
        standing: After it.
        reason: Typed by the person, where the act asks for one.
        due: When a scheduled text is to be published.
        terms: Document of the `publishing.Terms` under which it then is.
    """

    __tablename__ = "article_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["draft_id", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_step_draft",
        ),
        CheckConstraint(
            "act NOT IN ('send_back', 'unpublish', 'retract') OR reason ~ '\\S'", name="reasoned"
        ),
        CheckConstraint(
            "act <> 'schedule' OR (due IS NOT NULL AND terms IS NOT NULL)", name="schedule_has_terms"
        ),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    draft_id: Mapped[uuid.UUID | None]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    act: Mapped[str]
    stage: Mapped[str]
    standing: Mapped[str]
    reason: Mapped[str | None]
    due: Mapped[datetime | None]
    terms: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime]


class ArticlePreview(Base):
    """A link by which somebody outside reads one draft, until it expires or is taken back.

    Attributes:
        token_sha256: The link's secret is stored nowhere.
    """

    __tablename__ = "article_preview"
    __table_args__ = (
        ForeignKeyConstraint(
            ["draft_id", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_preview_draft",
        ),
        CheckConstraint("octet_length(token_sha256) = 32", name="token_length"),
        CheckConstraint("expires_at > made_at", name="expires_later"),
    )

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    draft_id: Mapped[uuid.UUID]
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ArticleComment(Base):
    """What somebody of the newsroom says of a passage; settled before the text is published.

    Attributes:
        draft_id: The draft it was said of.
        passage: The words it is about, as they stood there; None for the text as a whole.
    """

    __tablename__ = "article_comment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["draft_id", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_comment_draft",
        ),
        CheckConstraint("text ~ '\\S'", name="said"),
        CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    draft_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    passage: Mapped[str | None]
    text: Mapped[str]
    made_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))


class ArticlePresence(Base):
    """When somebody last had an article open in the editor; forgotten with the next visit."""

    __tablename__ = "article_presence"

    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    seen_at: Mapped[datetime]
