"""The indexes on this machine's disk: opened once a process, built once a machine."""

from __future__ import annotations

import fcntl
import shutil
import threading
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from factually.foundation.canonical import sha256_hex
from factually.independence.searching.building import build_index
from factually.independence.searching.index import IndexDamaged, RegisterIndex
from factually.independence.searching.layout import ENGINE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from factually.independence.registers.entries import Entry

_TAG: Final = sha256_hex(ENGINE.encode())[:8]


class Shelf:
    """Indexes in one folder, each named after the content that it was made from and the engine's version."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._open: dict[str, RegisterIndex] = {}
        self._lock = threading.Lock()

    def open(self, content: str) -> RegisterIndex:
        """Return the index of a content; the first time its files are checked.

        Raises:
            IndexDamaged: It is not there, or not as it was written.
        """
        with self._lock:
            if content not in self._open:
                self._open[content] = RegisterIndex(self.place(content))
            return self._open[content]

    def build(
        self, content: str, entries: Callable[[], Iterable[Entry]], *, built: Callable[[int], object] = int
    ) -> bool:
        """Build an index unless a whole one is there or another process builds it just now.

        Returns:
            Whether an index is there now.

        Raises:
            OSError: The disk is full or not writable.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        with self._claimed(content) as claimed:
            if not claimed:
                return False
            try:
                RegisterIndex(self.place(content))
            except IndexDamaged:
                build_index(entries(), self.place(content), built=built)
            with self._lock:
                self._open.pop(content, None)
        return True

    def keep_only(self, contents: Collection[str]) -> None:
        """Throw away the indexes of other contents and other engines."""
        kept = {self.place(content).name for content in contents}
        for folder in self._directory.iterdir() if self._directory.exists() else ():
            if folder.is_dir() and folder.name not in kept and not folder.name.startswith("."):
                shutil.rmtree(folder, ignore_errors=True)

    def place(self, content: str) -> Path:
        """Return the folder of a content's index."""
        return self._directory / f"{content[:32]}-{_TAG}"

    @contextmanager
    def _claimed(self, content: str) -> Iterator[bool]:
        """Lock one index among all processes of this machine; the lock dies with its process."""
        with (self._directory / f".{content[:32]}.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


@lru_cache
def shelf_at(directory: Path) -> Shelf:
    """Return this process's shelf of a folder."""
    return Shelf(directory)
