from collections.abc import Iterator

import pytest
import requests
import stripe

from tests.support.stripe_sandbox import RunningSandbox, stripe_sandbox, take

_DAY = 24 * 3600


@pytest.fixture
def own() -> Iterator[RunningSandbox]:
    """A sandbox whose balance nobody else moves."""
    with stripe_sandbox() as running:
        yield running


@pytest.fixture
def account(own: RunningSandbox) -> stripe.StripeClient:
    return own.client()


def _balance(account: stripe.StripeClient) -> tuple[int, int]:
    """Read what is available and what is pending."""
    balance = account.v1.balance.retrieve()
    assert [balance.available[0].currency, balance.pending[0].currency] == ["usd", "usd"]
    return balance.available[0].amount, balance.pending[0].amount


def _parts(account: stripe.StripeClient, payout: str) -> list[stripe.BalanceTransaction]:
    listed = account.v1.balance_transactions.list({"payout": payout, "limit": 100}).data
    return [part for part in listed if part.source != payout]


def test_money_is_pending_then_available_then_paid_out(
    own: RunningSandbox, account: stripe.StripeClient
) -> None:
    assert _balance(account) == (0, 0)
    take(account, amount=10_000)
    assert _balance(account) == (0, 9680)

    own.advance(2 * _DAY)

    (payout,) = account.v1.payouts.list({}).data
    assert (payout.amount, payout.status, payout.automatic) == (9680, "pending", True)
    assert (payout.arrival_date, payout.reconciliation_status) == (payout.created + 2 * _DAY, "in_progress")
    assert _balance(account) == (0, 0)

    own.advance(2 * _DAY)

    paid = account.v1.payouts.retrieve(payout.id, {"expand": ["balance_transaction.source"]})
    assert (paid.status, paid.reconciliation_status) == ("paid", "completed")
    assert isinstance(paid.balance_transaction, stripe.BalanceTransaction)
    assert (paid.balance_transaction.amount, paid.balance_transaction.reporting_category) == (-9680, "payout")
    told = [event.type for event in account.v1.events.list({"limit": 5}).data]
    assert told[:4] == ["payout.paid", "payout.updated", "payout.created", "balance.available"]


def test_a_payout_is_the_exact_sum_of_its_transactions(
    own: RunningSandbox, account: stripe.StripeClient
) -> None:
    own.force("payout_schedule", {"interval": "manual"})
    for amount, currency in ((2000, "usd"), (1999, "eur"), (777, "jpy"), (1250, "kwd"), (3333, "gbp")):
        take(account, amount=amount, currency=currency)
    refunded, disputed = take(account, amount=5000), take(account, "pm_card_createDispute", amount=4000)
    account.v1.refunds.create({"charge": refunded.id, "amount": 1234})
    own.advance(3 * _DAY)
    available, pending = _balance(account)
    everything = account.v1.balance_transactions.list({"limit": 100}).data
    assert (available, pending) == (sum(part.net for part in everything), 0)

    payout = own.force("payouts")

    parts = _parts(account, payout["id"])
    assert payout["amount"] == sum(part.net for part in parts) == available
    assert {part.reporting_category for part in parts} == {"charge", "refund", "dispute"}
    assert disputed.id in {part.source for part in parts}
    assert _balance(account) == (0, 0)


def test_a_failed_payout_gives_the_money_back_for_the_next(
    own: RunningSandbox, account: stripe.StripeClient
) -> None:
    take(account, amount=10_000)
    own.advance(2 * _DAY)
    first = account.v1.payouts.list({}).data[0]

    own.force(f"payouts/{first.id}/fail")

    failed = account.v1.payouts.retrieve(first.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert isinstance(failed.failure_balance_transaction, stripe.BalanceTransaction)
    assert failed.failure_balance_transaction.type == "payout_failure"
    assert _balance(account) == (9680, 0)
    second = own.force("payouts")
    assert (second["amount"], [part.type for part in _parts(account, second["id"])]) == (
        9680,
        ["payout_failure"],
    )
    own.advance(3 * _DAY)
    assert [payout.status for payout in account.v1.payouts.list({}).data] == ["paid", "failed"]
    assert [payout.id for payout in account.v1.payouts.list({"status": "failed"}).data] == [first.id]


def test_a_payout_by_hand_takes_an_amount_and_no_more_than_there_is(
    own: RunningSandbox, account: stripe.StripeClient
) -> None:
    own.force("payout_schedule", {"interval": "manual"})
    take(account, amount=10_000)
    own.advance(2 * _DAY)
    assert account.v1.payouts.list({}).data == []

    payout = account.v1.payouts.create({"amount": 1000, "currency": "usd", "metadata": {"by": "hand"}})
    changed = account.v1.payouts.update(payout.id, {"metadata": {"by": "Ann"}})

    assert (payout.automatic, payout.reconciliation_status) == (False, "not_applicable")
    assert changed.metadata is not None
    assert changed.metadata["by"] == "Ann"
    assert account.v1.payouts.update(payout.id, {}).metadata == changed.metadata
    assert _balance(account) == (8680, 0)
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        account.v1.payouts.create({"amount": 8681, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError) as elsewhere:
        account.v1.payouts.create({"amount": 100, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError) as unknown_parts:
        account.v1.balance_transactions.list({"payout": payout.id})
    assert [too_much.value.code, elsewhere.value.param, unknown_parts.value.param] == [
        "balance_insufficient",
        "currency",
        "payout",
    ]
    assert own.force(f"payouts/{payout.id}/arrive")["status"] == "paid"
    rest = own.force("payouts")
    assert rest["amount"] == sum(part.net for part in _parts(account, rest["id"])) == 8680


def test_a_balance_below_zero_is_not_paid_out(own: RunningSandbox, account: stripe.StripeClient) -> None:
    charge = take(account, amount=500)
    own.force("disputes", {"charge": charge.id})

    own.advance(3 * _DAY)

    assert _balance(account) == (455 - 2000, 0)
    assert account.v1.payouts.list({}).data == []
    url = f"{own.url}/_sandbox/payouts"
    assert requests.post(url, json={}, timeout=10).json()["error"]["code"] == "balance_insufficient"


def test_a_year_in_one_step_pays_out_each_day_at_its_own_time(
    own: RunningSandbox, account: stripe.StripeClient
) -> None:
    take(account)
    own.advance(_DAY)
    take(account)

    own.advance(365 * _DAY)

    payouts = account.v1.payouts.list({}).data
    assert [payout.amount for payout in payouts] == [455, 455]
    assert payouts[0].created - payouts[1].created == _DAY
    assert all(payout.created % _DAY == 0 for payout in payouts)


@pytest.mark.parametrize("action", ["arrive", "fail"])
def test_a_payout_that_failed_is_over(own: RunningSandbox, account: stripe.StripeClient, action: str) -> None:
    take(account, amount=10_000)
    own.advance(2 * _DAY)
    payout = account.v1.payouts.list({}).data[0].id
    own.force(f"payouts/{payout}/fail")

    requests.post(f"{own.url}/_sandbox/payouts/{payout}/{action}", json={}, timeout=10)

    assert account.v1.payouts.retrieve(payout).status == "failed"
    assert _balance(account) == (9680, 0)
