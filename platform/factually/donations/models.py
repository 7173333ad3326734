"""The rows of a gift: what was promised, each step it took, each call to Stripe, each webhook.

Personal data is sealed; the amount and everything the donor stated never change. `gift_event` is append-only;
`gift.state` moves only along `lifecycle.LEGAL_TRANSITIONS` (both guarded by triggers).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Identity, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from factually.donations.currencies import ACCEPTED
from factually.donations.lifecycle import (
    RECURRING_FACTS,
    TAKEN_STATES,
    UNDER_WAY_STATES,
    Fact,
    GiftState,
)
from factually.donations.monthly.models import MonthlyGift
from factually.donations.steps import AttemptKind, AttemptOutcome, Instruction, ReleaseReason
from factually.foundation.database import Base, one_of
from factually.independence.subjects import Capacity, OrganisationType

if TYPE_CHECKING:
    from collections.abc import Iterable

CARD_ATTEMPTS: Final = 5
"""Cards a donor may try on one gift (card testing: security.md section 6)."""


def _counted() -> str:
    """Say what a gift counts, spelt as PostgreSQL gives it back, so that a changed meaning is seen."""

    def among(states: Iterable[GiftState]) -> str:
        return f"state = ANY (ARRAY[{', '.join(f'{state.value!r}::text' for state in sorted(states))}])"

    return (
        f"CASE WHEN {among(UNDER_WAY_STATES)} THEN amount_minor "
        f"WHEN {among(TAKEN_STATES - {GiftState.LOST})} THEN captured_minor - refunded_minor "
        "ELSE 0::bigint END"
    )


def _largest() -> str:
    limits = (f"WHEN '{code}' THEN {currency.largest_minor}" for code, currency in ACCEPTED.items())
    return f"CASE currency {' '.join(limits)} END"


class Gift(Base):
    """A gift from its pledge to its end: a one-off gift, or one month of a monthly gift.

    Attributes:
        public_id: Unguessable, in addresses.
        client_key: Made by the form; the same key is the same gift (double click, retry).
        request_hash: Keyed hash of the whole form; another form under the same key is a conflict.
        amount_minor: What the card is to pay, in minor units of `currency`, a covered fee counted.
        fee_cover_minor: What of it the donor added for the card's fee; the rest is what they meant to give.
        email_index: Blind index of the donor's address.
        card_index: Blind index of the card that was authorised, by its fingerprint; set once.
        postal_address: Sealed JSON of the five parts of a postal address.
        details_asked_at: When this gift was first found to lack details that a rule asks for; set once.
        counted_minor: What this gift adds to its donor's year and to ours: all of it while it is under way,
            what we kept of it afterwards, nothing where no money came.
        monthly_gift_id: The monthly gift whose first or later month this is; set once, as is `invoice_id`.
        invoice_id: Stripe's invoice for the month.
        instruction: Set once, before the call that ends the hold: capture it or release it.
        release_reason: Why the hold is let go; with the instruction `release`.
        deciding_rule: Rule id that held or refused the gift, with the text the donor was told.
        capture_before: When the bank drops the hold by itself.
        review_deadline: When a held gift is released undecided.
        updated_at: Last step, by which the sweep finds what is stuck.
    """

    __tablename__ = "gift"
    __table_args__ = (
        CheckConstraint(f"amount_minor > 0 AND amount_minor <= {_largest()}", name="amount_within_limits"),
        CheckConstraint(one_of("currency", ACCEPTED), name="currency_known"),
        CheckConstraint("fee_cover_minor >= 0 AND fee_cover_minor < amount_minor", name="fee_is_part_of_it"),
        CheckConstraint(one_of("state", GiftState), name="state_known"),
        CheckConstraint(one_of("capacity", Capacity), name="capacity_known"),
        CheckConstraint(one_of("organisation_type", OrganisationType), name="organisation_type_known"),
        CheckConstraint(
            "organisation_type IS NULL OR capacity = 'organisation'", name="organisation_type_of_organisation"
        ),
        CheckConstraint(one_of("instruction", Instruction), name="instruction_known"),
        CheckConstraint(one_of("release_reason", ReleaseReason), name="release_reason_known"),
        CheckConstraint(
            "(instruction IS NOT DISTINCT FROM 'release') = (release_reason IS NOT NULL)",
            name="release_has_reason",
        ),
        CheckConstraint("octet_length(request_hash) = 32", name="request_hash_length"),
        CheckConstraint("octet_length(email_index) = 32", name="email_index_length"),
        CheckConstraint("octet_length(card_index) = 32", name="card_index_length"),
        CheckConstraint("invoice_id IS NULL OR monthly_gift_id IS NOT NULL", name="invoice_of_monthly_gift"),
        CheckConstraint("state <> 'held' OR review_deadline IS NOT NULL", name="held_has_deadline"),
        CheckConstraint("review_deadline < capture_before", name="deadline_before_lapse"),
        CheckConstraint(
            "captured_minor >= 0 AND captured_minor <= amount_minor AND refunded_minor >= 0 "
            "AND refunded_minor <= captured_minor",
            name="no_more_back_than_taken",
        ),
        Index(
            "ix_gift_open", "updated_at", postgresql_where="state IN ('pledged', 'authorising', 'authorised')"
        ),
        Index("ix_gift_held", "review_deadline", postgresql_where="state = 'held'"),
        Index("ix_gift_email", "email_index", "created_at"),
        Index("ix_gift_card", "card_index", "created_at", postgresql_where="card_index IS NOT NULL"),
        Index("ix_gift_newest", "created_at", "id"),
        Index("ix_gift_state_newest", "state", "created_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    client_key: Mapped[uuid.UUID] = mapped_column(unique=True)
    request_hash: Mapped[bytes]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    fee_cover_minor: Mapped[int] = mapped_column(server_default="0")
    capacity: Mapped[str]
    political_group: Mapped[bool]
    anonymous: Mapped[bool]
    from_article: Mapped[str | None]
    attestation_version: Mapped[str]
    attested_at: Mapped[datetime]
    donor_name: Mapped[bytes]
    donor_email: Mapped[bytes]
    organisation_name: Mapped[bytes | None]
    true_donor_name: Mapped[bytes | None]
    organisation_type: Mapped[str | None]
    organisation_ein: Mapped[bytes | None]
    employer: Mapped[bytes | None]
    occupation: Mapped[bytes | None]
    postal_address: Mapped[bytes | None]
    email_index: Mapped[bytes]
    card_index: Mapped[bytes | None]
    details_asked_at: Mapped[datetime | None]
    state: Mapped[str]
    instruction: Mapped[str | None]
    release_reason: Mapped[str | None]
    policy_version: Mapped[str | None]
    deciding_rule: Mapped[str | None]
    deciding_reason: Mapped[str | None]
    monthly_gift_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(MonthlyGift.id, ondelete="RESTRICT"), index=True
    )
    invoice_id: Mapped[str | None] = mapped_column(unique=True)
    payment_intent_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None] = mapped_column(unique=True)
    capture_before: Mapped[datetime | None]
    review_deadline: Mapped[datetime | None]
    captured_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    counted_minor: Mapped[int] = mapped_column(Computed(_counted(), persisted=True))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class GivingTotal(Base):
    """Sums of `Gift.counted_minor`, kept by a trigger, so that a year is read and not added up each time.

    The app can only read them. A sum is the total over all `shard`s: gifts that are taken at the same moment
    mostly write to different rows and don't wait for each other.
    """

    __tablename__ = "giving_total"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(primary_key=True)
    anonymous: Mapped[bool] = mapped_column(primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    minor: Mapped[int]


class GiftEvent(Base):
    """One step of a gift; a fact applies once, whoever brings it; those of refunds can recur."""

    __tablename__ = "gift_event"
    __table_args__ = (
        CheckConstraint(one_of("fact", ("pledged", *Fact)), name="fact_known"),
        CheckConstraint(one_of("to_state", GiftState), name="to_state_known"),
        CheckConstraint("(fact = 'pledged') = (from_state IS NULL)", name="first_step_is_the_pledge"),
        CheckConstraint("actor_kind IN ('account', 'donor', 'system', 'stripe')", name="actor_kind_known"),
        Index(
            "uq_gift_event_gift_id_fact",
            "gift_id",
            "fact",
            unique=True,
            postgresql_where=f"NOT ({one_of('fact', sorted(RECURRING_FACTS))})",
        ),
        Index("ix_gift_event_gift_id", "gift_id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    fact: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    payment_intent_id: Mapped[str | None]
    charge_id: Mapped[str | None]


class PaymentAttempt(Base):
    """One call to Stripe that can move money, written before it is made.

    Attributes:
        number: Counts the calls of one kind for one gift, from 1.
        confirmation_token: The card of an authorisation; single use at Stripe.
        sends: How often the call was sent under its key.
        lease_until: Until then whoever sent it may still be waiting for the answer.
        outcome: None while the answer is unknown.
        code: Stripe's error code; `decline_code` the issuer's.
    """

    __tablename__ = "payment_attempt"
    __table_args__ = (
        CheckConstraint(one_of("kind", AttemptKind), name="kind_known"),
        CheckConstraint(one_of("outcome", AttemptOutcome), name="outcome_known"),
        CheckConstraint(
            f"number >= 1 AND (kind <> 'authorise' OR number <= {CARD_ATTEMPTS})", name="attempts_capped"
        ),
        CheckConstraint("(kind = 'authorise') = (confirmation_token IS NOT NULL)", name="card_has_token"),
        CheckConstraint("(outcome IS NULL) = (finished_at IS NULL)", name="finished_has_outcome"),
        UniqueConstraint("gift_id", "kind", "number"),
        Index(
            "uq_payment_attempt_open",
            "gift_id",
            "kind",
            unique=True,
            postgresql_where="outcome IS NULL",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"))
    kind: Mapped[str]
    number: Mapped[int]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    confirmation_token: Mapped[str | None] = mapped_column(unique=True)
    sends: Mapped[int]
    started_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    code: Mapped[str | None]
    decline_code: Mapped[str | None]


class WebhookEvent(Base):
    """One event Stripe told us of, kept for ever: its id makes a repeat harmless.

    Attributes:
        foreign_version: Whether it is worded for another version of the API than ours.
        subject_id: Stripe's id of what it tells of; `intent_id` and `charge_id` are those it names.
        gift_id: The gift it concerns, or None for a foreign event.
        damaged_reason: Why a signed body could not be used.
    """

    __tablename__ = "webhook_event"
    __table_args__ = (
        Index("ix_webhook_event_waiting", "received_at", postgresql_where="processed_at IS NULL"),
        Index(
            "ix_webhook_event_odd",
            "received_at",
            postgresql_where="damaged_reason IS NOT NULL OR foreign_version",
        ),
    )

    event_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    livemode: Mapped[bool]
    api_version: Mapped[str | None]
    foreign_version: Mapped[bool] = mapped_column(server_default=false())
    subject_id: Mapped[str | None]
    intent_id: Mapped[str | None]
    charge_id: Mapped[str | None]
    gift_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"))
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    damaged_reason: Mapped[str | None]
