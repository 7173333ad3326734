from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from factually.articles.content import Reason, claim_from_document
from factually.articles.evidence import (
    Circumstances,
    EvidenceFigures,
    examine,
    report_document,
    report_from_document,
)
from factually.articles.page_facts import page_circumstances
from factually.articles.parsing import parse_article
from factually.foundation.canonical import canonical_json
from tests.support.article_factories import COMPLETE, DEMONSTRATION_TEXTS, SAMPLE, complete, short_text

if TYPE_CHECKING:
    from factually.articles.content import ArticleContent

DATA = Path(__file__).parents[2] / "data/articles"
OF_SITE = Circumstances(links_to_corrections=True, ifcn_signatory=False)


def told(content: ArticleContent) -> list[str]:
    """Return findings as a list to read, without what nobody looked up."""
    copied = [
        replace(source, archive_url=f"https://web.archive.org/web/20261120/{source.url}")
        for source in content.sources
    ]
    circumstances = replace(
        OF_SITE,
        gifts={source.publisher: "did_not_give" for source in copied},
        reachable={str(source.archive_url): True for source in copied},
    )
    findings = examine(replace(content, sources=tuple(copied)), circumstances).findings
    return [f"{finding.rule} {finding.level} {finding.place}: {finding.sentence}" for finding in findings]


def short(**parts: Any) -> ArticleContent:  # noqa: ANN401 - the parameters of short_text
    return complete(parse_article(short_text(**parts)).content)


def test_the_sample_article_fails_with_the_findings_of_the_reference_and_no_other() -> None:
    report = examine(parse_article(SAMPLE).content, OF_SITE)
    expected = (DATA / "ice-cooperation.findings.txt").read_text(encoding="utf-8").splitlines()
    assert [f"{f.rule} {f.level} {f.place}: {f.sentence}" for f in report.findings] == expected
    assert report.errors == 6
    assert report.figures == EvidenceFigures(
        citations=17,
        cited_sources=6,
        sources=6,
        unresolved_sources=6,
        publishers=0,
        single_source_sections=(5, 6),
        sentences=19,
        uncited_sentences=9,
    )


def test_an_article_with_complete_sources_passes() -> None:
    assert told(short()) == []
    assert [line[:15] for line in told(complete(parse_article(COMPLETE).content))] == ["EG8 report text"]


def test_the_claim_check_of_the_demonstration_is_complete() -> None:
    said = json.loads((DEMONSTRATION_TEXTS / "library-visits.particulars.json").read_bytes())
    content = replace(
        parse_article(
            (DEMONSTRATION_TEXTS / "library-visits.txt").read_bytes(),
            sources=(DEMONSTRATION_TEXTS / "library-visits.sources.json").read_bytes(),
        ).content,
        claim=claim_from_document(said["claim"]),
        rating=said["rating"],
        reasons=tuple(Reason(**reason) for reason in said["reasons"]),
    )
    report = examine(content, page_circumstances(content, publisher="Factually"))
    assert content.kind == "claim_check"
    assert [(finding.rule, finding.level) for finding in report.findings] == [
        ("EG4", "report"),
        ("EG8", "report"),
        ("EG9", "report"),
        ("EG11", "report"),
    ]


def test_a_source_that_is_never_cited_is_an_error() -> None:
    text = short_text() + "\n[3] Unread, Nobody, n.d., https://nobody.example/"
    assert told(complete(parse_article(text).content)) == ["EG1 error source 3: Source [3] is never cited."]


def test_numbers_out_of_order_are_told_once_where_they_start() -> None:
    assert told(short(summary="It does [2] [1].")) == [
        "EG1 error source 2: Sources are numbered by first appearance: [2] stands where [1] is due."
    ]


def test_a_gap_in_the_numbers_is_out_of_order() -> None:
    text = short_text(summary="It does [1] [3].", section="It is [1] [3].").replace(
        "[2] Tables", "[3] Tables"
    )
    assert [line[:18] for line in told(complete(parse_article(text).content))] == ["EG1 error source 3"]


