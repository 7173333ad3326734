"""What a donor promises, before any card: shape, limits, and the words they attest.

Pure. The same rules guard the form, an import and the tests.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from factually.donations.currencies import accepted, check_amount
from factually.donations.fee_cover import fee_cover
from factually.donations.postal import check_address
from factually.foundation.canonical import canonical_json
from factually.foundation.errors import InvalidInput
from factually.independence.subjects import Capacity

if TYPE_CHECKING:
    import uuid

    from factually.foundation.money import Money
    from factually.independence.subjects import OrganisationType, PostalAddress

NAME_LENGTH: Final = 200
EMAIL_LENGTH: Final = 254
"""RFC 5321 section 4.5.3.1.3, without the angle brackets."""
SLUG_LENGTH: Final = 200
EIN_LENGTH: Final = 10
_EIN: Final = re.compile(r"([0-9]{2})-?([0-9]{7})")

ATTESTATION_VERSION: Final = "2026-11"
ATTESTATION: Final = (
    "What I have said here is true. This money does not come from a political party, candidate, campaign, "
    "political action committee or 527 organisation, nor from anyone who wants to stay hidden behind me."
)


@dataclass(frozen=True, kw_only=True)
class Donor:
    """Who gives; personal data, sealed wherever it is stored.

    `organisation` and `ein`, its number at the Internal Revenue Service, are set when the capacity is an
    organisation's, `true_donor` when it is someone else's or the organisation is a fund that passes it on.
    The rest is asked only above certain amounts.
    """

    name: str
    email: str
    organisation: str | None = None
    true_donor: str | None = None
    ein: str | None = None
    occupation: str | None = None
    employer: str | None = None
    address: PostalAddress | None = None


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """One filled-in form, checked for meaning.

    Attributes:
        amount: What the donor means to give.
        covers_fee: Whether they add the card's fee to it (`fee_cover`).
        monthly: Whether they mean to give it every month.

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
    organisation_type: OrganisationType | None = None
    covers_fee: bool = False
    monthly: bool = False

    def __post_init__(self) -> None:
        check_amount(self.amount)
        if self.charged > (largest := accepted(self.amount.currency).largest):
            raise InvalidInput(
                f"With the card's fee this comes to {self.charged}. We can take up to {largest} here.",
                field="covers_fee",
            )
        _check_text(self.donor.name, "name", "Enter your name.")
        _check_text(self.donor.email, "email", "Enter your e-mail address.")
        if self.capacity is Capacity.ORGANISATION:
            _check_text(self.donor.organisation, "organisation", "Enter the organisation's name.")
        if self.capacity is Capacity.SOMEONE_ELSE:
            _check_text(
                self.donor.true_donor, "true_donor", "Enter the name of the person whose money it is."
            )
        self._check_details()
        if not self.attested:
            raise InvalidInput("Please confirm the statement about this money.", field="attestation")

    def _check_details(self) -> None:
        donor = self.donor
        if self.organisation_type is not None and self.capacity is not Capacity.ORGANISATION:
            raise InvalidInput("Only an organisation has a kind.", field="organisation_type")
        if donor.ein is not None:
            normal_ein(donor.ein)
        for field, text in (("occupation", donor.occupation), ("employer", donor.employer)):
            if text is not None:
                _check_text(text, field, f"Enter your {field}.")
        if donor.address is not None:
            for field, text in asdict(donor.address).items():
                if text:
                    _check_text(text, field, "")
            check_address(donor.address)

    @property
    def charged(self) -> Money:
        """What the card is to pay: the gift, and the fee where the donor covers it."""
        return self.amount + fee_cover(self.amount) if self.covers_fee else self.amount

    def canonical(self) -> str:
        """Return the form as canonical JSON, by which a repeated request is told from a changed one."""
        donor = self.donor
        return canonical_json(
            {
                "amount": self.amount.minor,
                "currency": self.amount.currency,
                "charged": self.charged.minor,
                "capacity": self.capacity.value,
                "political_group": self.political_group,
                "anonymous": self.anonymous,
                "from_article": self.from_article,
                "monthly": self.monthly,
                "organisation_type": None if self.organisation_type is None else self.organisation_type.value,
                "donor": asdict(donor),
                "attestation": ATTESTATION_VERSION,
            }
        ).decode("utf-8")


def normal_ein(text: str) -> str:
    """Return an Employer Identification Number as the Internal Revenue Service writes it, such as 12-3456789.

    Raises:
        InvalidInput: Not nine digits, with or without the dash after the second.
    """
    digits = _EIN.fullmatch(text.strip())
    if digits is None:
        raise InvalidInput("Enter the EIN as nine digits, such as 12-3456789.", field="ein")
    return "-".join(digits.groups())


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
