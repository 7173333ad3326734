"""Whatever happens to a monthly gift, in whatever order: its money, its periods and its end stay right."""

from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from factually.stripe_sandbox import (
    customers,
    due,
    invoice_collecting,
    invoice_ending,
    products,
    saved_cards,
    subscribing,
    subscription_changes,
)
from factually.stripe_sandbox.cards import BY_NAME
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Document, Selection, Store
from factually.stripe_sandbox.work import Work

_START = 1_790_000_000
_DAY = 24 * 3600
_CARDS = st.sampled_from(["pm_card_visa", "pm_card_chargeCustomerFail", "pm_card_authenticationRequired"])


class MonthlyGift(RuleBasedStateMachine):
    """One gift whose owner, bank and clock do what they like."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.now = _START
        with self.store.transaction() as records:
            work = Work(records, self.now)
            customer = customers.create(work, {})["id"]
            products.create(work, {"id": "monthly", "name": "Gift"})
            self.card = saved_cards.attach(work, {"customer": customer}, "pm_card_visa")["id"]
            self.gift = subscribing.create(
                work,
                {
                    "customer": customer,
                    "default_payment_method": self.card,
                    "items": [
                        {
                            "price_data": {
                                "product": "monthly",
                                "currency": "usd",
                                "unit_amount": 500,
                                "recurring": {"interval": "month"},
                            }
                        }
                    ],
                },
            )["id"]
        self.ended_at: int | None = None

    def teardown(self) -> None:
        self.store.close()

    def _all(self, kind: str) -> list[Document]:
        with self.store.transaction() as records:
            return records.select(kind)

    def _do(self, handle: Any, parameters: Document, identifier: str) -> None:  # noqa: ANN401 - any handler
        """Ask for something; a refusal is an answer too, and undoes its work unless it says otherwise."""
        with self.store.transaction() as records:
            records.mark()
            try:
                handle(Work(records, self.now), parameters, identifier)
            except ApiError as refused:
                if not refused.keeps_work:
                    records.return_to_mark()

    @rule(hours=st.sampled_from([1, 5, 24, 3 * 24, 8 * 24, 31 * 24, 65 * 24]))
    def pass_time(self, hours: int) -> None:
        self.now += hours * 3600
        with self.store.transaction() as records:
            due.settle(records, self.now)

    @rule(name=_CARDS)
    def replace_card(self, name: str) -> None:
        with self.store.transaction() as records:
            saved_cards.replace_by_network(Work(records, self.now), self.card, BY_NAME[name], (8, 2030))

    @rule(behavior=st.sampled_from(["void", "keep_as_draft", "mark_uncollectible", None]))
    def pause(self, behavior: str | None) -> None:
        pause = None if behavior is None else {"behavior": behavior}
        self._do(subscription_changes.update, {"pause_collection": pause}, self.gift)

    @rule(asked=st.booleans())
    def plan_end(self, *, asked: bool) -> None:
        self._do(subscription_changes.update, {"cancel_at_period_end": asked}, self.gift)

    @rule(handle=st.sampled_from([invoice_collecting.pay, invoice_ending.void]))
    def act_on_latest_invoice(self, handle: Any) -> None:  # noqa: ANN401 - any handler
        self._do(handle, {}, self._all("invoice")[0]["id"])

    @precondition(lambda self: self.now > _START + 40 * _DAY)
    @rule()
    def cancel(self) -> None:
        self._do(subscription_changes.cancel, {}, self.gift)

    @invariant()
    def money_taken_is_money_invoiced(self) -> None:
        paid = sum(invoice["amount_paid"] for invoice in self._all("invoice"))
        taken = [charge for charge in self._all("charge") if charge["status"] == "succeeded"]
        assert sum(charge["amount"] for charge in taken) == paid
        assert len({charge["payment_intent"] for charge in taken}) == len(taken)

    @invariant()
    def each_period_has_one_invoice_and_none_is_missing(self) -> None:
        periods = [
            (line["period"]["start"], line["period"]["end"])
            for invoice in reversed(self._all("invoice"))
            for line in invoice["lines"]["data"]
        ]
        assert periods[0][0] == _START
        assert all(before[1] == after[0] for before, after in pairwise(periods))

    @invariant()
    def a_gift_that_ended_takes_nothing_by_itself(self) -> None:
        with self.store.transaction() as records:
            gift = Work(records, self.now).get("subscription", self.gift)
            alarms = records.select("sandbox.alarm", Selection(equal={"subject": self.gift}))
            collecting = [
                invoice
                for invoice in records.select("invoice", Selection(equal={"_subscription": self.gift}))
                if invoice["auto_advance"] and invoice["status"] in ("draft", "open")
            ]
        if gift["status"] == "canceled":
            assert gift["ended_at"] is not None
            assert (alarms, collecting) == ([], [])
        else:
            assert gift["items"]["data"][0]["current_period_end"] >= self.now - 31 * _DAY


MonthlyGift.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestMonthlyGift = MonthlyGift.TestCase
