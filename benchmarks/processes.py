"""What a tree of processes has used of the machine, by the kernel's own account (Linux)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_UTIME, _STIME, _PPID = 11, 12, 1


def cpu_seconds(root: int) -> float:
    """Return user and system seconds of a process and all that it started."""
    stats = {int(path.name): _fields(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    tree = {root}
    grown = True
    while grown:
        children = {pid for pid, fields in stats.items() if fields and int(fields[_PPID]) in tree}
        grown = not children <= tree
        tree |= children
    used = (stats[pid] for pid in tree if stats.get(pid))
    return sum(int(fields[_UTIME]) + int(fields[_STIME]) for fields in used if fields) / _TICKS


def find_process(*words: str) -> int:
    """Return the oldest process whose command line holds all words.

    Raises:
        LookupError: There is none.
    """
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            command = _read(path / "cmdline").replace("\0", " ")
            if all(word in command for word in words):
                found.append(int(path.name))
    if not found:
        raise LookupError(f"no process runs {' '.join(words)}")
    return min(found)


def _fields(path: Path) -> list[str] | None:
    text = _read(path / "stat")
    return text.rpartition(")")[2].split() if text else None


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
