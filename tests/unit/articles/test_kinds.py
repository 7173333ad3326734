from __future__ import annotations

import pytest

from factually.articles.content import Section
from factually.articles.kinds import decide_kind

PLAIN = [Section(1, "What is known", ("Much.",))]
WITH_VERDICT = [Section(1, "Verdict: false", ("It never happened.",))]
QUOTED = "Senator Smith said “we never voted on it”"


@pytest.mark.parametrize("title", ["What are the arguments?", "What are the arguments", "Water is wet?"])
def test_a_question_is_an_explainer(title: str) -> None:
    assert decide_kind(title, ["It depends."], PLAIN) == "explainer"


def test_a_statement_is_an_analysis() -> None:
    assert decide_kind("The figures of the ministry", ["They differ."], PLAIN) == "analysis"


def test_a_quoted_claim_with_claimant_and_verdict_is_a_claim_check() -> None:
    assert decide_kind(QUOTED, ["We looked."], WITH_VERDICT) == "claim_check"


@pytest.mark.parametrize(
    ("title", "sections"),
    [
        (QUOTED, PLAIN),
        ("Senator Smith said it was never voted on", WITH_VERDICT),
        ("“Never voted on”", WITH_VERDICT),
    ],
)
def test_without_claim_claimant_or_verdict_it_is_no_claim_check(title: str, sections: list[Section]) -> None:
    assert decide_kind(title, ["We looked."], sections) == "analysis"


def test_the_older_form_judges_a_statement_and_is_an_analysis() -> None:
    sections = [Section(1, "Potential misinformation/bias in the original statement", ("Some.",))]
    assert decide_kind("Is it so?", [], sections) == "analysis"
