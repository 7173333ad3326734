"""Checks of what stands outside: settings that belong together, the mail server, Stripe and its webhook."""

from __future__ import annotations

import os
import smtplib
from typing import TYPE_CHECKING, Final

from factually.application import payment_gateway, smtp_server
from factually.donations.events import EVENT_TYPES
from factually.donations.gateway import GatewayError, GatewayRefused
from factually.serving.diagnosis.findings import first_sentence, ok, warning, wrong
from factually.serving.diagnosis.stripe_api import API_VERSION, STRIPE, StripeApi, StripeSaidNo
from factually.settings import BadSetting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factually.serving.diagnosis.findings import Finding
    from factually.serving.diagnosis.stripe_api import Json
    from factually.settings import Settings

_MADE_UP: Final = "example.org"
_NO_RIGHTS: Final = (401, 403)


def settings_make_sense(settings: Settings) -> Iterator[Finding]:
    """Look for what is allowed and probably not meant."""
    yield ok("settings", f"All are set, for {settings.mode} at {settings.base_url}.")
    made_up = [
        name
        for name, value in {"FACTUALLY_CONTACT": settings.contact, "MAIL_FROM": settings.mail.sender}.items()
        if value.rstrip(">").endswith(_MADE_UP)
    ]
    if made_up and not settings.demonstration:
        yield warning(
            "settings", f"{' and '.join(made_up)}: nobody reads mail to example.org.", "Set your own address."
        )
    if not _writable(settings.derived_files):
        yield wrong(
            "settings",
            f"This user can't write to {settings.derived_files}: no search index can be built.",
            "Let FACTUALLY_DERIVED_FILES name a folder of this machine that is writable for it.",
        )


def mail_server_answers(settings: Settings) -> Finding:
    """Sign in at the mail server as for a letter, and send none."""
    place = f"{settings.mail.host}:{settings.mail.port}"
    try:
        smtp_server(settings).try_signing_in()
    except smtplib.SMTPAuthenticationError as error:
        return wrong(
            "mail server",
            f"{place} answers, and refuses SMTP_USERNAME with SMTP_PASSWORD ({error.smtp_code}).",
            "Correct them; letters wait up to eight hours and are then given up.",
        )
    except smtplib.SMTPNotSupportedError as error:
        return wrong(
            "mail server",
            f"{place} answers, but: {error}",
            "Use its port with STARTTLS (often 587); for a server on this machine set SMTP_STARTTLS=no"
            " and no SMTP_USERNAME.",
        )
    except OSError as error:  # smtplib's errors are OSErrors as well
        return wrong(
            "mail server",
            f"{place} does not answer as a mail server ({error.strerror or type(error).__name__}).",
            "Check SMTP_HOST and SMTP_PORT, and the server itself; letters wait up to eight hours.",
        )
    return ok("mail server", f"{place} answers{' and knows us' if settings.mail.username else ''}.")


def stripe_is_ready(settings: Settings) -> Iterator[Finding]:
    """Look at the keys, whether Stripe takes them, and whether it tells us what happens."""
    try:
        gateway = payment_gateway(settings)
    except BadSetting as error:
        yield wrong("stripe keys", f"{error} The site refuses to start.", "Correct the STRIPE_ settings.")
        return
    yield from _keys(settings)
    try:
        gateway.balances()
    except GatewayRefused as error:
        yield wrong(
            "stripe",
            f"Stripe refuses STRIPE_SECRET_KEY: {error}",
            "Copy the key anew from Stripe's Dashboard.",
        )
        return
    except GatewayError as error:
        yield wrong(
            "stripe", f"{_place(settings)} does not answer: {first_sentence(error)}", _way_to_stripe(settings)
        )
        return
    yield ok("stripe", f"{_place(settings)} answers and takes the key.")
    yield from endpoint_is_registered(settings)


