"""Pages on which a text is read, decided on, shown to somebody outside, and merged with a colleague's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from flask import Blueprint, redirect, render_template, request, url_for

from factually.accounts.roles import EDITOR, REVIEWER
from factually.accounts.signed_in import current_account
from factually.articles.addresses import set_address
from factually.articles.corrections.changes import same_words
from factually.articles.corrections.notes import NOTE_KINDS, Note
from factually.articles.newsroom.commenting import (
    Remark,
    add_comment,
    list_comments,
    resolve_comment,
)
from factually.articles.newsroom.previews import list_previews
from factually.articles.newsroom.printing import asked_draft, content_of, printed
from factually.articles.newsroom.reading import list_drafts, list_steps, open_article
from factually.articles.newsroom.reviewing import Order, carry_out, set_embargo
from factually.articles.newsroom.wording import ACT_WORDS, STAGE_WORDS, STANDING_WORDS, STEP_WORDS
from factually.articles.presenting import evidence_headline
from factually.articles.publishing import Override, Terms, latest_revision
from factually.articles.revisions import read_content
from factually.articles.workflow import ROLES, possible
from factually.foundation.errors import Conflict, DomainError, Forbidden, InvalidInput
from factually.web.access import policy
from factually.web.context import web_context

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from factually.articles.content import ArticleContent
    from factually.articles.newsroom.reading import OpenedArticle
    from factually.articles.workflow import Act

blueprint = Blueprint("review", __name__)


@blueprint.get("/newsroom/articles/<uuid:article_id>/review")
@policy(EDITOR, REVIEWER)
def review(article_id: uuid.UUID) -> str:
    """Show the newest draft as it will be printed, what the gate says, and what may be done with it.

    Raises:
        NotFound: No such article.
    """
    return show_review(article_id)


@blueprint.post("/newsroom/articles/<uuid:article_id>/review")
@policy(EDITOR, REVIEWER)
def decide(article_id: uuid.UUID) -> ResponseReturnValue:
    """Do what a person of the newsroom decided.

    Raises:
        NotFound: No such article.
    """
    context, account = web_context(), current_account()
    try:
        with context.database.transaction() as session:
            now = context.clock.now()
            article = open_article(session, article_id, now=now).article
            carry_out(session, article, _order(account.role), actor=account.actor, now=now)
    except (InvalidInput, Conflict, Forbidden) as error:
        return show_review(article_id, problem=error), error.status
    return redirect(url_for("review.review", article_id=article_id), 303)


@blueprint.post("/newsroom/articles/<uuid:article_id>/comments")
@policy(EDITOR, REVIEWER)
def comment(article_id: uuid.UUID) -> ResponseReturnValue:
    """Say something about a passage, or that what somebody said is settled.

    Raises:
        NotFound: No such article or comment.
    """
    context, account, form = web_context(), current_account(), request.form
    try:
        with context.database.transaction() as session:
            now = context.clock.now()
            opened = open_article(session, article_id, now=now)
            if form.get("resolve"):
                resolve_comment(session, article_id, form["resolve"], actor=account.actor, now=now)
            else:
                remark = Remark(form.get("comment", ""), form.get("passage", ""))
                add_comment(session, opened.head, remark, actor=account.actor, now=now)
    except InvalidInput as error:
        return show_review(article_id, problem=error), error.status
    return redirect(url_for("review.review", article_id=article_id, _anchor="comments"), 303)


@blueprint.post("/newsroom/articles/<uuid:article_id>/embargo")
@policy(REVIEWER)
def embargo(article_id: uuid.UUID) -> ResponseReturnValue:
    """Set or lift the moment before which nobody may publish.

    Raises:
        NotFound: No such article.
    """
    context, account = web_context(), current_account()
    try:
        until = _moment("until")
        with context.database.transaction() as session:
            now = context.clock.now()
            article = open_article(session, article_id, now=now).article
            set_embargo(session, article, until, actor=account.actor, now=now)
    except (InvalidInput, Conflict) as error:
        return show_review(article_id, problem=error), error.status
    return redirect(url_for("review.review", article_id=article_id), 303)


@blueprint.post("/newsroom/articles/<uuid:article_id>/address")
@policy(REVIEWER)
def address(article_id: uuid.UUID) -> ResponseReturnValue:
    """Give an article another address; the former one leads to it.

    Raises:
        NotFound: No such article.
    """
    context, account = web_context(), current_account()
    try:
        with context.database.transaction() as session:
            now = context.clock.now()
            article = open_article(session, article_id, now=now).article
            set_address(session, article, request.form.get("slug", ""), actor=account.actor, now=now)
    except (InvalidInput, Conflict) as error:
        return show_review(article_id, problem=error), error.status
    return redirect(url_for("review.review", article_id=article_id), 303)


def show_review(
    article_id: uuid.UUID, *, problem: DomainError | None = None, preview: str | None = None
) -> str:
    """Return the review page, with what went wrong or the link that was just made.

    Raises:
        NotFound: No such article.
    """
    context, account = web_context(), current_account()
    with context.database.transaction() as session:
        now = context.clock.now()
        opened = open_article(session, article_id, now=now)
        content = content_of(opened.head)
        public = _public_content(session, opened)
        return render_template(
            "newsroom/review.html",
            opened=opened,
            content=content,
            acts=_acts(opened, account.role),
            comments=list_comments(session, article_id),
            needs_note=public is not None and content is not None and not same_words(public, content),
            steps=list_steps(session, article_id),
            drafts=list_drafts(session, article_id),
            previews=list_previews(session, article_id, now=now),
            headline=evidence_headline(opened.evidence.figures) if opened.evidence else None,
            act_words=ACT_WORDS,
            step_words=STEP_WORDS,
            stage_words=STAGE_WORDS,
            standing_words=STANDING_WORDS,
            note_kinds=NOTE_KINDS,
            role=account.role,
            asked=request.form,
            problem=problem,
            preview=preview,
            **printed(content),
        )


def _acts(opened: OpenedArticle, role: str) -> list[Act]:
    """Return what somebody of this role may do now, as buttons stand."""
    state = opened.article.state
    return [act for act in ACT_WORDS if role in ROLES[act] and possible(state, act)]


def _public_content(session: Session, opened: OpenedArticle) -> ArticleContent | None:
    revision = latest_revision(session, opened.article)
    return None if revision is None else read_content(revision.document)


def _order(role: str) -> Order:
    form = request.form
    act = form.get("act", "")
    if act not in ACT_WORDS:
        raise InvalidInput("Choose what is to be done.", field="act")
    return Order(
        act=cast("Act", act),
        draft_id=asked_draft(form, "draft"),
        role=role,
        reason=form.get("reason"),
        due=_moment("due"),
        terms=Terms(note=_note(act), override=_override()),
    )


def _note(act: str) -> Note | None:
    form = request.form
    kind = "retraction" if act == "retract" else form.get("note_kind", "")
    if not kind:
        return None
    if kind not in NOTE_KINDS:
        raise InvalidInput("Choose what kind of change it is.", field="note_kind")
    said = {name: form.get(name, "").strip() for name in ("was", "now", "why")}
    return Note(kind, **said, found_by=form.get("found_by", "").strip() or None)


def _override() -> Override | None:
    reason = request.form.get("override_reason", "").strip()
    return Override(reason, current_account().name) if reason else None


def _moment(field: str) -> datetime | None:
    """Return the moment of a date and time field, which is in UTC as the page says.

    Raises:
        InvalidInput: It is none.
    """
    given = request.form.get(field, "").strip()
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise InvalidInput("Enter a date and a time.", field=field) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
