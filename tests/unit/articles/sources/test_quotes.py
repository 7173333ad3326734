from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.articles.sources.quotes import TextQuote, select, stands

DASHES = "\u2013 as public\u2011safety officers know."
PAGE = f"At sea level, the institute says,\n  “water boils at 100 °C” {DASHES} More."


def test_a_passage_is_kept_with_what_stands_around_it() -> None:
    assert select("water boils at 100 °C", PAGE) == TextQuote(
        "water boils at 100 °C",
        ' sea level, the institute says, "'[-32:],
        '" - as public-safety officers kn',
    )


def test_a_passage_at_the_edge_has_nothing_on_that_side() -> None:
    assert select("At sea level", PAGE).prefix == ""
    assert select("More.", PAGE).suffix == ""


@pytest.mark.parametrize("exact", ["steam", "", "  "])
def test_a_passage_that_stands_nowhere_has_no_neighbourhood(exact: str) -> None:
    assert select(exact, PAGE) == TextQuote(exact)


@pytest.mark.parametrize(
    "exact",
    ['"Water boils at 100 °C" - as', "public-safety", "says, “water", "PUBLIC\u2011SAFETY officers\tknow"],
)
def test_a_passage_stands_whatever_its_dashes_quotes_blanks_and_capitals(exact: str) -> None:
    assert stands(exact, PAGE)


@pytest.mark.parametrize("exact", ["water boils at 90 °C", "public safety"])
def test_other_words_do_not_stand(exact: str) -> None:
    assert not stands(exact, PAGE)


@given(st.text(), st.text(), st.text())
def test_a_passage_stands_between_whatever_is_around_it(before: str, exact: str, after: str) -> None:
    assert stands(exact, f"{before} {exact} {after}")
