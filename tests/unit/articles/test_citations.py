from __future__ import annotations

import pytest

from factually.articles.citations import (
    Mark,
    Words,
    cited_numbers,
    count_groups,
    count_words,
    split_at_citations,
    without_citations,
)


def test_numbers_keep_their_order_and_repeats() -> None:
    assert cited_numbers("One [5] [3]. Two [5].") == [5, 3, 5]


def test_neighbours_with_one_space_are_one_group() -> None:
    assert count_groups("One [5] [3]. Two [5].") == 2


@pytest.mark.parametrize("text", ["287(g)-style [a]", "$5 [1,2] [1-3]", "[12345]", "[" + "9" * 5000 + "]"])
def test_what_only_looks_like_a_citation_is_none(text: str) -> None:
    assert cited_numbers(text) == []


def test_a_full_stop_behind_a_mark_counts_as_a_word() -> None:
    assert count_words("Two words [1] [2].") == 3


def test_marks_go_with_the_space_before_them() -> None:
    assert without_citations("Its mission [1] [2]. More [3]") == "Its mission. More"


def test_splitting_keeps_every_word_and_mark() -> None:
    assert split_at_citations("Mission [1] [2]. [3] More") == [
        Words("Mission"),
        Mark(1),
        Mark(2),
        Words("."),
        Mark(3),
        Words(" More"),
    ]


def test_a_text_of_one_mark_splits_into_that_mark() -> None:
    assert split_at_citations("[4]") == [Mark(4)]
