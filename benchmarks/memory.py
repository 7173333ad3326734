"""What an index costs a process of its own: run as a program in a fresh process, prints JSON.

Private is what no other process shares (RssAnon); pages of the index file are counted apart, as the system
keeps them once for all processes and takes them back when it needs them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.engine import open_screening

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHECKOUT: Final = Path(__file__).parents[1]
_KILOBYTES: Final = 1000


@dataclass(frozen=True)
class MemoryGrowth:
    """Megabytes that a process grew by opening an index and searching it."""

    private: float
    mapped: float


def memory_growth(directory: Path, names: Sequence[str]) -> MemoryGrowth:
    """Measure in a fresh process, so that nothing of this one is counted.

    Raises:
        subprocess.CalledProcessError: The process failed.
    """
    finished = subprocess.run(  # noqa: S603 - this very module, on a folder made here
        [sys.executable, "-m", "benchmarks.memory", str(directory)],
        input=json.dumps(list(names)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=_CHECKOUT,
    )
    return MemoryGrowth(**json.loads(finished.stdout))


def main() -> None:
    """Open the index named on the command line, search the names on standard input, print the growth."""
    names = json.load(sys.stdin)
    private, mapped = _resident()
    screening = open_screening(Path(sys.argv[1]))
    for name in names:
        screening.search(name)
    private_after, mapped_after = _resident()
    growth = MemoryGrowth(
        private=(private_after - private) / _KILOBYTES, mapped=(mapped_after - mapped) / _KILOBYTES
    )
    sys.stdout.write(json.dumps(asdict(growth)))


def _resident() -> tuple[int, int]:
    """Return kilobytes held privately and of mapped files (proc(5))."""
    status = Path("/proc/self/status").read_text()
    anonymous, file = (
        re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE) for name in ("RssAnon", "RssFile")
    )
    if anonymous is None or file is None:
        raise RuntimeError("the kernel does not tell RssAnon and RssFile")
    return int(anonymous[1]), int(file[1])


if __name__ == "__main__":
    main()
