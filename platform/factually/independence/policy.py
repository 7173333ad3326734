"""A published policy: which rules run, with which limits, and the sentences the public reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from factually.foundation.canonical import canonical_json, sha256_hex
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.foundation.canonical import JsonValue


@dataclass(frozen=True, kw_only=True)
class RulePolicy:
    """How one rule is applied, and what is said about it.

    `heading` is the part of the policy it stands in, for readers; None in policies older than headings.
    `reasons` holds the public sentence of each answer the rule can give; `parameters` its limits.
    """

    heading: str | None
    id: str
    title: str
    text: str
    parameters: Mapping[str, JsonValue]
    reasons: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version of the funding policy; its `sha256` is that of its canonical JSON (RFC 8785).

    Whoever approves a policy is not who wrote it (rule DS33).
    """

    version: str
    title: str
    summary: str
    author: str
    approver: str
    effective_from: datetime
    rules: tuple[RulePolicy, ...]
    document: str
    sha256: str


def parse_policy(text: str | bytes) -> Policy:
    """Read a policy from its JSON document.

    Raises:
        InvalidInput: Not JSON, or a part is missing or of another kind; the field names the part.
    """
    try:
        document = _Part(json.loads(text), "policy")
        canonical = canonical_json(document.value)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The policy is not a JSON document.", field="policy") from error
    author, approver = document.text("author"), document.text("approver")
    if author == approver:
        raise InvalidInput("Author and approver must differ (rule DS33).", field="policy.approver")
    rules = tuple(_rule(part) for part in document.parts("rules"))
    if len({rule.id for rule in rules}) != len(rules):
        raise InvalidInput("Each rule may stand in a policy once.", field="policy.rules")
    return Policy(
        version=document.text("version"),
        title=document.text("title"),
        summary=document.text("summary"),
        author=author,
        approver=approver,
        effective_from=document.moment("effective_from"),
        rules=rules,
        document=canonical.decode("utf-8"),
        sha256=sha256_hex(canonical),
    )


def _rule(part: _Part) -> RulePolicy:
    reasons = part.part("reasons")
    return RulePolicy(
        heading=part.text("heading") if "heading" in part.members() else None,
        id=part.text("id"),
        title=part.text("title"),
        text=part.text("text"),
        parameters=part.part("parameters").members(),
        reasons={name: reasons.text(name) for name in reasons.members()},
    )


@dataclass(frozen=True)
class _Part:
    """A piece of the document that knows its path, so that each error names the place."""

    value: JsonValue
    path: str

    def members(self) -> dict[str, JsonValue]:
        if not isinstance(self.value, dict):
            raise InvalidInput(f"{self.path} must be an object.", field=self.path)
        return self.value

    def part(self, name: str) -> _Part:
        members = self.members()
        path = f"{self.path}.{name}"
        if name not in members:
            raise InvalidInput(f"{path} is missing.", field=path)
        return _Part(members[name], path)

    def parts(self, name: str) -> list[_Part]:
        listed = self.part(name)
        if not isinstance(listed.value, list) or not listed.value:
            raise InvalidInput(f"{listed.path} must be a list with at least one entry.", field=listed.path)
        return [_Part(item, f"{listed.path}[{position}]") for position, item in enumerate(listed.value)]

    def text(self, name: str) -> str:
        part = self.part(name)
        if not isinstance(part.value, str) or not part.value.strip():
            raise InvalidInput(f"{part.path} must be a text that is not empty.", field=part.path)
        return part.value

    def moment(self, name: str) -> datetime:
        text = self.text(name)
        path = f"{self.path}.{name}"
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise InvalidInput(
                f"{path} must be a moment such as 2026-11-24T00:00:00Z.", field=path
            ) from error
        if moment.tzinfo is None:
            raise InvalidInput(f"{path} must name its time zone.", field=path)
        return moment
