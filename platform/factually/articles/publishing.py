"""Making a revision public; past evidence errors only by a named override that readers see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factually.articles.models import Article, ArticlePublication, ArticleRevision
from factually.articles.revisions import read_content
from factually.audit.journal import Actor, record
from factually.foundation.errors import Conflict, InvalidInput
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_REASON_CHARACTERS = range(10, 501)


@dataclass(frozen=True)
class Override:
    """A decision to publish although the evidence gate has errors.

    Attributes:
        reason: Printed on the page, 10 to 500 characters.
        by: Who answers for it, as printed on the page.
    """

    reason: str
    by: str


def publish_revision(
    session: Session,
    revision: ArticleRevision,
    *,
    override: Override | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Make a revision the one that readers see, and journal who did it.

    An override given for a revision without errors is left out: there is nothing to excuse.

    Raises:
        Conflict: The evidence gate has errors and no override is given, or this revision or a later
            one is already public.
        InvalidInput: The reason is too short or too long.
    """
    article = session.get_one(Article, revision.article_id, with_for_update=True, populate_existing=True)
    if article.published_number is not None and article.published_number >= revision.number:
        raise Conflict("This revision or a later one is already public.")
    reason = _accepted_reason(revision, override)
    session.add(
        ArticlePublication(
            article_id=article.id,
            number=revision.number,
            evidence_errors=revision.evidence_errors,
            published_at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            override_reason=reason,
            override_by=override.by if override and reason else None,
        ),
    )
    session.flush()
    article.status = "published"
    article.kind = read_content(revision.document).kind
    article.published_number = revision.number
    article.published_at = article.published_at or now
    record(
        session,
        actor=actor,
        event="article.published",
        subject=f"article:{article.id}",
        now=now,
        details={"number": revision.number, "sha256": revision.sha256, "override_reason": reason},
    )
    announce_change(session)


def _accepted_reason(revision: ArticleRevision, override: Override | None) -> str | None:
    if not revision.evidence_errors:
        return None
    if override is None:
        errors = "1 error" if revision.evidence_errors == 1 else f"{revision.evidence_errors} errors"
        raise Conflict(
            f"The evidence gate finds {errors}; publishing needs an override with a reason.",
            field="override_reason",
        )
    reason = override.reason.strip()
    if len(reason) not in _REASON_CHARACTERS:
        raise InvalidInput(
            "Give a reason of 10 to 500 characters; readers will see it.", field="override_reason"
        )
    return reason
