"""Tables of sources: the record that articles share, who uses it, copies kept of it, passes over it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from factually.articles.sources.liveness import STRIKES, State
from factually.articles.sources.records import INTERESTS, KINDS
from factually.foundation.database import Base, one_of

MAX_CAPTURE_BYTES = 20_000_000
# Written as PostgreSQL itself repeats it, so that the migrated column can be compared with this one.
_SEARCHED = "title || ' '::text || publisher || ' '::text || url"
_ISO_DATE = "~ '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$'"


class SourceRecord(Base):
    """A source, once, whichever articles cite it.

    Attributes:
        url: In its one spelling (`web_addresses.normalised`).
        domain: What somebody registered of its host; tells publishers apart (rule EG5).
        published: ISO 8601 date of full or reduced precision, None for "n.d.".
        quote: The passage relied on, with what stands before and after it.
        searched: What a search looks through.
        csl: The record as CSL-JSON; also holds the authors.
        own_article_id: The article of ours that it is, if it is one.
        state: What its address gives (`liveness.State`).
        failures: Failed passes in a row.
        due_at: When the next pass is due.
        version: Counts changes by people, so that no one overwrites another's unseen.
        created_by: None where it was not an account.
    """

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint("url ~ '^https?://'", name="url_is_web"),
        CheckConstraint("title ~ '\\S' AND publisher ~ '\\S'", name="named"),
        CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        CheckConstraint(one_of("interest", INTERESTS), name="interest_known"),
        CheckConstraint("interest <> 'yes' OR interest_note IS NOT NULL", name="interest_is_said"),
        CheckConstraint(f"published {_ISO_DATE}", name="published_is_date"),
        CheckConstraint(f"accessed {_ISO_DATE}", name="accessed_is_date"),
        CheckConstraint(f"archived_on {_ISO_DATE}", name="archived_on_is_date"),
        CheckConstraint("archived_on IS NULL OR archive_url IS NOT NULL", name="copy_has_address"),
        CheckConstraint(
            "(quote IS NULL) = (quote_prefix IS NULL) AND (quote IS NULL) = (quote_suffix IS NULL)",
            name="quote_whole",
        ),
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint(f"failures BETWEEN 0 AND {STRIKES}", name="failures_counted"),
        CheckConstraint("version >= 1", name="version_from_one"),
        Index("ix_source_due", "due_at"),
        Index("ix_source_domain", "domain"),
        Index("ix_source_own_article", "own_article_id", postgresql_where=text("own_article_id IS NOT NULL")),
        Index("ix_source_alarm", "state", postgresql_where=text("state IN ('dead', 'deviated')")),
        Index("ix_source_changed", text("changed_at DESC"), text("id DESC")),
        Index(
            "ix_source_search",
            "searched",
            postgresql_using="gin",
            postgresql_ops={"searched": "gin_trgm_ops"},
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    domain: Mapped[str]
    title: Mapped[str]
    publisher: Mapped[str]
    published: Mapped[str | None]
    accessed: Mapped[str | None]
    kind: Mapped[str | None]
    kind_reason: Mapped[str | None]
    independence: Mapped[str | None]
    interest: Mapped[str | None]
    interest_note: Mapped[str | None]
    quote: Mapped[str | None]
    quote_prefix: Mapped[str | None]
    quote_suffix: Mapped[str | None]
    archive_url: Mapped[str | None]
    archived_on: Mapped[str | None]
    searched: Mapped[str] = mapped_column(Computed(_SEARCHED, persisted=True))
    csl: Mapped[dict[str, object]]
    own_article_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("article.id"))
    state: Mapped[str]
    failures: Mapped[int]
    due_at: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))


class SourceUse(Base):
    """An article that cites a source, in its newest draft, in what readers see, or in both."""

    __tablename__ = "source_use"
    __table_args__ = (
        CheckConstraint("in_draft OR in_public", name="used_somewhere"),
        Index("ix_source_use_article", "article_id"),
    )

    source_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source.id"), primary_key=True)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), primary_key=True)
    in_draft: Mapped[bool]
    in_public: Mapped[bool]
    noted_at: Mapped[datetime]


class SourceCapture(Base):
    """A copy of a page as it was, never changed.

    Attributes:
        url: Where the page came from in the end.
        wacz: The copy (WACZ 1.1.1).
        sha256: Hash of the copy, 64 hexadecimal digits; PostgreSQL checks it.
    """

    __tablename__ = "source_capture"
    __table_args__ = (
        CheckConstraint("sha256 = encode(sha256(wacz), 'hex')", name="hash_of_copy"),
        CheckConstraint(f"octet_length(wacz) <= {MAX_CAPTURE_BYTES}", name="copy_size"),
        Index("ix_source_capture_source", "source_id", text("captured_at DESC")),
        {"info": {"append_only": True}},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    source_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source.id"))
    url: Mapped[str]
    wacz: Mapped[bytes] = mapped_column(deferred=True)
    sha256: Mapped[str]
    captured_at: Mapped[datetime]


class SourceCheck(Base):
    """One pass over a source: what its address gave.

    Attributes:
        answered: Whether the page came, and was no error page in disguise.
        status: HTTP status, None where nobody answered.
        quote_stands: Whether the quoted passage stood in it, None where that can't be told.
        finding: The same in one sentence.
        state: What is known after it.
    """

    __tablename__ = "source_check"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("answered OR quote_stands IS NULL", name="quote_of_an_answer"),
        Index("ix_source_check_source", "source_id", text("id DESC")),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    source_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source.id"))
    checked_at: Mapped[datetime]
    answered: Mapped[bool]
    status: Mapped[int | None]
    quote_stands: Mapped[bool | None]
    finding: Mapped[str]
    state: Mapped[str]
