"""Making the newest draft public: a chained revision, with the word of those who answer for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from factually.articles.corrections.changes import same_words
from factually.articles.corrections.keeping import Occasion, has_correction, keep_note
from factually.articles.corrections.notes import Note, check_note
from factually.articles.evidence import examine, report_document
from factually.articles.models import Article, ArticlePublication, ArticleRevision
from factually.articles.newsroom.composing import compose, particulars_from_document
from factually.articles.newsroom.models import ArticleApproval, ArticleDraft
from factually.articles.newsroom.steps import Deed, note_step
from factually.articles.page_facts import page_circumstances
from factually.articles.revisions import read_content, write_document
from factually.articles.search.indexing import refresh_search
from factually.articles.sources.uses import Place, note_uses
from factually.articles.workflow import move
from factually.audit.journal import Actor, record
from factually.foundation.canonical import sha256_hex
from factually.foundation.errors import Conflict, InvalidInput
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.content import ArticleContent

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


@dataclass(frozen=True)
class Terms:
    """Under what words a text becomes public.

    Attributes:
        note: What changed for readers; needed wherever the words of a public article change.
        override: Needed past errors of the evidence gate.
        imported: Whether it is the first text of an earlier system, which nobody here approves.
    """

    note: Note | None = None
    override: Override | None = None
    imported: bool = False


def terms_document(terms: Terms) -> dict[str, object]:
    """Return terms as plain data, for a text that is published later."""
    return asdict(terms)


def terms_from_document(document: Mapping[str, Any]) -> Terms:
    """Return the terms that `terms_document` was given."""
    note, override = document["note"], document["override"]
    return Terms(
        note=Note(**note) if note else None,
        override=Override(**override) if override else None,
        imported=document["imported"],
    )


def publish(
    session: Session, article: Article, *, terms: Terms, actor: Actor, now: datetime
) -> ArticleRevision:
    """Make the newest draft the text that readers see, and journal who did it.

    An override given for a text without errors is left out: there is nothing to excuse.

    Raises:
        Conflict: The draft is not approved or under embargo, the gate has errors and there is no override, or
            the words of a public text change without a note.
        InvalidInput: The override's reason or the note does not say enough.
    """
    session.refresh(article, with_for_update=True)
    act: Literal["bring_in", "publish"] = "bring_in" if terms.imported else "publish"
    move(article.state, act)
    if article.embargo_until is not None and now < article.embargo_until:
        raise Conflict("This article is under embargo; it can be published once the embargo has ended.")
    draft = session.get_one(ArticleDraft, article.draft_id)
    content = compose(draft.text, particulars_from_document(draft.particulars))
    before = latest_revision(session, article)
    change = _change(before, content, terms.note, article)
    revision = _add_revision(session, draft, content, before, now=now)
    reason = _accepted_reason(revision, terms.override)
    session.add(
        ArticlePublication(
            article_id=article.id,
            number=revision.number,
            evidence_errors=revision.evidence_errors,
            change=change,
            published_at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            override_reason=reason,
            override_by=terms.override.by if terms.override and reason else None,
        ),
    )
    session.flush()
    if terms.note is not None:
        verdict_changed = _verdict_changed(before, content)
        occasion = Occasion(article.id, revision.number, revision.approver_id, now, verdict_changed)
        keep_note(session, terms.note, occasion)
    _show(session, article, revision, content, Deed(act, actor, now))
    record(
        session,
        actor=actor,
        event="article.published",
        subject=f"article:{article.id}",
        now=now,
        details={"number": revision.number, "sha256": revision.sha256, "override_reason": reason},
    )
    return revision


def _show(
    session: Session, article: Article, revision: ArticleRevision, content: ArticleContent, deed: Deed
) -> None:
    """Let the article's row name what readers see from now on."""
    after = move(article.state, deed.act, corrects=has_correction(session, article.id))
    article.stage, article.standing = after.stage, after.standing
    article.kind = content.kind
    article.published_number = revision.number
    article.published_at = article.published_at or deed.at
    article.scheduled_for = article.embargo_until = None
    note_step(session, article, deed)
    note_uses(session, article.id, content.sources, place=Place.PUBLIC, now=deed.at)
    refresh_search(session, article)
    announce_change(session)


def latest_revision(session: Session, article: Article) -> ArticleRevision | None:
    """Return the newest revision, None where the article was never public."""
    return session.scalars(
        select(ArticleRevision)
        .where(ArticleRevision.article_id == article.id)
        .order_by(ArticleRevision.number.desc())
        .limit(1),
    ).one_or_none()


def _change(
    before: ArticleRevision | None, content: ArticleContent, note: Note | None, article: Article
) -> str:
    """Return what the new text is to readers, and see that a change of words has its note."""
    if before is None or article.published_at is None:
        if note is not None:
            raise InvalidInput("A first text corrects nothing; leave the note out.", field="kind")
        return "first"
    if note is not None:
        check_note(note, verdict_changed=_verdict_changed(before, content))
        return "noted"
    if not same_words(read_content(before.document), content):
        raise Conflict(
            "The words of a public article change only with a note that says what changed and why.",
            field="kind",
        )
    return "same_words"


def _verdict_changed(before: ArticleRevision | None, content: ArticleContent) -> bool:
    return before is not None and read_content(before.document).rating != content.rating


def _add_revision(
    session: Session,
    draft: ArticleDraft,
    content: ArticleContent,
    before: ArticleRevision | None,
    *,
    now: datetime,
) -> ArticleRevision:
    number = before.number + 1 if before else 1
    previous_sha256 = before.sha256 if before else None
    document = write_document(
        content, article_id=draft.article_id, number=number, previous_sha256=previous_sha256
    )
    report = examine(content, page_circumstances(content))
    revision = ArticleRevision(
        article_id=draft.article_id,
        number=number,
        draft_id=draft.id,
        document=document,
        sha256=sha256_hex(document),
        previous_sha256=previous_sha256,
        title=content.title,
        summary=content.standfirst,
        evidence=report_document(report),
        evidence_errors=report.errors,
        author_id=draft.author_id,
        approver_id=_approver(session, draft),
        created_at=now,
    )
    session.add(revision)
    session.flush()
    return revision


def _approver(session: Session, draft: ArticleDraft) -> uuid.UUID | None:
    return session.scalars(
        select(ArticleApproval.approver_id)
        .where(ArticleApproval.draft_id == draft.id)
        .order_by(ArticleApproval.id.desc())
        .limit(1),
    ).one_or_none()


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
