from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from factually.accounts.inviting import (
    INVITATION_LIFETIME,
    Invitee,
    accept_invitation,
    add_account,
    invitation_holds,
    invite,
)
from factually.accounts.models import Account
from factually.accounts.signing_in import Credentials, sign_in, sign_out
from factually.audit.journal import SYSTEM, JournalEntry
from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.web.sessions import find_session
from tests.support.people import PASSWORD, add_person

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


def invited(database: Database, clock: FrozenClock) -> str:
    with database.transaction() as session:
        account = add_account(
            session, Invitee("Grace@Example.org", "", "auditor"), now=clock.now(), actor=SYSTEM
        )
        return invite(session, account.id, now=clock.now())


def signed_in(database: Database, clock: FrozenClock, email: str, password: str = PASSWORD) -> str | None:
    with database.transaction() as session:
        return sign_in(session, Credentials(email, password), now=clock.now())


def events(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.scalars(select(JournalEntry.event).order_by(JournalEntry.id)))


def test_an_invited_person_sets_a_password_and_signs_in(database: Database, clock: FrozenClock) -> None:
    token = invited(database, clock)
    assert signed_in(database, clock, "grace@example.org") is None
    with database.transaction() as session:
        assert invitation_holds(session, token, now=clock.now())
        accept_invitation(session, token, PASSWORD, now=clock.now())
    assert signed_in(database, clock, " GRACE@example.org ") is not None
    assert events(database) == [
        "account.added",
        "account.sign_in_refused",
        "account.password_set",
        "account.signed_in",
    ]


def test_a_link_is_good_once(database: Database, clock: FrozenClock) -> None:
    token = invited(database, clock)
    with database.transaction() as session:
        accept_invitation(session, token, PASSWORD, now=clock.now())
    with pytest.raises(NotFound), database.transaction() as session:
        accept_invitation(session, token, PASSWORD + "!", now=clock.now())
    with database.transaction() as session:
        assert not invitation_holds(session, token, now=clock.now())


def test_a_link_grows_too_old(database: Database, clock: FrozenClock) -> None:
    token = invited(database, clock)
    clock.advance(INVITATION_LIFETIME)
    with pytest.raises(NotFound), database.transaction() as session:
        accept_invitation(session, token, PASSWORD, now=clock.now())


def test_a_bad_password_leaves_the_link_good(database: Database, clock: FrozenClock) -> None:
    token = invited(database, clock)
    with pytest.raises(InvalidInput), database.transaction() as session:
        accept_invitation(session, token, "short", now=clock.now())
    with database.transaction() as session:
        assert invitation_holds(session, token, now=clock.now())


def test_a_new_password_ends_all_sessions(database: Database, clock: FrozenClock) -> None:
    account = add_person(database, "auditor", now=clock.now())
    token = signed_in(database, clock, account.email)
    assert token is not None
    with database.transaction() as session:
        link = invite(session, account.id, now=clock.now())
        accept_invitation(session, link, PASSWORD + "!", now=clock.now())
    with database.reading() as connection:
        assert find_session(connection, token, now=clock.now()) is None


@pytest.mark.parametrize(
    ("invitee", "field"),
    [
        (Invitee("grace@example.org", "Grace", "emperor"), "role"),
        (Invitee("grace", "Grace", "auditor"), "email"),
        (Invitee("grace@example.org\nBcc: x@example.org", "Grace", "auditor"), "email"),
    ],
)
def test_a_wrong_role_or_address_is_refused_by_field(
    database: Database,
    clock: FrozenClock,
    invitee: Invitee,
    field: str,
) -> None:
    with pytest.raises(InvalidInput) as refusal, database.transaction() as session:
        add_account(session, invitee, now=clock.now(), actor=SYSTEM)
    assert refusal.value.field == field


def test_an_address_has_one_account(database: Database, clock: FrozenClock) -> None:
    add_person(database, "editor", now=clock.now(), email="ada@example.org")
    with pytest.raises(Conflict), database.transaction() as session:
        add_account(session, Invitee("ADA@example.org", "Ada", "auditor"), now=clock.now(), actor=SYSTEM)


@pytest.mark.parametrize("email", ["nobody@example.org", "editor@example.org", ""])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    database: Database,
    clock: FrozenClock,
    email: str,
) -> None:
    add_person(database, "editor", now=clock.now())
    assert signed_in(database, clock, email, "not the right one") is None
    assert events(database)[-1] == "account.sign_in_refused"


def test_a_disabled_account_does_not_sign_in(database: Database, clock: FrozenClock) -> None:
    account = add_person(database, "editor", now=clock.now())
    with database.transaction() as session:
        session.execute(update(Account).where(Account.id == account.id).values(disabled_at=clock.now()))
    assert signed_in(database, clock, account.email) is None


def test_signing_out_ends_the_session(database: Database, clock: FrozenClock) -> None:
    account = add_person(database, "editor", now=clock.now())
    token = signed_in(database, clock, account.email)
    assert token is not None
    clock.advance(timedelta(seconds=1))
    with database.transaction() as session:
        sign_out(session, token, account.id, now=clock.now())
    with database.reading() as connection:
        assert find_session(connection, token, now=clock.now()) is None
