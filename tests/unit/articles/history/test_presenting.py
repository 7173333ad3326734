from __future__ import annotations

from dataclasses import replace

import pytest

from factually.articles.content import ArticleContent, Section, Source
from factually.articles.corrections.queries import PublicNote
from factually.articles.history.differences import compare_contents
from factually.articles.history.presenting import Shown, describe, show_pieces, steps, stretches
from factually.articles.history.words import Piece
from tests.support.revised_articles import made_up_history

PLAN = "The council voted on the plan in March, by eight to three [1]."
CROWD = "Nobody knows how many people came to the square that night [1]."
LAW = Source(1, "The law", "Gazette", "2024", "https://law.example/1")
CONTENT = ArticleContent("Is it so?", "explainer", ("Yes [1].",), (Section(1, "Why", (PLAN, CROWD)),), (LAW,))
PIECES = (
    Piece("same", "So", "So"),
    Piece("removed", " it was", ""),
    Piece("added", "", " it is"),
    Piece("renumbered", " [1]", " [2]"),
    Piece("typography", " '", " \u2018"),
)


def with_paragraphs(*paragraphs: str) -> ArticleContent:
    return replace(CONTENT, sections=(Section(1, "Why", paragraphs),))


def test_one_text_shows_what_went_and_came_and_how_it_was_spelt() -> None:
    assert list(show_pieces(PIECES, "both")) == [
        Shown("same", "", "So"),
        Shown("removed", " ", "it was"),
        Shown("added", " ", "it is"),
        Shown("renumbered", " ", "[2]", "[1]"),
        Shown("typography", " ", "\u2018", "'"),
    ]


def test_each_side_shows_its_own_text_alone() -> None:
    for side, text in (("before", "So it was [1] '"), ("after", "So it is [2] \u2018")):
        shown = list(show_pieces(PIECES, "before" if side == "before" else "after"))
        assert "".join(piece.lead + piece.text for piece in shown) == text
        assert not any(piece.was for piece in shown)


def test_unchanged_passages_are_kept_together() -> None:
    difference = compare_contents(CONTENT, with_paragraphs(PLAN, CROWD.replace("square", "park")))
    found = list(stretches(difference.passages))
    assert [(stretch.changed, len(stretch.passages)) for stretch in found] == [(False, 3), (True, 1)]


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (CONTENT, "Nothing in the text changed."),
        (
            with_paragraphs(PLAN, CROWD.replace("that night", "that\u00a0night")),
            "Only typography changed: hyphens, quotation marks, spaces, or the numbers of the same sources.",
        ),
        (
            with_paragraphs(PLAN.replace("eight to three", "nine votes"), CROWD),
            "2 words added and 3 removed in 1 passage.",
        ),
        (with_paragraphs(PLAN.replace("three", "three votes"), CROWD), "1 word added in 1 passage."),
        (with_paragraphs(PLAN), "11 words removed in 1 passage."),
        (with_paragraphs(PLAN.replace(" [1]", ""), CROWD), "Citations or punctuation changed in 1 passage."),
        (with_paragraphs(CROWD, PLAN), "1 passage moved."),
        (replace(CONTENT, title="Was it so?", kind="analysis"), "Title, kind changed."),
        (
            replace(
                CONTENT, sources=(replace(LAW, published="2025"), replace(LAW, number=2, url="x:", title="B"))
            ),
            "1 source added; 1 source described otherwise.",
        ),
        (
            replace(CONTENT, sources=()),
            "1 source removed.",
        ),
    ],
)
def test_what_changed_is_said_in_counts(after: ArticleContent, sentence: str) -> None:
    assert describe(compare_contents(CONTENT, after)) == sentence


def test_each_step_says_what_it_changed_newest_first() -> None:
    history = made_up_history("a" * 64, "b" * 64)
    contents = {1: CONTENT, 2: with_paragraphs(PLAN)}
    noted = PublicNote(
        number=2,
        kind="update",
        was="Much.",
        now="Little.",
        why="We cut it.",
        found_by=None,
        verdict_changed=False,
        made_at=history.current.published_at,
    )
    found = list(steps(history, history.revisions, contents, [noted]))
    assert [(step.revision.number, step.sentence) for step in found] == [
        (2, "11 words removed in 1 passage."),
        (1, "First published, with 27 words and 3 citations."),
    ]
    assert [step.before for step in found] == [history.revisions[0], None]
    assert [step.notes for step in found] == [(noted,), ()]
