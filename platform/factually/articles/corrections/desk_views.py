"""The newsroom's pages for what readers report."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from factually.accounts.roles import EDITOR, REVIEWER
from factually.accounts.signed_in import current_account
from factually.articles.corrections.notes import NOTE_KINDS
from factually.articles.corrections.reports import OUTCOMES, may_follow
from factually.articles.corrections.request_queries import (
    LONGEST_LIST,
    ended_requests,
    find_request,
    note_choices,
    waiting_requests,
)
from factually.articles.corrections.request_views import reader_post
from factually.articles.corrections.requesting import Decision, close_by_note, decide, open_name
from factually.articles.models import Article
from factually.articles.workflow import possible
from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.web.access import policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from factually.foundation.errors import DomainError

blueprint = Blueprint("request_desk", __name__, url_prefix="/newsroom/requests")

_LATEST: Final = 20
_LONGEST_NUMBER: Final = 18


@blueprint.get("")
@policy(EDITOR, REVIEWER)
def index() -> str:
    """Show reports that wait, the longest first, and the latest decided."""
    context = web_context()
    with context.database.reading() as connection:
        waiting = waiting_requests(connection)
        ended = ended_requests(connection, _LATEST, in_public=False)
    return render_template(
        "newsroom/requests.html",
        waiting=waiting,
        ended=ended,
        longest=LONGEST_LIST,
        outcomes=OUTCOMES,
        now=context.clock.now(),
    )


@blueprint.get("/<uuid:request_id>")
@policy(EDITOR, REVIEWER)
def show(request_id: uuid.UUID) -> str:
    """Show one report, and what may be decided about it.

    Raises:
        NotFound: No such report.
    """
    return _page(request_id)


@blueprint.post("/<uuid:request_id>")
@policy(EDITOR, REVIEWER)
def settle(request_id: uuid.UUID) -> ResponseReturnValue:
    """Decide on a report; a note may answer others of the same article with it.

    Raises:
        NotFound: No such report.
    """
    try:
        decision = _decision()
        with web_context().database.transaction() as session:
            if decision.outcome == "answered":
                close_by_note(session, [request_id, *_others()], decision, post=reader_post())
            else:
                decide(session, request_id, decision, post=reader_post())
    except (InvalidInput, Conflict) as error:
        return _page(request_id, problem=error), error.status
    return redirect(url_for("request_desk.show", request_id=request_id), 303)


def _page(request_id: uuid.UUID, *, problem: DomainError | None = None) -> str:
    context = web_context()
    with context.database.transaction() as session:
        connection = session.connection()
        found = find_request(connection, request_id)
        if found is None:
            raise NotFound("There is no report at this address.")
        article = session.get_one(Article, found.article_id)
        before = found.answer.outcome if found.answer else None
        return render_template(
            "newsroom/request.html",
            found=found,
            article=article,
            name=open_name(session, request_id, keyring=context.keyring),
            choices=[outcome for outcome in OUTCOMES if may_follow(before, outcome)],
            may_begin=possible(article.state, "begin_correction"),
            notes=note_choices(connection, found.article_id),
            others=[
                other
                for other in waiting_requests(connection, article_id=found.article_id)
                if other.id != request_id
            ],
            note_kinds=NOTE_KINDS,
            outcomes=OUTCOMES,
            now=context.clock.now(),
            asked=request.form,
            problem=problem,
        )


def _decision() -> Decision:
    outcome, note = request.form.get("outcome", ""), request.form.get("note", "")
    if outcome not in OUTCOMES:
        raise InvalidInput("Choose what is decided.", field="outcome")
    is_number = note.isascii() and note.isdigit() and len(note) <= _LONGEST_NUMBER
    return Decision(
        outcome=outcome,
        reason=request.form.get("reason", ""),
        actor=current_account().actor,
        at=web_context().clock.now(),
        note_id=int(note) if outcome == "answered" and is_number else None,
    )


def _others() -> list[uuid.UUID]:
    try:
        return [uuid.UUID(given) for given in request.form.getlist("others")]
    except ValueError as error:
        raise InvalidInput("Choose reports of this list.", field="others") from error
