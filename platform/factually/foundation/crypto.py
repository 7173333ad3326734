"""Sealing of personal data: AES-GCM bound to its place, a blind index for look-ups.

A ciphertext moved to another row or column does not open (ASVS 11.3.3); equal addresses are
found by a keyed hash, never by the text itself.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MINIMUM_SECRET_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"

ERASED = bytes(64)
"""Stands where words were erased for good: opens nowhere, and is no shorter than any sealed text must be."""


class DamagedCiphertext(Exception):
    """The sealed bytes were altered, moved, or sealed with another key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ciphertext lives; sealed in as associated data.

    Attributes:
        table: Table name.
        column: Column name.
        row: The row's primary key as text.
    """

    table: str
    column: str
    row: str

    def associated_data(self) -> bytes:
        """Return the bytes that bind a ciphertext to this place."""
        return f"{self.table}\x1f{self.column}\x1f{self.row}".encode()


class Keyring:
    """The keys of one site, each derived from its secret for one purpose (HKDF, RFC 5869)."""

    def __init__(self, *, field_key: bytes, index_key: bytes) -> None:
        self._fields = AESGCM(field_key)
        self._index_key = index_key

    @classmethod
    def from_secret(cls, secret: bytes) -> Keyring:
        """Derive all keys from the site's secret.

        Raises:
            ValueError: The secret has fewer than 32 bytes.
        """
        if len(secret) < MINIMUM_SECRET_BYTES:
            raise ValueError("the data key needs at least 32 bytes")
        return cls(
            field_key=_derive(secret, "field encryption"),
            index_key=_derive(secret, "blind index"),
        )

    def encrypt(self, text: str, place: Place) -> bytes:
        """Seal a text for one place: version byte, 12-byte nonce, ciphertext with 16-byte tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._fields.encrypt(nonce, text.encode(), place.associated_data())

    def decrypt(self, sealed: bytes, place: Place) -> str:
        """Open a sealed text.

        Raises:
            DamagedCiphertext: Altered, moved to another place, or sealed with another key.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
            raise DamagedCiphertext(place.table)
        try:
            return self._fields.decrypt(nonce, body, place.associated_data()).decode()
        except InvalidTag as error:
            raise DamagedCiphertext(place.table) from error

    def blind_index(self, value: str, purpose: str) -> bytes:
        """Return a keyed hash by which equal values are found (HMAC-SHA-256, 32 bytes).

        The caller normalises the value first; another purpose gives unrelated bytes.
        """
        return hmac.digest(self._index_key, f"{purpose}\x1f{value}".encode(), sha256)

    def subkey(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for one purpose, for hashing values by the million."""
        return self.blind_index(purpose, "subkey")


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"factually {purpose}".encode()).derive(secret)
