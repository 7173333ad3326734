"""A letter and its row; recipient and text are sealed, since they name a donor."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

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
    """A letter on its way."""

    __tablename__ = "outgoing_letter"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
