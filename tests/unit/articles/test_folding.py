from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.articles.folding import fold


@pytest.mark.parametrize("dash", list("\u2010\u2011\u2012\u2013\u2014\u2015\u2212"))
def test_every_dash_becomes_a_plain_hyphen(dash: str) -> None:
    assert fold(f"public{dash}safety") == "public-safety"


def test_curly_quotes_and_hard_spaces_become_plain() -> None:
    assert fold("don\u2019t say \u201cwants\u201d\u00a0now") == 'don\'t say "wants" now'


@given(st.text())
def test_places_in_folded_text_are_places_in_the_original(text: str) -> None:
    assert len(fold(text)) == len(text)
