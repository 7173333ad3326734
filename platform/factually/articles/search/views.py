"""Pages on which readers find articles: the search, and what stands under a topic."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from factually.articles.presenting import KIND_NAMES
from factually.articles.queries import Position
from factually.articles.ratings import RATINGS
from factually.articles.search.asking import MAX_CHARACTERS, MAX_PAGES, Question, read_question
from factually.articles.search.queries import (
    RANKED,
    RESULTS_A_PAGE,
    Results,
    articles_of_topic,
    list_topics,
    search_articles,
    topic_name,
)
from factually.foundation.errors import NotFound
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.public_pages import public_page

blueprint = Blueprint("search", __name__)

ARTICLES_A_PAGE: Final = 20


@blueprint.get("/search")
@policy(ANYONE)
def index() -> Response:
    """Show what was found, or how to search.

    Raises:
        InvalidInput: A field of the address can't be searched for.
    """
    question = read_question(request.args)
    with web_context().database.reading() as connection:
        known = list_topics(connection)
        results = search_articles(connection, question) if question.asks else None
    last = min(results.count, MAX_PAGES * RESULTS_A_PAGE) if results else 0
    page = render_template(
        "articles/search.html",
        question=question,
        results=results,
        ranked=RANKED,
        topic_names=[(found.slug, found.name) for found in known],
        kind_names=KIND_NAMES,
        rating_names=[(rating.id, rating.name) for rating in RATINGS.values()],
        max_characters=MAX_CHARACTERS,
        earlier=_address(question, question.page - 1) if question.page > 1 else None,
        later=_address(question, question.page + 1) if question.page * RESULTS_A_PAGE < last else None,
        told=_told(results),
    )
    return public_page(page)


@blueprint.get("/topics")
@policy(ANYONE)
def topics() -> Response:
    """List all topics."""
    with web_context().database.reading() as connection:
        found = list_topics(connection)
    return public_page(render_template("articles/topics.html", topics=found))


@blueprint.get("/topics/<slug>")
@policy(ANYONE)
def topic(slug: str) -> Response:
    """Show the articles under a topic, newest first, or those behind a position.

    Raises:
        NotFound: No listed article stands under this topic.
        InvalidInput: The address names no place in the list.
    """
    asked = request.args.get("before")
    before = None if asked is None else Position.parse(asked)
    with web_context().database.reading() as connection:
        name = topic_name(connection, slug)
        articles = articles_of_topic(connection, slug, ARTICLES_A_PAGE + 1, before)
    if name is None:
        raise NotFound("There is no such topic.")
    shown = articles[:ARTICLES_A_PAGE]
    goes_on = len(articles) > ARTICLES_A_PAGE
    page = render_template(
        "articles/topic.html",
        name=name,
        articles=shown,
        kind_names=KIND_NAMES,
        newest=None if before is None else url_for("search.topic", slug=slug),
        older=url_for("search.topic", slug=slug, before=str(shown[-1].position)) if goes_on else None,
    )
    return public_page(page)


def _told(results: Results | None) -> str:
    """Return how many were found, as exactly as is known."""
    if results is None:
        return ""
    if results.count >= RANKED:
        return f"{RANKED:,} or more fact checks"
    return {0: "No fact check", 1: "1 fact check"}.get(results.count, f"{results.count} fact checks")


def _address(question: Question, page: int) -> str:
    """Return the address of another page of the same results."""
    filters: dict[str, Any] = {
        "q": question.words or None,
        "topic": question.topic,
        "kind": question.kind,
        "verdict": question.verdict,
        "from": question.first_day,
        "to": question.last_day,
        "page": page if page > 1 else None,
    }
    return url_for("search.index", **filters)
