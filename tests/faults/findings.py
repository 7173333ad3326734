"""What a run has found so far, kept beside the checkout, so that one that was interrupted goes on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from tests.faults.matrix import Cut
from tests.faults.world import Moments
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FOLDER: Final = ROOT / ".factually" / "faults"
_CODE: Final = ("platform", "migrations", "templates", "tests/faults", "tests/support")


@dataclass(frozen=True)
class Findings:
    """A file of one JSON line for each day; another state of the code has another file."""

    path: Path

    def read(self, kind: str) -> dict[str, list[Cut]]:
        """Return what was found of one kind, by what was tried."""
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        found = [json.loads(line) for line in lines]
        return {one["key"]: [Cut(**cut) for cut in one["cuts"]] for one in found if one["kind"] == kind}

    def keep(self, kind: str, key: str, cuts: Sequence[Cut]) -> None:
        """Add what one day, or one search for a bug, has found."""
        line = {"kind": kind, "key": key, "cuts": [asdict(cut) for cut in cuts]}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def moments(self) -> Moments | None:
        """Return the moments that the cuts are numbers of, if that day was played."""
        path = self.path.with_suffix(".moments.json")
        return Moments(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None

    def keep_moments(self, moments: Moments) -> None:
        """Keep the moments of the day without a cut."""
        path = self.path.with_suffix(".moments.json")
        path.write_text(json.dumps(asdict(moments)), encoding="utf-8")


def findings_of_this_code(*, fresh: bool) -> Findings:
    """Open what was found for the code as it is, or forget it."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    findings = Findings(_FOLDER / f"{_fingerprint()}.jsonl")
    if fresh:
        findings.path.unlink(missing_ok=True)
        findings.path.with_suffix(".moments.json").unlink(missing_ok=True)
    return findings


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
