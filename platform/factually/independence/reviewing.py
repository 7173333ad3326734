"""Lets a human decide a held gift, once, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session


class Verdict(StrEnum):
    """What the reviewer says of a held gift."""

    ACCEPT = "accept"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class Review:
    """A reviewer's answer to one held gift; `reason` has at least ten characters."""

    gift_id: uuid.UUID
    verdict: Verdict
    reviewer_id: str
    reason: str


def decide(session: Session, review: Review, *, now: datetime) -> uuid.UUID:
    """Record the human decision on a held gift and return its id.

    Raises `InvalidInput` (reason too short), `NotFound` (gift never screened) or `Conflict` (not held, or
    already decided).
    """
    raise NotImplementedError
