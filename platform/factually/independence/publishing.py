"""Publishes policies: from its day on, each decision is made under the latest one."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, select

from factually.foundation.canonical import sha256_hex
from factually.foundation.errors import Conflict, NotFound, Unavailable
from factually.independence.deciding import check_policy
from factually.independence.models import PolicyVersion
from factually.independence.policy import parse_policy
from factually.independence.rescreening.running import rescreen_under_policy
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factually.independence.policy import Policy

_PACKAGED: Final = "policies/2026-11-24c.json"
_PARSED_KEPT: Final = 32
"""Policies kept ready in memory; a site has one in force, and replays some older ones."""


class DamagedPolicy(Unavailable):
    """A stored policy is not the document that was published."""


def packaged_policy() -> bytes:
    """Return the policy document that ships with the package; its older versions stand beside it."""
    return files("factually.independence").joinpath(_PACKAGED).read_bytes()


def publish_policy(session: Session, document: str | bytes, *, now: datetime) -> Policy:
    """Add a policy version and have past donors screened under it; the same document again changes nothing.

    Before the first policy no gift could be allowed, so nobody is screened again for that one.

    Raises:
        InvalidInput: The document is no policy, or our rules can't run it.
        Conflict: A published version has this name, or this first day, with another content.
    """
    policy = usable_policy(document)
    if not is_published(session, policy):
        follows = session.execute(select(exists(select(PolicyVersion.version)))).scalar_one()
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
        if follows:
            rescreen_under_policy(session, policy.effective_from, now=now)
        announce_change(session)
    return policy


def usable_policy(document: str | bytes) -> Policy:
    """Read a draft that could be published.

    Raises:
        InvalidInput: The document is no policy, or our rules can't run it.
    """
    policy = parse_policy(document)
    check_policy(policy)
    return policy


def is_published(session: Session | Connection, policy: Policy) -> bool:
    """Tell whether this very document is published already.

    Raises:
        Conflict: A published version has its name, or its first day, with another content.
    """
    namesakes = session.execute(
        select(PolicyVersion.sha256).where(
            (PolicyVersion.version == policy.version)
            | (PolicyVersion.effective_from == policy.effective_from)
        )
    ).scalars()
    published = set(namesakes)
    if published - {policy.sha256}:
        raise Conflict(
            "A published policy has this version or first day and another content.", field="policy"
        )
    return bool(published)


def policy_in_force(session: Session | Connection, now: datetime) -> Policy:
    """Return the policy whose first day came last.

    Raises:
        NotFound: None is published yet.
        DamagedPolicy: What is stored is not what was published.
    """
    stored = session.execute(
        select(PolicyVersion.document, PolicyVersion.sha256)
        .where(PolicyVersion.effective_from <= now)
        .order_by(PolicyVersion.effective_from.desc())
        .limit(1)
    ).one_or_none()
    if stored is None:
        raise NotFound("No policy is in force.")
    return _as_published(*stored)


def published_policy(session: Session | Connection, version: str) -> Policy:
    """Return one published version, for explaining or replaying an old decision.

    Raises:
        NotFound: No such version.
        DamagedPolicy: What is stored is not what was published.
    """
    stored = session.execute(
        select(PolicyVersion.document, PolicyVersion.sha256).where(PolicyVersion.version == version)
    ).one_or_none()
    if stored is None:
        raise NotFound("No such policy version.")
    return _as_published(*stored)


@lru_cache(maxsize=_PARSED_KEPT)
def _as_published(document: str, sha256: str) -> Policy:
    if sha256_hex(document.encode("utf-8")) != sha256:
        raise DamagedPolicy("The stored policy does not have the SHA-256 it was published with.")
    return parse_policy(document)
