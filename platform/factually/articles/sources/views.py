"""The newsroom's pages on sources: the list, a new record, one record with all that is known of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from factually.accounts.roles import EDITOR, REVIEWER
from factually.accounts.signed_in import current_account
from factually.articles.sources import wording
from factually.articles.sources.archives import robust_link
from factually.articles.sources.context import SECONDS, sources_context
from factually.articles.sources.forms import LEAVE_TO_PASSES, LOOK, AddressForm, SourceForm, StateForm
from factually.articles.sources.liveness import MEANINGS, SAID_BY_PEOPLE, State
from factually.articles.sources.page_reading import suggest
from factually.articles.sources.queries import (
    LONGEST_LIST,
    affected_articles,
    captures_of,
    checks_of,
    count_alarms,
    list_sources,
    offer_sources,
    read_capture,
    read_source,
)
from factually.articles.sources.recording import (
    Act,
    AlreadyRecorded,
    add_source,
    ask_for_capture,
    change_source,
    facts_of,
    refuse_second_record,
    say_state,
)
from factually.audit.journal import entries_about
from factually.foundation.errors import Conflict, DomainError, InvalidInput, NotFound, Unavailable
from factually.foundation.outgoing.errors import AnswerRefused, NoAnswer
from factually.foundation.outgoing.fetching import FetchLimits
from factually.web.access import policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("sources", __name__, url_prefix="/newsroom")
_LONGEST_SEARCH: Final = 200
_OK: Final = 200


@blueprint.get("/sources")
@policy(EDITOR, REVIEWER)
def listing() -> str:
    """List the records, those with an alarm first, or those that a search finds."""
    words = request.args.get("q", "")[:_LONGEST_SEARCH]
    state = _read_state(request.args.get("state", ""))
    with web_context().database.reading() as connection:
        found = list_sources(connection, words, state=state)
        alarms = count_alarms(connection)
    return render_template(
        "newsroom/sources.html",
        found=found,
        alarms=alarms,
        words=words,
        state=state,
        longest=LONGEST_LIST,
        wording=wording,
    )


@blueprint.get("/sources.json")
@policy(EDITOR, REVIEWER)
def picker() -> Response:
    """Give the editor's citation picker what a search finds; `editor/README.md` fixes the form."""
    words = request.args.get("q", "")[:_LONGEST_SEARCH]
    with web_context().database.reading() as connection:
        found = offer_sources(connection, words)
    records = [
        {
            "id": str(line.id),
            "title": line.title,
            "publisher": line.publisher,
            "url": line.url,
            "published": line.published,
        }
        for line in found
    ]
    return jsonify(records=records)


@blueprint.get("/sources/new")
@policy(EDITOR, REVIEWER)
def begin() -> ResponseReturnValue:
    """Ask for the address of a new source."""
    return _address_page(AddressForm(), _OK)


@blueprint.post("/sources/new")
@policy(EDITOR, REVIEWER)
def add() -> ResponseReturnValue:
    """Look a page up and show what it says of itself, or make its record from what was entered."""
    if request.form.get("step") == LOOK:
        return _look_up()
    form = SourceForm()
    if not form.passes():
        return _new_page(form, status=InvalidInput.status)
    try:
        with web_context().database.transaction() as session:
            source_id = add_source(session, form.facts(), _act())
    except AlreadyRecorded as error:
        return _new_page(form, known=error)
    except InvalidInput as error:
        return _new_page(form, status=_point_out(form, error))
    return _shown(source_id)


@blueprint.get("/sources/<source_id>")
@policy(EDITOR, REVIEWER)
def show(source_id: str) -> ResponseReturnValue:
    """Show a record with its articles, copies, passes and changes.

    Raises:
        NotFound: No such record.
    """
    return _source_page(_read_id(source_id))


@blueprint.post("/sources/<source_id>")
@policy(EDITOR, REVIEWER)
def change(source_id: str) -> ResponseReturnValue:
    """Change what a record says.

    Raises:
        NotFound: No such record.
    """
    id_ = _read_id(source_id)
    form = SourceForm()
    if not form.passes():
        return _source_page(id_, form, status=InvalidInput.status)
    try:
        with web_context().database.transaction() as session:
            change_source(session, id_, form.facts(), version=form.version.data or 0, act=_act())
    except (Conflict, InvalidInput) as error:
        return _source_page(id_, form, status=_point_out(form, error))
    return _shown(id_)


