"""Rows of text in one file, read by their number through a memory map that all processes share."""

from __future__ import annotations

import mmap
from contextlib import ExitStack
from struct import Struct
from typing import TYPE_CHECKING, BinaryIO, Final, Self

if TYPE_CHECKING:
    from pathlib import Path

_PLACE: Final = Struct("<Q")
_ENDS: Final = Struct("<QQ")
"""Where a row begins, that is where the one before it ends, and where it ends."""
ROWS: Final = "rows"
PLACES: Final = "places"


class RecordWriter:
    """Writes rows one after another; each gets the next number, from 0."""

    def __init__(self, directory: Path, name: str) -> None:
        with ExitStack() as opened:
            self._rows: BinaryIO = opened.enter_context((directory / f"{name}.{ROWS}").open("xb"))
            self._places: BinaryIO = opened.enter_context((directory / f"{name}.{PLACES}").open("xb"))
            self._opened = opened.pop_all()
        self._end = 0
        self._places.write(_PLACE.pack(self._end))
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._opened.close()

    def add(self, row: bytes) -> int:
        """Write a row and return its number."""
        self._rows.write(row)
        self._end += len(row)
        self._places.write(_PLACE.pack(self._end))
        self.count += 1
        return self.count - 1


class Records:
    """The rows that a `RecordWriter` wrote.

    Args:
        directory: Where the files lie.
        name: Name they were written under.

    Raises:
        OSError: A file is missing.
        ValueError: A file is empty.
    """

    def __init__(self, directory: Path, name: str) -> None:
        self._rows = _mapped(directory / f"{name}.{ROWS}")
        self._places = _mapped(directory / f"{name}.{PLACES}")

    def __len__(self) -> int:
        return len(self._places) // _PLACE.size - 1

    def __getitem__(self, number: int) -> bytes:
        start, end = _ENDS.unpack_from(self._places, number * _PLACE.size)
        return self._rows[start:end]


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
