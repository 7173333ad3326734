"""A letter and its row; recipient and text are sealed, since they name a donor."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent.

    Attributes:
        key: Names the cause; the same key twice sends once.
        to: One e-mail address.
        subject: One line.
        text: Plain text body.
        html: The same as HTML.
    """

    key: str
    to: str
    subject: str
    text: str
    html: str


class OutgoingLetter(Base):
    """A letter on its way, until it is sent or cannot be.

    Attributes:
        undeliverable_at: When it was given up; nobody tries again.
        smtp_code: The mail server's answer to it then; None where no server answered for it.
    """

    __tablename__ = "outgoing_letter"
    __table_args__ = (
        CheckConstraint("num_nonnulls(sent_at, undeliverable_at) <= 1", name="one_end"),
        CheckConstraint(
            "smtp_code IS NULL OR (undeliverable_at IS NOT NULL AND smtp_code BETWEEN 400 AND 599)",
            name="code_of_a_failure",
        ),
        Index(
            "ix_outgoing_letter_undeliverable",
            "undeliverable_at",
            postgresql_where="undeliverable_at IS NOT NULL",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    undeliverable_at: Mapped[datetime | None]
    smtp_code: Mapped[int | None]
