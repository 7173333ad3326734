"""The committed editor library is the one that its lock pins, and the lock names no registry."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "editor/package-lock.json").read_text()
LICENCES = (ROOT / "platform/factually/website/static/vendor/codemirror.LICENSES.txt").read_text()


def test_the_lock_names_no_address() -> None:
    assert "://" not in LOCK


def test_the_built_library_holds_the_versions_that_are_pinned() -> None:
    built = dict(re.findall(r"^(\S+) (\S+) \(MIT\)$", LICENCES.partition("\n\n---\n\n")[0], re.MULTILINE))
    pinned = json.loads(LOCK)["packages"]
    assert built
    assert built == {name: pinned[f"node_modules/{name}"]["version"] for name in built}


def test_each_package_comes_with_its_licence() -> None:
    built, *texts = LICENCES.split("\n\n---\n\n")
    assert [line.split()[0] for line in built.splitlines()] == [text.split()[0] for text in texts]
