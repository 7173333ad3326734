"""What a donor promises, before any card: shape, limits, and the words they attest.

Pure. The same rules guard the form, an import and the tests.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.foundation.canonical import canonical_json
from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money
from factually.independence.subjects import Capacity

if TYPE_CHECKING:
    import uuid

CURRENCY: Final = "USD"
SMALLEST_GIFT: Final = Money(100, CURRENCY)
LARGEST_GIFT: Final = Money(500_000, CURRENCY)
"""Above this a donor's identity needs more than a form (rule DS16)."""
NAME_LENGTH: Final = 200
EMAIL_LENGTH: Final = 254
"""RFC 5321 section 4.5.3.1.3, without the angle brackets."""
SLUG_LENGTH: Final = 200

ATTESTATION_VERSION: Final = "2026-11"
ATTESTATION: Final = (
    "What I have said here is true. This money does not come from a political party, candidate, campaign, "
    "political action committee or 527 organisation, nor from anyone who wants to stay hidden behind me."
)


@dataclass(frozen=True, kw_only=True)
class Donor:
    """Who gives; personal data, sealed wherever it is stored.

    `organisation` is set when the capacity is an organisation's, `true_donor` when it is someone else's.
    """

    name: str
    email: str
    organisation: str | None = None
    true_donor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """One filled-in form, checked for meaning.

    Raises:
        InvalidInput: Names the field: amount out of range, a name that the capacity needs, not attested.
    """

    client_key: uuid.UUID
    amount: Money
    capacity: Capacity
    political_group: bool
    donor: Donor
    anonymous: bool
    attested: bool
    from_article: str | None

    def __post_init__(self) -> None:
        if self.amount < SMALLEST_GIFT:
            raise InvalidInput(f"Enter an amount of at least {SMALLEST_GIFT}.", field="amount")
        if self.amount > LARGEST_GIFT:
            raise InvalidInput(
                f"We can take up to {LARGEST_GIFT} here. For a larger gift, please write to us first.",
                field="amount",
            )
        _check_text(self.donor.name, "name", "Enter your name.")
        _check_text(self.donor.email, "email", "Enter your e-mail address.")
        if self.capacity is Capacity.ORGANISATION:
            _check_text(self.donor.organisation, "organisation", "Enter the organisation's name.")
        if self.capacity is Capacity.SOMEONE_ELSE:
            _check_text(
                self.donor.true_donor, "true_donor", "Enter the name of the person whose money it is."
            )
        if not self.attested:
            raise InvalidInput("Please confirm the statement about this money.", field="attestation")

    def canonical(self) -> str:
        """Return the form as canonical JSON, by which a repeated request is told from a changed one."""
        donor = self.donor
        return canonical_json(
            {
                "amount": self.amount.minor,
                "currency": self.amount.currency,
                "capacity": self.capacity.value,
                "political_group": self.political_group,
                "anonymous": self.anonymous,
                "from_article": self.from_article,
                "donor": [donor.name, donor.email, donor.organisation, donor.true_donor],
                "attestation": ATTESTATION_VERSION,
            }
        ).decode("utf-8")


def normal_email(email: str) -> str:
    """Return the address in the form in which equal ones are equal, for the blind index."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _check_text(text: str | None, field: str, sentence: str) -> None:
    if text is None or not text.strip():
        raise InvalidInput(sentence, field=field)
    longest = EMAIL_LENGTH if field == "email" else NAME_LENGTH
    if len(text) > longest:
        raise InvalidInput(f"Use at most {longest} characters.", field=field)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise InvalidInput("Remove the characters that cannot be shown.", field=field)
