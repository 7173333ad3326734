from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from factually.demonstration.ports import free_port
from factually.donations.events import EVENT_TYPES
from factually.serving.diagnosis.findings import State
from factually.serving.diagnosis.outside_checks import (
    endpoint_is_registered,
    mail_server_answers,
    settings_make_sense,
    stripe_is_ready,
)
from factually.serving.diagnosis.stripe_api import API_VERSION
from tests.support.made_up_settings import made_up_settings
from tests.support.mail_server import mail_server
from tests.support.tampering import tampering

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factually.serving.diagnosis.findings import Finding
    from factually.settings import Settings
    from tests.support.databases import TestDatabase
    from tests.support.stripe_sandbox import RunningSandbox


@pytest.fixture
def paid(test_database: TestDatabase, sandbox: RunningSandbox) -> Settings:
    """Settings of a site that is paid through the running sandbox."""
    return made_up_settings(
        test_database,
        STRIPE_SANDBOX_URL=sandbox.url,
        STRIPE_SECRET_KEY=sandbox.secret_key,
        STRIPE_WEBHOOK_SECRET=sandbox.webhook_secret,
    )


@pytest.fixture
def production(test_database: TestDatabase) -> Settings:
    return made_up_settings(
        test_database,
        FACTUALLY_MODE="production",
        FACTUALLY_BASE_URL="https://factually.example",
        STRIPE_SANDBOX_URL="",
    )


def elsewhere(settings: Settings, address: str) -> Settings:
    return replace(settings, stripe=replace(settings.stripe, sandbox_url=address))


@pytest.fixture
def endpoint(paid: Settings, sandbox: RunningSandbox) -> Iterator[tuple[Settings, str]]:
    """A site at another address, and the id of its own endpoint, with the right version and events."""
    client = sandbox.client()
    made = client.v1.webhook_endpoints.create(
        {
            "url": "http://127.0.0.1:1/webhooks/stripe",
            "enabled_events": list(EVENT_TYPES),
            "api_version": API_VERSION,
        }
    )
    yield replace(paid, base_url="http://127.0.0.1:1"), made.id
    client.v1.webhook_endpoints.delete(made.id)


def only(found: Iterator[Finding]) -> Finding:
    (finding,) = found
    return finding


def test_made_up_addresses_are_a_warning_in_production_alone(
    settings: Settings, production: Settings
) -> None:
    assert only(settings_make_sense(settings)).state is State.OK
    _, found = settings_make_sense(production)
    assert found.state is State.WARNING
    assert found.seen.startswith("FACTUALLY_CONTACT and MAIL_FROM")


