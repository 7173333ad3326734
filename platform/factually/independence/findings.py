"""What one rule found: the unit in which every decision is explained, stored and replayed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factually.foundation.canonical import JsonValue
    from factually.independence.outcomes import Outcome


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

    def detail(self) -> dict[str, JsonValue]:
        """Return as JSON what only auditors may read: the donor's words, or a political group's name."""
        return {
            "reads": list(self.reads),
            "register": None if self.register is None else asdict(self.register),
            "score": self.score,
            "evidence": list(self.evidence),
        }
