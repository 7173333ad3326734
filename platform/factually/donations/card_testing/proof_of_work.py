"""Proof of work: a sum that costs a browser a moment, and a script that tries a thousand cards some more.

Pure, and no third party is asked (hashcash, A. Back, 2002). The sum is bound to one card on one gift.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

BITS: Final = 10
BITS_WHILE_DECLINING: Final = 14
"""About 16,000 hashes: a tenth of a second on a desk, about a second on an old telephone."""
_COUNTER: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_HASH_BITS: Final = 256


def challenge_of(gift: str, token: str) -> str:
    """Return what has to be hashed with a counter behind it."""
    return f"{gift}:{token}"


def is_solved(challenge: str, counter: str, *, bits: int) -> bool:
    """Tell whether SHA-256 of `challenge:counter` begins with so many zero bits."""
    if not _COUNTER.fullmatch(counter):
        return False
    digest = sha256(f"{challenge}:{counter}".encode()).digest()
    return int.from_bytes(digest) >> (_HASH_BITS - bits) == 0
