"""From a draft to readers and back: each act by whom it is due, on the very text they looked at."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from factually.articles.corrections.keeping import Occasion, has_correction, keep_note
from factually.articles.corrections.notes import check_note
from factually.articles.models import Article
from factually.articles.newsroom.commenting import refuse_open_comments
from factually.articles.newsroom.models import ArticleApproval, ArticleDraft, ArticleStep
from factually.articles.newsroom.numbering import number_by_appearance
from factually.articles.newsroom.saving import Save, particulars_of, save_draft
from factually.articles.newsroom.steps import Deed, account_of, note_step
from factually.articles.publishing import Terms, publish, terms_document, terms_from_document
from factually.articles.search.indexing import refresh_search
from factually.articles.sources.uses import Place, circle_of, note_uses, repeated_sources
from factually.articles.workflow import LISTED, ROLES, Act, move
from factually.audit.journal import SYSTEM, Actor, record
from factually.foundation.errors import Conflict, Forbidden, InvalidInput
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.newsroom.composing import Particulars

FARTHEST_SCHEDULE = timedelta(days=366)
MAX_REASON_CHARACTERS = 1_000


class _Tried(Exception):
    """A trial is over."""


@dataclass(frozen=True)
class Order:
    """What a person of the newsroom wants done.

    Attributes:
        draft_id: The newest draft when they looked.
        role: Theirs.
        reason: Needed to send back, to take down and to retract.
        due: When to publish, for a schedule.
        terms: For publishing, now or at the due time; a retraction's note as well.
    """

    act: Act
    draft_id: uuid.UUID | None
    role: str
    reason: str | None = None
    due: datetime | None = None
    terms: Terms = field(default_factory=Terms)


def carry_out(session: Session, article: Article, order: Order, *, actor: Actor, now: datetime) -> None:
    """Do what a person wants with an article, and write down that they did.

    Raises:
        Conflict: The article is not in a state for it, or a colleague saved another text meanwhile.
        Forbidden: It is not theirs to do; nobody approves what they wrote.
        InvalidInput: A reason, a note or a time is missing or does not do.
    """
    session.refresh(article, with_for_update=True)
    if order.role not in ROLES.get(order.act, frozenset()):
        raise Forbidden("This is for another role of the newsroom.")
    if order.draft_id != article.draft_id:
        raise Conflict("A colleague saved another text meanwhile. Look at it, and decide again.")
    if order.act in {"publish", "schedule"}:
        refuse_open_comments(session, article.id)
    if order.act == "publish":
        publish(session, article, terms=order.terms, actor=actor, now=now)
        return
    after = move(article.state, order.act, corrects=has_correction(session, article.id))
    prepare = _PREPARE.get(order.act)
    if prepare is not None:
        prepare(session, article, order, Deed(order.act, actor, now))
    article.stage, article.standing = after.stage, after.standing
    if after.standing not in LISTED:
        refresh_search(session, article)
    session.flush()
    terms = terms_document(order.terms) if order.act == "schedule" else None
    note_step(session, article, Deed(order.act, actor, now, _reason(order), terms))
    record(session, actor=actor, event=f"article.{order.act}", subject=f"article:{article.id}", now=now)
    announce_change(session)


def due_articles(session: Session, *, now: datetime) -> list[uuid.UUID]:
    """Return the scheduled articles whose time has come, the longest due first."""
    due = select(Article.id).where(Article.stage == "scheduled", Article.scheduled_for <= now)
    return list(session.scalars(due.order_by(Article.scheduled_for)))


def publish_due(session: Session, article: Article, *, now: datetime) -> None:
    """Publish a scheduled article whose time has come, in the name of who scheduled it.

    Nothing happens if another process was first, or the article was taken off the schedule.

    Raises:
        Conflict: What kept it from being published since it was scheduled.
    """
    session.refresh(article, with_for_update=True)
    if article.scheduled_for is None or now < article.scheduled_for:
        return
    step = session.scalars(
        select(ArticleStep)
        .where(ArticleStep.article_id == article.id, ArticleStep.act == "schedule")
        .order_by(ArticleStep.id.desc())
        .limit(1),
    ).one()
    actor = Actor("account", str(step.account_id))
    publish(session, article, terms=terms_from_document(step.terms or {}), actor=actor, now=now)


def take_off_schedule(session: Session, article: Article, *, reason: str, now: datetime) -> None:
    """Put an article that could not be published when it was due back among the approved, with the reason."""
    session.refresh(article, with_for_update=True)
    if article.stage != "scheduled":
        return
    article.stage, article.scheduled_for = "approved", None
    note_step(session, article, Deed("unschedule", SYSTEM, now, reason))


def set_embargo(
    session: Session, article: Article, until: datetime | None, *, actor: Actor, now: datetime
) -> None:
    """Set or lift the moment before which nobody may publish.

    Raises:
        Conflict: The article is scheduled; one of the two decides when it appears.
        InvalidInput: The moment is past.
    """
    session.refresh(article, with_for_update=True)
    if article.scheduled_for is not None:
        raise Conflict("This article is scheduled; take it off the schedule first.")
    if until is not None:
        _check_moment(until, now, field="until")
    article.embargo_until = until
    details = {"until": until.isoformat() if until else None}
    record(
        session,
        actor=actor,
        event="article.embargo",
        subject=f"article:{article.id}",
        now=now,
        details=details,
    )


def _submit(session: Session, article: Article, order: Order, deed: Deed) -> None:
    """Hand in a text that is an article, its sources numbered as a reader meets them."""
    del order
    draft = session.get_one(ArticleDraft, article.draft_id)
    if draft.problem is not None:
        raise InvalidInput(f"This text is no article yet. {draft.problem}", field="text")
    text, particulars = number_by_appearance(draft.text, particulars_of(draft))
    numbered = Save(text, particulars, draft.id, "save")
    save_draft(session, article, numbered, actor=deed.actor, now=deed.at)
    _refuse_repeated_sources(particulars)
    _refuse_circles(session, article)


def _refuse_repeated_sources(particulars: Particulars) -> None:
    repeated = repeated_sources(particulars.sources)
    if repeated:
        numbers = " and ".join(f"[{number}]" for number in repeated[0])
        raise InvalidInput(f"Sources {numbers} are one and the same; cite one of them.", field="sources")


def _refuse_circles(session: Session, article: Article) -> None:
    circle = circle_of(session, article.id)
    if circle:
        way = " cites ".join(circle)
        raise InvalidInput(f"These articles cite each other in a circle: {way}.", field="sources")


def _approve(session: Session, article: Article, order: Order, deed: Deed) -> None:
    del order
    draft = session.get_one(ArticleDraft, article.draft_id)
    approver = account_of(deed.actor)
    mine = select(ArticleApproval).where(
        ArticleApproval.draft_id == draft.id, ArticleApproval.approver_id == approver
    )
    if session.scalars(mine).one_or_none() is not None:
        return
    approval = ArticleApproval(
        draft_id=draft.id,
        article_id=article.id,
        author_id=draft.author_id,
        approver_id=approver,
        approved_at=deed.at,
    )
    try:
        with session.begin_nested():
            session.add(approval)
    except IntegrityError as error:
        raise Forbidden("Who wrote a text doesn't approve it; ask a colleague.") from error


def _schedule(session: Session, article: Article, order: Order, deed: Deed) -> None:
    if order.due is None:
        raise InvalidInput("Say when it is to be published.", field="due")
    if article.embargo_until is not None:
        raise Conflict("This article is under embargo; lift the embargo first.")
    _check_moment(order.due, deed.at, field="due")
    # Whatever would keep it from being published then is said now.
    with suppress(_Tried), session.begin_nested():
        publish(session, article, terms=order.terms, actor=deed.actor, now=deed.at)
        raise _Tried
    session.refresh(article)
    article.scheduled_for = order.due


def _unschedule(session: Session, article: Article, order: Order, deed: Deed) -> None:
    del session, order, deed
    article.scheduled_for = None


def _take_down(session: Session, article: Article, order: Order, deed: Deed) -> None:
    _reason(order)
    note_uses(session, article.id, (), place=Place.PUBLIC, now=deed.at)
    article.published_number = None


def _retract(session: Session, article: Article, order: Order, deed: Deed) -> None:
    note = order.terms.note
    if note is None or note.kind != "retraction" or article.published_number is None:
        raise InvalidInput("A retraction says what was wrong, what is right, and why.", field="was")
    check_note(note, verdict_changed=False)
    occasion = Occasion(article.id, article.published_number, account_of(deed.actor), deed.at)
    keep_note(session, note, occasion)


_PREPARE: Mapping[Act, Callable[[Session, Article, Order, Deed], None]] = {
    "submit": _submit,
    "approve": _approve,
    "schedule": _schedule,
    "unschedule": _unschedule,
    "unpublish": _take_down,
    "retract": _retract,
}
_REASONED: frozenset[Act] = frozenset({"send_back", "unpublish", "retract"})


def _reason(order: Order) -> str | None:
    reason = (order.reason or "").strip()
    if order.act in _REASONED and not reason:
        raise InvalidInput("Say why.", field="reason")
    if len(reason) > MAX_REASON_CHARACTERS:
        raise InvalidInput(f"Use at most {MAX_REASON_CHARACTERS:,} characters.", field="reason")
    return reason or None


def _check_moment(moment: datetime, now: datetime, *, field: str) -> None:
    if not now < moment <= now + FARTHEST_SCHEDULE:
        raise InvalidInput("Choose a moment in the future, within a year.", field=field)
