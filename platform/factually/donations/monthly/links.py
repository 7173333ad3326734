"""The signed link by which a donor steers a monthly gift without an account: from each of its letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.donations.monthly.terms import LINK_LIFETIME
from factually.donations.signed_links import signed_token, signed_until
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from factually.donations.monthly.models import MonthlyGift
    from factually.foundation.crypto import Keyring

_PURPOSE: Final = "monthly gift link"


def manage_path(monthly: MonthlyGift, *, keyring: Keyring, now: datetime) -> str:
    """Return the signed path of a monthly gift's page, good from now for the time that the terms say."""
    token = signed_token(monthly.public_id, now + LINK_LIFETIME, purpose=_PURPOSE, keyring=keyring)
    return f"/monthly/{monthly.public_id}/{token}"


def check_link(public_id: str, token: str, *, keyring: Keyring, now: datetime) -> None:
    """Let a link pass that is ours and not too old.

    Raises:
        NotFound: It is not: mistyped, cut short, made for another gift, or over.
    """
    until = signed_until(public_id, token, purpose=_PURPOSE, keyring=keyring)
    if until is None:
        raise NotFound("This link is not complete. Please copy it whole from our mail.")
    if now >= until:
        raise NotFound("This link is over. Please open your gifts with a link by mail instead.")
