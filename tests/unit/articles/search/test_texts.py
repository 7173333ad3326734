"""What is searched, and what is marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factually.articles.parsing import parse_article
from factually.articles.search.texts import MARK_END, MARK_START, Stretch, mark, searched_text, unmarked
from tests.support.article_factories import short_text

LETTERS = "ab c\u2011-\u2019'\u00a0<&"
TEXTS = st.text(LETTERS, max_size=40)


def test_weights_hold_titles_summaries_paragraphs_and_sources_without_citations() -> None:
    text = searched_text(parse_article(short_text(summary="At sea\u2011level it does [1] [2].")).content)
    assert text.weights[0] == "Does water boil at 100 °C?"
    assert text.weights[1] == "At sea-level it does.\nBottom line: mind the pressure"
    assert text.weights[2] == "Pressure moves the point."
    assert "Institute of Water" in text.weights[3]
    assert "sea\u2011level" in text.original
    assert "[" not in text.folded
    assert len(text.folded) == len(text.original)


@given(before=TEXTS, words=st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_a_marked_passage_reads_as_printed(before: str, words: list[tuple[str, str]]) -> None:
    original = before + "".join(found + rest for found, rest in words)
    marked = before + "".join(f"{MARK_START}{found}{MARK_END}{rest}" for found, rest in words)
    stretches = mark(original, unmarked(marked))
    assert "".join(stretch.text for stretch in stretches) == original
    assert [stretch.text for stretch in stretches if stretch.found] == [found for found, _ in words if found]


def test_a_passage_inside_a_text_is_found_in_its_printed_spelling() -> None:
    stretches = mark("On civil\u2011liberties: all.", f"{MARK_START}civil-liberties{MARK_END}: all")
    assert stretches == (Stretch("civil\u2011liberties", found=True), Stretch(": all", found=False))


def test_a_passage_that_stands_nowhere_marks_nothing() -> None:
    assert mark("A word", "Another word") == ()
