"""Goes through a partition some at a time, and returns the donors that have to be decided on again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from rapidfuzz import fuzz

from factually.independence.matching import TELL_FROM, Stated, stated_names
from factually.independence.naming.canonical import canonical_name
from factually.independence.registers.stored import entries_of
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
    """

    donors: Sequence[PastDonor]
    screened: int
    unreadable: int
    cursor: int


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
        proposals = propose(self.search, rows)
        opened = open_donors(session, proposals.keys(), keyring=self.keyring)
        near = [donor for donor in opened.donors if comes_near(donor, proposals[donor.number], self.weights)]
        return Batch(donors=near, screened=len(opened.donors), unreadable=opened.unreadable, cursor=end)


@dataclass(frozen=True)
class Proposal:
    """Why a donor may be a row: a certain key, or these names of it."""

    certain: bool
    names: tuple[CanonicalName, ...] = ()


def propose(search: DonorSearch, rows: Iterable[SoughtRow]) -> Mapping[int, Proposal]:
    """Return the screenings whose donors may be one of some rows, by number."""
    names: dict[int, list[CanonicalName]] = {}
    certain: set[int] = set()
    for row in rows:
        certain.update(search.certain(row.keys))
        for name in row.names:
            for number in search.alike(name):
                names.setdefault(number, []).append(name)
    return {
        number: Proposal(number in certain, tuple(names.get(number, ()))) for number in certain | names.keys()
    }


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
    near = likeness(name, registered, weights)
    return max(near.score, near.bearer_score) >= TELL_FROM
