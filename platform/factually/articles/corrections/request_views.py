"""Where readers report an error, follow what becomes of it, and see what became of all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from factually.articles.corrections.forms import ReportForm
from factually.articles.corrections.letters import ReaderPost
from factually.articles.corrections.queries import parse_place
from factually.articles.corrections.reports import LETTERS_KEPT, LONGEST_WORDS, OUTCOMES, READER_KEPT
from factually.articles.corrections.request_queries import count_requests, ended_requests, follow_request
from factually.articles.corrections.requesting import Arrival, receive
from factually.articles.queries import find_published
from factually.foundation.errors import NotFound
from factually.foundation.identifiers import new_public_id
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.public_pages import public_page
from factually.web.rate_limits import rate_limit, within_limits

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from factually.articles.corrections.reports import Report
    from factually.articles.queries import ArticleSummary

blueprint = Blueprint("correction_requests", __name__)

OUTCOMES_A_PAGE: Final = 20
_RECEIPTS: Final = ("3 per hour", "10 per day")
_INVALID: Final = 422


@blueprint.get("/fact-checks/<slug>/report-an-error")
@policy(ANYONE)
def form(slug: str) -> ResponseReturnValue:
    """Show the form.

    Raises:
        NotFound: Readers see no article at this address.
    """
    asked = ReportForm()
    asked.request.data = new_public_id()
    return _form_page(_article(slug), asked)


@blueprint.post("/fact-checks/<slug>/report-an-error")
@policy(ANYONE, pii=True)
@rate_limit("5 per minute", "30 per day")
def submit(slug: str) -> ResponseReturnValue:
    """Take the report in, and lead to where it is followed.

    Raises:
        NotFound: Readers see no article at this address.
    """
    article = _article(slug)
    sent = ReportForm()
    if not sent.passes():
        return _form_page(article, sent), _INVALID
    context, report = web_context(), sent.report
    public_id = sent.request.data or ""
    arrival = Arrival(public_id, article.article_id, article.title, report, _may_acknowledge(report))
    with context.database.transaction() as session:
        receive(session, arrival, post=reader_post(), now=context.clock.now())
    return redirect(url_for("correction_requests.show", public_id=public_id), 303)


@blueprint.get("/correction-requests/<public_id>")
@policy(ANYONE)
def show(public_id: str) -> str:
    """Show where a report stands, to whoever has its address.

    Raises:
        NotFound: There is none at this address.
    """
    with web_context().database.reading() as connection:
        found = follow_request(connection, public_id)
    if found is None:
        raise NotFound("There is no report at this address.")
    return render_template("articles/correction_request.html", found=found, outcomes=OUTCOMES)


@blueprint.get("/corrections/requests")
@policy(ANYONE)
def outcomes() -> Response:
    """Show what became of reports, and how many wait.

    Raises:
        InvalidInput: The address names no place in the list.
    """
    before = parse_place(request.args.get("before"))
    with web_context().database.reading() as connection:
        found = ended_requests(connection, OUTCOMES_A_PAGE + 1, before, in_public=True)
        counts = count_requests(connection)
    shown = found[:OUTCOMES_A_PAGE]
    last = shown[-1].answer if len(found) > OUTCOMES_A_PAGE else None
    page = render_template(
        "articles/correction_requests.html",
        found=shown,
        counts=counts,
        outcomes=OUTCOMES,
        newest=None if before is None else url_for("correction_requests.outcomes"),
        older=url_for("correction_requests.outcomes", before=last.id) if last else None,
    )
    return public_page(page)


def reader_post() -> ReaderPost:
    """Return who writes to readers."""
    context = web_context()
    return ReaderPost(current_app.jinja_env, context.site, context.keyring)


def _article(slug: str) -> ArticleSummary:
    with web_context().database.reading() as connection:
        found = find_published(connection, slug)
    if found is None:
        raise NotFound("There is no fact check at this address.")
    return found


def _may_acknowledge(report: Report) -> bool:
    """Count a letter to an address that anyone may have typed, and say whether it may go out."""
    if report.email is None:
        return False
    index = web_context().keyring.blind_index(report.email.casefold(), "correction request")
    return within_limits("correction request", index.hex(), *_RECEIPTS)


def _form_page(article: ArticleSummary, asked: ReportForm) -> str:
    return render_template(
        "articles/correction_request_form.html",
        article=article,
        form=asked,
        longest=LONGEST_WORDS,
        reader_days=READER_KEPT.days,
        letter_days=LETTERS_KEPT.days,
    )
