"""Words for the calls between our rows and Stripe: what is to be called, and what came of it."""

from __future__ import annotations

from enum import StrEnum


class Instruction(StrEnum):
    """How a hold is to end; chosen once per gift, so that capture and release can never cross."""

    CAPTURE = "capture"
    RELEASE = "release"


class ReleaseReason(StrEnum):
    """Why a hold, or an intent that holds nothing yet, is cancelled."""

    REFUSED_BY_POLICY = "refused_by_policy"
    REFUSED_BY_REVIEWER = "refused_by_reviewer"
    NOT_DECIDED_IN_TIME = "not_decided_in_time"
    ABANDONED = "abandoned"


class AttemptKind(StrEnum):
    """A call to Stripe that can move or free money."""

    AUTHORISE = "authorise"
    CAPTURE = "capture"
    RELEASE = "release"


class AttemptOutcome(StrEnum):
    """What the answer to a call was, or that none will come."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