def test_a_folder_for_indexes_that_is_none_is_wrong(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    _, found = settings_make_sense(replace(settings, derived_files=file / "derived"))
    assert found.state is State.WRONG
    assert "FACTUALLY_DERIVED_FILES" in found.to_do


def test_a_mail_server_that_answers_gets_no_letter(settings: Settings) -> None:
    with mail_server() as server:
        mail = replace(settings.mail, port=server.address.port)
        assert mail_server_answers(replace(settings, mail=mail)).state is State.OK
        assert server.received == []
        without_tls = mail_server_answers(replace(settings, mail=replace(mail, starttls=True)))
        stranger = mail_server_answers(
            replace(settings, mail=replace(mail, username="factually", password="not it"))
        )
    assert "SMTP_STARTTLS=no" in without_tls.to_do
    assert stranger.state is State.WRONG


def test_a_mail_server_that_refuses_our_account_is_wrong(settings: Settings) -> None:
    port = free_port()
    refusing = Controller(
        object(),
        hostname="127.0.0.1",
        port=port,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
    )
    refusing.start()
    mail = replace(settings.mail, port=port, username="factually", password="not it")
    found = mail_server_answers(replace(settings, mail=mail))
    refusing.stop()
    assert found.seen.endswith("refuses SMTP_USERNAME with SMTP_PASSWORD (535).")


def test_a_mail_server_that_does_not_answer_is_wrong(settings: Settings) -> None:
    found = mail_server_answers(replace(settings, mail=replace(settings.mail, port=9)))
    assert found.state is State.WRONG
    assert "127.0.0.1:9" in found.seen


def test_a_sandbox_that_sends_us_everything_is_right(paid: Settings) -> None:
    found = list(stripe_is_ready(paid))
    assert [(finding.check, finding.state) for finding in found] == [
        ("stripe keys", State.OK),
        ("stripe", State.OK),
        ("webhook", State.OK),
    ]


def test_a_sandbox_that_is_not_running_says_what_starts_it(settings: Settings) -> None:
    found = list(stripe_is_ready(settings))[-1]
    assert (found.check, found.state) == ("stripe", State.WRONG)
    assert "factually demo" in found.to_do


def test_keys_that_could_lose_money_keep_the_site_from_starting(settings: Settings) -> None:
    live = replace(settings.stripe, secret_key="sk_live_made_up")
    found = only(stripe_is_ready(replace(settings, stripe=live)))
    assert found.seen == "A live Stripe key can't be used with a sandbox address. The site refuses to start."


def test_a_webhook_secret_of_another_kind_is_wrong(paid: Settings) -> None:
    stripe = replace(paid.stripe, webhook_secret="sk_test_made_up")
    found = next(stripe_is_ready(replace(paid, stripe=stripe)))
    assert found.state is State.WRONG
    assert "STRIPE_WEBHOOK_SECRET" in found.seen


def test_test_keys_in_production_are_a_warning_and_live_ones_are_not(production: Settings) -> None:
    assert next(stripe_is_ready(production)).state is State.WARNING
    demonstration = replace(production, mode="demonstration")
    assert next(stripe_is_ready(demonstration)).seen == "Test keys: no money moves."
    live = replace(production.stripe, secret_key="rk_live_made_up")
    assert next(stripe_is_ready(replace(production, stripe=live))).seen == "Live keys: money moves."


def test_a_key_that_stripe_refuses_is_wrong(paid: Settings, sandbox: RunningSandbox) -> None:
    with tampering(sandbox.url, refuse={"/v1/balance": 401}) as address:
        found = list(stripe_is_ready(elsewhere(paid, address)))[-1]
    assert found.seen.startswith("Stripe refuses STRIPE_SECRET_KEY")


def test_a_site_without_endpoint_is_wrong_and_told_which_to_make(paid: Settings) -> None:
    found = only(endpoint_is_registered(replace(paid, base_url="https://other.example")))
    assert found.state is State.WRONG
    assert "https://other.example/webhooks/stripe" in found.seen
    assert API_VERSION in found.to_do


def test_an_endpoint_with_our_version_and_events_is_right(endpoint: tuple[Settings, str]) -> None:
    settings, _ = endpoint
    assert only(endpoint_is_registered(settings)).state is State.OK


def test_an_endpoint_that_is_off_and_lacks_events_is_wrong_twice(
    endpoint: tuple[Settings, str], sandbox: RunningSandbox
) -> None:
    settings, endpoint_id = endpoint
    sandbox.client().v1.webhook_endpoints.update(
        endpoint_id, {"disabled": True, "enabled_events": ["payment_intent.succeeded"]}
    )
    off, lacking = endpoint_is_registered(settings)
    assert off.seen == "Our endpoint is switched off at Stripe."
    assert "charge.refunded" in lacking.seen
    assert "payment_intent.succeeded" not in lacking.seen


def test_an_endpoint_of_another_version_is_wrong(
    endpoint: tuple[Settings, str], sandbox: RunningSandbox
) -> None:
    settings, _ = endpoint
    with tampering(sandbox.url, answered={API_VERSION: "2020-08-27"}) as address:
        found = only(endpoint_is_registered(elsewhere(settings, address)))
    assert "2020-08-27" in found.seen
    assert API_VERSION in found.to_do


def test_a_restricted_key_that_may_not_list_endpoints_is_a_warning(
    paid: Settings, sandbox: RunningSandbox
) -> None:
    with tampering(sandbox.url, refuse={"/v1/webhook_endpoints": 403}) as address:
        assert only(endpoint_is_registered(elsewhere(paid, address))).state is State.WARNING


@pytest.mark.parametrize("answer", [{'"data":': '"rows":'}, {'{"data': '[{"data', "}": "}]"}])
def test_an_answer_that_makes_no_sense_is_wrong(
    paid: Settings, sandbox: RunningSandbox, answer: dict[str, str]
) -> None:
    with tampering(sandbox.url, answered=answer) as address:
        assert only(endpoint_is_registered(elsewhere(paid, address))).state is State.WRONG
