"""Brings this machine's index of donors up to date with the screenings in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.independence.models import Screening
from factually.independence.rescreening.donor_index import NOTHING, DonorIndex, Mark
from factually.independence.rescreening.donors import donors_to_index, last_number, numbers_between

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database

SETTLED_AFTER: Final = timedelta(minutes=2)
"""No transaction of ours lasts so long (`foundation.database`): what is older has been seen by everybody."""

_FOLDER: Final = "donors"
_KEY: Final = "donor index"
AT_ONCE: Final = 20_000


def donor_index(database: Database, keyring: Keyring) -> DonorIndex:
    """Return this machine's index of a site's donors, however far it is.

    Raises:
        Unavailable: This process has no folder for indexes.
    """
    return DonorIndex(database.derived / _FOLDER, keyring.subkey(_KEY))


def catch_up(
    database: Database, *, keyring: Keyring, now: datetime, added: Callable[[int], object] = int
) -> DonorIndex:
    """Add the donors of settled screenings, some at a time; a second process waits for the first.

    Args:
        database: Where screenings are; each batch is read in a transaction of its own.
        keyring: Opens the donors' names, and keys the index.
        now: Screenings of the last two minutes stay out; a run walks them one by one.
        added: Told how many screenings were added since it was last told.
    """
    index = donor_index(database, keyring)
    with index.writing() as writer:
        while True:
            with database.transaction() as session:
                if writer.mark != mark_at(session, writer.mark.number):
                    writer.clear()
                end = last_number(session, before=now - SETTLED_AFTER)
                numbers = numbers_between(session, writer.mark.number + 1, end, limit=AT_ONCE)
                donors = list(donors_to_index(session, numbers, keyring=keyring))
                full = len(numbers) == AT_ONCE
                mark = mark_at(session, numbers[-1] if full else end)
            if mark != index.mark or mark == NOTHING:
                writer.add(donors, mark=mark)
            added(len(donors))
            if not full:
                return index


def mark_at(session: Session, number: int) -> Mark:
    """Return the mark of an index that goes up to a screening of this database."""
    found = session.execute(select(Screening.id).where(Screening.number == number)).scalar_one_or_none()
    return NOTHING if found is None else Mark(number, str(found))
