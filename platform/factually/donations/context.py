"""What pages and tasks of donations need besides the common parts: the gateway and the donor's post."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from flask import current_app

from factually.donations.card_testing.checks import caller
from factually.donations.journey import Journey
from factually.web.bulkheads import Bulkhead
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask import Flask

    from factually.audit.journal import Actor
    from factually.donations.gateway import PaymentGateway
    from factually.donations.receipts import DonorPost
    from factually.foundation.money import Money

_EXTENSION: Final = "factually.donations"
STRIPE_JS: Final = "https://js.stripe.com/endive/stripe.js"
"""Stripe.js of the release that the SDK pins; the sandbox serves its stand-in at the same path."""
STRIPE_PLACES: Final = 6
"""Threads of the web process, of 16, that may wait for Stripe at once; the others are there for readers."""
STRIPE_SECONDS: Final = 8.0
"""How long one of them may wait for all calls of one request; the worker does what is left to do."""


def _stripe_bulkhead() -> Bulkhead:
    message = "Many gifts are on their way just now. Please try again in a moment: nothing was charged."
    return Bulkhead(STRIPE_PLACES, seconds=STRIPE_SECONDS, message=message, retry_after=5)


@dataclass(frozen=True, kw_only=True)
class DonationsContext:
    """One site's way of taking gifts.

    Attributes:
        gateway: The payment provider.
        post: Writes to donors.
        publishable_key: Key for the browser.
        stripe_js_url: Address of the payment script; its origin is allowed on the donation page alone.
        livemode: Whether real money moves; events of the other mode are refused.
        sandbox: Whether the sandbox stands in for Stripe, which every page about money then says.
        card_statement: The line on card statements that donors are told, empty where unknown.
        second_person_from: From this amount on a refund needs a second person (DS33).
        at_stripe: Places of this process for waiting for the payment provider.
    """

    gateway: PaymentGateway
    post: DonorPost
    publishable_key: str
    stripe_js_url: str
    livemode: bool
    sandbox: bool
    second_person_from: Money
    card_statement: str = ""
    at_stripe: Bulkhead = field(default_factory=_stripe_bulkhead)

    @property
    def content_sources(self) -> dict[str, tuple[str, ...]]:
        """What the donation page's Content-Security-Policy is widened by (stripe.md section 9)."""
        if not self.sandbox:
            scripts = ("https://js.stripe.com", "https://*.js.stripe.com")
            return {
                "script": scripts,
                "frame": (*scripts, "https://hooks.stripe.com"),
                "connect": ("https://api.stripe.com",),
            }
        parts = urlsplit(self.stripe_js_url)
        origin = (f"{parts.scheme}://{parts.netloc}",)
        return {"script": origin, "frame": origin, "connect": origin}


def install_donations(app: Flask, context: DonationsContext) -> None:
    """Attach the parts to the application; done once by the composition root."""
    app.extensions[_EXTENSION] = context


def donations_context() -> DonationsContext:
    """Return the parts of the application that serves this request."""
    return cast("DonationsContext", current_app.extensions[_EXTENSION])


def journey_of(actor: Actor) -> Journey:
    """Return the way of gifts for one actor of this request."""
    web = web_context()
    donations = donations_context()
    return Journey(
        database=web.database,
        gateway=donations.gateway,
        post=donations.post,
        clock=web.clock,
        actor=actor,
        caller=caller(),
    )
