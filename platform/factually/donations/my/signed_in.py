"""Which donor a request comes from: a cookie and rows of their own, apart from the accounts of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import abort, g, redirect, request, url_for
from sqlalchemy import select

from factually.audit.journal import Actor
from factually.donations.my.models import DonorSession
from factually.web.access import guard_donor_pages
from factually.web.context import web_context
from factually.web.sessions import cookie_name, is_live, needs_touch, touch_session

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from flask.typing import ResponseReturnValue


@dataclass(frozen=True, slots=True)
class SignedInDonor:
    """Somebody who reads the mail of an address.

    Attributes:
        session_id: The session's row.
        email_index: Blind index of the address, by which its gifts are found.
        token: The cookie's token, to end the session by.
    """

    session_id: uuid.UUID
    email_index: bytes
    token: str

    @property
    def actor(self) -> Actor:
        """The donor as an actor of the journal, by this session alone."""
        return Actor("donor", str(self.session_id))


def install_donor_sign_in(app: Flask) -> None:
    """Let `policy(DONOR)` ask our session rows."""
    guard_donor_pages(app, _let_in)


def load_donor() -> SignedInDonor | None:
    """Return the donor of the request's session, or None."""
    context = web_context()
    token = request.cookies.get(cookie_name(context.site, DonorSession))
    if token is None:
        return None
    now = context.clock.now()
    query = select(DonorSession.id, DonorSession.email_index, DonorSession.last_seen_at)
    with context.database.reading() as connection:
        row = connection.execute(query.where(is_live(DonorSession, token, now=now))).one_or_none()
    if row is None:
        return None
    if needs_touch(row.last_seen_at, now=now):
        with context.database.transaction() as session:
            touch_session(session, row.id, now=now, kind=DonorSession)
    return SignedInDonor(row.id, row.email_index, token)


def current_donor() -> SignedInDonor:
    """Return who is signed in, for views that only `DONOR` may use."""
    return cast("SignedInDonor", g.donor)


def _let_in() -> ResponseReturnValue | None:
    donor = load_donor()
    if donor is not None:
        g.donor = donor
        return None
    if request.method not in {"GET", "HEAD"}:
        abort(401)
    return redirect(url_for("my.start"), 303)
