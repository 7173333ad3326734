"""A copy of everything kept about an address, as JSON that a program can read (docs/donor-data.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.audit.journal import record
from factually.donations.monthly.queries import monthlies_of
from factually.donations.my.gift_records import gift_record, letters_with, monthly_record, text_of
from factually.donations.my.gifts import gifts_of
from factually.donations.my.linking import letter_key
from factually.donations.my.models import DonorLink, DonorSession, ErasureRequest

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.my.signed_in import SignedInDonor
    from factually.foundation.canonical import JsonValue
    from factually.foundation.crypto import Keyring

FORMAT: Final = "factually donor data"
VERSION: Final = 1
NOT_INCLUDED: Final = (
    "The register rows and scores that your gift was compared with.",
    "The notes of the people who decided on it. Write to us for both, and show us who you are.",
    "Keyed hashes of your address and card, which say nothing without our key.",
    "Counts of attempts by connection and address, kept as keyed hashes for a day at most.",
    "What Stripe, our payment service, holds itself.",
)


def donor_data(
    session: Session, donor: SignedInDonor, *, keyring: Keyring, now: datetime
) -> dict[str, JsonValue]:
    """Return all that is kept about the donor's address, and journal that they took a copy.

    Raises:
        DamagedCiphertext: A sealed part was altered or moved.
    """
    record(
        session, actor=donor.actor, event="donor.data_copied", subject=f"donor:{donor.session_id}", now=now
    )
    gifts = gifts_of(session, donor.email_index)
    links = _links(session, donor.email_index)
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": text_of(now),
        "gifts": [gift_record(session, gift, keyring=keyring) for gift in gifts],
        "monthly_gifts": [
            monthly_record(session, monthly) for monthly in monthlies_of(session, donor.email_index)
        ],
        "sign_in_links": [
            {"requested_at": text_of(link.requested_at), "used_at": text_of(link.used_at)} for link in links
        ],
        "sign_in_letters": letters_with(session, (letter_key(link.id) for link in links), keyring=keyring),
        "sessions": _sessions(session, donor.email_index),
        "erasure_requests": _erasure_requests(session, donor.email_index),
        "not_included": list(NOT_INCLUDED),
    }


def as_file(data: dict[str, JsonValue]) -> bytes:
    """Write a copy for people and programs: indented, in its own scripts."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _links(session: Session, email_index: bytes) -> list[DonorLink]:
    query = select(DonorLink).where(DonorLink.email_index == email_index).order_by(DonorLink.requested_at)
    return list(session.execute(query).scalars())


def _sessions(session: Session, email_index: bytes) -> list[JsonValue]:
    query = select(DonorSession).where(DonorSession.email_index == email_index)
    return [
        {
            "started_at": text_of(row.started_at),
            "last_seen_at": text_of(row.last_seen_at),
            "ended_at": text_of(row.ended_at),
        }
        for row in session.execute(query.order_by(DonorSession.started_at)).scalars()
    ]


def _erasure_requests(session: Session, email_index: bytes) -> list[JsonValue]:
    query = select(ErasureRequest.requested_at).where(ErasureRequest.email_index == email_index)
    return [text_of(at) for at in session.execute(query.order_by(ErasureRequest.requested_at)).scalars()]
