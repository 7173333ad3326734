"""Tables of policies, registers, screenings and human decisions; a row that is written is never changed."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base

_APPEND_ONLY: Final = {"info": {"append_only": True}}
_OUTCOMES: Final = "'allow', 'hold', 'refuse'"
_SHA256: Final = "sha256 ~ '^[0-9a-f]{64}$'"
SEALED_TEN_CHARACTERS: Final = 1 + 12 + 10 + 16
"""Version byte, nonce, ten bytes of text, tag (foundation.crypto): a reason can't be shorter."""


class PolicyVersion(Base):
    """One published policy; `document` is its canonical JSON (RFC 8785), whose hash is `sha256`."""

    __tablename__ = "policy_version"
    __table_args__ = (
        CheckConstraint("author <> approver", name="two_people"),
        CheckConstraint(_SHA256, name="sha256_hex"),
        _APPEND_ONLY,
    )

    version: Mapped[str] = mapped_column(primary_key=True)
    effective_from: Mapped[datetime] = mapped_column(unique=True)
    author: Mapped[str]
    approver: Mapped[str]
    document: Mapped[str]
    sha256: Mapped[str]
    published_at: Mapped[datetime]


class RegisterVersion(Base):
    """The content of one register at one time, told by the SHA-256 of the file it came from."""

    __tablename__ = "register_version"
    __table_args__ = (
        UniqueConstraint("kind", "sha256"),
        CheckConstraint(_SHA256, name="sha256_hex"),
        CheckConstraint("row_count > 0", name="not_empty"),
        _APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    as_of: Mapped[date]
    sha256: Mapped[str]
    row_count: Mapped[int]
    loaded_at: Mapped[datetime]


class RegisterRetrieval(Base):
    """The source was fetched and was found to be this version; the latest one of a kind is in force."""

    __tablename__ = "register_retrieval"
    __table_args__ = (_APPEND_ONLY,)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("register_version.id"), index=True)
    retrieved_at: Mapped[datetime]


class RegisterEntry(Base):
    """One row of a register; `key` is its official id there (see `registers.entries.Entry`).

    `filer` marks who merely files reports, `namesake` a row called by little more than a person's name;
    `details` holds what the source says besides. `content_hash` is the SHA-256 of the row with all its names,
    by which two versions are compared.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        CheckConstraint("octet_length(content_hash) = 32", name="content_hash_size"),
        CheckConstraint("ein ~ '^[0-9]{9}$'", name="ein_digits"),
        Index("ix_register_entry_ein", "ein", "version_id", postgresql_where="ein IS NOT NULL"),
        _APPEND_ONLY,
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("register_version.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    filer: Mapped[bool]
    namesake: Mapped[bool]
    ein: Mapped[str | None]
    details: Mapped[dict[str, object]]
    content_hash: Mapped[bytes]


class RegisterName(Base):
    """A name, sponsor or domain of a register row as the source spells it, in the source's order.

    Names are searched in an index that is made of these rows (`searching.building`).
    """

    __tablename__ = "register_name"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "key"],
            ["register_entry.version_id", "register_entry.key"],
            name="fk_register_name_entry",
        ),
        CheckConstraint(
            "kind IN ('name', 'former_name', 'other_name', 'sponsor', 'domain')", name="kind_known"
        ),
        _APPEND_ONLY,
    )

    version_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]


class Screening(Base):
    """One decision on one gift, with all it takes to come to it again.

    `inputs` is the subject's canonical JSON, sealed; `inputs_hash` its keyed hash; `facts` the registers it
    read. `number` orders screenings, since two may share a moment. A gift has no foreign key here: gifts are
    kept by a package that stands on this one.
    """

    __tablename__ = "screening"
    __table_args__ = (
        CheckConstraint(
            "stage IN ('before_authorisation', 'after_authorisation', 'renewal', 'rescreening')",
            name="stage_known",
        ),
        CheckConstraint(f"outcome IN ({_OUTCOMES})", name="outcome_known"),
        CheckConstraint("policy_version IS NOT NULL OR outcome = 'hold'", name="no_policy_holds"),
        CheckConstraint("octet_length(inputs_hash) = 32", name="inputs_hash_size"),
        Index("ix_screening_gift_id", "gift_id", "number"),
        _APPEND_ONLY,
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    gift_id: Mapped[uuid.UUID]
    stage: Mapped[str]
    policy_version: Mapped[str | None] = mapped_column(ForeignKey("policy_version.version"))
    matcher: Mapped[str]
    facts: Mapped[dict[str, object]]
    inputs: Mapped[bytes]
    inputs_hash: Mapped[bytes]
    outcome: Mapped[str]
    created_at: Mapped[datetime]


class ScreeningFinding(Base):
    """The answer of one rule; `detail` (what it read, the register row, the evidence) is sealed."""

    __tablename__ = "screening_finding"
    __table_args__ = (
        UniqueConstraint("screening_id", "rule_id"),
        CheckConstraint(f"outcome IN ({_OUTCOMES})", name="outcome_known"),
        _APPEND_ONLY,
    )

    screening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("screening.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[str]
    outcome: Mapped[str]
    reason_text: Mapped[str]
    detail: Mapped[bytes]


class GiftDecision(Base):
    """A human's answer to a held gift, once; the reason is sealed, since it may speak of the donor."""

    __tablename__ = "gift_decision"
    __table_args__ = (
        CheckConstraint("verdict IN ('accept', 'refuse')", name="verdict_known"),
        CheckConstraint(f"octet_length(reason) >= {SEALED_TEN_CHARACTERS}", name="reason_given"),
        _APPEND_ONLY,
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gift_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    screening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("screening.id"), unique=True)
    policy_version: Mapped[str | None] = mapped_column(ForeignKey("policy_version.version"))
    verdict: Mapped[str]
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[bytes]
    decided_at: Mapped[datetime]
