from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.independence.naming.canonical import CanonicalName
from factually.independence.scoring.alignment import Alignment, align, token_similarity
from factually.independence.scoring.weights import Weights

WEIGHTS = Weights(1000, {"earth": (10, 10), "america": (400, 400), "for": (500, 500), "pac": (300, 300)})
TOKENS = st.lists(
    st.sampled_from(["ann", "madeup", "madeupp", "for", "congress", "pac", "150", "2024", "x"]), max_size=8
)


def aligned(stated: str, registered: str) -> Alignment:
    return align(CanonicalName(tuple(stated.split())), CanonicalName(tuple(registered.split())), WEIGHTS)


def test_equal_names_align_wholly() -> None:
    assert aligned("ann madeup", "ann madeup").score == 1


def test_a_slip_is_paired_with_the_word_it_means() -> None:
    alignment = aligned("ann madeupp", "ann madeup")
    assert [(pair.stated, pair.registered) for pair in alignment.pairs] == [
        ("ann", "ann"),
        ("madeupp", "madeup"),
    ]
    assert 0.75 < alignment.score < 1


@pytest.mark.parametrize(
    ("stated", "registered"), [("madeup works", "madeupworks"), ("madeupworks", "madeup works")]
)
def test_neighbours_written_as_one_are_paired(stated: str, registered: str) -> None:
    assert aligned(stated, registered).score > 0.9


@pytest.mark.parametrize(("slip", "word"), [("fro", "for"), ("fo", "for"), ("pca", "pac")])
def test_a_slip_in_a_short_word_of_little_weight_is_paired_with_it(slip: str, word: str) -> None:
    alignment = aligned(f"madeup works {slip}", f"madeup works {word}")
    assert (slip, word) in {(pair.stated, pair.registered) for pair in alignment.pairs}
    assert alignment.score > 0.95


def test_neighbours_between_which_a_blank_moved_are_paired() -> None:
    alignment = aligned("smal lworks madeup", "small works madeup")
    assert ("smal lworks", "small works") in {(pair.stated, pair.registered) for pair in alignment.pairs}


def test_a_common_word_is_no_slip_of_another() -> None:
    assert aligned("friends of earth", "friends of garth").score < 0.7


@pytest.mark.parametrize(("one", "other"), [("cat", "cap"), ("150", "151"), ("d7", "d8"), ("earth", "moon")])
def test_short_words_and_numbers_are_equal_or_not(one: str, other: str) -> None:
    assert token_similarity(one, other) == 0


def test_what_only_one_side_has_is_told() -> None:
    alignment = aligned("ann madeup works", "ann madeup pac")
    assert (alignment.only_stated, alignment.only_registered) == (("works",), ("pac",))


@given(TOKENS, TOKENS)
def test_each_word_is_used_once_and_the_score_stays_in_bounds(
    stated: list[str], registered: list[str]
) -> None:
    alignment = align(CanonicalName(tuple(stated)), CanonicalName(tuple(registered)), WEIGHTS)
    ours = [word for pair in alignment.pairs for word in pair.stated.split()] + list(alignment.only_stated)
    theirs = [word for pair in alignment.pairs for word in pair.registered.split()] + list(
        alignment.only_registered
    )
    assert sorted(ours) == sorted(stated)
    assert sorted(theirs) == sorted(registered)
    assert 0 <= alignment.score <= 1
