"""The signed link by which a donor steers a monthly gift without an account: from each of its letters.

Nothing is stored for it; the site's keyring signs the monthly gift's address and the link's last second.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from factually.donations.monthly.terms import LINK_LIFETIME
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    from factually.donations.monthly.models import MonthlyGift
    from factually.foundation.crypto import Keyring

_PURPOSE: Final = "monthly gift link"
_TOKEN: Final = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_-]{43})", re.ASCII)


def manage_path(monthly: MonthlyGift, *, keyring: Keyring, now: datetime) -> str:
    """Return the signed path of a monthly gift's page, good from now for the time that the terms say."""
    expires = int((now + LINK_LIFETIME).timestamp())
    return f"/monthly/{monthly.public_id}/{expires}.{_signature(monthly.public_id, expires, keyring)}"


def check_link(public_id: str, token: str, *, keyring: Keyring, now: datetime) -> None:
    """Let a link pass that is ours and not too old.

    Raises:
        NotFound: It is not: mistyped, cut short, made for another gift, or over.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None or not hmac.compare_digest(
        parts[2].encode(), _signature(public_id, int(parts[1]), keyring).encode()
    ):
        raise NotFound("This link is not complete. Please copy it whole from our mail.")
    if now >= datetime.fromtimestamp(int(parts[1]), UTC):
        raise NotFound("This link is over. Please open your gifts with a link by mail instead.")


def _signature(public_id: str, expires: int, keyring: Keyring) -> str:
    mac = keyring.blind_index(f"{public_id}\x1f{expires}", _PURPOSE)
    return urlsafe_b64encode(mac).rstrip(b"=").decode()
