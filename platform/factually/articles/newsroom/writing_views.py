"""Pages on which articles are begun and written: by a plain form, and better with the editor's script."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from factually.accounts.roles import EDITOR, REVIEWER
from factually.accounts.signed_in import current_account
from factually.articles.addresses import add_article, slug_for
from factually.articles.evidence import report_from_document
from factually.articles.newsroom.composing import Particulars, compose, take_apart
from factually.articles.newsroom.fields import form_values, read_particulars
from factually.articles.newsroom.presence import note_presence
from factually.articles.newsroom.reading import (
    BOARD_LENGTH,
    names_of,
    open_article,
    read_board,
)
from factually.articles.newsroom.saving import MAX_CHARACTERS, Save, particulars_of, save_draft
from factually.articles.newsroom.source_entries import entries_of, missing_of
from factually.articles.newsroom.wording import STANDING_WORDS
from factually.articles.parsing import parse_article, title_of
from factually.articles.presenting import KIND_NAMES, lay_out
from factually.articles.ratings import RATINGS
from factually.foundation.errors import Conflict, DomainError, InvalidInput
from factually.web.access import policy
from factually.web.bodies import LongTexts, takes_long_texts
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from factually.articles.newsroom.models import ArticleDraft
    from factually.articles.newsroom.reading import OpenedArticle
    from factually.articles.newsroom.saving import Saved

blueprint = Blueprint("newsroom", __name__, url_prefix="/newsroom")

_TEXTS: Final = LongTexts(maximum_bytes=4_000_000, maximum_fields=2_000, field="text")
_CONFLICT: Final = 409


@blueprint.get("/")
@policy(EDITOR, REVIEWER)
def board() -> str:
    """Show what waits for whom, and since when."""
    with web_context().database.reading() as connection:
        rows = read_board(connection)
    return render_template(
        "newsroom/board.html",
        rows=rows,
        longest=BOARD_LENGTH,
        standing_words=STANDING_WORDS,
    )


@blueprint.get("/articles/new")
@policy(EDITOR, REVIEWER)
def begin() -> str:
    """Show the form in which a title is typed or a whole text is pasted."""
    return render_template("newsroom/new.html", text="", problem=None)


@blueprint.post("/articles/new")
@policy(EDITOR, REVIEWER)
@takes_long_texts(_TEXTS)
def begin_submit() -> ResponseReturnValue:
    """Start an article with what was typed, its address made of its title, and open the editor."""
    text = _without_carriage_returns(request.form.get("text", ""))
    context, account = web_context(), current_account()
    try:
        written, particulars = _understood(text)
        slug = slug_for(title_of(written))
        with context.database.transaction() as session:
            now = context.clock.now()
            kind = particulars.kind or "explainer"
            article = add_article(session, slug, origin="newsroom", kind=kind, now=now)
            save = Save(written, particulars, None, "save")
            save_draft(session, article, save, actor=account.actor, now=now)
            article_id = article.id
    except (InvalidInput, Conflict) as error:
        return render_template("newsroom/new.html", text=text, problem=error), error.status
    return redirect(url_for("newsroom.edit", article_id=article_id), 303)


@blueprint.get("/articles/<uuid:article_id>")
@policy(EDITOR, REVIEWER)
def edit(article_id: uuid.UUID) -> str:
    """Open the newest draft in the editor.

    Raises:
        NotFound: No such article.
    """
    context = web_context()
    with context.database.transaction() as session:
        opened = open_article(session, article_id, now=context.clock.now())
        values = form_values(particulars_of(opened.head))
        return _editor(opened, opened.head.text, values)


@blueprint.post("/articles/<uuid:article_id>")
@policy(EDITOR, REVIEWER)
@takes_long_texts(_TEXTS)
def save(article_id: uuid.UUID) -> ResponseReturnValue:
    """Save what the plain form posts; beside a colleague's text it leads to the merge.

    Raises:
        NotFound: No such article.
    """
    context, text = web_context(), _without_carriage_returns(request.form.get("text", ""))
    try:
        saved = _save(article_id, text, request.form, how="save", based_on=request.form.get("based_on", ""))
    except (InvalidInput, Conflict) as error:
        with context.database.transaction() as session:
            opened = open_article(session, article_id, now=context.clock.now())
            return _editor(opened, text, request.form, problem=error), error.status
    if saved.beside:
        return redirect(url_for("drafts.merge", article_id=article_id, mine=saved.draft.id), 303)
    return redirect(url_for("newsroom.edit", article_id=article_id), 303)


@blueprint.post("/articles/<uuid:article_id>/autosave")
@policy(EDITOR, REVIEWER)
@takes_long_texts(_TEXTS)
def autosave(article_id: uuid.UUID) -> ResponseReturnValue:
    """Save what the editor's script sends; `editor/README.md` says in which form.

    Raises:
        InvalidInput: A part is missing or holds what no article says.
        NotFound: No such article.
    """
    sent = _json()
    how = "save" if sent.get("how") == "save" else "typing"
    form = _fields(sent)
    saved = _save(article_id, _text(sent), form, how=how, based_on=str(sent.get("based_on") or ""))
    if not saved.beside:
        return jsonify(_saved_answer(saved.draft))
    with web_context().database.transaction() as session:
        name = names_of(session, [saved.head.author_id]).get(saved.head.author_id)
    answer = {
        **_saved_answer(saved.draft),
        "head": str(saved.head.id),
        "mine": str(saved.draft.id),
        "by": name or "Somebody",
        "at": saved.head.saved_at.isoformat(),
        "merge_url": url_for("drafts.merge", article_id=article_id, mine=saved.draft.id),
    }
    return jsonify(answer), _CONFLICT


@blueprint.post("/articles/<uuid:article_id>/preview")
@policy(EDITOR, REVIEWER)
@takes_long_texts(_TEXTS)
def preview(article_id: uuid.UUID) -> str:
    """Show a text as it will be printed, without saving it.

    Raises:
        InvalidInput: A particular holds what no article says.
    """
    del article_id
    sent = _json()
    particulars = read_particulars(_fields(sent))
    try:
        content = compose(_text(sent), particulars)
    except InvalidInput as problem:
        return render_template("newsroom/preview.html", content=None, problem=problem.message)
    return render_template(
        "newsroom/preview.html", content=content, layout=lay_out(content), ratings=RATINGS, problem=None
    )


@blueprint.post("/articles/<uuid:article_id>/presence")
@policy(EDITOR, REVIEWER)
def presence(article_id: uuid.UUID) -> ResponseReturnValue:
    """Note that somebody has the article open, and name the others who have.

    Raises:
        NotFound: No such article.
    """
    context = web_context()
    with context.database.transaction() as session:
        now = context.clock.now()
        open_article(session, article_id, now=now)
        others = note_presence(session, article_id, current_account().id, now=now)
    return jsonify({"others": [{"name": name} for name in others]})


@blueprint.post("/articles/parse")
@policy(EDITOR, REVIEWER)
@takes_long_texts(_TEXTS)
def parse() -> ResponseReturnValue:
    """Take a pasted article apart into text and sources.

    Raises:
        InvalidInput: It breaks the grammar.
    """
    text, particulars = take_apart(parse_article(_text(_json())).content)
    return jsonify({"text": text, "sources": entries_of(particulars.sources)})


def _save(article_id: uuid.UUID, text: str, form: MultiDict[str, str], *, how: str, based_on: str) -> Saved:
    context = web_context()
    save = Save(text, read_particulars(form), _uuid(based_on), cast("Any", how))
    with context.database.transaction() as session:
        article = open_article(session, article_id, now=context.clock.now()).article
        return save_draft(session, article, save, actor=current_account().actor, now=context.clock.now())


def _editor(
    opened: OpenedArticle, text: str, values: MultiDict[str, str], *, problem: DomainError | None = None
) -> str:
    sources = particulars_of(opened.head).sources
    return render_template(
        "newsroom/edit.html",
        opened=opened,
        text=text,
        values=values,
        sources=sources,
        missing={source.number: missing_of(source) for source in sources},
        kinds=KIND_NAMES,
        ratings=RATINGS.values(),
        problem=problem,
        longest=MAX_CHARACTERS,
    )


def _understood(text: str) -> tuple[str, Particulars]:
    """Return a pasted article taken apart, anything else as it was typed."""
    try:
        return take_apart(parse_article(text).content)
    except InvalidInput:
        return text, Particulars()


def _saved_answer(draft: ArticleDraft) -> dict[str, object]:
    findings = report_from_document(draft.evidence).findings if draft.evidence else ()
    told = [
        {"rule": one.rule, "level": one.level, "place": one.place, "sentence": one.sentence}
        for one in findings
    ]
    if draft.problem:
        told = [{"rule": "", "level": "error", "place": "text", "sentence": draft.problem}]
    return {
        "draft": str(draft.id),
        "saved_at": draft.saved_at.isoformat(),
        "findings": told,
        "sources": entries_of(particulars_of(draft).sources),
    }


def _json() -> dict[str, Any]:
    sent = request.get_json()
    if not isinstance(sent, dict):
        raise InvalidInput("Send a JSON object.")
    return sent


def _text(sent: dict[str, Any]) -> str:
    text = sent.get("text")
    if not isinstance(text, str):
        raise InvalidInput("The text is missing.", field="text")
    return _without_carriage_returns(text)


def _fields(sent: dict[str, Any]) -> MultiDict[str, str]:
    """Return the particulars that a script sends as the form would post them."""
    particulars = sent.get("particulars", {})
    if not isinstance(particulars, dict):
        raise InvalidInput("The particulars are damaged.", field="particulars")
    fields: MultiDict[str, str] = MultiDict()
    for name, value in particulars.items():
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, str):
                raise InvalidInput("The particulars are damaged.", field=str(name))
            fields.add(name, one)
    return fields


def _uuid(text: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise InvalidInput("This is no draft of ours.", field="based_on") from error


def _without_carriage_returns(text: str) -> str:
    """Return the text with the line ends its author sees; a textarea posts CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
