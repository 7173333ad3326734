"""Goes through a partition some at a time, and returns the donors that have to be decided on again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from rapidfuzz import fuzz

from factually.independence.matching import TELL_FROM, Stated, stated_names
from factually.independence.naming.canonical import canonical_name
from factually.independence.registers.stored import entries_of
from factually.independence.rescreening.donor_index import TooManyFound
from factually.independence.rescreening.donors import numbers_between, open_donors
from factually.independence.rescreening.pieces import sought_row
from factually.independence.scoring.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.independence.naming.canonical import CanonicalName
    from factually.independence.rescreening.donor_index import DonorSearch
    from factually.independence.rescreening.donors import PastDonor
    from factually.independence.rescreening.models import RescreeningPartition
    from factually.independence.rescreening.pieces import SoughtRow
    from factually.independence.scoring.weights import Weights

ROWS_AT_ONCE: Final = 25
ENOUGH_FOUND: Final = 2_500
"""Donors after which a batch of rows ends early: common names come near many."""
DONORS_AT_ONCE: Final = 500
"""A second of work or less: what a killed worker has to do again."""

_LETTERS_FROM: Final = 50
"""Percent of letters in common, in order or by words: below it, no names are like enough (measured)."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A step of a walk.

    Attributes:
        donors: Those to decide on.
        screened: How many were looked at for it.
        unreadable: How many could not be.
        cursor: The last place that is done once these are.
        too_many: Whether one of the rows is like so many donors that all have to be walked for it.
    """

    donors: Sequence[PastDonor]
    screened: int
    unreadable: int
    cursor: int
    too_many: bool = False


class Walker(Protocol):
    """Goes through a partition."""

    def next(self, session: Session, partition: RescreeningPartition) -> Batch:
        """Return the next batch of a claimed partition."""
        ...


class DonorWalker:
    """Goes from donor to donor, whatever changed."""

    def __init__(self, keyring: Keyring, *, at_once: int = DONORS_AT_ONCE) -> None:
        self._keyring = keyring
        self._at_once = at_once

    def next(self, session: Session, partition: RescreeningPartition) -> Batch:
        """Return the next donors in the order of their screenings."""
        numbers = numbers_between(session, partition.cursor + 1, partition.last, limit=self._at_once)
        opened = open_donors(session, numbers, keyring=self._keyring)
        return Batch(
            donors=opened.donors,
            screened=len(opened.donors),
            unreadable=opened.unreadable,
            cursor=numbers[-1] if len(numbers) == self._at_once else partition.last,
        )


@dataclass(frozen=True, kw_only=True)
class RowWalker:
    """Goes from changed row to changed row, and looks each up among the donors (reverse join).

    Attributes:
        version_id: The register version that the rows are of.
        keys: Keys of all changed rows, in order.
        by_name: Whether this register is searched by name.
        search: This machine's index of donors.
        weights: What words weigh in this register, so that a pair has one score either way round.
        keyring: Opens the donors found.
    """

    version_id: int
    keys: Sequence[str]
    by_name: bool
    search: DonorSearch
    weights: Weights
    keyring: Keyring

    def next(self, session: Session, partition: RescreeningPartition) -> Batch:
        """Return the donors who come near one of the next rows."""
        end = min(partition.cursor + ROWS_AT_ONCE, partition.last)
        keys = self.keys[partition.cursor + 1 : end + 1]
        rows = [
            sought_row(entry, by_name=self.by_name) for entry in entries_of(session, self.version_id, keys)
        ]
        found = propose(self.search, rows)
        opened = open_donors(session, found.donors.keys(), keyring=self.keyring)
        near = [
            donor for donor in opened.donors if comes_near(donor, found.donors[donor.number], self.weights)
        ]
        return Batch(
            donors=near,
            screened=len(opened.donors),
            unreadable=opened.unreadable,
            cursor=partition.cursor + found.rows if found.rows < len(rows) else end,
            too_many=found.too_many,
        )


@dataclass(frozen=True)
class Proposal:
    """Why a donor may be a row: a certain key, or these names of it."""

    certain: bool
    names: tuple[CanonicalName, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a search for some rows found.

    Attributes:
        donors: The screenings whose donors may be one of the rows, by number.
        rows: How many rows were searched, from the first.
        too_many: Whether one of these is like so many donors that none are listed for it.
    """

    donors: Mapping[int, Proposal]
    rows: int
    too_many: bool


def propose(search: DonorSearch, rows: Iterable[SoughtRow]) -> Found:
    """Search donors for one row after another, until the rows end or enough are found for one batch."""
    names: dict[int, list[CanonicalName]] = {}
    certain: set[int] = set()
    searched, too_many = 0, False
    for searched, row in enumerate(rows, 1):  # noqa: B007 - the last one counts
        try:
            sure = search.certain(row.keys)
            alike = [(name, search.alike(name)) for name in row.names]
        except TooManyFound:
            too_many = True
            continue
        certain.update(sure)
        for name, numbers in alike:
            for number in numbers:
                names.setdefault(number, []).append(name)
        if len(certain | names.keys()) >= ENOUGH_FOUND:
            break
    donors = {
        number: Proposal(number in certain, tuple(names.get(number, ()))) for number in certain | names.keys()
    }
    return Found(donors, searched, too_many)


def comes_near(donor: PastDonor, proposal: Proposal, weights: Weights) -> bool:
    """Tell cheaply whether a donor is worth a decision: one name is like enough to be told at all."""
    if proposal.certain:
        return True
    stated = {
        canonical_name(name.text)
        for name in stated_names(donor.subject)
        if name.what not in {Stated.EMAIL_DOMAIN, Stated.EIN}
    }
    return any(_is_near(name, registered, weights) for registered in proposal.names for name in stated)


def _is_near(name: CanonicalName, registered: CanonicalName, weights: Weights) -> bool:
    letters = fuzz.ratio(name.compact, registered.compact, score_cutoff=_LETTERS_FROM)
    if not letters and not fuzz.token_sort_ratio(name.text, registered.text, score_cutoff=_LETTERS_FROM):
        return False
    near = likeness(name, registered, weights, least=TELL_FROM)
    return near is not None and near.bearer_score >= TELL_FROM
