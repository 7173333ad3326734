"""Signing a donor in by mail: a link to the address that gave, good once within 15 minutes.

Asking costs the same for every address, since only the worker finds out whether it ever gave (ASVS 6.3.8).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update

from factually.audit.journal import Actor, record
from factually.donations.models import Gift
from factually.donations.my.models import DonorLink, DonorSession
from factually.donations.pledges import normal_email
from factually.donations.receipts import Wording
from factually.foundation.errors import NotFound
from factually.foundation.identifiers import new_id
from factually.jobs.queue import defer
from factually.web.sessions import end_session, hash_token, new_token

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from factually.donations.receipts import DonorPost
    from factually.foundation.crypto import Keyring

SEND_LINK: Final = "donors.send_link"
LINK_LETTER: Final = "donor-link"
LINK_LIFETIME: Final = timedelta(minutes=15)


def address_index(email: str, *, keyring: Keyring) -> bytes:
    """Return the blind index by which the gifts of an address are found."""
    return keyring.blind_index(normal_email(email), "gift e-mail")


def ask_for_link(session: Session, email_index: bytes, *, now: datetime) -> None:
    """Note that somebody asked, and leave the rest to the worker: the same work for every address."""
    link = DonorLink(
        id=new_id(), email_index=email_index, requested_at=now, token_hash=None, expires_at=None, used_at=None
    )
    session.add(link)
    session.flush()
    defer(session, SEND_LINK, queueing_lock=f"{SEND_LINK}:{link.id}", link_id=str(link.id))


def send_link(session: Session, link_id: uuid.UUID, *, post: DonorPost, now: datetime) -> None:
    """Write the mail if the address gave, or forget that it asked; a second run changes nothing."""
    link = session.execute(
        select(DonorLink).where(DonorLink.id == link_id, DonorLink.token_hash.is_(None)).with_for_update()
    ).scalar_one_or_none()
    if link is None:
        return
    newest = (
        select(Gift).where(Gift.email_index == link.email_index).order_by(Gift.created_at.desc()).limit(1)
    )
    gift = session.execute(newest).scalar_one_or_none()
    if gift is None:
        session.execute(delete(DonorLink).where(DonorLink.id == link_id))
        return
    token = new_token()
    link.token_hash = hash_token(token)
    link.expires_at = now + LINK_LIFETIME
    wording = Wording(key=letter_key(link_id), template="my/link", subject="Your link to your gifts")
    facts = {"path": f"/my/sign-in/{token}", "expires_at": link.expires_at}
    post.write(session, gift, wording, now=now, facts=facts)


def letter_key(link_id: uuid.UUID) -> str:
    """Return the key of the letter that holds a link."""
    return f"{LINK_LETTER}:{link_id}"


def link_holds(session: Session, token: str, *, now: datetime) -> bool:
    """Tell whether a link can still be used; looking doesn't use it up, as mail scanners look."""
    return session.execute(select(DonorLink.id).where(_usable(token, now))).first() is not None


def follow_link(session: Session, token: str, *, now: datetime) -> str:
    """Use a link up and start a session; return its token, which is for the browser alone.

    Raises:
        NotFound: The link is unknown, used or too old.
    """
    email_index = session.execute(
        update(DonorLink).where(_usable(token, now)).values(used_at=now).returning(DonorLink.email_index)
    ).scalar_one_or_none()
    if email_index is None:
        raise NotFound("This link was used already, or is older than 15 minutes. Please ask for a new one.")
    session_token = new_token()
    row = DonorSession(
        id=new_id(),
        token_hash=hash_token(session_token),
        email_index=email_index,
        started_at=now,
        last_seen_at=now,
        ended_at=None,
    )
    session.add(row)
    _record(session, row.id, "donor.signed_in", now=now)
    return session_token


def sign_donor_out(session: Session, token: str, session_id: uuid.UUID, *, now: datetime) -> None:
    """End a donor's session; its cookie is worth nothing from here on."""
    end_session(session, token, now=now, kind=DonorSession)
    _record(session, session_id, "donor.signed_out", now=now)


def _record(session: Session, session_id: uuid.UUID, event: str, *, now: datetime) -> None:
    actor = Actor("donor", str(session_id))
    record(session, actor=actor, event=event, subject=f"donor:{session_id}", now=now)


def _usable(token: str, now: datetime) -> ColumnElement[bool]:
    unused = DonorLink.used_at.is_(None) & (DonorLink.expires_at > now)
    return (DonorLink.token_hash == hash_token(token)) & unused
