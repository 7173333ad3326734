"""What a screening is told about a gift: the donor's own statements and the facts of the payment."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from factually.foundation.canonical import canonical_json
from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money

if TYPE_CHECKING:
    from factually.foundation.canonical import JsonValue

LONGEST_TEXT = 10_000


class Stage(StrEnum):
    """When the screening runs.

    Before anything exists at Stripe, once the card has answered, at a renewal (DS28), or after a register
    changed. A trial is of a name alone: nobody gives, nothing is stored.
    """

    BEFORE_AUTHORISATION = "before_authorisation"
    AFTER_AUTHORISATION = "after_authorisation"
    RENEWAL = "renewal"
    RESCREENING = "rescreening"
    TRIAL = "trial"


class Capacity(StrEnum):
    """Whose money the donor says it is (rule DS01)."""

    OWN_MONEY = "own_money"
    ORGANISATION = "organisation"
    SOMEONE_ELSE = "someone_else"


class OrganisationType(StrEnum):
    """What kind of organisation gives, by its own word (rules DS15 and DS31)."""

    COMPANY = "company"
    CHARITY = "charity"
    UNION = "union"
    ASSOCIATION = "association"
    GOVERNMENT = "government"
    DONOR_ADVISED_FUND = "donor_advised_fund"
    FISCAL_SPONSOR = "fiscal_sponsor"
    GIVING_PLATFORM = "giving_platform"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class PostalAddress:
    """Where a donor lives or sits (rule DS19); `region` is a state's code, `country` ISO 3166 alpha-2."""

    lines: str
    city: str
    region: str
    postal_code: str
    country: str

    def __post_init__(self) -> None:
        _check_texts(self)


@dataclass(frozen=True, kw_only=True)
class PaymentFacts:
    """What the payment method tells about its owner, as Stripe shows it on a ConfirmationToken or a charge.

    `country` is ISO 3166 alpha-2, `funding` credit, debit, prepaid or unknown; `address_check` and
    `postal_code_check` are pass, fail, unavailable or unchecked (AVS); None where Stripe is silent.
    """

    country: str | None = None
    funding: str | None = None
    fingerprint: str | None = None
    brand: str | None = None
    wallet: str | None = None
    billing_name: str | None = None
    address_check: str | None = None
    postal_code_check: str | None = None

    def __post_init__(self) -> None:
        _check_texts(self)


@dataclass(frozen=True, kw_only=True)
class ScreeningSubject:
    """Everything a decision may read about one gift, so that the same subject always gets the same decision.

    `political_group` is the DS02 tick: True where the donor says the money is a political group's, None where
    it was never asked. `anonymous`: the donor does not want to be named in public. `ein` is the
    organisation's IRS number, as typed. `amount` is in the currency of the policy's limits; of a gift in
    another one `given` is what the card pays, and `amount` what that counts as. A text with control
    characters, lone surrogates or more than 10,000 characters raises `InvalidInput` naming the field.
    """

    stage: Stage
    capacity: Capacity | None
    political_group: bool | None
    donor_name: str
    email: str
    amount: Money
    organisation_name: str | None = None
    true_donor_name: str | None = None
    payment: PaymentFacts | None = None
    anonymous: bool = False
    organisation_type: OrganisationType | None = None
    ein: str | None = None
    employer: str | None = None
    occupation: str | None = None
    address: PostalAddress | None = None
    given: Money | None = None

    def __post_init__(self) -> None:
        _check_texts(self)

    def canonical(self) -> str:
        """Return the subject as canonical JSON (RFC 8785), for sealing, hashing and replay."""
        organisation_type = self.organisation_type
        return canonical_json(
            {
                "stage": self.stage.value,
                "capacity": None if self.capacity is None else self.capacity.value,
                "political_group": self.political_group,
                "donor_name": self.donor_name,
                "email": self.email,
                "amount": asdict(self.amount),
                "organisation_name": self.organisation_name,
                "true_donor_name": self.true_donor_name,
                "payment": _members(self.payment),
                "anonymous": self.anonymous,
                "organisation_type": None if organisation_type is None else organisation_type.value,
                "ein": self.ein,
                "employer": self.employer,
                "occupation": self.occupation,
                "address": _members(self.address),
                "given": None if self.given is None else asdict(self.given),
            }
        ).decode("utf-8")


def subject_from_canonical(text: str) -> ScreeningSubject:
    """Read back what `ScreeningSubject.canonical` wrote, also before it had all of today's fields.

    Another shape raises `KeyError`, `TypeError` or `ValueError`.
    """
    stored = json.loads(text)
    payment = stored.pop("payment")
    capacity = stored.pop("capacity")
    organisation_type = stored.pop("organisation_type", None)
    address = stored.pop("address", None)
    given = stored.pop("given", None)
    return ScreeningSubject(
        **{
            **stored,
            "stage": Stage(stored["stage"]),
            "amount": Money(**stored["amount"]),
        },
        capacity=None if capacity is None else Capacity(capacity),
        payment=None if payment is None else PaymentFacts(**payment),
        organisation_type=None if organisation_type is None else OrganisationType(organisation_type),
        address=None if address is None else PostalAddress(**address),
        given=None if given is None else Money(**given),
    )


def _members(record: PaymentFacts | PostalAddress | None) -> dict[str, JsonValue] | None:
    if record is None:
        return None
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _check_texts(record: PaymentFacts | PostalAddress | ScreeningSubject) -> None:
    for field in fields(record):
        value = getattr(record, field.name)
        if type(value) is not str:
            continue
        if len(value) > LONGEST_TEXT:
            raise InvalidInput(f"Use at most {LONGEST_TEXT:,} characters.", field=field.name)
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
            raise InvalidInput("Remove the characters that cannot be shown.", field=field.name)
