from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.articles.content import ArticleContent, Section
from factually.articles.parsing import MAX_CITATIONS, ParsedArticle, outline, parse_article, parse_source_list
from factually.foundation.errors import InvalidInput
from tests.support.article_factories import COMPLETE, SAMPLE, article_contents, render_text, short_text

TITLE = (
    "What are the arguments for and against local law enforcement cooperating "
    "with ICE on immigration enforcement?"
)
BODY = "\nExecutive Summary\nIt is so [1].\n1. Why\nBecause [1]."


def test_the_sample_article_gives_exactly_its_known_figures() -> None:
    found = outline(parse_article(SAMPLE))
    sections = found.pop("sections")
    summary = found.pop("summary")
    assert isinstance(sections, list)
    assert [section["number"] for section in sections] == [1, 2, 3, 4, 5, 6, 7]
    assert [len(section["paragraphs"]) for section in sections] == [1] * 7
    assert str(summary).startswith("Local cooperation between municipal law enforcement and ICE")
    assert found == {
        "title": TITLE,
        "kind": "explainer",
        "bottom_line": 7,
        "citations": 17,
        "citation_groups": 10,
        "sources": 6,
        "unresolved_sources": 6,
        "banner_dropped": True,
        "words": 738,
    }


def test_the_original_spelling_is_kept() -> None:
    content = parse_article(SAMPLE).content
    assert content.sections[4].heading.startswith("Human\u2011rights and detention\u2011condition concerns")


def test_sources_at_the_end_of_a_text_are_resolved() -> None:
    content = parse_article(COMPLETE).content
    assert [source.number for source in content.sources] == [1, 2, 3, 4, 5, 6, 7]
    assert content.unresolved == ()
    assert content.sources[2].title == (
        "11 CFR Part 102, Registration, organization, and recordkeeping by political committees"
    )


def test_crlf_blank_lines_and_byte_order_mark_make_no_difference() -> None:
    disguised = b"\xef\xbb\xbf" + SAMPLE.replace(b"\n", b"\r\n\r\n")
    assert parse_article(disguised) == parse_article(SAMPLE)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Fact check: Is it so?", "Is it so?"),
        ("Fact Check - Is it so?", "Is it so?"),
        ("Fact-check: Fact check: Is it so?", "Is it so?"),
        ("Is it so", "Is it so"),
        ("Fact check: Is [the law](https://law.example/a) so?", "Is the law so?"),
        ('Is <a href="https://law.example/">the law</a> so?', "Is the law so?"),
    ],
)
def test_a_title_is_read_without_prefix_and_links(line: str, title: str) -> None:
    assert parse_article(line + BODY).content.title == title


@pytest.mark.parametrize(
    "head", ["Executive Summary\nIt is so.", "Executive summary\nIt is so.", "Executive Summary — It is so."]
)
def test_a_summary_may_stand_below_or_beside_its_heading(head: str) -> None:
    assert parse_article(f"Is it so?\n{head}\n1. Why\nBecause.").content.summary == ("It is so.",)


def test_the_older_form_has_three_sections_and_no_summary() -> None:
    content = parse_article(
        "Is it so?\nChecked on November 3, 2025\n1. Summary of the results\nIt is [1].\n"
        "2. Missing context/alternative viewpoints\nSome.\n"
        "3. Potential misinformation/bias in the original statement\nLittle.\n"
        "Disclaimer: Factually can make mistakes.",
    ).content
    assert content.summary == ()
    assert [section.heading for section in content.sections] == [
        "Summary of the results",
        "Missing context/alternative viewpoints",
        "Potential misinformation/bias in the original statement",
    ]
    assert (content.kind, content.checked_on, content.standfirst) == ("analysis", "2025-11-03", "It is.")


def test_a_banner_that_is_not_there_is_not_reported() -> None:
    parsed = parse_article(short_text())
    assert (parsed.banner_dropped, parsed.disclaimer_dropped) == (False, False)


@pytest.mark.parametrize(
    "paragraph", ["2. Ends with a full stop.", "2. " + "long " * 40, "200. Not in order"]
)
def test_a_line_that_only_starts_like_a_heading_is_a_paragraph(paragraph: str) -> None:
    content = parse_article(f"Is it so?{BODY}\n{paragraph}").content
    assert content.sections == (Section(1, "Why", ("Because [1].", paragraph.strip())),)


