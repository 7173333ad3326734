"""Sending letters: queue in the caller's transaction, deliver from the worker, once per key."""

from __future__ import annotations

import json
from dataclasses import asdict
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from factually.foundation.crypto import ERASED, Keyring, Place
from factually.foundation.identifiers import new_id
from factually.jobs.queue import defer
from factually.mail.letters import Letter, OutgoingLetter

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.mail.smtp import SmtpServer

DELIVER = "mail.deliver"
_WAITING = OutgoingLetter.sent_at.is_(None) & OutgoingLetter.undeliverable_at.is_(None)


def send_later(session: Session, letter: Letter, *, keyring: Keyring, now: datetime) -> None:
    """Queue a letter, so that it is sent if and only if the caller's transaction commits.

    A letter with the same key, sent or waiting, makes this a no-op.
    """
    letter_id = new_id()
    added = session.execute(
        insert(OutgoingLetter)
        .values(
            id=letter_id,
            key=letter.key,
            sealed=keyring.encrypt(json.dumps(asdict(letter)), _place(letter_id)),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(OutgoingLetter.id),
    ).scalar_one_or_none()
    if added is not None:
        defer(session, DELIVER, queueing_lock=f"{DELIVER}:{letter_id}", letter_id=str(letter_id))


def open_unsent(session: Session, letter_id: uuid.UUID, *, keyring: Keyring) -> Letter | None:
    """Return the letter if it still waits, or None when it went out or was given up."""
    sealed = session.execute(
        select(OutgoingLetter.sealed).where(OutgoingLetter.id == letter_id, _WAITING),
    ).scalar_one_or_none()
    if sealed is None:
        return None
    return Letter(**json.loads(keyring.decrypt(sealed, _place(letter_id))))


def open_letters(
    session: Session, keys: Collection[str], *, keyring: Keyring
) -> list[tuple[OutgoingLetter, Letter]]:
    """Open the letters of these keys, oldest first, for whom they were written to; erased ones left out."""
    query = select(OutgoingLetter).where(OutgoingLetter.key.in_(keys), OutgoingLetter.sealed != ERASED)
    rows = session.execute(query.order_by(OutgoingLetter.created_at)).scalars()
    return [(row, Letter(**json.loads(keyring.decrypt(row.sealed, _place(row.id))))) for row in rows]


def erase_letters(session: Session, keys: Collection[str]) -> None:
    """Blank the letters of these keys that no longer wait; that they were written stays."""
    done = OutgoingLetter.key.in_(keys) & ~_WAITING
    session.execute(update(OutgoingLetter).where(done).values(sealed=ERASED))


def forget_letters(session: Session, cause: str, *, before: datetime) -> None:
    """Blank old letters of one cause, the part of the key before the colon, that no longer wait."""
    old = OutgoingLetter.key.startswith(f"{cause}:", autoescape=True) & (OutgoingLetter.created_at < before)
    session.execute(
        update(OutgoingLetter).where(old, ~_WAITING, OutgoingLetter.sealed != ERASED).values(sealed=ERASED)
    )


def mark_sent(session: Session, letter_id: uuid.UUID, *, now: datetime) -> None:
    """Note that the mail server took the letter."""
    session.execute(update(OutgoingLetter).where(OutgoingLetter.id == letter_id).values(sent_at=now))


def mark_undeliverable(
    session: Session, letter_id: uuid.UUID, *, smtp_code: int | None, now: datetime
) -> None:
    """Give a letter up, so that nobody tries again and operators see it counted."""
    session.execute(
        update(OutgoingLetter)
        .where(OutgoingLetter.id == letter_id, _WAITING)
        .values(undeliverable_at=now, smtp_code=smtp_code)
    )


def compose(letter: Letter, *, letter_id: uuid.UUID, server: SmtpServer, now: datetime) -> EmailMessage:
    """Return the MIME message: text and HTML, with an id that stays the same on a second try.

    It says that a machine wrote it and that machines need not answer (RFC 3834; the second header is
    Exchange's), so that two robots never write to each other. Answers of people go to a person.

    Raises:
        ValueError: A header holds a line break (RFC 5322; ASVS 1.3.11).
    """
    message = EmailMessage()
    message["From"] = server.sender
    if server.reply_to:
        message["Reply-To"] = server.reply_to
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter_id}@{server.sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _place(letter_id: uuid.UUID) -> Place:
    return Place("outgoing_letter", "sealed", str(letter_id))
