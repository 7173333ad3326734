"""The question put to the registers, and the plain engine that answers it: certain keys only.

A better engine replaces `PlainMatcher` behind the `Matcher` protocol; the rules read `Match` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from factually.independence.subjects import Capacity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from factually.independence.findings import RegisterRow
    from factually.independence.subjects import ScreeningSubject

ALIAS_SCORE: Final = 0.8
"""Score of equality with a name found inside another (reference/screening.md, section 3)."""

SUBJECT_FIELDS: Final = {
    "donor_name": "Donor's name",
    "organisation_name": "Organisation's name",
    "true_donor_name": "True donor's name",
    "billing_name": "Name on the payment",
}
"""Fields of a subject that hold a name, as auditors read them."""


class MatchKind(StrEnum):
    """What was equal. Only an id is identity; every name is a reason to look."""

    ID = "id"
    UNKNOWN_ID = "unknown_id"
    NAME = "name"
    FORMER_NAME = "former_name"
    ALIAS = "alias"


@dataclass(frozen=True, kw_only=True)
class StatedName:
    """A name as somebody typed it, and in which field.

    `of_giver` is True where an organisation states its own name as the giver of its own money (DS01).
    """

    field: str
    text: str
    of_organisation: bool
    of_giver: bool = False


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

    `exact_identity` is True where the name is the row's current, unmistakable one: no other row bears it, it
    is no namesake, and it says itself that it is a committee, a party or a PAC.
    """

    stated: StatedName
    kind: MatchKind
    row: RegisterRow | None
    score: float
    evidence: str
    generic: bool = False
    exact_identity: bool = False


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
        yield StatedName(
            field="organisation_name",
            text=subject.organisation_name,
            of_organisation=True,
            of_giver=subject.capacity is Capacity.ORGANISATION,
        )
    billing_name = None if subject.payment is None else subject.payment.billing_name
    for field, text in (
        ("donor_name", subject.donor_name),
        ("true_donor_name", subject.true_donor_name),
        ("billing_name", billing_name),
    ):
        if text:
            yield StatedName(field=field, text=text, of_organisation=False)


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
        generic=generic,
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
