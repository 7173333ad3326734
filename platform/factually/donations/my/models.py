"""Rows of the donor's own pages: links and sessions that come and go, and what a donor changed, for good."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base
from factually.web.sessions import SessionRow


class DonorLink(Base):
    """Somebody asked for a sign-in link; forgotten a day later, or at once where the address never gave.

    Attributes:
        email_index: Blind index of the address, as with gifts; the address itself is not kept here.
        token_hash: Hash of the token in the mail, None until the mail is written.
        expires_at: Until then the link is good.
        used_at: When it signed somebody in: once.
    """

    __tablename__ = "donor_link"
    __table_args__ = (
        CheckConstraint("octet_length(email_index) = 32", name="email_index_length"),
        CheckConstraint("(token_hash IS NULL) = (expires_at IS NULL)", name="token_expires"),
        CheckConstraint("used_at IS NULL OR token_hash IS NOT NULL", name="used_after_it_was_sent"),
        Index("ix_donor_link_requested_at", "requested_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email_index: Mapped[bytes]
    requested_at: Mapped[datetime]
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class DonorSession(SessionRow, Base):
    """One sign-in of a donor on one browser; no account of the house."""

    __tablename__ = "donor_session"
    __table_args__ = (
        CheckConstraint("octet_length(email_index) = 32", name="email_index_length"),
        Index("ix_donor_session_started_at", "started_at"),
    )
    cookie: ClassVar[str] = "factually-donor"

    email_index: Mapped[bytes]


class GiftAnonymity(Base):
    """The donor wanted to be named or not for one gift from a moment on; the gift follows its latest row."""

    __tablename__ = "gift_anonymity"
    __table_args__ = (
        Index("ix_gift_anonymity_gift_id", "gift_id", "id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"))
    anonymous: Mapped[bool]
    at: Mapped[datetime]
    session_id: Mapped[uuid.UUID]


class ErasureRequest(Base):
    """A donor wants their data gone; kept only until the last of it is, since it names an address.

    Attributes:
        requested_at: It concerns gifts made until then.
    """

    __tablename__ = "erasure_request"
    __table_args__ = (
        CheckConstraint("octet_length(email_index) = 32", name="email_index_length"),
        Index("ix_erasure_request_email_index", "email_index"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email_index: Mapped[bytes]
    requested_at: Mapped[datetime]


class GiftErasure(Base):
    """The donor of one gift was erased: from here on its sealed columns hold nothing but `crypto.ERASED`."""

    __tablename__ = "gift_erasure"
    __table_args__ = ({"info": {"append_only": True}},)

    gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"), primary_key=True)
    at: Mapped[datetime]
    requested_at: Mapped[datetime]
