"""Links from letters that open one thing without an account, for a stated time; nothing is stored for them.

The site's keyring signs what the link opens and its last second together, for one purpose.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring

_TOKEN: Final = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_-]{43})", re.ASCII)


def signed_token(public_id: str, until: datetime, *, purpose: str, keyring: Keyring) -> str:
    """Return the last part of a link's address: its last second, and the signature; the same each time."""
    expires = int(until.timestamp())
    return f"{expires}.{_signature(public_id, expires, purpose, keyring)}"


def signed_until(public_id: str, token: str, *, purpose: str, keyring: Keyring) -> datetime | None:
    """Return when a link is over, which may be long ago; None where it is none of ours for this purpose."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    expected = _signature(public_id, int(parts[1]), purpose, keyring)
    if not hmac.compare_digest(parts[2].encode(), expected.encode()):
        return None
    return datetime.fromtimestamp(int(parts[1]), UTC)


def _signature(public_id: str, expires: int, purpose: str, keyring: Keyring) -> str:
    mac = keyring.blind_index(f"{public_id}\x1f{expires}", purpose)
    return urlsafe_b64encode(mac).rstrip(b"=").decode()
