from __future__ import annotations

from dataclasses import replace

from factually.independence.policy import parse_policy
from factually.independence.policy_changes import policy_changes
from tests.support.independence_factories import shipped_policy
from tests.support.rule_factories import earlier_policy

POLICY = shipped_policy()


def test_a_policy_does_not_differ_from_itself() -> None:
    assert list(policy_changes(POLICY, POLICY)) == []


def test_every_kind_of_change_is_told_with_old_and_new() -> None:
    first, *rest, last = POLICY.rules
    changed = replace(
        rest[0],
        title="Another title",
        heading=None,
        parameters={"days": 30},
        reasons={**rest[0].reasons, "denied": "Another sentence."},
    )
    draft = replace(POLICY, version="2027-01-01", rules=(last, first, changed, *rest[1:-1]))
    assert list(policy_changes(POLICY, draft)) == [
        "version: 2026-11-24c -> 2027-01-01",
        "DS02 heading: What you tell us -> nothing",
        "DS02 title: No political group, by the donor's own word -> Another title",
        "DS02 limit days: nothing -> 30",
        "DS02 sentence denied: The donor said that no political group is giving. -> Another sentence.",
        "DS32 is left out.",
        f"The rules stand in another order: {', '.join(rule.id for rule in draft.rules)}.",
    ]


def test_a_new_rule_is_told_with_its_limits() -> None:
    changes = list(policy_changes(parse_policy(earlier_policy()), POLICY))
    assert 'DS32 is new: Not too often. Limits: {"most_gifts_a_day": 10}.' in changes
