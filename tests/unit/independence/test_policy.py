from __future__ import annotations

import json
from typing import Any

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.deciding import check_policy
from factually.independence.policy import parse_policy
from factually.independence.publishing import packaged_policy


def changed(path: str, value: object) -> bytes:
    """The shipped policy with one part changed; `None` takes it out."""
    document: Any = json.loads(packaged_policy())
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
    assert policy.version == "2026-11-24"
    assert [rule.id for rule in policy.rules] == ["DS01", "DS02", "DS03", "DS14", "DS29"]


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
        ("rules.4", None, "policy.rules"),
        ("rules.0.reasons.missing", None, "policy.DS01.reasons"),
        ("rules.0.parameters", {"limit": 5}, "policy.DS01.parameters"),
        ("rules.2.parameters", {}, "policy.DS03.parameters"),
        (
            "rules.2.parameters.exact_registered_name_of_organisation",
            "allow",
            "policy.DS03.parameters.exact_registered_name_of_organisation",
        ),
        ("rules.4.parameters.registers", [], "policy.DS29.parameters.registers"),
        ("rules.4.parameters.registers", "fec_committees", "policy.DS29.parameters.registers"),
        ("rules.4.parameters.registers", ["fec_committees", 7], "policy.DS29.parameters.registers"),
        (
            "rules.4.parameters.max_days_since_retrieval",
            0,
            "policy.DS29.parameters.max_days_since_retrieval",
        ),
        (
            "rules.4.parameters.max_days_since_retrieval",
            True,
            "policy.DS29.parameters.max_days_since_retrieval",
        ),
    ],
)
def test_a_policy_that_the_rules_cannot_run_is_refused(path: str, value: object, field: str) -> None:
    policy = parse_policy(changed(path, value))
    with pytest.raises(InvalidInput) as caught:
        check_policy(policy)
    assert caught.value.field == field
