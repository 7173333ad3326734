"""Tells how one policy differs from another, rule by rule, for whoever has to approve it; pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factually.foundation.canonical import JsonValue
    from factually.independence.policy import Policy, RulePolicy

_HEAD: Final = ("version", "title", "summary", "author", "approver", "effective_from")
_NOTHING: Final = "nothing"


def policy_changes(before: Policy, after: Policy) -> Iterator[str]:
    """Yield one line for each difference: the head first, then the rules in the order of the new policy."""
    for name in _HEAD:
        yield from _change(name, str(getattr(before, name)), str(getattr(after, name)))
    earlier = {rule.id: rule for rule in before.rules}
    later = {rule.id: rule for rule in after.rules}
    for rule_id, rule in later.items():
        if rule_id in earlier:
            yield from _rule_changes(earlier[rule_id], rule)
        else:
            yield f"{rule_id} is new: {rule.title}. Limits: {_text(rule.parameters)}."
    for rule_id in earlier.keys() - later.keys():
        yield f"{rule_id} is left out."
    if [rule_id for rule_id in earlier if rule_id in later] != [
        rule_id for rule_id in later if rule_id in earlier
    ]:
        yield f"The rules stand in another order: {', '.join(later)}."


def _rule_changes(before: RulePolicy, after: RulePolicy) -> Iterator[str]:
    for name in ("heading", "title", "text"):
        old, new = getattr(before, name), getattr(after, name)
        yield from _change(f"{after.id} {name}", old or _NOTHING, new or _NOTHING)
    yield from _member_changes(f"{after.id} limit", before.parameters, after.parameters)
    yield from _member_changes(f"{after.id} sentence", before.reasons, after.reasons)


def _member_changes(
    what: str, before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]
) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        yield from _change(f"{what} {name}", _member(before, name), _member(after, name))


def _member(members: Mapping[str, JsonValue], name: str) -> str:
    return _text(members[name]) if name in members else _NOTHING


def _change(what: str, old: str, new: str) -> Iterator[str]:
    if old != new:
        yield f"{what}: {old} -> {new}"


def _text(value: JsonValue | Mapping[str, JsonValue]) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
