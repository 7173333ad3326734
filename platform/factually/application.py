"""The composition root: builds each part from the settings and joins them into one application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from factually.accounts import views as accounts_views
from factually.accounts.signed_in import install_sign_in
from factually.articles import feed_views
from factually.articles import views as articles_views
from factually.articles.corrections import desk_views as request_desk_views
from factually.articles.corrections import request_views as correction_request_views
from factually.articles.corrections import tasks as corrections_tasks
from factually.articles.corrections import views as corrections_views
from factually.articles.history import views as history_views
from factually.articles.newsroom import draft_views, review_views, writing_views
from factually.articles.newsroom import tasks as newsroom_tasks
from factually.articles.search import tasks as search_tasks
from factually.articles.search import views as search_views
from factually.articles.sources import tasks as sources_tasks
from factually.articles.sources import views as sources_views
from factually.articles.sources.context import SourcesContext, install_sources
from factually.donations import rescreening_tasks
from factually.donations import tasks as donations_tasks
from factually.donations import views as donations_views
from factually.donations import webhooks as donations_webhooks
from factually.donations.appeals import views as appeals_views
from factually.donations.card_testing import tasks as card_testing_tasks
from factually.donations.context import STRIPE_JS, DonationsContext, install_donations
from factually.donations.conversion import DOLLARS
from factually.donations.monthly import tasks as monthly_tasks
from factually.donations.monthly import views as monthly_views
from factually.donations.my import data_views, gift_views, sign_in_views
from factually.donations.my import tasks as my_tasks
from factually.donations.my.signed_in import install_donor_sign_in
from factually.donations.receipts import DonorPost, Sender
from factually.donations.reconciliation import tasks as reconciliation_tasks
from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from factually.foundation.clock import Clock, SystemClock
from factually.foundation.crypto import Keyring
from factually.foundation.database import Database
from factually.foundation.money import Money
from factually.foundation.outgoing.fetching import Fetcher
from factually.jobs.context import WorkerContext
from factually.jobs.worker import make_worker_app
from factually.mail import tasks as mail_tasks
from factually.mail.smtp import SmtpServer
from factually.oversight import (
    appeal_views,
    dispute_views,
    mail_views,
    metrics_views,
    reconciliation_views,
    refund_views,
    rescreening_views,
    webhook_views,
)
from factually.oversight import views as oversight_views
from factually.settings import BadSetting
from factually.web import health
from factually.web.access import enforce_policies
from factually.web.bodies import install_body_checks
from factually.web.context import SiteFacts, WebContext, install_context
from factually.web.error_pages import Application, install_error_pages
from factually.web.page_cache import cache_pages
from factually.web.rate_limits import PostgresStorage, enforce_rate_limits
from factually.web.security_headers import install_security_headers
from factually.website import views as website_views

if TYPE_CHECKING:
    from flask import Flask
    from procrastinate import App

    from factually.donations.gateway import PaymentGateway
    from factually.settings import Settings

BLUEPRINTS = (
    accounts_views.blueprint,
    appeal_views.blueprint,
    appeals_views.blueprint,
    articles_views.blueprint,
    correction_request_views.blueprint,
    corrections_views.blueprint,
    data_views.blueprint,
    dispute_views.blueprint,
    donations_views.blueprint,
    donations_webhooks.blueprint,
    draft_views.blueprint,
    feed_views.blueprint,
    gift_views.blueprint,
    health.blueprint,
    history_views.blueprint,
    mail_views.blueprint,
    metrics_views.blueprint,
    monthly_views.link_blueprint,
    monthly_views.own_blueprint,
    oversight_views.blueprint,
    reconciliation_views.blueprint,
    refund_views.blueprint,
    request_desk_views.blueprint,
    rescreening_views.blueprint,
    review_views.blueprint,
    search_views.blueprint,
    sign_in_views.blueprint,
    sources_views.blueprint,
    webhook_views.blueprint,
    website_views.blueprint,
    writing_views.blueprint,
)
TASK_LISTS = (
    card_testing_tasks.tasks,
    corrections_tasks.tasks,
    donations_tasks.tasks,
    mail_tasks.tasks,
    monthly_tasks.tasks,
    my_tasks.tasks,
    newsroom_tasks.tasks,
    reconciliation_tasks.tasks,
    rescreening_tasks.tasks,
    search_tasks.tasks,
    sources_tasks.tasks,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that reach outside the process, built once and shared by web, worker and commands."""

    clock: Clock
    database: Database
    gateway: PaymentGateway
    keyring: Keyring
    smtp: SmtpServer


