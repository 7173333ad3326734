from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from factually.articles.content import ArticleContent, Claim, Section, Source
from factually.articles.history.differences import Difference, compare_contents
from tests.support.article_factories import article_contents

if TYPE_CHECKING:
    from collections.abc import Iterable

LAW = Source(1, "The law", "Gazette", "2024", "https://law.example/1")
REPORT = Source(2, "A report", "Office", None, "https://report.example/2")
PLAN = "The council voted on the plan in March, by eight to three [1]."
CROWD = "Nobody knows how many people came to the square that night [2]."
CONTENT = ArticleContent(
    title="Is it so?",
    kind="explainer",
    summary=("Yes, in short [1].",),
    sections=(Section(1, "What is known", (PLAN, CROWD)), Section(2, "Bottom line: yes", ("Yes [1] [2].",))),
    sources=(LAW, REPORT),
)


def states(difference: Difference) -> list[str]:
    return [passage.state for passage in difference.passages]


def with_paragraphs(*paragraphs: str) -> ArticleContent:
    first, last = CONTENT.sections
    return replace(CONTENT, sections=(replace(first, paragraphs=paragraphs), last))


@given(article_contents(), article_contents())
@settings(max_examples=20)
def test_a_difference_gives_both_texts_back(before: ArticleContent, after: ArticleContent) -> None:
    difference = compare_contents(before, after)
    kept = [change.before for change in difference.passages if change.before]
    added = [change.after for change in difference.passages if change.after]
    assert kept == list(before.passages())
    assert added == list(after.passages())
    for change in difference.passages:
        old, new = (passage.text if passage else "" for passage in (change.before, change.after))
        assert "".join(piece.before for piece in change.pieces) == old
        assert "".join(piece.after for piece in change.pieces) == new
    assert unordered(one.before for one in difference.sources if one.before) == unordered(before.sources)
    assert [one.after for one in difference.sources if one.after] == list(after.sources)


def unordered(sources: Iterable[Source]) -> list[Source]:
    return sorted(sources, key=lambda source: source.number)


@given(article_contents())
@settings(max_examples=10)
def test_a_content_does_not_differ_from_itself(content: ArticleContent) -> None:
    difference = compare_contents(content, content)
    assert set(states(difference)) == {"same"}
    assert difference.says_the_same
    assert not difference.is_typographic
    assert (difference.words_added, difference.words_removed) == (0, 0)


@pytest.mark.parametrize("numbers", list(permutations((1, 2, 3))))
def test_renumbered_sources_change_nothing_that_is_said(numbers: tuple[int, ...]) -> None:
    sources = tuple(Source(n, f"T{n}", "P", None, f"https://example.org/{n}") for n in (1, 2, 3))
    before = replace(with_paragraphs("So [1] [2].", "And so [3]."), sources=sources)
    new = dict(zip((1, 2, 3), numbers, strict=True))
    after = replace(
        before,
        summary=(f"Yes, in short [{new[1]}].",),
        sections=(
            replace(before.sections[0], paragraphs=(f"So [{new[1]}] [{new[2]}].", f"And so [{new[3]}].")),
            replace(before.sections[1], paragraphs=(f"Yes [{new[1]}] [{new[2]}].",)),
        ),
        sources=tuple(replace(source, number=new[source.number]) for source in sources),
    )
    difference = compare_contents(before, after)
    assert difference.says_the_same
    assert difference.is_typographic is (numbers != (1, 2, 3))
    assert set(states(difference)) <= {"same", "renumbered"}


def test_changed_words_are_counted_without_punctuation_and_citations() -> None:
    difference = compare_contents(
        CONTENT, with_paragraphs(PLAN.replace("eight to three", "nine votes"), CROWD)
    )
    assert states(difference) == ["same", "same", "changed", "same", "same", "same"]
    assert (difference.words_added, difference.words_removed) == (2, 3)
    assert difference.changed_passages == 1
    assert not difference.says_the_same


def test_another_hyphen_is_typography_and_no_change_of_what_is_said() -> None:
    before = with_paragraphs("A public-safety plan, 'so' [1].")
    difference = compare_contents(before, with_paragraphs("A public\u2011safety plan, \u2018so\u2019 [1]."))
    assert states(difference)[2] == "typography"
    assert difference.is_typographic
    assert difference.says_the_same
    spaced = compare_contents(before, with_paragraphs("A public-safety  plan, 'so' [1]."))
    assert spaced.is_typographic


def test_a_paragraph_that_went_elsewhere_is_moved_and_its_words_are_not_counted() -> None:
    difference = compare_contents(CONTENT, with_paragraphs(CROWD, PLAN))
    assert states(difference).count("moved") == 2
    assert (difference.words_added, difference.words_removed) == (0, 0)
    assert (difference.changed_passages, difference.moved_passages) == (0, 1)
    assert not difference.says_the_same


def test_a_new_section_renumbers_those_behind_it_and_leaves_their_words_alone() -> None:
    first, last = CONTENT.sections
    added = Section(2, "What is not known", ("All else [1].",))
    difference = compare_contents(CONTENT, replace(CONTENT, sections=(first, added, replace(last, number=3))))
    assert states(difference) == ["same", "same", "same", "same", "added", "added", "same", "same"]
    heading = difference.passages[4]
    assert heading.is_heading
    assert heading.after is not None
    assert heading.after.section == 2


def test_a_removed_paragraph_stands_where_it_stood() -> None:
    difference = compare_contents(CONTENT, with_paragraphs(PLAN))
    assert states(difference) == ["same", "same", "same", "removed", "same", "same"]
    assert not difference.passages[3].is_heading


def test_sources_are_added_removed_and_described_otherwise() -> None:
    other = Source(3, "Other", "Press", None, "https://other.example")
    changed = replace(LAW, title="The law, as amended")
    difference = compare_contents(CONTENT, replace(CONTENT, sources=(changed, other)))
    assert [source.state for source in difference.sources] == ["changed", "added", "removed"]
    assert len(difference.changed_sources) == 3
    assert [line.name for line in difference.sources[0].lines] == ["Title"]


def test_a_source_that_only_looks_different_is_typography() -> None:
    difference = compare_contents(
        CONTENT, replace(CONTENT, sources=(replace(LAW, publisher="Gazette\u00a0"), REPORT))
    )
    assert difference.sources[0].state == "typography"
    assert difference.is_typographic


def test_title_claim_and_verdict_are_compared() -> None:
    before = replace(CONTENT, claim=Claim("It is so."), rating="true")
    after = replace(CONTENT, title="Was it so?", claim=Claim("It was so."), rating="false")
    difference = compare_contents(before, after)
    assert [line.name for line in difference.particulars] == ["Title", "Verdict", "Claim"]
    assert [line.state for line in difference.particulars] == ["changed"] * 3
    assert not difference.says_the_same


def test_a_title_with_another_apostrophe_is_typography() -> None:
    before, after = replace(CONTENT, title="Who's who?"), replace(CONTENT, title="Who\u2019s who?")
    assert compare_contents(before, after).is_typographic
