"""Screens a gift under the policy in force, and keeps the decision so that it can be explained and replayed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.independence.findings import Finding
    from factually.independence.outcomes import Outcome
    from factually.independence.subjects import ScreeningSubject


@dataclass(frozen=True, kw_only=True)
class ScreeningResult:
    """The stored decision on one gift at one stage.

    `deciding_finding` is the first finding as strict as the outcome, None where the gift is allowed: its
    `rule_id` and `reason_text` are what the donor is told.
    """

    id: uuid.UUID
    outcome: Outcome
    findings: tuple[Finding, ...]
    policy_version: str | None
    deciding_finding: Finding | None


class Clearance(StrEnum):
    """Whether the money of a gift may be captured: only when `cleared`."""

    CLEARED = "cleared"
    WAITING = "waiting"
    DENIED = "denied"


def screen(
    session: Session, subject: ScreeningSubject, *, gift_id: uuid.UUID, keyring: Keyring, now: datetime
) -> ScreeningResult:
    """Decide on a gift and store the decision; an operational fault inside is a hold, never an exception."""
    raise NotImplementedError


def clearance(session: Session, gift_id: uuid.UUID) -> Clearance:
    """Say whether a gift may be captured: a recorded allow after authorisation, or a human's acceptance."""
    raise NotImplementedError
