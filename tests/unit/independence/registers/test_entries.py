from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from factually.foundation.canonical import canonical_json
from factually.independence.matching import MatchKind
from factually.independence.registers.entries import (
    COMMON_WORD,
    Entry,
    content_hash,
    indexed_names,
    with_earlier_names,
)

if TYPE_CHECKING:
    from factually.foundation.canonical import JsonValue


def test_a_row_is_found_under_its_current_former_and_inner_names() -> None:
    entry = Entry(key="C00000059", name="HALLMARK CARDS, INC. PAC (HALLPAC)", former_names=("HALL FUND",))
    names = {name.canonical: name.kind for name in indexed_names([entry])}
    assert names == {
        "hallmark cards pac hallpac": MatchKind.NAME,
        "hall fund": MatchKind.FORMER_NAME,
        "hallmark cards pac": MatchKind.ALIAS,
        "hallpac": MatchKind.ALIAS,
    }


def test_a_former_name_that_is_the_current_one_in_other_spelling_counts_as_current() -> None:
    entry = Entry(key="C00000001", name="HALL FUND", former_names=("HALL FUND, INC.",))
    assert [name.kind for name in indexed_names([entry])] == [MatchKind.NAME]


def test_one_common_word_is_generic_and_a_rare_one_is_not() -> None:
    entries = [Entry(key=f"C{number:08}", name=f"FREEDOM FUND {number}") for number in range(COMMON_WORD)]
    entries += [Entry(key="C00900001", name="FREEDOM"), Entry(key="C00900002", name="ACTBLUE")]
    generic = {name.canonical for name in indexed_names(entries) if name.generic}
    assert generic == {"freedom"}


def test_a_row_without_letters_has_no_names() -> None:
    assert list(indexed_names([Entry(key="C00000001", name="???")])) == []


FULL = Entry(
    key="C00000059",
    name="HALLMARK",
    former_names=("B", "A"),
    other_names=("Ħ",),
    sponsors=("S",),
    domains=("example.org",),
    ein="012345678",
    filer=True,
    namesake=True,
    details={"type": "Q"},
)


@given(st.builds(replace, st.just(FULL), name=st.text(st.characters(exclude_categories=["Cs"]))))
def test_the_hash_of_a_row_is_that_of_its_canonical_json(entry: Entry) -> None:
    content: dict[str, JsonValue] = {
        field.name: getattr(entry, field.name) for field in fields(Entry) if field.name != "former_names"
    }
    expected = hashlib.sha256(canonical_json({**content, "former_names": ["A", "B"]})).digest()
    assert content_hash(entry) == expected


def test_the_order_of_names_is_no_change_of_a_row_and_a_new_name_is() -> None:
    assert content_hash(replace(FULL, former_names=("A", "B"))) == content_hash(FULL)
    assert content_hash(replace(FULL, former_names=("A", "B", "C"))) != content_hash(FULL)


def test_names_of_an_earlier_version_are_added_to_the_former_names_of_a_row() -> None:
    earlier = [replace(FULL, name="OLD", former_names=("A", "OLDER"))]
    other = Entry(key="C00000001", name="OTHER")
    renamed, untouched = with_earlier_names([FULL, other], earlier)
    assert renamed == replace(FULL, former_names=("B", "A", "OLD", "OLDER"))
    assert untouched == other


def test_a_row_that_got_an_earlier_name_back_does_not_bear_it_twice() -> None:
    earlier = [replace(FULL, name="OLD", former_names=(FULL.name,))]
    (entry,) = with_earlier_names([replace(FULL, former_names=())], earlier)
    assert entry.former_names == ("OLD",)