def endpoint_is_registered(settings: Settings) -> Iterator[Finding]:
    """Look whether Stripe sends this site every event it needs, worded as its SDK reads them."""
    ours = f"{settings.base_url}/webhooks/stripe"
    try:
        endpoints = _api(settings).webhook_endpoints()
    except StripeSaidNo as error:
        if error.status in _NO_RIGHTS:
            yield warning(
                "webhook",
                "The restricted key may not read webhook endpoints, so ours was not looked at.",
                "Give it that right, or compare the endpoint in Stripe's Dashboard with docs/doctor.md.",
            )
        else:
            yield wrong("webhook", f"The endpoints could not be read: {error}", _way_to_stripe(settings))
        return
    found = [endpoint for endpoint in endpoints if endpoint.get("url") == ours]
    if not found:
        yield wrong(
            "webhook",
            f"Stripe has no endpoint {ours} and tells this site nothing.",
            f"Add it in Stripe's Dashboard, with API version {API_VERSION} and the events in docs/doctor.md,"
            " and set its secret as STRIPE_WEBHOOK_SECRET.",
        )
        return
    faults = [
        list(_endpoint_faults(endpoint, sandbox=bool(settings.stripe.sandbox_url))) for endpoint in found
    ]
    yield from min(faults, key=len) or [ok("webhook", f"{ours} gets every event that is needed.")]


def _endpoint_faults(endpoint: Json, *, sandbox: bool) -> Iterator[Finding]:
    if endpoint.get("status") != "enabled":
        yield wrong(
            "webhook",
            "Our endpoint is switched off at Stripe.",
            "Switch it on in the Dashboard; `factually donations reconcile` catches up.",
        )
    subscribed = endpoint.get("enabled_events")
    names = set(subscribed) if isinstance(subscribed, list) else set()
    missing = [] if "*" in names else [kind for kind in EVENT_TYPES if kind not in names]
    if missing:
        yield wrong(
            "webhook", f"Our endpoint does not get {', '.join(missing)}.", "Add them in Stripe's Dashboard."
        )
    version = endpoint.get("api_version")
    # The sandbox has one version only, and words events in it.
    if version != API_VERSION and not (sandbox and version is None):
        yield wrong(
            "webhook",
            f"Our endpoint words events as {version or 'the account does'}; this code reads {API_VERSION}.",
            f"Add a second endpoint with {API_VERSION}, set its secret, then remove the first.",
        )


def _keys(settings: Settings) -> Iterator[Finding]:
    stripe = settings.stripe
    if not stripe.webhook_secret.startswith("whsec_"):
        yield wrong(
            "stripe keys",
            "STRIPE_WEBHOOK_SECRET does not start with whsec_: every event will be refused.",
            "Copy the signing secret of our endpoint from Stripe's Dashboard.",
        )
    if stripe.sandbox_url:
        yield ok("stripe keys", "The sandbox stands in for Stripe: no money moves.")
    elif stripe.secret_key.startswith(("sk_live_", "rk_live_")):
        yield ok("stripe keys", "Live keys: money moves.")
    elif settings.demonstration:
        yield ok("stripe keys", "Test keys: no money moves.")
    else:
        yield warning(
            "stripe keys",
            "The site is in production, and its keys are test keys: every gift looks taken and none is.",
            "Set the live keys and the live endpoint's secret before donors come.",
        )


def _writable(folder: Path) -> bool:
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)


def _api(settings: Settings) -> StripeApi:
    return StripeApi(settings.stripe.sandbox_url or STRIPE, settings.stripe.secret_key)


def _place(settings: Settings) -> str:
    return f"The sandbox at {settings.stripe.sandbox_url}" if settings.stripe.sandbox_url else "Stripe"


def _way_to_stripe(settings: Settings) -> str:
    if settings.stripe.sandbox_url:
        return "Start `factually demo`, whose sandbox this is."
    return "See status.stripe.com, and whether this machine may reach api.stripe.com by HTTPS."
