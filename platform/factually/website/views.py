"""Home, about, how we check, how we are funded, static files: pages that belong to no other domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request, url_for

from factually.articles.evidence.rules import RULES
from factually.articles.presenting import KIND_NAMES
from factually.articles.queries import Position, latest_articles
from factually.articles.ratings import BEST_VALUE, RATINGS, WORST_VALUE
from factually.articles.structured_data import Publisher, describe_publisher
from factually.donations.appeals.queries import turnaround
from factually.donations.appeals.terms import LINK_DAYS
from factually.donations.conversion import FIXED_RATES
from factually.donations.currencies import ACCEPTED
from factually.foundation.errors import NotFound
from factually.independence.registers.kinds import register_name
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.public_pages import public_page
from factually.website import style_guide
from factually.website.funding import read_funding
from factually.website.spans import duration
from factually.website.static_files import provide_assets, static_response

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from factually.foundation.canonical import JsonValue

blueprint = Blueprint("website", __name__)
blueprint.record_once(provide_assets)

ARTICLES_A_PAGE: Final = 20
_ROBOTS: Final = """\
User-agent: *
Disallow: /oversight/
Disallow: /newsroom/
Disallow: /admin/
Disallow: /my/
Disallow: /donate/
"""


@blueprint.get("/")
@policy(ANYONE)
def home() -> ResponseReturnValue:
    """Show the latest fact checks, or those behind a position, and what the promise rests on."""
    asked = request.args.get("before")
    before = None if asked is None else Position.parse(asked)
    context = web_context()
    with context.database.reading() as connection:
        articles = latest_articles(connection, ARTICLES_A_PAGE + 1, before)
        funding = read_funding(connection, now=context.clock.now())
    shown = articles[:ARTICLES_A_PAGE]
    goes_on = len(articles) > ARTICLES_A_PAGE
    page = render_template(
        "website/home.html",
        articles=shown,
        kind_names=KIND_NAMES,
        is_older=before is not None,
        newest=None if before is None else url_for("website.home"),
        older=url_for("website.home", before=str(shown[-1].position)) if goes_on else None,
        slip=funding.slip(),
        organisation=_organisation(),
    )
    return public_page(page)


@blueprint.get("/about")
@policy(ANYONE)
def about() -> ResponseReturnValue:
    """Say who makes the site, how, and what is kept about whom."""
    return public_page(render_template("website/about.html", site=web_context().site))


@blueprint.get("/methodology")
@policy(ANYONE)
def methodology() -> ResponseReturnValue:
    """Say how a claim is judged and what is asked of a text before it is published."""
    page = render_template(
        "website/methodology.html",
        site=web_context().site,
        ratings=RATINGS.values(),
        worst=WORST_VALUE,
        best=BEST_VALUE,
        rules=RULES,
    )
    return public_page(page)


@blueprint.get("/policies")
@policy(ANYONE)
def policies() -> ResponseReturnValue:
    """Show the policies that the structured data of every article names."""
    page = render_template("website/policies.html", site=web_context().site, organisation=_organisation())
    return public_page(page)


def _organisation() -> dict[str, JsonValue]:
    """Return who publishes, for machines."""
    site = web_context().site
    return {"@context": "https://schema.org", **describe_publisher(Publisher(site.name, site.base_url))}


@blueprint.get("/independence")
@policy(ANYONE)
def independence() -> ResponseReturnValue:
    """Show the policy in force, word for word, the registers it reads, and how appeals are answered."""
    context = web_context()
    with context.database.reading() as connection:
        funding = read_funding(connection, now=context.clock.now())
        appeals = turnaround(connection, now=context.clock.now())
    page = render_template(
        "website/independence.html",
        site=context.site,
        policy=funding.policy,
        chapters=funding.chapters(),
        registers=funding.registers,
        register_name=register_name,
        appeals=appeals,
        duration=duration,
        link_days=LINK_DAYS,
        currencies=ACCEPTED.values(),
        rates=FIXED_RATES,
    )
    return public_page(page)


@blueprint.get("/independence/policy.json")
@policy(ANYONE)
def policy_document() -> ResponseReturnValue:
    """Send the policy in the very bytes its fingerprint was made from.

    Raises:
        NotFound: None is in force.
    """
    context = web_context()
    with context.database.reading() as connection:
        found = read_funding(connection, now=context.clock.now()).policy
    if found is None:
        raise NotFound("No policy is in force.")
    return public_page(found.document, content_type="application/json")


@blueprint.get("/style-guide")
@policy(ANYONE)
def guide() -> ResponseReturnValue:
    """Show every part of the visual language, in a demonstration only.

    Raises:
        NotFound: This is not a demonstration.
    """
    if not web_context().site.demonstration:
        raise NotFound("There is no page at this address.")
    return public_page(
        render_template(
            "website/style_guide.html",
            form=style_guide.checked_sample(),
            rows=style_guide.ROWS,
            events=style_guide.EVENTS,
        ),
    )


@blueprint.get("/robots.txt")
@policy(ANYONE)
def robots() -> ResponseReturnValue:
    """Keep crawlers to what is meant for readers, and tell them where all of it is listed."""
    base_url = web_context().site.base_url
    maps = "".join(f"Sitemap: {base_url}/{name}.xml\n" for name in ("sitemap", "news-sitemap"))
    return public_page(f"{_ROBOTS}\n{maps}", content_type="text/plain; charset=utf-8")


@blueprint.get("/static/<path:path>")
@policy(ANYONE)
def static(path: str) -> Response:
    """Send a static file."""
    return static_response(path)
