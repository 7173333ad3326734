"""What a screening and a human decision came to, as others read them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from factually.independence.deciding import deciding_finding

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

    from factually.independence.facts import Facts
    from factually.independence.findings import Finding
    from factually.independence.outcomes import Outcome
    from factually.independence.subjects import Stage


@dataclass(frozen=True, kw_only=True)
class ScreeningResult:
    """The stored decision on one gift at one stage.

    `policy_version` is None where no policy could be applied; such a gift is held. `findings` hold evidence
    for auditors: only the deciding one's `rule_id` and `reason_text` are for the donor.
    """

    id: uuid.UUID
    gift_id: uuid.UUID
    stage: Stage
    outcome: Outcome
    policy_version: str | None
    facts: Facts
    findings: tuple[Finding, ...]
    created_at: datetime

    @property
    def deciding_finding(self) -> Finding | None:
        """The finding a donor is told: the first as strict as the outcome, None where the gift is allowed."""
        return deciding_finding(self.outcome, self.findings)


class Clearance(StrEnum):
    """Whether the money of a gift may be captured: only when `cleared`."""

    CLEARED = "cleared"
    WAITING = "waiting"
    DENIED = "denied"


class Verdict(StrEnum):
    """What a reviewer says of a held gift."""

    ACCEPT = "accept"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class RecordedDecision:
    """A human's answer to a held gift, with the reason given."""

    id: uuid.UUID
    gift_id: uuid.UUID
    screening_id: uuid.UUID
    policy_version: str | None
    verdict: Verdict
    reviewer_id: uuid.UUID
    reason: str
    decided_at: datetime


@dataclass(frozen=True)
class KnownRegisterVersion:
    """One version of a register; `retrieved_at` is when its source was last found to be this version."""

    kind: str
    id: int
    as_of: date
    row_count: int
    sha256: str
    source: str
    retrieved_at: datetime
