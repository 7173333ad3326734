from __future__ import annotations

import json
from dataclasses import replace

from factually.articles.evidence import (
    EvidenceFigures,
    Finding,
    examine,
    report_document,
    report_from_document,
)
from factually.articles.parsing import parse_article
from factually.foundation.canonical import canonical_json
from tests.support.article_factories import COMPLETE, SAMPLE, short_text


def findings(text: str | bytes) -> list[tuple[str, str, str]]:
    report = examine(parse_article(text).content)
    return [(finding.rule, finding.level, finding.place) for finding in report.findings]


def test_the_sample_article_fails_on_six_dangling_numbers_and_two_sections_of_one_source() -> None:
    assert findings(SAMPLE) == [
        ("EG1", "error", "summary"),
        ("EG1", "error", "summary"),
        ("EG1", "error", "summary"),
        ("EG1", "error", "summary"),
        ("EG1", "error", "section 1"),
        ("EG1", "error", "section 6"),
        ("EG4", "warn", "section 5"),
        ("EG4", "warn", "section 6"),
    ]
    report = examine(parse_article(SAMPLE).content)
    assert report.errors == 6
    assert report.figures == EvidenceFigures(
        citations=17,
        cited_sources=6,
        sources=6,
        unresolved_sources=6,
        publishers=0,
        single_source_sections=(5, 6),
    )


def test_an_article_with_complete_sources_passes() -> None:
    assert findings(COMPLETE) == []
    assert findings(short_text()) == []


def test_a_source_that_is_never_cited_is_an_error() -> None:
    text = short_text() + "\n[3] Unread, Nobody, n.d., https://nobody.example/"
    assert findings(text) == [("EG1", "error", "source 3")]


def test_numbers_out_of_order_are_told_once_where_they_start() -> None:
    report = examine(parse_article(short_text(summary="It does [2] [1].")).content)
    assert report.findings == (
        Finding(
            "EG1",
            "error",
            "source 2",
            "Sources are numbered by first appearance: [2] stands where [1] is due.",
        ),
    )


def test_a_gap_in_the_numbers_is_out_of_order() -> None:
    text = short_text(summary="It does [1] [3].", section="It is [1] [3].").replace(
        "[2] Tables", "[3] Tables"
    )
    assert findings(text) == [("EG1", "error", "source 3")]


def test_a_source_without_a_readable_title_or_publisher_is_incomplete() -> None:
    text = short_text().replace("Tables of steam, Steam Society", "?, -")
    report = examine(parse_article(text).content)
    assert [finding.sentence for finding in report.findings] == [
        "Source [2] has no title.",
        "Source [2] has no publisher.",
    ]


def test_each_part_must_cite() -> None:
    text = short_text(summary="Yes.", section="No.", sources=False)
    assert findings(text) == [("EG3", "error", "summary"), ("EG3", "error", "section 1")]


def test_a_section_of_one_source_is_a_warning_that_does_not_block() -> None:
    report = examine(parse_article(short_text(section="It moves [2] [2].")).content)
    assert [finding.sentence for finding in report.findings] == ["Section 1 rests on source [2] alone."]
    assert report.errors == 0


def test_publishers_are_counted_once_whatever_their_spelling() -> None:
    text = short_text().replace("Steam Society", "INSTITUTE OF WATER")
    assert examine(parse_article(text).content).figures.publishers == 1


def test_a_citation_of_number_zero_has_no_source() -> None:
    content = replace(parse_article(short_text()).content, summary=("It does [0].",))
    assert "Citation [0] has no recorded source." in [f.sentence for f in examine(content).findings]


def test_a_report_survives_storage() -> None:
    report = examine(parse_article(SAMPLE).content)
    assert report_from_document(json.loads(canonical_json(report_document(report)))) == report
