from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from factually.articles.content import Reason
from factually.articles.evidence import examine, support
from factually.articles.evidence.reading import read
from factually.articles.parsing import parse_article
from tests.support.article_factories import SAMPLE, complete, short_text

if TYPE_CHECKING:
    from factually.articles.content import Stance

CONTENT = complete(parse_article(short_text()).content)


def with_addresses(*urls: str) -> tuple[str, ...]:
    sources = tuple(replace(source, url=url) for source, url in zip(CONTENT.sources, urls, strict=True))
    findings = support.claim_rests_on_several(read(replace(CONTENT, sources=sources)))
    return tuple(finding.sentence for finding in findings)


def test_publishers_are_told_apart_by_the_domain_that_somebody_registered() -> None:
    assert with_addresses("https://news.bbc.co.uk/1", "https://www.theguardian.com/2") == ()
    [told] = with_addresses("https://news.bbc.co.uk/1", "https://www.bbc.co.uk/2")
    assert told == "The central claim rests on one publisher alone, bbc.co.uk."


def test_an_address_that_cannot_be_read_counts_as_a_publisher_of_its_own() -> None:
    assert with_addresses("https://[", "https://news.bbc.co.uk/1") == ()


def test_sources_of_other_sections_do_not_bear_out_the_central_claim() -> None:
    text = short_text(
        summary="It does [1].", section="Pressure moves it [2].\n2. Bottom line: mind it\nSo it is [1]."
    )
    text = text.replace("1. Bottom line: mind the pressure", "1. What moves it")
    [finding] = support.claim_rests_on_several(read(parse_article(text).content))
    assert (finding.rule, finding.level, finding.place) == ("EG5", "error", "claim")


def test_that_only_one_publisher_exists_can_be_said() -> None:
    sources = tuple(replace(source, url="https://water.example/") for source in CONTENT.sources)
    reasons = (Reason("EG5", "claim", "Only the institute measures it."),)
    report = examine(replace(CONTENT, sources=sources, reasons=reasons))
    [finding] = [finding for finding in report.findings if finding.rule == "EG5"]
    assert (finding.level, finding.reason) == ("report", "Only the institute measures it.")


def test_publishers_of_citations_without_a_source_are_not_guessed_at() -> None:
    assert list(support.claim_rests_on_several(read(parse_article(SAMPLE).content))) == []


@pytest.mark.parametrize(
    ("stances", "missing"),
    [
        (("supports", "undermines"), []),
        (("supports", "context"), ["undermines"]),
        ((None, None), ["supports", "undermines"]),
    ],
)
def test_a_claim_check_cites_both_sides(stances: tuple[Stance | None, ...], missing: list[str]) -> None:
    sources = [
        replace(source, stance=stance) for source, stance in zip(CONTENT.sources, stances, strict=True)
    ]
    content = replace(CONTENT, kind="claim_check", sources=tuple(sources))
    told = [finding.sentence for finding in support.both_stances_are_cited(read(content))]
    assert told == [f"No cited source is recorded as one that {stance} the claim." for stance in missing]


def test_an_explainer_need_not_take_sides() -> None:
    assert list(support.both_stances_are_cited(read(CONTENT))) == []
