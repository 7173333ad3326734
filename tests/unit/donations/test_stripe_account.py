from __future__ import annotations

from dataclasses import replace

import pytest

from factually.donations.stripe_account import StripeAccount, check_account

LOOPBACK = "http://127.0.0.1:12111"


def account(
    key: str = "sk_test_x", address: str | None = LOOPBACK, *, production: bool = False
) -> StripeAccount:
    return StripeAccount(
        secret_key=key, webhook_secret="whsec_x", sandbox_address=address, production=production
    )


@pytest.mark.parametrize(
    ("dangerous", "sentence"),
    [
        (account("sk_live_x"), "live Stripe key can't be used with a sandbox"),
        (account("rk_live_x"), "live Stripe key can't be used with a sandbox"),
        (account(production=True), "can't be used in production"),
        (account(address="http://10.0.0.1:12111"), "must be on this machine"),
        (account(address="http://127.0.0.1.example.org"), "must be on this machine"),
        (account(address="https://127.0.0.1:12111"), "must be on this machine"),
        (account(address="nonsense"), "must be on this machine"),
        (account("pk_test_x", None), "must start with"),
        (account("", None), "must start with"),
    ],
)
def test_settings_that_could_mix_real_money_and_play_money_are_refused(
    dangerous: StripeAccount, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_account(dangerous)


@pytest.mark.parametrize(
    "safe",
    [
        account(),
        account("rk_test_x", "http://[::1]:12111"),
        account("sk_live_x", None, production=True),
        account("sk_test_x", None),
    ],
)
def test_other_settings_pass(safe: StripeAccount) -> None:
    check_account(safe)


def test_a_line_that_stripe_would_refuse_for_each_gift_stops_the_start() -> None:
    check_account(replace(account(), card_statement="FACTUALLY* GIFT"))
    with pytest.raises(ValueError, match="line on card statements"):
        check_account(replace(account(), card_statement="GIFT"))


def test_only_a_live_key_moves_money() -> None:
    assert account("rk_live_x", None).livemode
    assert not account().livemode
