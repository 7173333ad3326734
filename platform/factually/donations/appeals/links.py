"""The signed link by which a donor contests without an account: bound to one gift, good for a stated time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.donations.appeals.terms import contest_until
from factually.donations.signed_links import signed_token, signed_until
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from factually.donations.models import Gift
    from factually.foundation.crypto import Keyring

_PURPOSE: Final = "appeal link"


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
    token = signed_token(gift.public_id, contest_until(gift), purpose=_PURPOSE, keyring=keyring)
    return f"/appeals/{gift.public_id}/{token}"


def read_link(public_id: str, token: str, *, keyring: Keyring) -> AppealLink:
    """Check a link's signature; whether its time is over is for the caller to ask.

    Raises:
        NotFound: The link is not ours: mistyped, cut short, or made for another gift.
    """
    until = signed_until(public_id, token, purpose=_PURPOSE, keyring=keyring)
    if until is None:
        raise NotFound("This link is not complete. Please copy it whole from our mail or the gift's page.")
    return AppealLink(public_id, until)
