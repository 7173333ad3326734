"""The balance, the payouts and the charges must agree, whatever happens in whatever order."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from factually.stripe_sandbox import confirming, disputing, due, payouts, refund_ends, refunds
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Document, Records, Selection, Store
from factually.stripe_sandbox.work import Work

_DAY = 24 * 3600
_CARDS = (
    "pm_card_visa",
    "pm_card_gb",
    "pm_card_refundFail",
    "pm_card_pendingRefund",
    "pm_card_createDispute",
)


@dataclass
class _Account:
    """An account in use: the open records and the moment."""

    records: Records
    now: int = 1_000_000
    charges: list[str] = field(default_factory=list)

    @property
    def work(self) -> Work:
        return Work(self.records, now=self.now)

    def give(self, amount: int, choice: int) -> None:
        currency = ("usd", "eur", "jpy", "kwd")[choice % 4]
        intent = confirming.create(
            self.work,
            {
                "amount": amount * 10,
                "currency": currency,
                "confirm": True,
                "payment_method": _CARDS[choice % len(_CARDS)],
                "allowed_payment_method_types": ["card"],
            },
        )
        self.charges.append(intent["latest_charge"])

    def refund(self, amount: int, choice: int) -> None:
        refunds.create(self.work, {"charge": self._charge(choice), "amount": amount})

    def fail_refund(self, _amount: int, choice: int) -> None:
        made = self.records.select("refund")
        if made:
            refund_ends.force(self.work, made[choice % len(made)], "failed")

    def dispute(self, _amount: int, choice: int) -> None:
        charge = self.work.get("charge", self._charge(choice))
        disputing.open_by(self.work, charge, reason="fraudulent", inquiry=choice % 2 == 0)

    def decide(self, _amount: int, choice: int) -> None:
        made = self.records.select("dispute")
        if made:
            outcome = ("won", "lost", "warning_closed", "needs_response")[choice % 4]
            disputing.decide(self.work, made[choice % len(made)], outcome)

    def wait(self, amount: int, _choice: int) -> None:
        self.now += amount % 9 * _DAY
        due.settle(self.records, self.now)

    def fail_payout(self, _amount: int, choice: int) -> None:
        made = self.records.select("payout")
        if made:
            payouts.fail(self.work, made[choice % len(made)]["id"])

    def _charge(self, choice: int) -> str:
        return self.charges[choice % len(self.charges)] if self.charges else "ch_none"


_ACTS: tuple[Callable[[_Account, int, int], None], ...] = (
    _Account.give,
    _Account.refund,
    _Account.fail_refund,
    _Account.dispute,
    _Account.decide,
    _Account.wait,
    _Account.fail_payout,
)
_STEPS = st.lists(st.tuples(st.sampled_from(_ACTS), st.integers(50, 5000), st.integers(0, 99)), max_size=25)


@settings(max_examples=60, deadline=None)
@given(_STEPS)
def test_balance_payouts_and_charges_agree_whatever_happens(
    steps: list[tuple[Callable[[_Account, int, int], None], int, int]],
) -> None:
    store = Store()
    with store.transaction() as records:
        account = _Account(records)
        for act, amount, choice in steps:
            records.mark()
            try:
                act(account, amount, choice)
            except ApiError:
                records.return_to_mark()
        _check_books(account)
    store.close()


def _check_books(account: _Account) -> None:
    transactions = account.records.select("balance_transaction")
    balance = payouts.balance(account.work, {})
    assert balance["available"][0]["amount"] + balance["pending"][0]["amount"] == _net(transactions)
    for payout in account.records.select("payout"):
        parts = account.records.select("balance_transaction", Selection(equal={"_payout": payout["id"]}))
        assert _net(parts) == 0
        assert payout["amount"] == _net([part for part in parts if part["source"] != payout["id"]])
    for charge in account.records.select("charge"):
        standing = [
            refund["amount"]
            for refund in account.records.select("refund", Selection(equal={"charge": charge["id"]}))
            if refund["status"] in ("succeeded", "pending")
        ]
        assert charge["amount_refunded"] == sum(standing) <= charge["amount_captured"]
        assert charge["refunded"] == (sum(standing) == charge["amount"])


def _net(transactions: list[Document]) -> int:
    return sum(transaction["net"] for transaction in transactions)
