from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.articles.evidence.sentences import split_sentences


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It surfaces “wants.” That matters [3].", ["It surfaces “wants.”", "That matters [3]."]),
        ('He said "no." Then (as we saw.) He left.', ['He said "no."', "Then (as we saw.)", "He left."]),
        ("It is so. [1] [2] And more [3].", ["It is so. [1] [2]", "And more [3]."]),
        ("Mr. Smith met Sen. Jones. They spoke.", ["Mr. Smith met Sen. Jones.", "They spoke."]),
        (
            "The U.S. Senate met at 3 p.m. on May 5. It left.",
            ["The U.S. Senate met at 3 p.m. on May 5.", "It left."],
        ),
        ("It passed in the U.S. The vote was close.", ["It passed in the U.S.", "The vote was close."]),
        ("They met at 9 a.m. He was late.", ["They met at 9 a.m.", "He was late."]),
        (
            "Roe v. Wade, No. 70 of 1973. No. It stands.",
            ["Roe v. Wade, No. 70 of 1973.", "No.", "It stands."],
        ),
        (
            "It rose 3.5 percent to 1.2 million. So it is.",
            ["It rose 3.5 percent to 1.2 million.", "So it is."],
        ),
        (
            "The 287(g)-style deals of sec. 287(g). New ones.",
            ["The 287(g)-style deals of sec. 287(g).", "New ones."],
        ),
        ("He paused ... then went on… and left. Why?", ["He paused ... then went on… and left.", "Why?"]),
        ("J. R. Smith wrote it. S. Lee read it.", ["J. R. Smith wrote it.", "S. Lee read it."]),
        ("Acme Inc. Chairman Lee left. ($5 was paid.)", ["Acme Inc. Chairman Lee left.", "($5 was paid.)"]),
        ("See example.org. It says so.", ["See example.org.", "It says so."]),
        ("  ", []),
    ],
)
def test_sentences_end_where_a_reader_hears_them_end(paragraph: str, sentences: list[str]) -> None:
    assert split_sentences(paragraph) == sentences


@given(st.text(st.sampled_from("aB1 .!?…”\"')[]\N{NO-BREAK SPACE}"), max_size=60))
def test_no_word_is_lost(paragraph: str) -> None:
    assert "".join("".join(split_sentences(paragraph)).split()) == "".join(paragraph.split())