def test_each_part_must_cite() -> None:
    lines = told(short(summary="Yes.", section="No.", sources=False))
    assert lines[:2] == [
        "EG3 error summary: The summary cites no source.",
        "EG3 error section 1: Section 1 cites no source.",
    ]


def test_a_section_of_one_source_is_a_warning_that_does_not_block() -> None:
    content = short(section="It moves [2] [2].")
    assert told(content) == ["EG4 warn section 1: Section 1 rests on source [2] alone."]


def test_a_reason_settles_a_section_of_one_source_and_is_kept_with_it() -> None:
    content = replace(
        short(section="It moves [2]."), reasons=(Reason("EG4", "section 1", "Nobody else measured it."),)
    )
    [finding] = [finding for finding in examine(content).findings if finding.rule == "EG4"]
    assert (finding.level, finding.reason) == ("report", "Nobody else measured it.")


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_reason_and_one_for_another_place_settle_nothing(text: str) -> None:
    reasons = (Reason("EG4", "section 1", text), Reason("EG4", "section 2", "Nobody else measured it."))
    content = replace(short(section="It moves [2]."), reasons=reasons)
    assert told(content) == ["EG4 warn section 1: Section 1 rests on source [2] alone."]


def test_a_reason_is_no_way_round_other_rules() -> None:
    content = replace(short(summary="Yes."), reasons=(Reason("EG3", "summary", "We did not find any."),))
    assert "EG3 error summary: The summary cites no source." in told(content)


def test_publishers_are_counted_once_whatever_their_spelling() -> None:
    text = short_text().replace("Steam Society", "INSTITUTE OF WATER")
    assert examine(parse_article(text).content).figures.publishers == 1


def test_a_citation_of_number_zero_has_no_source() -> None:
    content = replace(short(), summary=("It does [0].",))
    assert "EG1 error summary: Citation [0] has no recorded source." in told(content)


def test_what_nobody_looked_up_is_told_and_blocks_nothing() -> None:
    report = examine(short())
    unknown = [f"{f.rule} {f.level}" for f in report.findings]
    assert unknown == ["EG9 report", "EG11 warn", "EG12 report", "EG12 report"]
    assert report.errors == 0


def test_a_report_survives_storage() -> None:
    content = replace(parse_article(SAMPLE).content, reasons=(Reason("EG4", "section 5", "It is so."),))
    report = examine(content)
    assert report_from_document(json.loads(canonical_json(report_document(report)))) == report


def test_a_report_of_the_first_gate_still_reads() -> None:
    stored: dict[str, Any] = {
        "gate_version": 1,
        "figures": {
            "citations": 4,
            "cited_sources": 2,
            "sources": 2,
            "unresolved_sources": 0,
            "publishers": 2,
            "single_source_sections": [1],
        },
        "findings": [{"rule": "EG4", "level": "warn", "place": "section 1", "sentence": "It rests on [1]."}],
    }
    report = report_from_document(stored)
    assert (report.figures.sentences, report.findings[0].reason) == (None, None)
    assert asdict(report)["gate_version"] == 1


@pytest.mark.parametrize(
    "unit",
    [
        "It is 5. ",
        "[1] ",
        "“a” ",
        ". ",
        "U.S. ",
        "a.",
        "([\"'",
        "No. 5 [1]. ",
        "May 5, 1999 ",
        "\N{NO-BREAK SPACE}. ",
    ],
)
def test_a_hostile_text_is_judged_in_time_that_grows_with_its_length(unit: str) -> None:
    def seconds(size: int) -> float:
        content = replace(short(), summary=(unit * (size // len(unit)),))
        start = perf_counter()
        examine(content)
        return perf_counter() - start

    # A quadratic rule would take sixteen times as long for the fourth power of two; the bound leaves room.
    small = seconds(30_000)
    assert seconds(120_000) < 10 * small + 0.5
