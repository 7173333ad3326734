from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from factually.independence.matching import Stated, StatedName
from factually.independence.naming.canonical import canonical_name
from factually.independence.rescreening.donor_index import (
    MOST_FOUND,
    NEAREST,
    NOTHING,
    DonorIndex,
    Indexed,
    Mark,
    TooManyFound,
)
from factually.independence.rescreening.pieces import donor_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEY = b"a made-up key of 32 bytes, really"[:32]
NAMES = ("Heartland Grain Patriots", "Miller Bakery", "Zebulon Canary")


def indexed(number: int, name: str) -> Indexed:
    return Indexed(number, donor_pieces([StatedName(field="made up", text=name, what=Stated.ORGANISATION)]))


def filled(folder: Path, names: Sequence[str] = NAMES) -> DonorIndex:
    index = DonorIndex(folder / "donors", KEY)
    with index.writing() as writer:
        writer.add(
            [indexed(number, name) for number, name in enumerate(names, 1)], mark=Mark(len(names), "made up")
        )
    return index


def test_a_misspelt_name_is_found_first(tmp_path: Path) -> None:
    search = filled(tmp_path).reading()
    assert search.alike(canonical_name("Hearland Grain Patriot"))[0] == 1
    assert search.alike(canonical_name("zzzz")) == []


def test_an_exact_key_is_found_and_another_is_not(tmp_path: Path) -> None:
    search = filled(tmp_path).reading()
    assert search.certain({"n:miller bakery"}) == [2]
    assert search.certain({"n:miller bakers"}) == []


def test_each_donor_of_a_common_name_is_found(tmp_path: Path) -> None:
    many = 3 * NEAREST
    search = filled(tmp_path, ["Heartland Patriots"] * many).reading()
    assert sorted(search.alike(canonical_name("Heartland Patriot"))) == [*range(1, many + 1)]
    assert sorted(search.certain({"n:heartland patriots"})) == [*range(1, many + 1)]


def test_a_name_of_too_many_donors_is_told_and_not_cut(tmp_path: Path) -> None:
    search = filled(tmp_path, ["Heartland Patriots"] * (MOST_FOUND + 1)).reading()
    with pytest.raises(TooManyFound):
        search.alike(canonical_name("Heartland Patriot"))
    with pytest.raises(TooManyFound):
        search.certain({"n:heartland patriots"})


def test_no_name_lies_readable_on_disk(tmp_path: Path) -> None:
    index = filled(
        tmp_path, [f"{word} {other}" for word in ("Heartland", "Zebulon") for other in ("Canary", "Bakery")]
    )
    files = [path for path in index.folder.rglob("*") if path.is_file()]
    assert files
    content = b"".join(path.read_bytes() for path in files).lower()
    for word in ("heartland", "zebulon", "canary", "bakery"):
        for start in range(len(word) - 3):
            assert word[start : start + 4].encode() not in content


def test_donors_are_added_and_the_mark_moves(tmp_path: Path) -> None:
    index = filled(tmp_path)
    with index.writing() as writer:
        assert writer.mark.number == 3
        writer.add([indexed(7, "Prairie Books")], mark=Mark(9, "made up"))
    assert index.mark.number == 9
    assert index.reading().alike(canonical_name("Prairie Book")) == [7]
    assert index.reading().alike(canonical_name("Miller Bakery")) == [2]


def test_under_another_key_the_index_is_made_anew(tmp_path: Path) -> None:
    filled(tmp_path)
    other = DonorIndex(tmp_path / "donors", KEY[::-1])
    assert other.mark == NOTHING
    with other.writing() as writer:
        writer.add([indexed(1, "Prairie Books")], mark=Mark(1, "made up"))
    assert other.reading().alike(canonical_name("Miller Bakery")) == []


@pytest.mark.parametrize("damage", ["state", "text", "both"])
def test_an_index_that_can_not_be_read_is_made_anew(tmp_path: Path, damage: str) -> None:
    index = filled(tmp_path)
    if damage != "text":
        (index.folder / "state.json").write_text(json.dumps({"mark": {"number": 3, "id": "x"}}))
    if damage != "state":
        (index.folder / "text" / "meta.json").write_text("{")
    assert index.mark == NOTHING
    with index.writing() as writer:
        writer.add([indexed(1, "Prairie Books")], mark=Mark(1, "made up"))
    assert index.mark.number == 1
    assert index.reading().certain({"n:prairie books"}) == [1]


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    index = filled(tmp_path)
    marks: list[int] = []

    def write() -> None:
        with DonorIndex(index.folder, KEY).writing() as writer:
            marks.append(writer.mark.number)

    with index.writing() as first:
        second = threading.Thread(target=write)
        second.start()
        first.add([indexed(4, "Prairie Books")], mark=Mark(4, "made up"))
        assert marks == []
    second.join(timeout=10)
    assert marks == [4]
