"""The rows of a monthly gift: what goes on by itself, each step it took, each card that was entered for it.

Who gives stands sealed with each month's gift and nowhere else. `monthly_event` is append-only;
`monthly_gift.state` moves only along `lifecycle.LEGAL_STEPS` (both guarded by triggers).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from factually.donations.monthly.lifecycle import EndReason, MonthlyFact, MonthlyState
from factually.donations.steps import AttemptOutcome
from factually.foundation.database import Base, one_of


class MonthlyGift(Base):
    """A monthly gift from its pledge to its end, as it is meant to be; Stripe is brought to the same.

    Attributes:
        public_id: Unguessable, in addresses.
        email_index: Blind index of the donor's address.
        amount_minor: What the next month is charged, in minor units of `currency`.
        paused_by_donor: Whether it is to be paused once a doubt is cleared.
        setup_intent_id: The first card's set-up at Stripe.
        payment_method_id: The card that is charged.
        failures: Tries of the present charge that found no money.
        retry_at: When it is tried again.
        next_charge_at: When the next month begins, as Stripe says.
        revision: Counts the changes that Stripe must know of; it knows those up to `synced_revision`.
    """

    __tablename__ = "monthly_gift"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_a_code"),
        CheckConstraint(one_of("state", MonthlyState), name="state_known"),
        CheckConstraint(one_of("end_reason", EndReason), name="end_reason_known"),
        CheckConstraint("(state = 'ended') = (end_reason IS NOT NULL)", name="end_has_reason"),
        CheckConstraint("octet_length(email_index) = 32", name="email_index_length"),
        CheckConstraint(
            "subscription_id IS NULL OR customer_id IS NOT NULL", name="subscription_has_customer"
        ),
        CheckConstraint(
            "subscription_id IS NOT NULL OR state IN ('pledged', 'ended')", name="started_has_subscription"
        ),
        CheckConstraint("failures >= 0 AND synced_revision <= revision", name="counters_in_order"),
        Index("ix_monthly_gift_email", "email_index"),
        Index("ix_monthly_gift_next_charge", "next_charge_at", postgresql_where="state <> 'ended'"),
        Index("ix_monthly_gift_unsynced", "updated_at", postgresql_where="synced_revision < revision"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    email_index: Mapped[bytes]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    end_reason: Mapped[str | None]
    paused_by_donor: Mapped[bool] = mapped_column(default=False)
    customer_id: Mapped[str | None] = mapped_column(unique=True)
    setup_intent_id: Mapped[str | None]
    payment_method_id: Mapped[str | None]
    subscription_id: Mapped[str | None] = mapped_column(unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    next_charge_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)
    synced_revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class MonthlyEvent(Base):
    """One step of a monthly gift, with the amount it had then; a letter about it is keyed by its id."""

    __tablename__ = "monthly_event"
    __table_args__ = (
        CheckConstraint(one_of("fact", ("pledged", *MonthlyFact)), name="fact_known"),
        CheckConstraint(one_of("to_state", MonthlyState), name="to_state_known"),
        CheckConstraint("(fact = 'pledged') = (from_state IS NULL)", name="first_step_is_the_pledge"),
        Index("ix_monthly_event_monthly_gift_id", "monthly_gift_id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    monthly_gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_gift.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    fact: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    amount_minor: Mapped[int]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]


class CardEntry(Base):
    """A card that takes the place of the one that was charged, written down before Stripe is asked.

    Attributes:
        confirmation_token: Single use at Stripe, so one entry is one card.
        setup_intent_id: Its set-up, once Stripe has answered.
        outcome: None while the bank or its cardholder has not answered.
    """

    __tablename__ = "card_entry"
    __table_args__ = (
        CheckConstraint(one_of("outcome", AttemptOutcome), name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (finished_at IS NULL)", name="finished_has_outcome"),
        Index("ix_card_entry_monthly_gift_id", "monthly_gift_id", "started_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    monthly_gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_gift.id", ondelete="RESTRICT"))
    confirmation_token: Mapped[str] = mapped_column(unique=True)
    setup_intent_id: Mapped[str | None] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    code: Mapped[str | None]
