from __future__ import annotations

import json
from string import ascii_uppercase
from typing import TYPE_CHECKING

import pytest
import tantivy

from benchmarks.chance import chance_of
from factually.independence.naming.canonical import canonical_name
from factually.independence.registers.entries import Entry
from factually.independence.searching import building
from factually.independence.searching.building import build_index
from factually.independence.searching.index import IndexDamaged, RegisterIndex
from factually.independence.searching.layout import MANIFEST, TEXT_INDEX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENTRIES = tuple(
    Entry(key=f"C{number:08}", name=f"{first} {last} FOR CONGRESS", former_names=(f"{last} {first} PARTY",))
    for number, (first, last) in enumerate(
        (first, last)
        for first in ("ANN", "BEA", "CYD", "DOT")
        for last in ("MADEUP", "INVENTED", "FANCIED", "DREAMT")
    )
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    built = tmp_path / "index"
    build_index(ENTRIES, built)
    return built


def test_each_row_is_in_the_index(place: Path) -> None:
    index = RegisterIndex(place)
    assert index.size == len(ENTRIES)
    best = index.candidates(canonical_name("Bea Fancied for Congress"))[0]
    assert index.entry(best).name == "BEA FANCIED FOR CONGRESS"


def test_the_same_rows_give_the_same_answers_from_another_build(place: Path, tmp_path: Path) -> None:
    build_index(ENTRIES, tmp_path / "again")
    one, other = RegisterIndex(place), RegisterIndex(tmp_path / "again")
    for entry in ENTRIES:
        name = canonical_name(entry.name.replace("ED", "DE"))
        assert one.candidates(name) == other.candidates(name)


def test_a_register_too_large_for_one_segment_gives_the_same_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = chance_of(1)
    rows = [
        Entry(key=f"C{number:08}", name="".join(random.choices(ascii_uppercase, k=100)))
        for number in range(5_000)
    ]
    build_index(rows, tmp_path / "one")
    monkeypatch.setattr(building, "_WRITER_MEMORY", 15_000_000)
    build_index(rows, tmp_path / "several")
    folders = {name: tantivy.Index.open(str(tmp_path / name / TEXT_INDEX)) for name in ("one", "several")}
    assert folders["one"].searcher().num_segments == 1
    assert folders["several"].searcher().num_segments > 1
    several = RegisterIndex(tmp_path / "several")
    for row in (*rows[:10], *rows[-10:]):
        best = several.candidates(canonical_name(f"{row.name[:60]}Q{row.name[60:]}"))[0]
        assert several.entry(best).key == row.key


def test_a_rebuilt_index_takes_the_place_of_the_old_one_while_that_is_read(place: Path) -> None:
    old = RegisterIndex(place)
    build_index(ENTRIES[:3], place)
    assert RegisterIndex(place).size == 3
    assert old.size == len(ENTRIES)
    assert old.candidates(canonical_name("Dot Dreamt for Congress"))
    assert [path.name for path in place.parent.iterdir()] == ["index"]


def test_a_build_that_fails_leaves_the_old_index_and_nothing_else(place: Path) -> None:
    def rows() -> Iterator[Entry]:
        yield ENTRIES[0]
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        build_index(rows(), place)
    assert RegisterIndex(place).size == len(ENTRIES)
    assert [path.name for path in place.parent.iterdir()] == ["index"]


def test_every_damaged_file_is_noticed(place: Path) -> None:
    files = [path for path in sorted(place.rglob("*")) if path.is_file() and path.stat().st_size]
    assert len(files) > 6
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(IndexDamaged):
            RegisterIndex(place)
        path.unlink()
        with pytest.raises(IndexDamaged):
            RegisterIndex(place)
        path.write_bytes(whole)
    RegisterIndex(place)


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"engine": "another", "files": {}}'])
def test_a_manifest_that_is_none_is_noticed(place: Path, content: str) -> None:
    (place / MANIFEST).write_text(content)
    with pytest.raises(IndexDamaged):
        RegisterIndex(place)


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="missing"):
        RegisterIndex(tmp_path / "nowhere")


def test_the_manifest_names_every_file(place: Path) -> None:
    named = json.loads((place / MANIFEST).read_bytes())["files"]
    there = {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()} - {MANIFEST}
    assert set(named) == there
