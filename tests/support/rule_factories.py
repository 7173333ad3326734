"""Made-up matches, other gifts and drafts of the policy, for tests of the rules."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from factually.independence.findings import RegisterRow
from factually.independence.matching import Match, MatchKind, Relation, Stated, StatedName
from factually.independence.models import PolicyVersion
from factually.independence.policy import parse_policy
from factually.independence.publishing import packaged_policy
from factually.independence.rules.rule import Case
from factually.independence.subjects import PostalAddress
from tests.support.independence_factories import AS_OF, FACTS, OWN_GIFT, REGISTER, shipped_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.foundation.canonical import JsonValue
    from factually.independence.facts import Facts, GivingHistory
    from factually.independence.policy import Policy, RulePolicy
    from factually.independence.subjects import ScreeningSubject

ADDRESS: Final = PostalAddress(
    lines="1 Made-up Street", city="Springfield", region="IL", postal_code="62701", country="US"
)


def case_with(
    *matches: Match,
    subject: ScreeningSubject = OWN_GIFT,
    history: GivingHistory | None = None,
    facts: Facts = FACTS,
) -> Case:
    """The case of a gift with the matches and the other gifts that a test names."""
    return Case(subject=subject, matches=matches, facts=replace(facts, history=history))


def match_in(  # noqa: PLR0913 - a made-up match: a test names what it is about
    register: str,
    what: Stated = Stated.GIVING_ORGANISATION,
    *,
    kind: MatchKind = MatchKind.NAME,
    score: float = 1.0,
    relation: Relation = Relation.SAME,
    exact_identity: bool = False,
    **details: JsonValue,
) -> Match:
    """A match of a made-up name with row 42 of a register, as an engine would report it."""
    return Match(
        stated=StatedName(field="organisation_name", text="Made-up Body", what=what),
        kind=kind,
        row=RegisterRow(kind=register, version=AS_OF.isoformat(), key="42", name="MADE-UP BODY"),
        score=score,
        evidence=f"Made-up Body is like row 42 of {register}.",
        relation=relation,
        exact_identity=exact_identity,
        details=details,
    )


def loaded(*kinds: str) -> Facts:
    """The facts of a screening that had registers of these kinds."""
    return replace(FACTS, registers=tuple(replace(REGISTER, kind=kind) for kind in kinds))


def shipped_rule(rule_id: str, **parameters: JsonValue) -> RulePolicy:
    """One rule of the shipped policy, with some of its limits changed."""
    [rule] = [rule for rule in shipped_policy().rules if rule.id == rule_id]
    return replace(rule, parameters={**rule.parameters, **parameters})


def draft_policy(**limits: Mapping[str, JsonValue]) -> Policy:
    """The shipped policy as a draft of next year, with limits changed by rule id."""
    document = json.loads(packaged_policy())
    for rule in document["rules"]:
        rule["parameters"].update(limits.get(rule["id"], {}))
    head = {"version": "draft", "effective_from": "2027-01-01T00:00:00Z"}
    return parse_policy(json.dumps({**document, **head}))


def earlier_policy() -> bytes:
    """The first policy that shipped, of five rules; decisions under it are still replayed."""
    return files("factually.independence").joinpath("policies/2026-11-24.json").read_bytes()


def earlier_version() -> PolicyVersion:
    """The same as it was published then; our rules of today would not let it be published again."""
    policy = parse_policy(earlier_policy())
    return PolicyVersion(
        version=policy.version,
        effective_from=policy.effective_from,
        author=policy.author,
        approver=policy.approver,
        document=policy.document,
        sha256=policy.sha256,
        published_at=policy.effective_from,
    )
