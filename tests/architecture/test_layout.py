"""platform/ is a source root; one stray __init__.py there hides the standard library's module."""

from __future__ import annotations

import platform
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "platform"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST_MODULE = 300
TRACKED = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607 - git is whatever this machine calls git


def test_the_source_root_holds_one_package_and_nothing_else() -> None:
    found = {path.name for path in SOURCE.iterdir() if path.name != "__pycache__"}
    assert found == {"factually"}


def test_platform_is_still_the_standard_librarys_module() -> None:
    assert platform.__file__ is not None
    assert Path(platform.__file__).parent == Path(sysconfig.get_path("stdlib"))


def test_a_module_fits_in_a_head() -> None:
    lengths = {str(module.relative_to(SOURCE)): len(module.read_text().splitlines()) for module in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_file_holds_a_lock_that_names_a_registry() -> None:
    assert "uv.lock" not in TRACKED.stdout.split("\0")
    assert "://" not in (ROOT / "requirements.txt").read_text()
