"""Donors who sign in to their own pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from factually.donations.my.linking import address_index, ask_for_link, follow_link, send_link
from factually.donations.my.models import DonorLink, DonorSession
from factually.donations.my.signed_in import SignedInDonor
from factually.foundation.identifiers import new_id
from factually.mail.sending import open_letters
from factually.web.sessions import hash_token, new_token
from tests.support.donation_factories import ADA, donor_post

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from flask.testing import FlaskClient

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database

COOKIE = DonorSession.cookie
LINK = re.compile(r"/my/sign-in/([\w-]+)")


def signed_in_donor(
    database: Database, keyring: Keyring, *, now: datetime, email: str = ADA.email
) -> SignedInDonor:
    """Start a session of an address, as if its link had been followed."""
    token = new_token()
    row = DonorSession(
        id=new_id(),
        token_hash=hash_token(token),
        email_index=address_index(email, keyring=keyring),
        started_at=now,
        last_seen_at=now,
        ended_at=None,
    )
    with database.transaction() as session:
        session.add(row)
    return SignedInDonor(row.id, row.email_index, token)


def enter(client: FlaskClient, donor: SignedInDonor) -> FlaskClient:
    """Give the donor's cookie to a browser."""
    client.set_cookie(COOKIE, donor.token)
    return client


def ask(database: Database, keyring: Keyring, *, now: datetime, email: str = ADA.email) -> uuid.UUID:
    """Ask for a link; return its id."""
    with database.transaction() as session:
        ask_for_link(session, address_index(email, keyring=keyring), now=now)
    with database.transaction() as session:
        query = select(DonorLink.id).order_by(DonorLink.requested_at.desc(), DonorLink.id).limit(1)
        return session.execute(query).scalar_one()


def write_links(database: Database, keyring: Keyring, *, now: datetime) -> None:
    """Do the worker's part for all links that were asked for."""
    with database.transaction() as session:
        for link_id in session.execute(select(DonorLink.id)).scalars().all():
            send_link(session, link_id, post=donor_post(keyring), now=now)


def tokens_mailed(database: Database, keyring: Keyring) -> list[str]:
    """Return the tokens in all letters with links, oldest first."""
    with database.transaction() as session:
        keys = session.execute(
            text("SELECT key FROM outgoing_letter WHERE key LIKE 'donor-link:%' ORDER BY created_at")
        ).scalars()
        letters = [letter for _, letter in open_letters(session, list(keys), keyring=keyring)]
    return [found[1] for letter in letters if (found := LINK.search(letter.text))]


def follow(database: Database, token: str, *, now: datetime) -> str:
    """Follow a link; return the session's token."""
    with database.transaction() as session:
        return follow_link(session, token, now=now)
