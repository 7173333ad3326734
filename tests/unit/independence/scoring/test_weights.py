from __future__ import annotations

import pytest

from factually.independence.scoring.weights import LIGHT, ROLE, UNKNOWN, Weights, WordCounter


def counted(*names: str) -> Weights:
    counter = WordCounter()
    for name in names:
        counter.count(name.split())
    return Weights(counter.names, counter.counts())


WEIGHTS = counted(*["horse association"] * 20, "horsee association", "zebra association", "local association")


@pytest.mark.parametrize(
    ("token", "weight"),
    [("of", LIGHT), ("inc", LIGHT), ("pac", ROLE), ("hallpac", ROLE), ("2024", ROLE), ("x", ROLE)],
)
def test_words_that_do_not_tell_who_weigh_little(token: str, weight: float) -> None:
    assert WEIGHTS.of_registered(token) == WEIGHTS.of_stated(token) == weight


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    assert WEIGHTS.of_registered("zebra") > WEIGHTS.of_registered("horse") > 0


def test_a_misspelling_weighs_as_much_as_the_word_it_means() -> None:
    assert WEIGHTS.of_registered("horsee") == WEIGHTS.of_registered("horse")


def test_a_word_of_no_registered_name_has_the_weight_of_the_unknown() -> None:
    assert WEIGHTS.of_stated("quagga") == UNKNOWN


def test_a_slip_of_the_article_says_as_little_as_the_article() -> None:
    assert WEIGHTS.of_stated("teh") == LIGHT


@pytest.mark.parametrize(
    ("stated", "registered", "is_slip"),
    [
        ("fro", "for", True),
        ("pca", "pac", True),
        ("pa", "pac", False),
        ("or", "for", False),
        ("fir", "for", True),
        ("zebra", "for", False),
        ("cat", "car", False),
    ],
)
def test_only_a_rare_word_is_a_slip_of_a_light_one(stated: str, registered: str, *, is_slip: bool) -> None:
    weights = Weights(9_000, {"for": (4_000, 4_000), "pac": (2_000, 2_000), "pa": (30, 30), "fir": (9, 9)})
    assert weights.is_slip_of_light(stated, registered) is is_slip


def test_a_role_that_was_left_out_counts_less_than_a_name_that_was() -> None:
    assert WEIGHTS.lost_from_register("pac") < ROLE
    assert WEIGHTS.lost_from_register("zebra") == WEIGHTS.of_registered("zebra")


def test_only_a_word_that_several_names_hold_is_known() -> None:
    assert WEIGHTS.is_known("horse")
    assert not WEIGHTS.is_known("horsee")
    assert not WEIGHTS.is_known("quagga")
