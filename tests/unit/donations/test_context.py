from __future__ import annotations

from typing import TYPE_CHECKING

from factually.donations.context import STRIPE_JS, DonationsContext
from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from tests.support.donation_factories import SECOND_FROM, donor_post

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring


def context(keyring: Keyring, *, stripe_js_url: str, sandbox: bool) -> DonationsContext:
    account = StripeAccount(
        secret_key="sk_test_x", webhook_secret="whsec_x", sandbox_address=None, production=False
    )
    return DonationsContext(
        gateway=StripeGateway(account),
        post=donor_post(keyring),
        publishable_key="pk_test_x",
        stripe_js_url=stripe_js_url,
        livemode=False,
        sandbox=sandbox,
        second_person_from=SECOND_FROM,
    )


def test_stripe_itself_gets_its_own_origins_and_nothing_more(keyring: Keyring) -> None:
    assert context(keyring, stripe_js_url=STRIPE_JS, sandbox=False).content_sources == {
        "script": ("https://js.stripe.com", "https://*.js.stripe.com"),
        "frame": ("https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"),
        "connect": ("https://api.stripe.com",),
    }


def test_the_sandbox_gets_its_one_origin(keyring: Keyring) -> None:
    origin = "http://127.0.0.1:12111"
    sources = context(keyring, stripe_js_url=f"{origin}/endive/stripe.js", sandbox=True).content_sources
    assert sources == {"script": (origin,), "frame": (origin,), "connect": (origin,)}
