"""Static files under addresses that carry a hash of their content, so browsers may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# One request instead of six before a reader sees the page; the parts stay apart as files.
STYLE_SHEET: Final = "css/site.css"
STYLE_SHEET_PARTS: Final = tuple(
    f"css/{name}.css" for name in ("tokens", "base", "layout", "components", "pages", "print")
)

_DIGEST_LENGTH: Final = 16
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file, ready to send.

    Attributes:
        body: The bytes.
        compressed: The same, gzip; None where compression gains nothing.
        content_type: Value of `Content-Type`.
        digest: First 16 hexadecimal digits of the body's SHA-256, the version in its address.
    """

    body: bytes
    compressed: bytes | None
    content_type: str
    digest: str


class Assets:
    """All static files of one folder, read once at start.

    Paths are relative to the folder, with `/`; only files found at start are served, so no
    request can climb out of it.
    """

    def __init__(self, found: Mapping[str, Asset]) -> None:
        self._found = found

    @classmethod
    def load(cls, folder: Path) -> Assets:
        """Read every file below the folder and join the parts of the style sheet."""
        bodies = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        parts = [bodies.pop(name) for name in STYLE_SHEET_PARTS if name in bodies]
        if parts:
            bodies[STYLE_SHEET] = b"\n".join(parts)
        return cls({name: _asset(name, body) for name, body in bodies.items()})

    def find(self, path: str) -> Asset:
        """Return one file.

        Raises:
            NotFound: There is none at this path.
        """
        try:
            return self._found[path]
        except KeyError:
            raise NotFound("There is no such file.") from None

    def address(self, path: str) -> str:
        """Return the versioned address of a file, for templates.

        Raises:
            NotFound: There is none at this path; a template names it wrongly.
        """
        return f"/static/{path}?v={self.find(path).digest}"


def _asset(name: str, body: bytes) -> Asset:
    suffix = name[name.rfind(".") :]
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    compressed = gzip.compress(body, mtime=0) if suffix in _TYPES else body
    return Asset(
        body=body,
        compressed=compressed if len(compressed) < len(body) else None,
        content_type=_TYPES.get(suffix, guessed),
        digest=hashlib.sha256(body).hexdigest()[:_DIGEST_LENGTH],
    )
