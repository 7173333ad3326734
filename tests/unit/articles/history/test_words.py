from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factually.articles.history.words import Piece, compare_words, count_changed_words, tokenise

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["the", " of", " [1]", " [2] [3].", " public-safety", " public\u2011safety", "  ", "“"]
        ),
        st.text(max_size=5),
    ),
    max_size=25,
).map("".join)


def compare(before: str, after: str) -> list[tuple[str, str, str]]:
    found = compare_words(tokenise(before), tokenise(after))
    return [(piece.change, piece.before, piece.after) for piece in found]


@given(TEXTS)
@settings(max_examples=30)
def test_tokens_joined_are_the_text(text: str) -> None:
    tokens = tokenise(text)
    assert tokens.between(0, len(tokens)) == text
    assert "".join(tokens.between(place, place + 1) for place in range(len(tokens))) == text


@given(TEXTS, TEXTS)
@settings(max_examples=50)
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    pieces = compare_words(tokenise(before), tokenise(after))
    assert "".join(piece.before for piece in pieces) == before
    assert "".join(piece.after for piece in pieces) == after
    assert all(not piece.after for piece in pieces if piece.change == "removed")
    assert all(not piece.before for piece in pieces if piece.change == "added")


@given(TEXTS)
@settings(max_examples=30)
def test_a_text_is_the_same_as_itself(text: str) -> None:
    assert all(
        piece == Piece("same", piece.after, piece.after) for piece in compare_words(*[tokenise(text)] * 2)
    )


def test_a_changed_word_is_taken_out_and_put_in() -> None:
    assert compare("It rose by 3,000 votes.", "It rose by 3,100 votes.") == [
        ("same", "It rose by", "It rose by"),
        ("removed", " 3,000", ""),
        ("added", "", " 3,100"),
        ("same", " votes.", " votes."),
    ]


def test_another_hyphen_quote_or_space_is_typography() -> None:
    assert compare("A public-safety 'plan'", "A public\u2011safety \u2018plan\u2019") == [
        ("same", "A", "A"),
        ("typography", " public-safety '", " public\u2011safety \u2018"),
        ("same", "plan", "plan"),
        ("typography", "'", "\u2019"),
    ]
    assert compare("two  spaces", "two spaces") == [("same", "two  spaces", "two spaces")]


def test_a_rewritten_sentence_is_one_change_in_spite_of_the_small_words_in_it() -> None:
    pieces = compare("Officers of the city arrested him.", "Agents of the county detained them.")
    assert [change for change, _, _ in pieces] == ["removed", "added", "same"]
    assert pieces[-1] == ("same", ".", ".")


def test_a_citation_inside_a_rewritten_sentence_stays_a_citation() -> None:
    pieces = compare("Officers arrested [1] him", "Agents detained [1] them")
    assert ("same", " [1]", " [1]") in pieces


def test_a_citation_counts_by_its_source() -> None:
    before = tokenise("So it is [1] [2].", {1: "law", 2: "report"})
    renumbered = tokenise("So it is [2] [1].", {2: "law", 1: "report"})
    assert [piece.change for piece in compare_words(before, renumbered)] == ["same", "renumbered", "same"]
    another = tokenise("So it is [1] [2].", {1: "law", 2: "rumour"})
    assert [(piece.change, piece.before + piece.after) for piece in compare_words(before, another)] == [
        ("same", "So it is [1]So it is [1]"),
        ("removed", " [2]"),
        ("added", " [2]"),
        ("same", ".."),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), (" [1] [2].", 0), ("It\u2019s $5, or 3,000 (12%) [1].", 5), ("public\u2011safety", 1)],
)
def test_words_are_counted_without_citations_and_punctuation(text: str, words: int) -> None:
    assert count_changed_words(text) == words
