"""The question put to the registers, and the plain engine that answers it: certain keys only.

A better engine replaces `PlainMatcher` behind the `Matcher` protocol; the rules read `Match` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from factually.independence.names import (
    CANONICALISER,
    FormKind,
    committee_ids,
    is_generic,
    name_forms,
    names_its_role,
)
from factually.independence.subjects import Capacity, Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

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
class RegisteredName:
    """A name under which a register row can be found.

    `kind` is `name`, `former_name` or `alias`. `generic`: too short or common to identify anybody.
    `namesake`: the row is called by little more than a person's name, which others bear too.
    """

    row: RegisterRow
    kind: MatchKind
    text: str
    canonical: str
    generic: bool
    namesake: bool


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


class Lookup(Protocol):
    """Exact look-ups in the registers in force."""

    def rows(self, keys: Collection[str]) -> Sequence[RegisterRow]:
        """Return the rows with these official ids, ordered by id."""
        ...

    def names(self, canonical: Collection[str]) -> Sequence[RegisteredName]:
        """Return the registered names with these canonical forms, ordered by form, kind and id."""
        ...


class PlainMatcher:
    """Finds a row by its id or by a name equal to one of its names, and by nothing less certain."""

    version: Final = f"matcher {CANONICALISER}"

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def find(self, stated: Sequence[StatedName]) -> Sequence[Match]:
        """Return the matches in the order of the stated names, ids first."""
        stated = [name for name in stated if name.what not in {Stated.EMAIL_DOMAIN, Stated.EIN}]
        ids = {name: committee_ids(name.text) for name in stated}
        forms = {name: name_forms(name.text) for name in stated}
        rows = {
            row.key: row for row in self._lookup.rows(sorted({key for keys in ids.values() for key in keys}))
        }
        registered: dict[str, list[RegisteredName]] = {}
        for entry in self._lookup.names(sorted({form.canonical for some in forms.values() for form in some})):
            registered.setdefault(entry.canonical, []).append(entry)
        matches: list[Match] = []
        for name in stated:
            matches += [_id_match(name, key, rows.get(key)) for key in ids[name]]
            for form in forms[name]:
                entries = registered.get(form.canonical, [])
                matches += [_name_match(name, form.kind, entry, entries) for entry in entries]
        return matches


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


def _id_match(stated: StatedName, key: str, row: RegisterRow | None) -> Match:
    said = f"{SUBJECT_FIELDS[stated.field]} holds the committee id {key}"
    if row is None:
        return Match(
            stated=stated,
            kind=MatchKind.UNKNOWN_ID,
            row=None,
            score=1.0,
            evidence=f"{said}, which is not among the committees of the register in force.",
        )
    evidence = f"{said}: {row.name}, {row.kind} as of {row.version}."
    return Match(stated=stated, kind=MatchKind.ID, row=row, score=1.0, evidence=evidence)


def _name_match(
    stated: StatedName, form: FormKind, entry: RegisteredName, sharing: Sequence[RegisteredName]
) -> Match:
    whole = form is FormKind.WHOLE
    generic = entry.generic or is_generic(entry.canonical)
    alone = len({other.row.key for other in sharing}) == 1
    return Match(
        stated=stated,
        kind=entry.kind if whole else MatchKind.ALIAS,
        row=entry.row,
        score=1.0 if whole and entry.kind is not MatchKind.ALIAS else ALIAS_SCORE,
        evidence=_name_evidence(stated, entry, whole=whole, generic=generic),
        relation=Relation.GENERIC if generic else Relation.SAME,
        exact_identity=whole
        and alone
        and entry.kind is MatchKind.NAME
        and not (generic or entry.namesake)
        and names_its_role(entry.canonical),
    )


def _name_evidence(stated: StatedName, entry: RegisteredName, *, whole: bool, generic: bool) -> str:
    relation = {
        MatchKind.NAME: "equals the registered name",
        MatchKind.FORMER_NAME: f'equals "{entry.text}", a former name',
        MatchKind.ALIAS: f'equals a name within "{entry.text}", a name',
    }[entry.kind]
    row = entry.row
    sentence = (
        f'{SUBJECT_FIELDS[stated.field]} "{stated.text}" {"" if whole else "holds a name that "}{relation} '
        f"of {row.name} (id {row.key}, {row.kind} as of {row.version})"
    )
    if generic:
        return f"{sentence}; the name is too short or too common to say who bears it."
    if entry.namesake:
        return f"{sentence}; the committee is called by little more than a person's name."
    return f"{sentence}."
