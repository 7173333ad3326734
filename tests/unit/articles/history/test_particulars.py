from __future__ import annotations

from dataclasses import fields

import pytest

from factually.articles.content import ArticleContent, Claim, Reason, Section, Source
from factually.articles.history import particulars
from factually.articles.history.particulars import particulars_of, source_lines_of

TEXT = {"summary", "sections", "sources"}
WITH_FIELDS_OF_THEIR_OWN = {"claim", "reasons"}
WHERE_A_SOURCE_IS_KEPT = {"number", "record"}
CONTENT = ArticleContent(
    title="Is it so?",
    kind="claim_check",
    summary=("Yes.",),
    sections=(Section(1, "Bottom line", ("Yes.",)),),
    checked_on="2026-03-04",
    byline=("A. Writer", "B. Writer"),
    claim=Claim("It is so.", claimant="The mayor", claimed_on="2026-03"),
    rating="mostly_true",
    reasons=(Reason("EG4", "section 1", "There is one register."),),
)


@pytest.mark.parametrize("said", [ArticleContent, Claim, Source])
def test_every_field_is_compared_under_a_name(said: type[ArticleContent | Claim | Source]) -> None:
    named = {
        ArticleContent: particulars._CONTENT_NAMES,  # noqa: SLF001 - the names are what is checked
        Claim: particulars._CLAIM_NAMES,  # noqa: SLF001 - the same
        Source: particulars._SOURCE_NAMES,  # noqa: SLF001 - the same
    }[said]
    apart = TEXT | WITH_FIELDS_OF_THEIR_OWN | WHERE_A_SOURCE_IS_KEPT
    assert {field.name for field in fields(said)} - apart == set(named)


def test_lines_are_printed_as_readers_see_them() -> None:
    assert particulars_of(CONTENT) == {
        "Title": "Is it so?",
        "Kind": "Claim check",
        "Checked on": "March 4, 2026",
        "Authors": "A. Writer; B. Writer",
        "Part that AI had": "",
        "Topics": "",
        "Verdict": "Mostly true",
        "Claim": "It is so.",
        "Claimant": "The mayor",
        "Claimed on": "March 2026",
        "First seen at": "",
        "Also seen at": "",
        "Reason for EG4 at section 1": "There is one register.",
    }


def test_a_source_says_neither_its_number_nor_where_it_is_kept() -> None:
    lines = source_lines_of(Source(7, "The law", "Gazette", "2024", "https://law.example", record="r1"))
    assert lines["Title"] == "The law"
    assert lines["Published"] == "2024"
    assert not {"7", "r1"} & set(lines.values())
