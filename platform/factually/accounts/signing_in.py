"""Signing in and out, with a journal entry for each success and refusal (ASVS 16.3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.accounts.models import Account
from factually.accounts.passwords import password_matches
from factually.audit.journal import SYSTEM, Actor, record
from factually.web.sessions import end_session, start_session

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person typed."""

    email: str
    password: str


def sign_in(session: Session, credentials: Credentials, *, now: datetime) -> str | None:
    """Start a session and return its token, or None with one answer for every reason (ASVS 6.3.8)."""
    account = session.execute(
        select(Account).where(Account.email == credentials.email.strip().lower()),
    ).scalar_one_or_none()
    known = account is not None and account.disabled_at is None
    stored = account.password_hash if account is not None and known else None
    if not password_matches(stored, credentials.password) or account is None:
        subject = f"account:{account.id}" if account else "account:unknown"
        record(session, actor=SYSTEM, event="account.sign_in_refused", subject=subject, now=now)
        return None
    token = start_session(session, account.id, now=now)
    actor = Actor("account", str(account.id))
    record(session, actor=actor, event="account.signed_in", subject=f"account:{account.id}", now=now)
    return token


def sign_out(session: Session, token: str, account_id: uuid.UUID, *, now: datetime) -> None:
    """End the session of a token."""
    end_session(session, token, now=now)
    actor = Actor("account", str(account_id))
    record(session, actor=actor, event="account.signed_out", subject=f"account:{account_id}", now=now)
