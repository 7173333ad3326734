"""Inviting people: an account without a password, and a link that sets it once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update

from factually.accounts.models import Account, Invitation
from factually.accounts.passwords import hash_password
from factually.accounts.roles import ROLES
from factually.audit.journal import Actor, record
from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.foundation.identifiers import new_id
from factually.web.sessions import end_all_sessions

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

INVITATION_LIFETIME: Final = timedelta(hours=48)
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom to invite, as what."""

    email: str
    name: str
    role: str


def add_account(session: Session, invitee: Invitee, *, now: datetime, actor: Actor) -> Account:
    """Add an account that can't sign in before its password is set.

    Raises:
        InvalidInput: No such role, or no e-mail address.
        Conflict: The address has an account.
    """
    if invitee.role not in ROLES:
        raise InvalidInput(f"Choose one of these roles: {', '.join(ROLES)}.", field="role")
    try:
        email = validate_email(invitee.email, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidInput("Enter an e-mail address, such as name@example.org.", field="email") from error
    if session.execute(select(Account.id).where(Account.email == email)).first():
        raise Conflict("This address has an account already.", field="email")
    account = Account(
        id=new_id(),
        email=email,
        name=invitee.name.strip() or email.partition("@")[0],
        role=invitee.role,
        password_hash=None,
        created_at=now,
        disabled_at=None,
    )
    session.add(account)
    session.flush()
    record(
        session,
        actor=actor,
        event="account.added",
        subject=f"account:{account.id}",
        now=now,
        details={"role": invitee.role},
    )
    return account


def invite(session: Session, account_id: uuid.UUID, *, now: datetime) -> str:
    """Return a fresh invitation token, good once within 48 hours; only its hash is kept."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        Invitation(
            id=new_id(),
            account_id=account_id,
            token_hash=_hash(token),
            expires_at=now + INVITATION_LIFETIME,
            used_at=None,
        ),
    )
    return token


def accept_invitation(session: Session, token: str, password: str, *, now: datetime) -> None:
    """Set the password and end all sessions of the account.

    Raises:
        NotFound: The link is unknown, used or too old.
        InvalidInput: The password is too short or too long; the link stays good.
    """
    password_hash = hash_password(password)
    account_id = session.execute(
        update(Invitation)
        .where(
            Invitation.token_hash == _hash(token), Invitation.used_at.is_(None), Invitation.expires_at > now
        )
        .values(used_at=now)
        .returning(Invitation.account_id),
    ).scalar_one_or_none()
    if account_id is None:
        raise NotFound("This link is used or too old. Ask for a new invitation.")
    set_password(session, account_id, password_hash, now=now)


def set_password(session: Session, account_id: uuid.UUID, password_hash: str, *, now: datetime) -> None:
    """Store a new password hash; whoever was signed in with the old one is signed out (ASVS 7.4.3)."""
    session.execute(update(Account).where(Account.id == account_id).values(password_hash=password_hash))
    end_all_sessions(session, account_id, now=now)
    actor = Actor("account", str(account_id))
    record(session, actor=actor, event="account.password_set", subject=f"account:{account_id}", now=now)


def invitation_holds(session: Session, token: str, *, now: datetime) -> bool:
    """Tell whether a link can still be used, so that the page needn't ask in vain."""
    found = session.execute(
        select(Invitation.id).where(
            Invitation.token_hash == _hash(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        ),
    ).first()
    return found is not None


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
