from __future__ import annotations

from factually.independence.matching import MatchKind
from factually.independence.registers.entries import COMMON_WORD, Entry, indexed_names


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
