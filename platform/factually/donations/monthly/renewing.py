"""A new month: its draft invoice becomes a gift, which is screened before anything is collected."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.audit.journal import record
from factually.donations.donor_records import open_donor, seal_donor
from factually.donations.lifecycle import Fact, GiftState
from factually.donations.models import Gift
from factually.donations.monthly.letters import latest_month
from factually.donations.monthly.lifecycle import MonthlyState
from factually.donations.monthly.models import MonthlyEvent, MonthlyGift
from factually.donations.monthly.progress import lock_monthly
from factually.donations.monthly.snapshots import UNPAID
from factually.donations.progress import advance, note_event
from factually.foundation.identifiers import new_id, new_public_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factually.donations.monthly.snapshots import InvoiceSnapshot
    from factually.donations.progress import Step
    from factually.foundation.crypto import Keyring

_CLIENT_KEYS: Final = uuid.UUID("6f0cf0f5-0d0b-5a64-9e8f-3a1f1c3a8f10")
"""Namespace of the keys that take the place of a form's, so that one invoice is one gift."""
_RENEWED: Final = frozenset({MonthlyState.ACTIVE, MonthlyState.PAST_DUE})
_STATED: Final = (
    "request_hash",
    "capacity",
    "political_group",
    "anonymous",
    "from_article",
    "organisation_type",
    "attestation_version",
    "attested_at",
    "email_index",
    "monthly_gift_id",
)
"""What a donor said once and for every month; amount and card are read anew."""


def monthly_of(session: Session, subscription_id: str) -> MonthlyGift | None:
    """Return the monthly gift of a subscription, None for one that is not ours."""
    query = select(MonthlyGift).where(MonthlyGift.subscription_id == subscription_id)
    return session.execute(query).scalar_one_or_none()


def take_month(
    session: Session, monthly_id: uuid.UUID, invoice: InvoiceSnapshot, *, keyring: Keyring, step: Step
) -> uuid.UUID | None:
    """Return the gift of a month's invoice, a new one where the invoice was not known yet.

    Returns:
        None where no money may come of the invoice: the monthly gift is paused, in doubt or over, or the
        amount is none that its donor ever chose. The caller voids it.
    """
    monthly = lock_monthly(session, monthly_id)
    known = session.execute(select(Gift.id).where(Gift.invoice_id == invoice.id)).scalar_one_or_none()
    if known is not None:
        return known
    if monthly.state not in _RENEWED or invoice.status not in UNPAID:
        return None
    if not _was_chosen(session, monthly, invoice):
        record(
            session,
            actor=step.actor,
            event="monthly.strange_invoice",
            subject=f"monthly:{monthly.id}",
            now=step.now,
            details={"invoice": invoice.id, "amount": invoice.amount, "currency": invoice.currency},
        )
        return None
    gift = _new_month(session, monthly, invoice, keyring=keyring, step=step)
    note_event(session, gift, GiftState.PLEDGED.value, GiftState.PLEDGED, step=step)
    # The card was saved for every month: there is no bank to ask before the screening.
    advance(session, gift, Fact.ATTEMPTED, step=step)
    advance(session, gift, Fact.AUTHORISED, step=step)
    return gift.id


def _was_chosen(session: Session, monthly: MonthlyGift, invoice: InvoiceSnapshot) -> bool:
    """Tell whether a draft asks what its donor chose, now or before a change that came after the draft."""
    amounts = session.scalars(
        select(MonthlyEvent.amount_minor).where(MonthlyEvent.monthly_gift_id == monthly.id)
    )
    return invoice.currency == monthly.currency and invoice.amount in {monthly.amount_minor, *amounts}


def _new_month(
    session: Session, monthly: MonthlyGift, invoice: InvoiceSnapshot, *, keyring: Keyring, step: Step
) -> Gift:
    before = latest_month(session, monthly.id)
    gift_id = new_id()
    gift = Gift(
        id=gift_id,
        public_id=new_public_id(),
        client_key=uuid.uuid5(_CLIENT_KEYS, invoice.id),
        amount_minor=invoice.amount,
        currency=invoice.currency,
        fee_cover_minor=before.fee_cover_minor if invoice.amount == before.amount_minor else 0,
        invoice_id=invoice.id,
        state=GiftState.PLEDGED.value,
        created_at=step.now,
        updated_at=step.now,
        **{name: getattr(before, name) for name in _STATED},
        **seal_donor(open_donor(before, keyring=keyring), gift_id=gift_id, keyring=keyring),
    )
    session.add(gift)
    session.flush()
    return gift
