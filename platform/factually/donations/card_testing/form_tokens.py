"""Signed form tokens: who promises a gift has loaded the form, long enough ago for a person to fill it in.

Nothing is stored for a token; the site's keyring signs its number and the moment it was given out.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from factually.donations.card_testing.errors import WaitYourTurn
from factually.foundation.errors import InvalidInput
from factually.foundation.identifiers import new_public_id

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring

LIFETIME: Final = timedelta(hours=12)
MINIMUM_AGE: Final = timedelta(seconds=2)
GIFTS_OF_ONE_FORM: Final = "20 per day"
FIELD: Final = "form_token"
_TOKEN: Final = re.compile(r"([0-9]{1,16})\.([a-z2-7]{26})\.([A-Za-z0-9_-]{43})", re.ASCII)
_MILLISECONDS: Final = 1000


def new_form_token(*, keyring: Keyring, now: datetime) -> str:
    """Make the token of one loaded form."""
    stated = f"{int(now.timestamp() * _MILLISECONDS)}.{new_public_id()}"
    return f"{stated}.{_signature(stated, keyring)}"


def check_form_token(token: str, *, keyring: Keyring, now: datetime) -> str:
    """Check a form's token and return its number, by which the form's gifts are counted.

    Raises:
        InvalidInput: Not ours, altered, or older than `LIFETIME`.
        WaitYourTurn: Younger than `MINIMUM_AGE`.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None or not hmac.compare_digest(parts[3], _signature(f"{parts[1]}.{parts[2]}", keyring)):
        raise InvalidInput("Please reload the page and try again.", field=FIELD)
    age = now - datetime.fromtimestamp(int(parts[1]) / _MILLISECONDS, UTC)
    if age > LIFETIME:
        raise InvalidInput("This form has been open for very long. Please reload the page.", field=FIELD)
    if age < MINIMUM_AGE:
        raise WaitYourTurn("That was very fast. Please press the button once more.", retry_after=2)
    return parts[2]


def _signature(stated: str, keyring: Keyring) -> str:
    return urlsafe_b64encode(keyring.blind_index(stated, "form token")).rstrip(b"=").decode()
