from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from factually.articles.citations import Words
from factually.articles.evidence import examine
from factually.articles.parsing import parse_article
from factually.articles.presenting import CitationLink, evidence_headline, lay_out, single_source_sentence
from tests.support.article_factories import COMPLETE, SAMPLE, article_contents, short_text

if TYPE_CHECKING:
    from factually.articles.content import ArticleContent


def test_each_citation_has_an_id_and_each_source_leads_back_to_it() -> None:
    layout = lay_out(parse_article(short_text()).content)
    assert layout.summary == (
        (
            Words("At sea level it does"),
            CitationLink(1, "citation-1"),
            CitationLink(2, "citation-2"),
            Words("."),
        ),
    )
    assert [(line.number, line.published, line.anchors) for line in layout.sources] == [
        (1, "May 1, 2024", ("citation-1", "citation-3")),
        (2, "no date", ("citation-2", "citation-4")),
    ]


def test_a_cited_number_without_a_source_has_a_line_of_its_own() -> None:
    layout = lay_out(parse_article(SAMPLE).content)
    assert [(line.number, line.source) for line in layout.sources] == [
        (number, None) for number in range(1, 7)
    ]


def test_the_bottom_line_is_marked() -> None:
    layout = lay_out(parse_article(SAMPLE).content)
    assert [section.is_bottom_line for section in layout.sections] == [False] * 6 + [True]


def test_the_list_of_contents_names_headings_without_citations() -> None:
    content = parse_article(short_text()).content
    section = replace(content.sections[0], heading="A heading [1]")
    assert lay_out(replace(content, sections=(section,))).sections[0].name == "A heading"


@given(article_contents())
def test_no_id_stands_twice_on_a_page(content: ArticleContent) -> None:
    layout = lay_out(content)
    anchors = [anchor for line in layout.sources for anchor in line.anchors]
    assert len(set(anchors)) == len(anchors) == content.citations


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (SAMPLE, "6 of 6 cited sources are not yet recorded"),
        (COMPLETE, "30 citations, 7 sources, 3 publishers, no section with a single source"),
        (short_text(), "4 citations, 2 sources, 2 publishers, no section with a single source"),
        (
            short_text(section="Yes [1]."),
            "3 citations, 2 sources, 2 publishers, 1 section with a single source",
        ),
        (
            short_text(summary="Yes [1].", section="Yes [1].", sources=False),
            "1 of 1 cited source is not yet recorded",
        ),
    ],
)
def test_the_evidence_box_says_what_is_missing_before_what_is_there(text: str | bytes, headline: str) -> None:
    assert evidence_headline(examine(parse_article(text).content).figures) == headline


@pytest.mark.parametrize(
    ("sections", "sentence"),
    [
        ((), None),
        ((5,), "Section 5 rests on a single source."),
        ((5, 6), "Sections 5 and 6 each rest on a single source."),
        ((2, 5, 6), "Sections 2, 5 and 6 each rest on a single source."),
    ],
)
def test_sections_of_a_single_source_are_named(sections: tuple[int, ...], sentence: str | None) -> None:
    figures = examine(parse_article(SAMPLE).content).figures
    assert single_source_sentence(replace(figures, single_source_sections=sections)) == sentence
