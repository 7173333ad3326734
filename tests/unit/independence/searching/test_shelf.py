from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

import pytest

from factually.independence.registers.entries import Entry
from factually.independence.searching.index import IndexDamaged
from factually.independence.searching.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = "c" * 64


def rows() -> Iterator[Entry]:
    yield Entry(key="C00000001", name="MADE UP COMMITTEE")


def test_an_index_is_built_once_and_opened_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    with pytest.raises(IndexDamaged):
        shelf.open(CONTENT)
    assert shelf.build(CONTENT, rows)
    first = shelf.open(CONTENT)
    assert shelf.open(CONTENT) is first
    written = (shelf.place(CONTENT) / "manifest.json").stat().st_mtime_ns
    assert shelf.build(CONTENT, lambda: pytest.fail("it is there"))
    assert (shelf.place(CONTENT) / "manifest.json").stat().st_mtime_ns == written


def test_a_damaged_index_is_built_anew(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.build(CONTENT, rows)
    (shelf.place(CONTENT) / "names.rows").write_bytes(b"torn")
    assert shelf.build(CONTENT, rows)
    assert shelf.open(CONTENT).size == 1


def test_a_process_leaves_the_building_to_the_one_that_is_at_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with (tmp_path / f".{CONTENT[:32]}.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not shelf.build(CONTENT, rows)
    assert shelf.build(CONTENT, rows)


def test_indexes_of_old_versions_are_thrown_away(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.build(CONTENT, rows)
    shelf.build("d" * 64, rows)
    shelf.keep_only([CONTENT])
    assert shelf.place(CONTENT).exists()
    assert not shelf.place("d" * 64).exists()
    Shelf(tmp_path / "nowhere").keep_only([])
