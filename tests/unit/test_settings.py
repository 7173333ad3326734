from __future__ import annotations

import base64
from pathlib import Path

import pytest

from factually.application import build_parts
from factually.settings import BadSetting, read_settings
from tests.support.made_up_settings import ENVIRONMENT

LIVE = {"STRIPE_SECRET_KEY": "sk_live_made_up", "STRIPE_PUBLISHABLE_KEY": "pk_live_made_up"}
PRODUCTION = {"FACTUALLY_MODE": "production", "FACTUALLY_BASE_URL": "https://factually.example"}
NO_SANDBOX = {"STRIPE_SANDBOX_URL": ""}


def test_good_settings_are_read() -> None:
    settings = read_settings(
        {**ENVIRONMENT, "FACTUALLY_BASE_URL": "http://localhost:8000/"}, Path("/checkout")
    )
    assert settings.base_url == "http://localhost:8000"
    assert settings.demonstration
    assert (settings.mail.starttls, settings.mail.port) == (False, 25)


def test_a_live_site_is_read() -> None:
    settings = read_settings({**ENVIRONMENT, **PRODUCTION, **NO_SANDBOX, **LIVE}, Path("/checkout"))
    build_parts(settings).database.dispose()
    assert not settings.demonstration


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "STRIPE_SECRET_KEY", "FACTUALLY_MODE"])
@pytest.mark.parametrize("missing", [True, False])
def test_a_missing_setting_is_named(name: str, *, missing: bool) -> None:
    environment = dict(ENVIRONMENT)
    environment[name] = ""
    if missing:
        del environment[name]
    with pytest.raises(BadSetting, match=name):
        read_settings(environment, Path("/checkout"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"FACTUALLY_MODE": "test"}, "FACTUALLY_MODE must be one of"),
        ({"FACTUALLY_BASE_URL": "example.org"}, "FACTUALLY_BASE_URL must be an address"),
        ({"FACTUALLY_BASE_URL": "https://example.org/blog"}, "FACTUALLY_BASE_URL must be an address"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY needs at least"),
        ({"FACTUALLY_METRICS_TOKEN": "short"}, "FACTUALLY_METRICS_TOKEN needs at least"),
        ({"FACTUALLY_DATA_KEY": "not base64!"}, "FACTUALLY_DATA_KEY must be base64"),
        ({"FACTUALLY_DATA_KEY": base64.b64encode(b"short").decode()}, "FACTUALLY_DATA_KEY needs at least"),
        ({"SMTP_PORT": "many"}, "SMTP_PORT must be a whole number"),
        ({"SMTP_PORT": "²"}, "SMTP_PORT must be a whole number"),
        (
            {**PRODUCTION, **NO_SANDBOX, "FACTUALLY_BASE_URL": "http://example.org"},
            "must start with https://",
        ),
        ({"STRIPE_SECRET_KEY": "sk_live_made_up"}, "different modes"),
        ({**LIVE, **NO_SANDBOX}, "demonstration"),
    ],
)
def test_a_wrong_setting_is_one_sentence(change: dict[str, str], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        read_settings({**ENVIRONMENT, **change}, Path("/checkout"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({**LIVE, **PRODUCTION}, "live Stripe key"),
        ({"STRIPE_SANDBOX_URL": "http://192.0.2.1:8001"}, "on this machine"),
        (PRODUCTION, "production"),
        ({"STRIPE_SECRET_KEY": "made up"}, "sk_test_"),
    ],
)
def test_settings_that_could_move_money_by_mistake_stop_the_start(change: dict[str, str], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        build_parts(read_settings({**ENVIRONMENT, **change}, Path("/checkout")))


def test_a_card_statement_that_stripe_would_refuse_for_each_gift_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="line on card statements"):
        build_parts(read_settings({**ENVIRONMENT, "STRIPE_CARD_STATEMENT": "GIFT"}, Path("/checkout")))


def test_no_secret_is_printed_by_accident() -> None:
    printed = repr(read_settings(ENVIRONMENT, Path("/checkout")))
    for name in (
        "SECRET_KEY",
        "FACTUALLY_DATA_KEY",
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "DATABASE_URL",
    ):
        assert ENVIRONMENT[name] not in printed
