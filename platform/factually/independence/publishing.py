"""Publishes policies: from its day on, each decision is made under the latest one."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.foundation.errors import Conflict, NotFound
from factually.independence.deciding import check_policy
from factually.independence.models import PolicyVersion
from factually.independence.policy import parse_policy
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factually.independence.policy import Policy


def packaged_policy() -> bytes:
    """Return the policy document that ships with the package."""
    return files("factually.independence").joinpath("policies/2026-11-24.json").read_bytes()


def publish_policy(session: Session, document: str | bytes, *, now: datetime) -> Policy:
    """Add a policy version; publishing the same document again changes nothing.

    Raises:
        InvalidInput: The document is no policy, or our rules can't run it.
        Conflict: A published version has this name, or this first day, with another content.
    """
    policy = parse_policy(document)
    check_policy(policy)
    rivals = session.scalars(
        select(PolicyVersion.sha256).where(
            (PolicyVersion.version == policy.version)
            | (PolicyVersion.effective_from == policy.effective_from)
        )
    ).all()
    if any(sha256 != policy.sha256 for sha256 in rivals):
        raise Conflict(
            "A published policy has this version or first day and another content.", field="policy"
        )
    if not rivals:
        session.add(
            PolicyVersion(
                version=policy.version,
                effective_from=policy.effective_from,
                author=policy.author,
                approver=policy.approver,
                document=policy.document,
                sha256=policy.sha256,
                published_at=now,
            )
        )
        session.flush()
        announce_change(session)
    return policy


def policy_in_force(session: Session | Connection, now: datetime) -> Policy:
    """Return the policy whose first day came last.

    Raises:
        NotFound: None is published yet.
    """
    document = session.execute(
        select(PolicyVersion.document)
        .where(PolicyVersion.effective_from <= now)
        .order_by(PolicyVersion.effective_from.desc())
        .limit(1)
    ).scalar_one_or_none()
    if document is None:
        raise NotFound("No policy is in force.")
    return parse_policy(document)


def published_policy(session: Session | Connection, version: str) -> Policy:
    """Return one published version, for explaining or replaying an old decision.

    Raises:
        NotFound: No such version.
    """
    document = session.execute(
        select(PolicyVersion.document).where(PolicyVersion.version == version)
    ).scalar_one_or_none()
    if document is None:
        raise NotFound("No such policy version.")
    return parse_policy(document)
