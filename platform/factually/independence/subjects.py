"""What a screening is told about a gift: the donor's own statements and the facts of the payment."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, fields
from enum import StrEnum

from factually.foundation.canonical import canonical_json
from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money

LONGEST_TEXT = 10_000


class Stage(StrEnum):
    """When the screening runs: before anything exists at Stripe, or once the card has answered."""

    BEFORE_AUTHORISATION = "before_authorisation"
    AFTER_AUTHORISATION = "after_authorisation"


class Capacity(StrEnum):
    """Whose money the donor says it is (rule DS01)."""

    OWN_MONEY = "own_money"
    ORGANISATION = "organisation"
    SOMEONE_ELSE = "someone_else"


@dataclass(frozen=True, kw_only=True)
class PaymentFacts:
    """What the payment method tells about its owner, as Stripe shows it on a ConfirmationToken or a charge.

    `country` is ISO 3166 alpha-2, `funding` credit, debit, prepaid or unknown; None where Stripe is silent.
    """

    country: str | None = None
    funding: str | None = None
    fingerprint: str | None = None
    brand: str | None = None
    wallet: str | None = None
    billing_name: str | None = None

    def __post_init__(self) -> None:
        _check_texts(self)


@dataclass(frozen=True, kw_only=True)
class ScreeningSubject:
    """Everything a decision may read about one gift, so that the same subject always gets the same decision.

    `political_group` is the DS02 tick: True where the donor says the money is a political group's, None where
    it was never asked. A text with control characters, lone surrogates or more than 10,000 characters raises
    `InvalidInput` naming the field.
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

    def __post_init__(self) -> None:
        _check_texts(self)

    def canonical(self) -> str:
        """Return the subject as canonical JSON (RFC 8785), for sealing, hashing and replay."""
        payment = self.payment
        return canonical_json(
            {
                "stage": self.stage.value,
                "capacity": None if self.capacity is None else self.capacity.value,
                "political_group": self.political_group,
                "donor_name": self.donor_name,
                "email": self.email,
                "amount": {"minor": self.amount.minor, "currency": self.amount.currency},
                "organisation_name": self.organisation_name,
                "true_donor_name": self.true_donor_name,
                "payment": None
                if payment is None
                else {field.name: getattr(payment, field.name) for field in fields(payment)},
            }
        ).decode("utf-8")


def subject_from_canonical(text: str) -> ScreeningSubject:
    """Read back what `ScreeningSubject.canonical` wrote; another shape raises `KeyError` or `ValueError`."""
    stored = json.loads(text)
    payment = stored.pop("payment")
    capacity = stored.pop("capacity")
    return ScreeningSubject(
        **{
            **stored,
            "stage": Stage(stored["stage"]),
            "amount": Money(**stored["amount"]),
        },
        capacity=None if capacity is None else Capacity(capacity),
        payment=None if payment is None else PaymentFacts(**payment),
    )


def _check_texts(record: PaymentFacts | ScreeningSubject) -> None:
    for field in fields(record):
        value = getattr(record, field.name)
        if type(value) is not str:
            continue
        if len(value) > LONGEST_TEXT:
            raise InvalidInput(f"Use at most {LONGEST_TEXT:,} characters.", field=field.name)
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
            raise InvalidInput("Remove the characters that cannot be shown.", field=field.name)
