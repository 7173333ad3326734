from __future__ import annotations

import pytest

from factually.independence.matching import Stated, StatedName
from factually.independence.naming.canonical import canonical_name
from factually.independence.registers.entries import Entry
from factually.independence.rescreening.pieces import PieceHasher, cut, donor_pieces, sought_row

KEY = b"a made-up key of 32 bytes, really"[:32]


def stated(text: str, what: Stated = Stated.ORGANISATION) -> StatedName:
    return StatedName(field="made up", text=text, what=what)


def test_a_hash_depends_on_the_key_and_shows_nothing_of_the_piece() -> None:
    first, second = PieceHasher(KEY), PieceHasher(KEY[::-1])
    assert first("gram") == first("gram") == PieceHasher(KEY)("gram")
    assert first("gram") != second("gram")
    assert "gram" not in first("gram")


def test_a_name_shorter_than_a_gram_is_one_piece() -> None:
    assert cut(canonical_name("A")).grams == {"^a^"}


def test_alike_names_share_most_pieces() -> None:
    one, other = cut(canonical_name("Heartland Bakery")), cut(canonical_name("Heartland Bakkery"))
    assert len(one.grams & other.grams) > len(one.grams) / 2
    assert one.words & other.words == {"w:heartland"}


def test_a_name_said_twice_is_indexed_once() -> None:
    pieces = donor_pieces([stated("Ada Reader", Stated.PERSON), stated("ADA READER", Stated.PERSON)])
    assert len(pieces) == 1


def test_a_donor_who_states_nothing_readable_has_no_pieces() -> None:
    assert donor_pieces([stated("…")]) == []


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        (
            stated("mail.news.example.org", Stated.EMAIL_DOMAIN),
            Entry(key="x", name="X", domains=("example.org",)),
        ),
        (stated("12-3456789", Stated.EIN), Entry(key="x", name="X", ein="123456789")),
        (stated("Reader, Ada", Stated.PERSON), Entry(key="x", name="Ada Reader")),
        (stated("Hallmark Cards PAC (HALLPAC)"), Entry(key="x", name="HALLPAC")),
        (stated("Hallmark Cards"), Entry(key="x", name="X", sponsors=("HALLMARK CARDS, INC.",))),
    ],
)
def test_a_row_finds_for_certain_who_states_its_domain_number_name_or_sponsor(
    said: StatedName, entry: Entry
) -> None:
    keys = frozenset().union(*(pieces.keys for pieces in donor_pieces([said])))
    assert keys & sought_row(entry, by_name=True).keys


def test_a_row_finds_who_typed_its_id_among_other_words() -> None:
    (pieces,) = donor_pieces([stated("Friends, C00900005")])
    assert pieces.words & sought_row(Entry(key="C00900005", name="X"), by_name=True).keys


def test_a_register_that_is_not_searched_by_name_finds_by_certain_keys_alone() -> None:
    row = sought_row(Entry(key="123456789", name="X", ein="123456789"), by_name=False)
    assert row.names == ()
    assert row.keys == {"w:123456789", "e:123456789"}


def test_a_row_is_sought_by_each_of_its_names_and_those_within() -> None:
    entry = Entry(key="x", name="HALLMARK CARDS PAC (HALLPAC)", former_names=("HALLMARK FUND",))
    assert {name.text for name in sought_row(entry, by_name=True).names} >= {
        "hallmark cards pac hallpac",
        "hallpac",
        "hallmark fund",
    }
