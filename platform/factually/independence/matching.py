"""The question put to the registers and the form of its answer; the rules read `Match` alone.

The engine that answers is `searching.engine`, named in `registers.engine`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from factually.independence.subjects import Capacity, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from factually.foundation.canonical import JsonValue
    from factually.independence.findings import RegisterRow
    from factually.independence.subjects import ScreeningSubject

HOLD_FROM: Final = 0.75
TELL_FROM: Final = 0.60
"""Bands of the score (reference/screening.md, section 3, point 9)."""
ALIAS_SCORE: Final = 0.8
"""Score of equality with a name found inside another (reference/screening.md, section 3)."""

SUBJECT_FIELDS: Final = {
    "donor_name": "Donor's name",
    "organisation_name": "Organisation's name",
    "true_donor_name": "True donor's name",
    "billing_name": "Name on the payment",
    "employer": "Employer",
    "email": "E-mail domain",
    "ein": "EIN",
}
"""Fields of a subject that are searched in the registers, as auditors read them."""


class MatchKind(StrEnum):
    """By what a row was found. Only an id or an EIN is identity; all else is a reason to look."""

    ID = "id"
    UNKNOWN_ID = "unknown_id"
    EIN = "ein"
    DOMAIN = "domain"
    NAME = "name"
    FORMER_NAME = "former_name"
    ALIAS = "alias"


class Relation(StrEnum):
    """How the bearer of a stated name stands to the row it is like.

    `related`: the row is the committee of a body so named, not that body ("SeaWorld Inc" and "SeaWorld Inc
    PAC"). `namesake`: a person who bears a candidate's name. `generic`: the name is too short or too common
    to tell who bears it.
    """

    SAME = "same"
    RELATED = "related"
    NAMESAKE = "namesake"
    GENERIC = "generic"


class Stated(StrEnum):
    """What a statement is about: the giving organisation, another one, a person, or what hints at one."""

    GIVING_ORGANISATION = "giving_organisation"
    ORGANISATION = "organisation"
    PERSON = "person"
    EMPLOYER = "employer"
    EMAIL_DOMAIN = "email_domain"
    EIN = "ein"


@dataclass(frozen=True, kw_only=True)
class StatedName:
    """A name, domain or EIN as somebody typed it, and in which field of the subject."""

    field: str
    text: str
    what: Stated

    @property
    def of_organisation(self) -> bool:
        """Whether it is stated as an organisation's name."""
        return self.what in {Stated.GIVING_ORGANISATION, Stated.ORGANISATION}

    @property
    def of_giver(self) -> bool:
        """Whether an organisation states its own name as the giver of its own money (DS01)."""
        return self.what is Stated.GIVING_ORGANISATION


@dataclass(frozen=True, kw_only=True)
class Match:
    """One register row that a stated name may denote, with the reason in words.

    `score` runs from 0 to 1 and is at least `HOLD_FROM` for a row that the name likely denotes; a weaker one
    (from `TELL_FROM`) is told to auditors and holds nothing. `details` is what the register says of the row.
    `exact_identity` is True where the name is the row's current, unmistakable one: no other row bears it, it
    is no namesake, and it says itself that it is a committee, a party or a PAC.
    """

    stated: StatedName
    kind: MatchKind
    row: RegisterRow | None
    score: float
    evidence: str
    relation: Relation = Relation.SAME
    exact_identity: bool = False
    details: Mapping[str, JsonValue] = field(default_factory=dict)


class Matcher(Protocol):
    """Finds the register rows that stated names may denote."""

    def find(self, stated: Sequence[StatedName]) -> Sequence[Match]:
        """Return all matches, in a fixed order."""
        ...


def stated_names(subject: ScreeningSubject) -> tuple[StatedName, ...]:
    """Return the names a subject holds, leaving out empty ones."""
    return tuple(_stated(subject))


def _stated(subject: ScreeningSubject) -> Iterator[StatedName]:
    if subject.organisation_name:
        own = subject.capacity is Capacity.ORGANISATION and subject.stage is not Stage.TRIAL
        yield StatedName(
            field="organisation_name",
            text=subject.organisation_name,
            what=Stated.GIVING_ORGANISATION if own else Stated.ORGANISATION,
        )
    billing_name = None if subject.payment is None else subject.payment.billing_name
    _, _, domain = subject.email.rpartition("@")
    for field_name, text, what in (
        ("donor_name", subject.donor_name, Stated.PERSON),
        ("true_donor_name", subject.true_donor_name, Stated.PERSON),
        ("billing_name", billing_name, Stated.PERSON),
        ("employer", subject.employer, Stated.EMPLOYER),
        ("email", domain, Stated.EMAIL_DOMAIN),
        ("ein", subject.ein, Stated.EIN),
    ):
        if text:
            yield StatedName(field=field_name, text=text, what=what)
