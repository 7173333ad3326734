"""Received letters as files: whole or absent, the newest first, and never more than a bounded number."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

KEPT: Final = 200
_KEY: Final = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
_NANOSECONDS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Letter:
    """One received letter.

    Attributes:
        key: Its name in the mailbox; keys sort by time of arrival.
        message: The letter, parsed.
    """

    key: str
    message: EmailMessage

    @property
    def arrived(self) -> datetime:
        """When it came in."""
        return datetime.fromtimestamp(int(self.key.split("-")[0]) / _NANOSECONDS, UTC)

    def header(self, name: str) -> str:
        """Return one header as text, or nothing."""
        return str(self.message.get(name, ""))

    def body(self, kind: str) -> str | None:
        """Return the ``plain`` or ``html`` body, or None where the letter has none that can be read."""
        part = self.message.get_body((kind,))
        if part is None:
            return None
        with contextlib.suppress(LookupError):
            return str(part.get_content()).replace("\r\n", "\n")
        return None


class Mailbox:
    """A folder of letters, one ``.eml`` file each."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        """Open the mailbox, making its folder if it must.

        Args:
            folder: Where the files are.
            kept: How many letters stay; older ones are removed.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._kept = kept

    def keep(self, content: bytes) -> str:
        """Store a letter and return its key; it is seen only once it is whole."""
        key = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        unfinished = self._folder / f".{key}"
        unfinished.write_bytes(content)
        unfinished.rename(self._folder / f"{key}.eml")
        for old in self._keys()[self._kept :]:
            (self._folder / f"{old}.eml").unlink(missing_ok=True)
        return key

    def letters(self) -> list[Letter]:
        """Return all letters, the newest first."""
        found = (self.letter(key) for key in self._keys())
        return [letter for letter in found if letter is not None]

    def letter(self, key: str) -> Letter | None:
        """Return one letter, or None if there is none of this key."""
        content = self.content(key)
        return None if content is None else Letter(key, message_from_bytes(content, policy=policy.default))

    def content(self, key: str) -> bytes | None:
        """Return the bytes of one letter as they came, or None if there is none of this key."""
        if not _KEY.fullmatch(key):
            return None
        try:
            return (self._folder / f"{key}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def _keys(self) -> list[str]:
        return sorted((path.stem for path in self._folder.glob("*.eml")), reverse=True)
