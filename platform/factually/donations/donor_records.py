"""Seals and opens the donor's own data, and hands it to the screening; nothing else reads those columns."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from factually.donations.conversion import DOLLARS, FIXED_RATES
from factually.donations.pledges import Donor
from factually.foundation.canonical import canonical_json
from factually.foundation.crypto import ERASED, Place
from factually.foundation.money import Money
from factually.independence.subjects import (
    Capacity,
    OrganisationType,
    PaymentFacts,
    PostalAddress,
    ScreeningSubject,
)

if TYPE_CHECKING:
    import uuid

    from factually.donations.intents import CardFacts
    from factually.donations.models import Gift
    from factually.foundation.crypto import Keyring
    from factually.independence.subjects import Stage


SEALED_COLUMNS: Final = (
    "donor_name",
    "donor_email",
    "organisation_name",
    "true_donor_name",
    "organisation_ein",
    "employer",
    "occupation",
    "postal_address",
)
"""The columns of a gift that say who gave it."""
_ERASED_DONOR: Final = Donor(name="Erased at the donor's wish", email="")


def seal_donor(donor: Donor, *, gift_id: uuid.UUID, keyring: Keyring) -> dict[str, bytes | None]:
    """Return the sealed columns of a gift, each bound to its column and row."""
    plain = {
        "donor_name": donor.name,
        "donor_email": donor.email,
        "organisation_name": donor.organisation,
        "true_donor_name": donor.true_donor,
        "organisation_ein": donor.ein,
        "employer": donor.employer,
        "occupation": donor.occupation,
        "postal_address": None if donor.address is None else canonical_json(asdict(donor.address)).decode(),
    }
    return {
        column: None if text is None else keyring.encrypt(text, _place(column, gift_id))
        for column, text in plain.items()
    }


def is_erased(gift: Gift) -> bool:
    """Tell whether who gave was erased at their wish, so that nothing sealed of the gift opens any more."""
    return gift.donor_email == ERASED


def open_donor(gift: Gift, *, keyring: Keyring) -> Donor:
    """Open the donor's data of one gift, for a letter or a screening.

    A page for people uses `queries.open_donor_record`, which journals the look. A donor who was erased is
    said to be so.

    Raises:
        DamagedCiphertext: The row was tampered with.
    """
    if is_erased(gift):
        return _ERASED_DONOR

    def opened(column: str, sealed: bytes | None) -> str | None:
        return None if sealed is None else keyring.decrypt(sealed, _place(column, gift.id))

    address = opened("postal_address", gift.postal_address)
    return Donor(
        name=keyring.decrypt(gift.donor_name, _place("donor_name", gift.id)),
        email=keyring.decrypt(gift.donor_email, _place("donor_email", gift.id)),
        organisation=opened("organisation_name", gift.organisation_name),
        true_donor=opened("true_donor_name", gift.true_donor_name),
        ein=opened("organisation_ein", gift.organisation_ein),
        employer=opened("employer", gift.employer),
        occupation=opened("occupation", gift.occupation),
        address=None if address is None else PostalAddress(**json.loads(address)),
    )


def card_index(fingerprint: str | None, *, keyring: Keyring) -> bytes | None:
    """Return the blind index by which gifts from one card are found, None for a card without fingerprint."""
    return None if fingerprint is None else keyring.blind_index(fingerprint, "gift card")


def screening_subject(
    gift: Gift, *, stage: Stage, card: CardFacts | None, keyring: Keyring
) -> ScreeningSubject:
    """Return what a screening may read about a gift: the donor's statements and the card's facts.

    Raises:
        DamagedCiphertext: The row was tampered with.
        InvalidInput: The gift's currency has no rate, so that it can't be compared with the policy's limits.
    """
    donor = open_donor(gift, keyring=keyring)
    charged = Money(gift.amount_minor, gift.currency)
    return ScreeningSubject(
        stage=stage,
        capacity=Capacity(gift.capacity),
        political_group=gift.political_group,
        donor_name=donor.name,
        email=donor.email,
        amount=FIXED_RATES.in_dollars(charged),
        given=None if charged.currency == DOLLARS else charged,
        organisation_name=donor.organisation,
        true_donor_name=donor.true_donor,
        payment=None if card is None else _payment_facts(card),
        anonymous=gift.anonymous,
        organisation_type=None
        if gift.organisation_type is None
        else OrganisationType(gift.organisation_type),
        ein=donor.ein,
        employer=donor.employer,
        occupation=donor.occupation,
        address=donor.address,
    )


def _payment_facts(card: CardFacts) -> PaymentFacts:
    return PaymentFacts(
        country=card.country,
        funding=card.funding,
        fingerprint=card.fingerprint,
        brand=card.brand,
        wallet=card.wallet,
        billing_name=card.billing_name,
        address_check=card.address_check,
        postal_code_check=card.postal_code_check,
    )


def _place(column: str, gift_id: uuid.UUID) -> Place:
    return Place("gift", column, str(gift_id))
