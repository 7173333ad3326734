from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from factually.articles.content import Claim
from factually.articles.evidence import Circumstances, judging
from factually.articles.evidence.circumstances import UNKNOWN
from factually.articles.evidence.reading import read
from factually.articles.parsing import parse_article
from tests.support.article_factories import short_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factually.articles.evidence import Finding

CONTENT = replace(
    parse_article(short_text()).content,
    kind="claim_check",
    claim=Claim("Water boils at 90 °C.", claimant="Kettle Works"),
    rating="false",
)
OF_SITE = Circumstances(publisher="Factually", printed_verdict="False", marked_up_verdict="False")


def told(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.level, finding.sentence) for finding in findings]


def test_a_claim_check_has_a_claim_and_a_verdict_of_the_scale() -> None:
    assert told(judging.verdict_is_on_scale(read(CONTENT))) == []
    bare = replace(CONTENT, claim=None, rating="pants_on_fire")
    assert told(judging.verdict_is_on_scale(read(bare))) == [
        ("error", "The claim that this article judges is not recorded."),
        ("error", "There is no verdict of the published scale."),
    ]


@pytest.mark.parametrize(
    ("claimant", "circumstances", "expected"),
    [
        ("Kettle Works", OF_SITE, []),
        (" FACTUALLY", OF_SITE, [("error", "The claim is Factually's own; nobody judges their own claim.")]),
        (None, OF_SITE, [("report", "It is not known who made the claim.")]),
        ("Kettle Works", UNKNOWN, [("report", "It was not looked up whether the claim is this site's own.")]),
    ],
)
def test_nobody_judges_their_own_claim(
    claimant: str | None, circumstances: Circumstances, expected: list[tuple[str, str]]
) -> None:
    content = replace(CONTENT, claim=Claim("Water boils at 90 °C.", claimant=claimant))
    assert told(judging.claim_is_of_another(read(content), circumstances)) == expected


def test_readers_and_machines_are_told_the_same_verdict() -> None:
    reading = read(CONTENT)
    assert told(judging.verdict_is_the_same_everywhere(reading, OF_SITE)) == []
    other = replace(OF_SITE, marked_up_verdict="True")
    [(level, sentence)] = told(judging.verdict_is_the_same_everywhere(reading, other))
    assert (level, sentence) == ("error", "The page says “False” and its structured data “True”.")
    [(level, _)] = told(judging.verdict_is_the_same_everywhere(reading, UNKNOWN))
    assert level == "report"


def test_an_explainer_has_no_claim_to_judge() -> None:
    reading = read(replace(CONTENT, kind="explainer", claim=None, rating=None))
    assert told(judging.verdict_is_on_scale(reading)) == []
    assert told(judging.claim_is_of_another(reading, UNKNOWN)) == []
    assert told(judging.verdict_is_the_same_everywhere(reading, UNKNOWN)) == []
