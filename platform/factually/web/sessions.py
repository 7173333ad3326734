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
from typing import TYPE_CHECKING, ClassVar, Final

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base
from factually.foundation.identifiers import new_id

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from factually.web.context import SiteFacts

IDLE_LIMIT: Final = timedelta(minutes=30)
ABSOLUTE_LIMIT: Final = timedelta(hours=12)
TOUCH_AFTER: Final = timedelta(minutes=1)
_TOKEN_BYTES: Final = 32


class SessionRow:
    """What every kind of session is, whoever it belongs to.

    Attributes:
        cookie: Name of the cookie that holds a session's token, one for each kind.
    """

    cookie: ClassVar[str]
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class WebSession(SessionRow, Base):
    """One sign-in of one account on one browser."""

    __tablename__ = "web_session"
    cookie: ClassVar[str] = "factually"

    account_id: Mapped[uuid.UUID] = mapped_column(index=True)


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
    token = new_token()
    session.add(
        WebSession(
            id=new_id(),
            token_hash=hash_token(token),
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
            is_live(WebSession, token, now=now)
        ),
    ).one_or_none()
    if row is None:
        return None
    return LiveSession(row.id, row.account_id, needs_touch=needs_touch(row.last_seen_at, now=now))


def is_live(kind: type[SessionRow], token: str, *, now: datetime) -> ColumnElement[bool]:
    """Return what holds for a token's session unless it is unknown, ended, idle or too old."""
    return and_(
        kind.token_hash == hash_token(token),
        kind.ended_at.is_(None),
        kind.last_seen_at > now - IDLE_LIMIT,
        kind.started_at > now - ABSOLUTE_LIMIT,
    )


def needs_touch(last_seen_at: datetime, *, now: datetime) -> bool:
    """Tell whether a session's last sight is old enough to be written again."""
    return now - last_seen_at > TOUCH_AFTER


def touch_session(
    session: Session, session_id: uuid.UUID, *, now: datetime, kind: type[SessionRow] = WebSession
) -> None:
    """Write that the session was seen, so that it doesn't idle out."""
    session.execute(update(kind).where(kind.id == session_id).values(last_seen_at=now))


def end_session(session: Session, token: str, *, now: datetime, kind: type[SessionRow] = WebSession) -> None:
    """End the session of a token; its cookie is worth nothing from here on."""
    session.execute(
        update(kind)
        .where(kind.token_hash == hash_token(token), kind.ended_at.is_(None))
        .values(ended_at=now),
    )


def end_all_sessions(session: Session, account_id: uuid.UUID, *, now: datetime) -> None:
    """End every session of an account: password changed or account disabled (ASVS 7.4.2, 7.4.3)."""
    session.execute(
        update(WebSession)
        .where(WebSession.account_id == account_id, WebSession.ended_at.is_(None))
        .values(ended_at=now),
    )


def cookie_name(site: SiteFacts, kind: type[SessionRow] = WebSession) -> str:
    """Return the name of a kind's cookie, `__Host-` wherever TLS allows it (ASVS 3.3.3)."""
    return f"__Host-{kind.cookie}" if site.is_https else kind.cookie


def set_session_cookie(
    response: Response, token: str, site: SiteFacts, *, kind: type[SessionRow] = WebSession
) -> None:
    """Hand the token to the browser: host-only, HttpOnly, SameSite=Lax, until the browser closes."""
    response.set_cookie(
        cookie_name(site, kind),
        token,
        path="/",
        secure=site.is_https,
        httponly=True,
        samesite="Lax",
    )


def clear_session_cookie(response: Response, site: SiteFacts, *, kind: type[SessionRow] = WebSession) -> None:
    """Take the token from the browser."""
    response.delete_cookie(
        cookie_name(site, kind), path="/", secure=site.is_https, httponly=True, samesite="Lax"
    )


def new_token() -> str:
    """Return 256 random bits for an address or a cookie; only their hash is kept (ASVS 7.2.3)."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """Return what is kept of a token; a random one needs no salt."""
    return sha256(token.encode()).digest()
