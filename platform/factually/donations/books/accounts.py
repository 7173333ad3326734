"""The chart of accounts, and the sides on which each kind of movement is posted.

Pure. Amounts are signed: a debit is positive, a credit negative, and a transaction adds up to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class LedgerAccount(StrEnum):
    """One account of the books; the names are also valid in hledger and Beancount."""

    STRIPE = "Assets:Stripe:Balance"
    """What Stripe owes us, available or pending."""
    BANK_IN_TRANSIT = "Assets:Bank:InTransit"
    """Paid out by Stripe, or sent to it; cleared in the organisation's own books by the bank's statement."""
    GIFTS = "Income:Gifts"
    """Gifts as the donors gave them, before any fee."""
    REFUNDS = "Income:Refunds"
    """Gifts given back, less what came back to us because a refund failed."""
    DISPUTES = "Income:Disputes"
    """Gifts that banks took back, less those they returned."""
    PROCESSING_FEES = "Expenses:Stripe:ProcessingFees"
    DISPUTE_FEES = "Expenses:Stripe:DisputeFees"
    OTHER_FEES = "Expenses:Stripe:OtherFees"
    TAXES = "Expenses:Stripe:Taxes"
    """Tax on Stripe's fees."""
    SUSPENSE = "Liabilities:Suspense"
    """What this version has no rule for; a person must look, and nothing is dropped."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Where a movement's gross amount is booked against Stripe's balance, and where its fee."""

    amount: LedgerAccount
    fee: LedgerAccount


_UNKNOWN: Final = Sides(LedgerAccount.SUSPENSE, LedgerAccount.OTHER_FEES)
_SIDES: Final = {
    "charge": Sides(LedgerAccount.GIFTS, LedgerAccount.PROCESSING_FEES),
    "charge_failure": Sides(LedgerAccount.GIFTS, LedgerAccount.PROCESSING_FEES),
    "dispute": Sides(LedgerAccount.DISPUTES, LedgerAccount.DISPUTE_FEES),
    "dispute_reversal": Sides(LedgerAccount.DISPUTES, LedgerAccount.DISPUTE_FEES),
    "fee": Sides(LedgerAccount.OTHER_FEES, LedgerAccount.OTHER_FEES),
    "network_cost": Sides(LedgerAccount.OTHER_FEES, LedgerAccount.OTHER_FEES),
    "payout": Sides(LedgerAccount.BANK_IN_TRANSIT, LedgerAccount.OTHER_FEES),
    "payout_reversal": Sides(LedgerAccount.BANK_IN_TRANSIT, LedgerAccount.OTHER_FEES),
    "refund": Sides(LedgerAccount.REFUNDS, LedgerAccount.PROCESSING_FEES),
    "refund_failure": Sides(LedgerAccount.REFUNDS, LedgerAccount.PROCESSING_FEES),
    "tax": Sides(LedgerAccount.TAXES, LedgerAccount.OTHER_FEES),
    "topup": Sides(LedgerAccount.BANK_IN_TRANSIT, LedgerAccount.OTHER_FEES),
    "topup_reversal": Sides(LedgerAccount.BANK_IN_TRANSIT, LedgerAccount.OTHER_FEES),
}


def sides_of(reporting_category: str) -> Sides:
    """Say where a movement is booked, by Stripe's reporting category; an unknown one goes to suspense.

    Source: Stripe, "Reporting categories". The category and not the type is asked, since one type, such as
    `adjustment`, stands for several kinds.
    """
    return _SIDES.get(reporting_category, _UNKNOWN)
