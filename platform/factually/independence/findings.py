"""What one rule found: the unit in which every decision is explained, stored and replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from factually.independence.outcomes import Outcome

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


@dataclass(frozen=True, kw_only=True)
class RegisterRow:
    """The register row a finding rests on, named so that anyone can look it up again.

    `version` is the source's own date (ISO 8601), `key` the row's official id (`C00003418`).
    """

    kind: str
    version: str
    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The answer of one rule, with what it read and why.

    A rule that looked and found nothing answers too (`allow`), so that an auditor sees what was checked.
    `score` runs from 0 to 1 (1 is identity) and is None where nothing was compared. `evidence` is for
    auditors and may repeat what the donor typed; `reason_text` is for the public and holds no list internals.
    """

    rule_id: str
    outcome: Outcome
    reads: tuple[str, ...]
    reason_text: str
    register: RegisterRow | None = None
    score: float | None = None
    evidence: tuple[str, ...] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """Return the finding as plain JSON, for the stored record and for `factually screen`."""
        register = self.register
        return {
            "rule_id": self.rule_id,
            "outcome": self.outcome.value,
            "reads": list(self.reads),
            "reason_text": self.reason_text,
            "register": None
            if register is None
            else {
                "kind": register.kind,
                "version": register.version,
                "key": register.key,
                "name": register.name,
            },
            "score": self.score,
            "evidence": list(self.evidence),
        }


def finding_from_json(stored: Mapping[str, object]) -> Finding:
    """Read a finding back from the shape `Finding.as_json` wrote; a damaged record raises `ValueError`."""
    raise NotImplementedError
