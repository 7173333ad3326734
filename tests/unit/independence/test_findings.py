from __future__ import annotations

from factually.independence.deciding import decide
from tests.support.independence_factories import case_of, organisation_gift, shipped_policy


def test_the_detail_names_the_row_and_its_register() -> None:
    decision = decide(case_of(organisation_gift("ActBlue")), shipped_policy())
    (finding,) = (finding for finding in decision.findings if finding.rule_id == "DS03")
    detail = finding.detail()
    assert detail["register"] == {
        "kind": "fec_committees",
        "version": "2026-01-30",
        "key": "C00401224",
        "name": "ACTBLUE",
    }
    assert detail["score"] == 1.0


def test_a_finding_without_a_row_says_so() -> None:
    finding = decide(case_of(organisation_gift("Made-up Bakery")), shipped_policy()).findings[0]
    assert finding.detail()["register"] is None
