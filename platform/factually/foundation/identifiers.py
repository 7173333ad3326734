"""Identifiers: one kind for rows, one that can be shown and cannot be guessed."""

from __future__ import annotations

import base64
import secrets
import uuid

PUBLIC_ID_LENGTH = 26
_PUBLIC_ID_BYTES = 17


def new_id() -> uuid.UUID:
    """Return a fresh row id; a UUID is a name, not a secret (ASVS 11.5.1)."""
    return uuid.uuid4()


def new_public_id() -> str:
    """Return an unguessable id for addresses: 26 lower-case base32 characters, 130 bits."""
    text = base64.b32encode(secrets.token_bytes(_PUBLIC_ID_BYTES)).decode("ascii")
    return text[:PUBLIC_ID_LENGTH].lower()
