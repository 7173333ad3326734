"""Pages of an article's history: all revisions, one of them, and what changed between two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.http import http_date

from factually.articles.article_pages import render_article
from factually.articles.corrections.notes import NOTE_KINDS
from factually.articles.corrections.queries import notes_of
from factually.articles.history.differences import compare_contents
from factually.articles.history.memento import (
    LINK_FORMAT,
    Addresses,
    links_of_article,
    links_of_revision,
    links_of_time_gate,
    parse_moment,
    write_time_map,
)
from factually.articles.history.presenting import describe, show_pieces, steps, stretches
from factually.articles.history.queries import find_history, read_contents, read_document, read_revision
from factually.articles.queries import present_slug
from factually.foundation.errors import InvalidInput, NotFound
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.public_pages import IMMUTABLE, public_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Connection

    from factually.articles.history.chain import History, Revision

blueprint = Blueprint("history", __name__)

REVISIONS_A_PAGE: Final = 20
LAYOUTS: Final = {"inline": "In one text", "sides": "Side by side"}
_MOST_DIGITS: Final = 9


@blueprint.get("/fact-checks/<slug>/history")
@policy(ANYONE)
def revisions(slug: str) -> ResponseReturnValue:
    """Show every public revision, newest first, with what changed and how to verify the chain.

    Raises:
        NotFound: No article that readers see has this address, or nothing is older.
    """
    with web_context().database.reading() as connection:
        history = _known_history(connection, slug)
        end = _number("before", history.current.number + 1)
        older = [revision for revision in history.revisions if revision.number < end]
        if not older:
            raise NotFound("There is no earlier revision.")
        shown = older[-REVISIONS_A_PAGE:]
        wanted = [revision.number for revision in older[-REVISIONS_A_PAGE - 1 :]]
        contents = read_contents(connection, history, wanted)
        notes = notes_of(connection, history.article.article_id)
    goes_on = len(older) > REVISIONS_A_PAGE
    page = render_template(
        "articles/history.html",
        section="fact-checks",
        history=history,
        addresses=_addresses(history),
        steps=steps(history, shown, contents, notes),
        note_kinds=NOTE_KINDS,
        newest=None if end > history.current.number else url_for("history.revisions", slug=slug),
        older=url_for("history.revisions", slug=slug, before=shown[0].number) if goes_on else None,
    )
    answer = public_page(page)
    answer.headers["Link"] = links_of_article(_addresses(history))
    return answer


@blueprint.get("/fact-checks/<slug>@<sha256>")
@policy(ANYONE)
def revision(slug: str, sha256: str) -> ResponseReturnValue:
    """Show the article as it read in one revision, at an address that stays (RFC 7089's memento).

    Raises:
        NotFound: No public revision of such an article has this hash.
    """
    with web_context().database.reading() as connection:
        history = _known_history(connection, slug)
        found = _known_revision(history, sha256)
        if found.sha256 != sha256:
            return redirect(url_for("history.revision", slug=slug, sha256=found.sha256))
        article = read_revision(connection, history, found)
    page = render_article(
        article,
        "articles/revision.html",
        history=history,
        revision=found,
        replaced_by=history.after(found),
    )
    answer = public_page(page)
    answer.headers["Link"] = links_of_revision(_addresses(history), history, found)
    answer.headers["Memento-Datetime"] = http_date(found.published_at)
    return answer


@blueprint.get("/fact-checks/<slug>@<sha256>.json")
@policy(ANYONE)
def document(slug: str, sha256: str) -> ResponseReturnValue:
    """Send the very bytes whose SHA-256 names a revision; they never change.

    Raises:
        NotFound: No public revision of such an article has this hash.
    """
    with web_context().database.reading() as connection:
        history = _known_history(connection, slug)
        found = _known_revision(history, sha256)
        if found.sha256 != sha256:
            return redirect(url_for("history.document", slug=slug, sha256=found.sha256))
        answer = Response(read_document(connection, history, found), content_type="application/json")
    answer.set_etag(found.sha256)
    answer.headers["Cache-Control"] = IMMUTABLE
    return answer.make_conditional(request)


@blueprint.get("/fact-checks/<slug>/difference")
@policy(ANYONE)
def difference(slug: str) -> ResponseReturnValue:
    """Show what changed from one public revision to another, in one text or side by side.

    Raises:
        InvalidInput: A number is none, or the first is not the earlier.
        NotFound: There is no such revision, or only one.
    """
    with web_context().database.reading() as connection:
        history = _known_history(connection, slug)
        later = _numbered(history, "to", history.current.number)
        earlier = _numbered(history, "from", later.number - 1)
        if earlier.number >= later.number:
            raise InvalidInput("Choose an earlier revision to compare with.", field="from")
        contents = read_contents(connection, history, (earlier.number, later.number))
    found = compare_contents(contents[earlier.number], contents[later.number])
    layout = request.args.get("layout", "inline")
    if layout not in LAYOUTS:
        raise InvalidInput(f"A difference is shown {' or '.join(LAYOUTS)}.", field="layout")
    page = render_template(
        "articles/difference.html",
        section="fact-checks",
        history=history,
        earlier=earlier,
        later=later,
        difference=found,
        sentence=describe(found),
        stretches=tuple(stretches(found.passages)),
        layout=layout,
        layouts=LAYOUTS,
        show_pieces=show_pieces,
    )
    return public_page(page)


@blueprint.get("/fact-checks/<slug>/timemap")
@policy(ANYONE)
def time_map(slug: str) -> ResponseReturnValue:
    """List all revisions with their moments for machines (RFC 7089, section 5).

    Raises:
        NotFound: No article that readers see has this address.
    """
    with web_context().database.reading() as connection:
        history = _known_history(connection, slug)
    return public_page(write_time_map(_addresses(history), history), content_type=LINK_FORMAT)


@blueprint.get("/fact-checks/<slug>/timegate")
@policy(ANYONE)
def time_gate(slug: str) -> ResponseReturnValue:
    """Lead to what readers saw at the moment of `Accept-Datetime`, or see now (RFC 7089, section 4.1).

    Raises:
        NotFound: No article that readers see has this address.
        NoSuchMoment: The header holds no date.
    """
    with web_context().database.reading() as connection:
        history = _known_history(connection, slug)
    asked = request.headers.get("Accept-Datetime")
    found = history.current if asked is None else history.seen_at(parse_moment(asked))
    answer = redirect(_addresses(history).revision(found))
    answer.vary.add("Accept-Datetime")
    answer.headers["Link"] = links_of_time_gate(_addresses(history), history)
    return answer


def _known_history(connection: Connection, slug: str) -> History:
    """Return the history of what readers see at this address, and lead a former address to the present one.

    Raises:
        NotFound: Readers see nothing there.
    """
    history = find_history(connection, slug)
    present = present_slug(connection, slug) if history is None else None
    if present is not None:
        asked = request.full_path if request.query_string else request.path
        abort(redirect(asked.replace(f"/fact-checks/{slug}", f"/fact-checks/{present}", 1), 301))
    if history is None:
        raise NotFound("There is no fact check at this address.")
    return history


def _known_revision(history: History, sha256: str) -> Revision:
    found = history.find(sha256)
    if found is None:
        raise NotFound("This fact check has no public revision with this fingerprint.")
    return found


def _numbered(history: History, name: str, default: int) -> Revision:
    number = _number(name, default)
    found = history.numbered(number)
    if found is None:
        raise NotFound(f"This fact check has no public revision {number}.")
    return found


def _number(name: str, default: int) -> int:
    """Return a whole number of the query.

    Raises:
        InvalidInput: It is none.
    """
    asked = request.args.get(name)
    if asked is None:
        return default
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS):
        raise InvalidInput("A revision is named by its number.", field=name)
    return int(asked)


def _addresses(history: History) -> Addresses:
    return Addresses(f"{web_context().site.base_url}/fact-checks/{history.article.slug}")
