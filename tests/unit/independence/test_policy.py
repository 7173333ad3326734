from __future__ import annotations

import json
from itertools import groupby
from typing import Any

import pytest

from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money
from factually.independence.deciding import check_policy
from factually.independence.policy import parse_policy
from factually.independence.publishing import packaged_policy
from factually.independence.rules.catalogue import RULES
from tests.support.independence_factories import shipped_policy
from tests.support.rule_factories import earlier_policy


def changed(path: str, value: object) -> bytes:
    """The shipped policy with one part changed; `None` takes it out. A rule may be named by its id."""
    document: Any = json.loads(packaged_policy())
    places = {rule["id"]: str(place) for place, rule in enumerate(document["rules"])}
    path = ".".join(places.get(step, step) for step in path.split("."))
    part = document
    *steps, last = path.split(".")
    for step in steps:
        part = part[int(step)] if step.isdigit() else part[step]
    place = int(last) if last.isdigit() else last
    if value is None:
        del part[place]
    else:
        part[place] = value
    return json.dumps(document).encode()


def test_the_shipped_policy_can_be_run() -> None:
    policy = parse_policy(packaged_policy())
    check_policy(policy)
    assert policy.version == "2026-11-24c"
    assert {rule.id for rule in policy.rules} == RULES.keys()


def test_the_shipped_policy_keeps_the_rules_of_one_heading_together() -> None:
    headings = [heading for heading, _ in groupby(shipped_policy().rules, key=lambda rule: rule.heading)]
    assert None not in headings
    assert len(set(headings)) == len(headings)


def test_a_policy_from_before_headings_has_none() -> None:
    assert {rule.heading for rule in parse_policy(earlier_policy()).rules} == {None}


def test_the_shipped_policy_says_the_sums_that_its_rules_count_by() -> None:
    for rule in shipped_policy().rules:
        for name, value in rule.parameters.items():
            if name.endswith("_minor") and isinstance(value, int) and value > 0:
                assert str(Money(value, "USD")).removesuffix(".00") in rule.text, (rule.id, name)


def test_the_hash_tells_the_content_and_not_its_layout() -> None:
    policy = parse_policy(packaged_policy())
    assert parse_policy(policy.document).sha256 == policy.sha256
    assert parse_policy(changed("summary", "Another summary.")).sha256 != policy.sha256


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("version", None, "policy.version"),
        ("version", "  ", "policy.version"),
        ("title", 7, "policy.title"),
        ("approver", "Finance desk", "policy.approver"),
        ("effective_from", "tomorrow", "policy.effective_from"),
        ("effective_from", "2026-11-24T00:00:00", "policy.effective_from"),
        ("rules", [], "policy.rules"),
        ("rules", ["DS01"], "policy.rules[0]"),
        ("rules.0.id", "DS02", "policy.rules"),
        ("rules.1.reasons", [], "policy.rules[1].reasons"),
        ("rules.1.reasons.stated", "", "policy.rules[1].reasons.stated"),
    ],
)
def test_a_document_that_is_no_policy_is_refused_with_its_place(path: str, value: object, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_policy(changed(path, value))
    assert caught.value.field == field


@pytest.mark.parametrize(
    "text", [b"", b"{", b"\xff", b"[" * 100_000, b'{"version": NaN}', b'{"a": "\\ud800"}']
)
def test_what_is_not_json_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidInput, match="not a JSON document"):
        parse_policy(text)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("rules.0.id", "DS99", "policy.rules"),
        ("rules.DS30", None, "policy.rules"),
        ("rules.0.reasons.missing", None, "policy.DS01.reasons"),
        ("rules.0.parameters", {"limit": 5}, "policy.DS01.parameters"),
        ("rules.DS03.parameters", {}, "policy.DS03.parameters"),
        (
            "rules.DS03.parameters.exact_registered_name_of_organisation",
            "allow",
            "policy.DS03.parameters.exact_registered_name_of_organisation",
        ),
        ("rules.DS29.parameters.registers", [], "policy.DS29.parameters.registers"),
        ("rules.DS29.parameters.registers", "fec_committees", "policy.DS29.parameters.registers"),
        ("rules.DS29.parameters.registers", ["fec_committees", 7], "policy.DS29.parameters.registers"),
        (
            "rules.DS29.parameters.max_days_since_retrieval",
            0,
            "policy.DS29.parameters.max_days_since_retrieval",
        ),
        (
            "rules.DS29.parameters.max_days_since_retrieval",
            True,
            "policy.DS29.parameters.max_days_since_retrieval",
        ),
        ("rules.DS04.parameters.score_from", 1.5, "policy.DS04.parameters.score_from"),
        ("rules.DS04.parameters.score_from", False, "policy.DS04.parameters.score_from"),
        ("rules.DS04.parameters.outcome", "refuse", "policy.DS04.parameters.outcome"),
        ("rules.DS16.parameters.year_limit_minor", 500_001, "policy.DS16.parameters.year_limit_minor"),
        ("rules.DS16.parameters.year_limit_minor", "5000", "policy.DS16.parameters.year_limit_minor"),
        ("rules.DS17.parameters.amber_percent", 16, "policy.DS17.parameters.amber_percent"),
        ("rules.DS18.parameters.history_required", 1, "policy.DS18.parameters.history_required"),
        ("rules.DS21.parameters.identity_above_minor", 9, "policy.DS21.parameters.identity_above_minor"),
        ("rules.DS20.parameters.work_above_year_minor", 9, "policy.DS21.parameters.work_above_year_minor"),
    ],
)
def test_a_policy_that_the_rules_cannot_run_is_refused(path: str, value: object, field: str) -> None:
    policy = parse_policy(changed(path, value))
    with pytest.raises(InvalidInput) as caught:
        check_policy(policy)
    assert caught.value.field == field
