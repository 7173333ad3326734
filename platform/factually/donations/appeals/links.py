"""The signed link by which a donor contests without an account: bound to one gift, good for a stated time.

Nothing is stored for it; the site's keyring signs the gift's address and the link's last second together.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from factually.donations.appeals.terms import contest_until
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    from factually.donations.models import Gift
    from factually.foundation.crypto import Keyring

_PURPOSE: Final = "appeal link"
_TOKEN: Final = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class AppealLink:
    """A link whose signature is ours; `expires_at` may lie behind us."""

    public_id: str
    expires_at: datetime

    def has_expired(self, now: datetime) -> bool:
        """Tell whether the link's time is over."""
        return now >= self.expires_at


def appeal_path(gift: Gift, *, keyring: Keyring) -> str:
    """Return the signed path of a gift's appeal; the same for every letter and page of one decision."""
    expires = int(contest_until(gift).timestamp())
    return f"/appeals/{gift.public_id}/{expires}.{_signature(gift.public_id, expires, keyring)}"


def read_link(public_id: str, token: str, *, keyring: Keyring) -> AppealLink:
    """Check a link's signature; whether its time is over is for the caller to ask.

    Raises:
        NotFound: The link is not ours: mistyped, cut short, or made for another gift.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None or not hmac.compare_digest(
        parts[2].encode(), _signature(public_id, int(parts[1]), keyring).encode()
    ):
        raise NotFound("This link is not complete. Please copy it whole from our mail or the gift's page.")
    return AppealLink(public_id, datetime.fromtimestamp(int(parts[1]), UTC))


def _signature(public_id: str, expires: int, keyring: Keyring) -> str:
    mac = keyring.blind_index(f"{public_id}\x1f{expires}", _PURPOSE)
    return urlsafe_b64encode(mac).rstrip(b"=").decode()
