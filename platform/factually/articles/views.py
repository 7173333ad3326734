"""The page of an article that readers see. It never asks who is reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request, url_for

from factually.articles.article_pages import page_version, render_article
from factually.articles.corrections.notes import NOTE_KINDS
from factually.articles.corrections.queries import notes_of
from factually.articles.history.memento import Addresses, links_of_article
from factually.articles.queries import find_published, present_slug, read_published, taken_down_because
from factually.foundation.errors import NotFound
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.public_pages import cacheable, etag_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("articles", __name__)


@blueprint.get("/fact-checks/<slug>")
@policy(ANYONE)
def show(slug: str) -> Response:
    """Show an article with its evidence; its ETag names the revision, so most answers need no text.

    Raises:
        NotFound: No published article has this address.
    """
    with web_context().database.reading() as connection:
        summary = find_published(connection, slug)
        if summary is None:
            return _elsewhere(connection, slug)
        etag = etag_of(summary.sha256, summary.standing, page_version())
        if request.if_none_match.contains_weak(etag):
            return cacheable(Response(status=304), etag)
        article = read_published(connection, summary)
        notes = notes_of(connection, summary.article_id)
    page = render_article(article, notes=notes, note_kinds=NOTE_KINDS)
    answer = cacheable(Response(page), etag)
    answer.headers["Link"] = links_of_article(Addresses(f"{web_context().site.base_url}/fact-checks/{slug}"))
    return answer


def _elsewhere(connection: Connection, slug: str) -> Response:
    """Lead a former address to the present one, and say of what was taken down why.

    Raises:
        NotFound: No article has or had this address.
    """
    moved = present_slug(connection, slug)
    if moved is not None:
        return Response(status=301, headers={"Location": url_for("articles.show", slug=moved)})
    reason = taken_down_because(connection, slug)
    if reason is None:
        raise NotFound("There is no fact check at this address.")
    return Response(render_template("articles/gone.html", reason=reason), status=410)
