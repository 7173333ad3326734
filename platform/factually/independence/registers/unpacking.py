"""Opens a register file that came compressed, as most sources send it."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from typing import Final

from factually.foundation.errors import InvalidInput

LARGEST_FILE: Final = 2_500_000_000
"""Bytes a packed file may unpack to; the largest register known (IRS Form 8871) has 1.9 billion."""

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
# What the two libraries raise for damaged bytes, methods they don't know, and passwords.
_DAMAGE: Final = (EOFError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error)


def unpacked(data: bytes) -> bytes:
    """Return the bytes of a gzipped file or of the one file in a ZIP archive, and any other file as it is.

    Raises:
        InvalidInput: The file is damaged or cut off, holds several files, or is larger than any register.
    """
    if not data.startswith((_GZIP, _ZIP)):
        return data
    try:
        content = _gunzipped(data) if data.startswith(_GZIP) else _unzipped(data)
    except _DAMAGE as error:
        raise InvalidInput("The compressed file is damaged. Nothing was loaded.", field="file") from error
    if len(content) > LARGEST_FILE:
        raise InvalidInput("The file is larger than any register. Nothing was loaded.", field="file")
    return content


def _gunzipped(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        return packed.read(LARGEST_FILE + 1)


def _unzipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) != 1:
            raise InvalidInput(
                f"The archive holds {len(members)} files instead of one. Nothing was loaded.", field="file"
            )
        with archive.open(members[0]) as packed:
            return packed.read(LARGEST_FILE + 1)
