from __future__ import annotations

from factually.independence.deciding import decide
from factually.oversight.wording import FIELDS
from tests.support.independence_factories import OWN_GIFT, case_of, shipped_policy


def test_auditors_read_words_for_all_that_a_rule_reads() -> None:
    decision = decide(case_of(OWN_GIFT), shipped_policy())
    assert {field for finding in decision.findings for field in finding.reads} - FIELDS.keys() == set()
