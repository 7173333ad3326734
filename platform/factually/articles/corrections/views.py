"""The public list of all corrections, as a page and as feeds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request, url_for

from factually.articles.corrections.feeds import describe_feed, write_atom
from factually.articles.corrections.notes import NOTE_KINDS
from factually.articles.corrections.queries import count_notes, latest_notes, parse_place
from factually.articles.feeds import FEED_LENGTH, JSON_FEED
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.public_pages import public_page

if TYPE_CHECKING:
    from factually.articles.corrections.queries import ListedNote

blueprint = Blueprint("corrections", __name__)

NOTES_A_PAGE: Final = 20


@blueprint.get("/corrections")
@policy(ANYONE)
def index() -> Response:
    """Show all notes, newest first, how many there are of each kind, and how errors are corrected.

    Raises:
        InvalidInput: The address names no place in the list.
    """
    before = parse_place(request.args.get("before"))
    context = web_context()
    with context.database.reading() as connection:
        found = latest_notes(connection, NOTES_A_PAGE + 1, before)
        counts = count_notes(connection)
    shown = found[:NOTES_A_PAGE]
    page = render_template(
        "articles/corrections.html",
        notes=shown,
        counts=counts,
        note_kinds=NOTE_KINDS,
        newest=None if before is None else url_for("corrections.index"),
        older=url_for("corrections.index", before=shown[-1].id) if len(found) > NOTES_A_PAGE else None,
    )
    return public_page(page)


@blueprint.get("/corrections.atom")
@policy(ANYONE)
def atom() -> Response:
    """Give the newest notes as Atom."""
    written = write_atom(_newest(), web_context().site)
    return public_page(written, content_type="application/atom+xml; charset=utf-8")


@blueprint.get("/corrections.json")
@policy(ANYONE)
def json_feed() -> Response:
    """Give the same list as JSON Feed."""
    written = json.dumps(describe_feed(_newest(), web_context().site))
    return public_page(written, content_type=JSON_FEED)


def _newest() -> list[ListedNote]:
    with web_context().database.reading() as connection:
        return latest_notes(connection, FEED_LENGTH)
