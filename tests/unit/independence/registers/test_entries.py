from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from factually.foundation.canonical import canonical_json
from factually.independence.registers.entries import Entry, content_hash, with_earlier_names

if TYPE_CHECKING:
    from factually.foundation.canonical import JsonValue


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