@blueprint.post("/sources/<source_id>/state")
@policy(EDITOR, REVIEWER)
def judge(source_id: str) -> ResponseReturnValue:
    """Say that an address is unfit or usurped, or leave it to the passes again.

    Raises:
        NotFound: No such record.
    """
    id_ = _read_id(source_id)
    form = StateForm()
    if form.passes():
        said = None if form.state.data == LEAVE_TO_PASSES else State(form.state.data or "")
        with web_context().database.transaction() as session:
            say_state(session, id_, said, act=_act())
    return _shown(id_)


@blueprint.post("/sources/<source_id>/captures")
@policy(EDITOR, REVIEWER)
def capture(source_id: str) -> ResponseReturnValue:
    """Have the page kept as it is now.

    Raises:
        NotFound: No such record.
    """
    id_ = _read_id(source_id)
    with web_context().database.transaction() as session:
        ask_for_capture(session, id_, _act())
    return _shown(id_)


@blueprint.get("/sources/<source_id>/captures/<capture_id>")
@policy(EDITOR, REVIEWER)
def download(source_id: str, capture_id: str) -> Response:
    """Give a kept copy; never shown here, since it is another site's page.

    Raises:
        NotFound: No such copy.
    """
    with web_context().database.reading() as connection:
        wacz = read_capture(connection, _read_id(source_id), _read_id(capture_id))
    name = f"{_read_id(capture_id)}.wacz"
    return Response(
        wacz,
        content_type="application/wacz",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _look_up() -> ResponseReturnValue:
    """Show the form for a page with what the page says of itself; where it can't be read, without that."""
    asked = AddressForm()
    if not asked.passes():
        return _address_page(asked, InvalidInput.status)
    context, sources = web_context(), sources_context()
    url = asked.url.data or ""
    form = SourceForm()
    try:
        with context.database.transaction() as session:
            refuse_second_record(session, url)
        with sources.at_pages.place():
            page = sources.fetcher.fetch(url, FetchLimits(seconds=SECONDS))
    except AlreadyRecorded as error:
        return _address_page(asked, error.status, known=error)
    except (NoAnswer, AnswerRefused, Unavailable) as error:
        return _new_page(form, problem=error.message)
    except InvalidInput as error:
        return _address_page(asked, _point_out(asked, error))
    if not page.is_good:
        return _new_page(form, problem=f"The page answers {page.status}.")
    form.suggest(suggest(page), today=f"{context.clock.now():%Y-%m-%d}")
    return _new_page(form)


def _address_page(
    form: AddressForm, status: int, *, known: AlreadyRecorded | None = None
) -> ResponseReturnValue:
    return render_template("newsroom/source_new.html", form=form, known=known), status


def _new_page(
    form: SourceForm,
    *,
    known: AlreadyRecorded | None = None,
    problem: str | None = None,
    status: int = _OK,
) -> ResponseReturnValue:
    page = render_template("newsroom/source_add.html", form=form, known=known, problem=problem)
    return page, known.status if known else status


def _source_page(
    source_id: uuid.UUID, form: SourceForm | None = None, *, status: int = _OK
) -> ResponseReturnValue:
    with web_context().database.transaction() as session:
        source = read_source(session, source_id)
        if form is None:
            form = SourceForm()
            form.fill_from(facts_of(source), source.version)
        page = render_template(
            "newsroom/source.html",
            source=source,
            form=form,
            state=State(source.state),
            meanings=MEANINGS,
            said_by_people=SAID_BY_PEOPLE,
            articles=affected_articles(session, source_id),
            captures=captures_of(session, source_id),
            checks=checks_of(session, source_id),
            entries=entries_about(session, f"source:{source_id}"),
            link=robust_link(
                source.url, archive_url=source.archive_url, seen_on=source.archived_on or source.accessed
            ),
            wording=wording,
        )
    return page, status


def _point_out(form: AddressForm, error: DomainError) -> int:
    """Show an error at its field, or above the form where it has none; return its status."""
    if error.field is not None and error.field in form:
        form[error.field].errors = [error.message]
    else:
        form.form_errors.append(error.message)
    return error.status


def _act() -> Act:
    context = web_context()
    return Act(current_account().actor, context.clock.now(), context.site.base_url)


def _read_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound("There is no source at this address.") from error


def _read_state(text: str) -> State | None:
    return State(text) if text in {*State} else None


def _shown(source_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("sources.show", source_id=source_id), 303)
