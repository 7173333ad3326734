"""The books' own tables: transactions with their entries, append-only, without any donor's data.

The database itself refuses a transaction that does not add up to nothing in each currency, or whose entries
are not as many as it says: a deferred trigger looks at the commit (security.md section 5).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from factually.donations.books.accounts import LedgerAccount
from factually.foundation.database import Base


class LedgerTransaction(Base):
    """One posted movement of our balance at Stripe.

    Attributes:
        balance_transaction_id: Stripe's id of the movement; unique, so nothing is posted twice.
        type: Stripe's type.
        reporting_category: Stripe's finer word, which chose the accounts.
        source_id: Stripe's id of what caused it.
        presented_minor: What the card paid or got back in `presented_currency`, before it was converted.
        gift_id: The gift it belongs to; None for payouts, fees and what no gift is known for.
        entry_count: How many entries it has, so that none can be added later.
        occurred_at: When the balance changed, which is the date in every export.
    """

    __tablename__ = "ledger_transaction"
    __table_args__ = (
        CheckConstraint("entry_count BETWEEN 0 AND 3", name="entries_counted"),
        CheckConstraint("presented_currency ~ '^[A-Z]{3}$'", name="presented_currency_is_a_code"),
        CheckConstraint(
            "(presented_minor IS NULL) = (presented_currency IS NULL)", name="presented_in_a_currency"
        ),
        Index("ix_ledger_transaction_gift_id", "gift_id", postgresql_where="gift_id IS NOT NULL"),
        Index("ix_ledger_transaction_occurred_at", "occurred_at", "id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    balance_transaction_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    reporting_category: Mapped[str]
    source_id: Mapped[str | None]
    gift_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"))
    presented_minor: Mapped[int | None]
    presented_currency: Mapped[str | None]
    entry_count: Mapped[int]
    occurred_at: Mapped[datetime]
    available_on: Mapped[datetime]
    posted_at: Mapped[datetime]


class LedgerEntry(Base):
    """One line of a transaction: minor units of a currency, a debit positive, a credit negative."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint(
            f"account IN ({', '.join(repr(account.value) for account in LedgerAccount)})",
            name="account_known",
        ),
        CheckConstraint("amount_minor <> 0", name="amount_not_nothing"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_a_code"),
        Index("ix_ledger_entry_account", "account", "currency"),
        {"info": {"append_only": True}},
    )

    transaction_id: Mapped[int] = mapped_column(
        ForeignKey("ledger_transaction.id", ondelete="RESTRICT"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