def build_parts(settings: Settings) -> Parts:
    """Build the real parts; nothing connects yet.

    Raises:
        BadSetting: The payment settings could move real money by mistake, or none where it should move.
    """
    return Parts(
        clock=SystemClock(),
        database=Database(settings.database_url, derived=settings.derived_files),
        gateway=payment_gateway(settings),
        keyring=Keyring.from_secret(settings.data_key),
        smtp=smtp_server(settings),
    )


def smtp_server(settings: Settings) -> SmtpServer:
    """Return where our letters are handed over; nothing connects yet."""
    mail = settings.mail
    return SmtpServer(
        mail.host,
        mail.port,
        mail.sender,
        mail.username,
        mail.password,
        mail.starttls,
        reply_to=settings.contact,
        bounces=mail.bounces,
    )


def create_app(settings: Settings, parts: Parts | None = None) -> Flask:
    """Build the web application.

    Args:
        settings: Checked settings.
        parts: Given by tests, which bring their own clock; built from the settings otherwise.
    """
    parts = parts or build_parts(settings)
    app = Application("factually", static_folder=None, template_folder=str(settings.root / "templates"))
    _configure(app, settings)
    install_context(app, WebContext(parts.database, parts.clock, parts.keyring, site_facts(settings)))
    install_donations(app, _donations(settings, parts))
    install_sources(app, SourcesContext(page_fetcher(settings)))
    # The order of what runs before a view: body, limits, token, access. A refused body costs nothing more.
    install_body_checks(app)
    enforce_rate_limits(app, PostgresStorage(parts.database, parts.keyring, parts.clock))
    csrf = CSRFProtect(app)
    install_sign_in(app)
    install_donor_sign_in(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    enforce_policies(app, csrf)
    install_security_headers(app)
    install_error_pages(app)
    app.context_processor(
        lambda: {"sandbox": bool(settings.stripe.sandbox_url), "site": site_facts(settings)}
    )
    cache_pages(app, settings.database_url)
    if settings.proxies:
        proxies = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]  # Flask's documented way
    return app


def create_worker(settings: Settings, parts: Parts | None = None) -> tuple[App, WorkerContext]:
    """Build the worker's Procrastinate app and what its tasks may use."""
    parts = parts or build_parts(settings)
    context = WorkerContext(
        parts.database,
        parts.clock,
        parts.keyring,
        resources=(parts.smtp, _donations(settings, parts), page_fetcher(settings)),
    )
    return make_worker_app(settings.database_url, TASK_LISTS), context


def _configure(app: Flask, settings: Settings) -> None:
    https = settings.base_url.startswith("https://")
    app.config.update(
        METRICS_TOKEN=settings.metrics_token,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-form" if https else "form",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=[urlsplit(settings.base_url).hostname],
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=https,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def payment_gateway(settings: Settings) -> StripeGateway:
    """Build the door to the payment provider; nothing connects yet.

    Raises:
        BadSetting: The payment settings could move real money by mistake, or none where it should move.
    """
    try:
        return StripeGateway(stripe_account(settings))
    except ValueError as error:
        raise BadSetting(str(error)) from error


def stripe_account(settings: Settings) -> StripeAccount:
    """Return which account the site is paid through, not checked yet."""
    return StripeAccount(
        secret_key=settings.stripe.secret_key,
        webhook_secret=settings.stripe.webhook_secret,
        sandbox_address=settings.stripe.sandbox_url or None,
        card_statement=settings.stripe.card_statement,
        production=not settings.demonstration,
    )


def page_fetcher(settings: Settings) -> Fetcher:
    """Return what fetches other people's pages, in our name; nothing connects yet."""
    agent = f"{settings.site_name} (+{settings.base_url})"
    return Fetcher(agent.encode("ascii", "replace").decode())


def site_facts(settings: Settings) -> SiteFacts:
    """Return what templates, feeds and mails say about the site."""
    return SiteFacts(
        name=settings.site_name,
        base_url=settings.base_url,
        demonstration=settings.demonstration,
        contact=settings.contact,
    )


def _donations(settings: Settings, parts: Parts) -> DonationsContext:
    sandbox = settings.stripe.sandbox_url
    sender = Sender(
        site_name=settings.site_name,
        base_url=settings.base_url,
        contact=settings.contact,
        sandbox=bool(sandbox),
        card_statement=settings.stripe.card_statement,
    )
    return DonationsContext(
        gateway=parts.gateway,
        post=DonorPost(templates=settings.root / "templates", sender=sender, keyring=parts.keyring),
        publishable_key=settings.stripe.publishable_key,
        stripe_js_url=f"{sandbox}{urlsplit(STRIPE_JS).path}" if sandbox else STRIPE_JS,
        livemode=settings.stripe.publishable_key.startswith("pk_live_"),
        sandbox=bool(sandbox),
        card_statement=settings.stripe.card_statement,
        second_person_from=Money(settings.second_person_from, DOLLARS),
    )
