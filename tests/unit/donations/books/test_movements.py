from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from factually.donations.books.accounts import LedgerAccount
from factually.donations.books.movements import BalanceMovement, entries_of
from tests.support.balance_movements import TYPES, WHEN, any_movement, movement

if TYPE_CHECKING:
    from collections.abc import Mapping

STRIPE = LedgerAccount.STRIPE


def booked(one: BalanceMovement) -> Mapping[LedgerAccount, int]:
    return {entry.account: entry.amount for entry in entries_of(one)}


@given(any_movement)
def test_any_movement_balances_and_changes_stripes_account_by_its_net(one: BalanceMovement) -> None:
    entries = entries_of(one)
    assert sum(entry.amount for entry in entries) == 0
    assert sum(entry.amount for entry in entries if entry.account is STRIPE) == one.net
    assert len({entry.account for entry in entries}) == len(entries) <= 3
    assert all(entry.amount for entry in entries)


@pytest.mark.parametrize(
    ("one", "entries"),
    [
        (
            movement("charge", 500, fee=45),
            {STRIPE: 455, LedgerAccount.GIFTS: -500, LedgerAccount.PROCESSING_FEES: 45},
        ),
        (movement("refund", -500), {STRIPE: -500, LedgerAccount.REFUNDS: 500}),
        (movement("refund_failure", 500), {STRIPE: 500, LedgerAccount.REFUNDS: -500}),
        (
            movement("dispute", -500, fee=1500),
            {STRIPE: -2000, LedgerAccount.DISPUTES: 500, LedgerAccount.DISPUTE_FEES: 1500},
        ),
        (
            movement("dispute_reversal", 500, fee=-1500),
            {STRIPE: 2000, LedgerAccount.DISPUTES: -500, LedgerAccount.DISPUTE_FEES: -1500},
        ),
        (movement("payout", -910), {STRIPE: -910, LedgerAccount.BANK_IN_TRANSIT: 910}),
        (movement("payout_reversal", 910), {STRIPE: 910, LedgerAccount.BANK_IN_TRANSIT: -910}),
        (movement("topup", 910), {STRIPE: 910, LedgerAccount.BANK_IN_TRANSIT: -910}),
        (movement("fee", -200), {STRIPE: -200, LedgerAccount.OTHER_FEES: 200}),
        (movement("fee", 0, fee=200), {STRIPE: -200, LedgerAccount.OTHER_FEES: 200}),
        (movement("tax", -16), {STRIPE: -16, LedgerAccount.TAXES: 16}),
        (movement("something_new", 70), {STRIPE: 70, LedgerAccount.SUSPENSE: -70}),
        (movement("something_new", 0), {}),
    ],
)
def test_each_kind_has_its_accounts(one: BalanceMovement, entries: Mapping[LedgerAccount, int]) -> None:
    assert booked(one) == entries


@pytest.mark.parametrize("category", sorted(TYPES))
def test_no_known_kind_goes_to_suspense(category: str) -> None:
    assert LedgerAccount.SUSPENSE not in booked(movement(category, 100))


def test_a_movement_whose_net_is_not_amount_less_fee_is_refused() -> None:
    with pytest.raises(ValueError, match="txn_1: an amount of 500 less 45 is not 450"):
        BalanceMovement(
            id="txn_1",
            type="charge",
            reporting_category="charge",
            amount=500,
            fee=45,
            net=450,
            currency="USD",
            created=WHEN,
            available_on=WHEN,
            source_id=None,
        )
