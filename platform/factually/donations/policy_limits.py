"""Reads what the policy in force asks a donor, for the form and for the one who is asked by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from factually.donations.asking import asked_limits, missing_details
from factually.foundation.errors import NotFound
from factually.independence.policy import parse_policy
from factually.independence.publishing import (
    DamagedPolicy,
    packaged_policy,
    policy_in_force,
    published_policy,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factually.donations.asking import AskedLimits
    from factually.independence.results import ScreeningResult
    from factually.independence.subjects import ScreeningSubject

_LOG = structlog.get_logger(__name__)


def limits_in_force(connection: Connection, now: datetime) -> AskedLimits:
    """Return the limits of the policy in force, or of the one that ships where none can be read.

    Every gift is held then (rule DS29); the form goes on asking for what it will most likely need.
    """
    shipped = parse_policy(packaged_policy())
    try:
        policy = policy_in_force(connection, now)
    except (NotFound, DamagedPolicy) as error:
        _LOG.error("donation_form.no_policy", error=error.code)
        policy = shipped
    return asked_limits(policy, shipped=shipped)


def lacks_details(session: Session, subject: ScreeningSubject, result: ScreeningResult) -> bool:
    """Tell whether a screened gift came without details that its policy asks for; unknown if that failed."""
    if result.policy_version is None:
        return False
    policy = published_policy(session, result.policy_version)
    return bool(missing_details(subject, result.facts, policy))
