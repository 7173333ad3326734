"""Tables of articles: the address, its append-only public revisions, and what was made public when.

A revision's document is kept as the exact bytes that were hashed; PostgreSQL itself checks the hash,
the link to the revision before it, and that evidence errors are published only with a reason.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import get_args

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from factually.articles.workflow import LISTED, SHOWN, Stage, Standing, State
from factually.foundation.database import Base, one_of


class Article(Base):
    """An address that readers can keep; its text lives in drafts and revisions.

    Attributes:
        origin: `legacy_import` for a text from an earlier system, `newsroom` for one of our own.
        stage: Where the newest draft is on its way to readers (`workflow.Stage`).
        standing: What readers see (`workflow.Standing`).
        draft_id: The newest draft, None where nobody wrote since the article came in.
        published_number: Number of the revision readers see, None while they see none.
        published_at: When it first became public; orders the front page.
        scheduled_for: When the approved draft is to be published by itself.
        embargo_until: Before this moment nobody may publish it.
    """

    __tablename__ = "article"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug_shape"),
        CheckConstraint("kind IN ('claim_check', 'explainer', 'analysis')", name="kind_known"),
        CheckConstraint("origin IN ('legacy_import', 'newsroom')", name="origin_known"),
        CheckConstraint(one_of("stage", get_args(Stage)), name="stage_known"),
        CheckConstraint(one_of("standing", get_args(Standing)), name="standing_known"),
        CheckConstraint(
            f"({one_of('standing', SHOWN)}) = (published_number IS NOT NULL)", name="shown_has_number"
        ),
        CheckConstraint("(standing = 'unseen') = (published_at IS NULL)", name="seen_has_time"),
        CheckConstraint("(stage = 'scheduled') = (scheduled_for IS NOT NULL)", name="scheduled_has_time"),
        CheckConstraint("scheduled_for IS NULL OR embargo_until IS NULL", name="embargo_or_schedule"),
        # Points at the publication, so that nothing is shown that was not recorded as published.
        ForeignKeyConstraint(
            ["id", "published_number"],
            ["article_publication.article_id", "article_publication.number"],
            name="fk_article_publication",
            use_alter=True,
        ),
        ForeignKeyConstraint(
            ["draft_id", "id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_draft",
            use_alter=True,
        ),
        Index(
            "ix_article_latest",
            text("published_at DESC"),
            text("id DESC"),
            postgresql_where=text(one_of("standing", LISTED)),
        ),
        Index("ix_article_in_work", "stage", postgresql_where=text("stage <> 'done'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    origin: Mapped[str]
    stage: Mapped[Stage] = mapped_column(Text)
    standing: Mapped[Standing] = mapped_column(Text)
    draft_id: Mapped[uuid.UUID | None]
    published_number: Mapped[int | None]
    published_at: Mapped[datetime | None]
    scheduled_for: Mapped[datetime | None]
    embargo_until: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def state(self) -> State:
        """Where the article is, for the workflow's table."""
        return State(self.stage, self.standing)


class ArticleFormerSlug(Base):
    """An address that an article had before; it leads to the present one."""

    __tablename__ = "article_former_slug"
    __table_args__ = (CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug_shape"),)

    slug: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    until: Mapped[datetime]


class ArticleRevision(Base):
    """One public state of an article's text; never changed, whatever becomes of it.

    Attributes:
        number: From 1, without gaps within an article.
        document: Canonical JSON (RFC 8785) of article id, number, previous hash and content.
        sha256: Hash of the document, 64 hexadecimal digits.
        previous_sha256: Hash of the revision before it; None for the first.
        title: As in the document, so that lists need not read it.
        summary: The content's standfirst, for the same reason.
        evidence: Report of the evidence gate for this content.
        evidence_errors: Number of its errors.
        draft_id: The draft that it was made of, None where there was none.
        author_id: None for imported texts.
        approver_id: Never the author; by foreign key somebody who approved this very draft.
    """

    __tablename__ = "article_revision"
    __table_args__ = (
        UniqueConstraint("article_id", "sha256"),
        UniqueConstraint("article_id", "number", "evidence_errors"),
        ForeignKeyConstraint(
            ["article_id", "previous_sha256"],
            ["article_revision.article_id", "article_revision.sha256"],
            name="fk_article_revision_previous",
        ),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("(number = 1) = (previous_sha256 IS NULL)", name="chained"),
        CheckConstraint("sha256 = encode(sha256(document), 'hex')", name="hash_of_document"),
        CheckConstraint("evidence_errors >= 0", name="errors_counted"),
        ForeignKeyConstraint(
            ["draft_id", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_revision_draft",
        ),
        ForeignKeyConstraint(
            ["draft_id", "approver_id"],
            ["article_approval.draft_id", "article_approval.approver_id"],
            name="fk_article_revision_approval",
        ),
        CheckConstraint("author_id <> approver_id", name="four_eyes"),
        CheckConstraint("author_id IS NULL OR approver_id IS NOT NULL", name="written_is_approved"),
        {"info": {"append_only": True}},
    )

    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    draft_id: Mapped[uuid.UUID | None]
    document: Mapped[bytes]
    sha256: Mapped[str]
    previous_sha256: Mapped[str | None]
    title: Mapped[str]
    summary: Mapped[str]
    evidence: Mapped[dict[str, object]]
    evidence_errors: Mapped[int]
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    approver_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]


class ArticlePublication(Base):
    """The act that made a revision public, with the override where the evidence gate had errors.

    Attributes:
        evidence_errors: Equal to the revision's by foreign key, so that the check below can't be dodged.
        change: What it was to readers: the `first` text, one with a note beside it (`noted`), the
            `same_words` in other typography; `unnoted` from before notes were asked for.
        override_reason: Shown to readers; so is `override_by`, who answers for it.
    """

    __tablename__ = "article_publication"
    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "number", "evidence_errors"],
            ["article_revision.article_id", "article_revision.number", "article_revision.evidence_errors"],
            name="fk_article_publication_revision",
        ),
        CheckConstraint("evidence_errors = 0 OR override_reason IS NOT NULL", name="errors_need_override"),
        CheckConstraint("change IN ('first', 'noted', 'same_words', 'unnoted')", name="change_known"),
        CheckConstraint("(override_reason IS NULL) = (override_by IS NULL)", name="override_is_named"),
        CheckConstraint("override_reason ~ '\\S' AND override_by ~ '\\S'", name="override_is_said"),
        {"info": {"append_only": True}},
    )

    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    evidence_errors: Mapped[int]
    change: Mapped[str]
    published_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    override_reason: Mapped[str | None]
    override_by: Mapped[str | None]
