"""Made-up people of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.accounts.inviting import Invitee, add_account, set_password
from factually.accounts.passwords import hash_password
from factually.audit.journal import SYSTEM

if TYPE_CHECKING:
    from datetime import datetime

    from factually.accounts.models import Account
    from factually.foundation.database import Database

PASSWORD = "correct horse battery"
_HASHES: dict[str, str] = {}


def stored_password() -> str:
    """Return what is stored of PASSWORD, made once: making it takes long on purpose."""
    return _HASHES.setdefault(PASSWORD, hash_password(PASSWORD))


def add_person(database: Database, role: str, *, now: datetime, email: str | None = None) -> Account:
    """Add an account that can sign in with PASSWORD."""
    invitee = Invitee(email or f"{role}@example.org", role.title(), role)
    with database.transaction() as session:
        account = add_account(session, invitee, now=now, actor=SYSTEM)
        set_password(session, account.id, stored_password(), now=now)
    return account
