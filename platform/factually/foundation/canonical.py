"""Canonical JSON and its hash: the same facts give the same bytes on every machine (RFC 8785)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

import rfc8785

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

JsonValue: TypeAlias = "Mapping[str, JsonValue] | Sequence[JsonValue] | str | int | float | bool | None"


def canonical_json(value: JsonValue) -> bytes:
    """Return the RFC 8785 bytes of a JSON value, for hashing and signing.

    Raises:
        rfc8785.CanonicalizationError: A value JSON cannot hold (NaN, an integer past 2^53, a lone surrogate).
    """
    return rfc8785.dumps(value)


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of the bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