def test_a_heading_may_hold_a_clause_behind_a_dash() -> None:
    content = parse_article("Is it so?\nExecutive Summary\nYes.\n1. Heading — clause\nText.").content
    assert content.sections[0].heading == "Heading — clause"


def test_a_bottom_line_that_is_not_last_is_none() -> None:
    content = parse_article("Is it so?\nExecutive Summary\nYes.\n1. Bottom line: a\nA.\n2. More\nB.").content
    assert content.bottom_line is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Keep Factually independent", r"holds a banner and no article"),
        ("Executive Summary\nYes.\n1. Why\nBecause.", r"Line 1: a title is expected here"),
        ("1. Why\nBecause.", r"Line 1: a title is expected here"),
        ("Fact check:" + BODY, r"Line 1: the title is empty"),
        ("a" * 301 + BODY, r"Line 1: a title has at most 300 characters"),
        ("a" * 3_001 + BODY, r"Line 1: a title has at most 300 characters"),
        ("Is it so?", r"Line 1: no text follows the title"),
        ("Is it so?\nIt is.\n1. Why\nBecause.", r"Line 2: the line “Executive Summary” is missing"),
        ("Is it so?\nExecutive Summary\n1. Why\nBecause.", r"Line 2: the summary has no text"),
        ("Is it so?\nExecutive Summary\nYes.", r"Line 3: no numbered section follows the summary"),
        (
            "Is it so?\nExecutive Summary\nYes.\n2. Why\nBecause.",
            r"Line 4: section 2 stands where section 1 is",
        ),
        (f"Is it so?{BODY}\n3. How\nSo.", r"Line 6: section 3 stands where section 2 is expected"),
        (f"Is it so?{BODY}\n2. How", r"Line 6: this section has a heading but no text"),
        (f"Is it so?{BODY}\nSources", r"Line 6: the list of sources is empty"),
        (f"Is it so?{BODY}\nSources\nnone", r"Line 7: a source is written as"),
    ],
)
def test_a_text_outside_the_grammar_is_refused_with_line_and_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        parse_article(text)


def test_a_hundredth_section_is_refused() -> None:
    sections = "".join(f"\n{number}. Why\nBecause." for number in range(1, 101))
    with pytest.raises(InvalidInput, match=r"Line 202: an article has at most 99 sections\."):
        parse_article("Is it so?\nExecutive Summary\nYes." + sections)


def test_ten_thousand_citations_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"at most 5,000 citations"):
        parse_article(short_text(summary="[1] " * (MAX_CITATIONS + 1)))


def test_sources_may_come_in_a_file_of_their_own() -> None:
    text, _, listed = short_text().partition("\nSources\n")
    assert parse_article(text, sources=listed) == parse_article(short_text())
    assert parse_source_list("Sources:\n" + listed) == parse_article(short_text()).content.sources


def test_sources_given_twice_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"give them once") as refused:
        parse_article(short_text(), sources="[1] A, P, n.d., https://a.example/")
    assert refused.value.field == "sources"


def test_a_wrong_line_of_a_source_file_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"Line 1: a source is written as") as refused:
        parse_source_list("none")
    assert refused.value.field == "sources"


def test_a_megabyte_of_short_lines_is_parsed_once() -> None:
    text = "Is it so?\nExecutive Summary\n" + "a\n" * 450_000 + "1. Why\nBecause."
    assert len(parse_article(text).content.summary) == 450_000


@given(article_contents())
def test_a_content_survives_being_written_and_read(content: ArticleContent) -> None:
    assert parse_article(render_text(content)).content == content


_PIECES = st.sampled_from(
    [
        "Fact check: A?",
        "Executive Summary",
        "Sources",
        "1. A",
        "2. B",
        "99. C",
        "1.",
        "[1]",
        "n.d.",
        "\r",
        "\x00",
        "Bottom line",
        "https://a.example/",
        ", ",
        "Checked on May 40, 2025",
        "<a>",
        "](",
        "1. Summary of the results",
    ],
)


@given(st.one_of(st.text(), st.binary(), st.lists(_PIECES).map("\n".join), st.lists(_PIECES).map(" ".join)))
def test_any_input_is_an_article_or_a_refusal(data: str | bytes) -> None:
    with suppress(InvalidInput):
        assert isinstance(parse_article(data), ParsedArticle)
