"""Sessions as rows: a cookie holds a random token, the table only its hash.

A signed cookie would still sign in after sign-out (reference: security page, section 1); a row can be
ended, listed and revoked (ASVS 7.4.1). Idle 30 minutes, absolute 12 hours (ASVS 7.3.1, 7.3.2).
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base
from factually.foundation.identifiers import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from factually.web.context import SiteFacts

IDLE_LIMIT: Final = timedelta(minutes=30)
ABSOLUTE_LIMIT: Final = timedelta(hours=12)
TOUCH_AFTER: Final = timedelta(minutes=1)
_TOKEN_BYTES: Final = 32


class WebSession(Base):
    """One sign-in of one account on one browser."""

    __tablename__ = "web_session"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(index=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that still holds.

    Attributes:
        id: Row id.
        account_id: Whose it is.
        needs_touch: Whether its last sight is old enough to be written again.
    """

    id: uuid.UUID
    account_id: uuid.UUID
    needs_touch: bool


def start_session(session: Session, account_id: uuid.UUID, *, now: datetime) -> str:
    """Add a session and return its token: 256 random bits that exist only in the cookie."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        WebSession(
            id=new_id(),
            token_hash=_hash(token),
            account_id=account_id,
            started_at=now,
            last_seen_at=now,
            ended_at=None,
        ),
    )
    return token


def find_session(connection: Connection, token: str, *, now: datetime) -> LiveSession | None:
    """Return the live session of a token, or None when unknown, ended, idle or too old."""
    row = connection.execute(
        select(WebSession.id, WebSession.account_id, WebSession.last_seen_at).where(
            WebSession.token_hash == _hash(token),
            WebSession.ended_at.is_(None),
            WebSession.last_seen_at > now - IDLE_LIMIT,
            WebSession.started_at > now - ABSOLUTE_LIMIT,
        ),
    ).one_or_none()
    if row is None:
        return None
    return LiveSession(row.id, row.account_id, needs_touch=now - row.last_seen_at > TOUCH_AFTER)


def touch_session(session: Session, session_id: uuid.UUID, *, now: datetime) -> None:
    """Write that the session was seen, so that it doesn't idle out."""
    session.execute(update(WebSession).where(WebSession.id == session_id).values(last_seen_at=now))


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """End the session of a token; its cookie is worth nothing from here on."""
    session.execute(
        update(WebSession)
        .where(WebSession.token_hash == _hash(token), WebSession.ended_at.is_(None))
        .values(ended_at=now),
    )


def end_all_sessions(session: Session, account_id: uuid.UUID, *, now: datetime) -> None:
    """End every session of an account: password changed or account disabled (ASVS 7.4.2, 7.4.3)."""
    session.execute(
        update(WebSession)
        .where(WebSession.account_id == account_id, WebSession.ended_at.is_(None))
        .values(ended_at=now),
    )


def cookie_name(site: SiteFacts) -> str:
    """Return the cookie's name, `__Host-` wherever TLS allows it (ASVS 3.3.3)."""
    return "__Host-factually" if site.is_https else "factually"


def set_session_cookie(response: Response, token: str, site: SiteFacts) -> None:
    """Hand the token to the browser: host-only, HttpOnly, SameSite=Lax, until the browser closes."""
    response.set_cookie(
        cookie_name(site),
        token,
        path="/",
        secure=site.is_https,
        httponly=True,
        samesite="Lax",
    )


def clear_session_cookie(response: Response, site: SiteFacts) -> None:
    """Take the token from the browser."""
    response.delete_cookie(cookie_name(site), path="/", secure=site.is_https, httponly=True, samesite="Lax")


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
