"""Works through a run's partitions: each batch a transaction, so that a death costs no more than one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from factually.donations.rescreening import Pass, screen_again
from factually.independence.models import RegisterVersion
from factually.independence.registers.differences import changed_keys
from factually.independence.registers.engine import weights_of
from factually.independence.registers.in_force import registers_in_force
from factually.independence.registers.kinds import register_kind
from factually.independence.rescreening.catching_up import catch_up
from factually.independence.rescreening.judging import judge_in_force
from factually.independence.rescreening.models import RescreeningRun, Walk
from factually.independence.rescreening.running import claim, note, take_time, walk_everyone
from factually.independence.rescreening.walking import DONORS_AT_ONCE, DonorWalker, RowWalker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from factually.foundation.clock import Clock
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.independence.rescreening.walking import Batch, Walker

_COMPARISONS_KEPT: Final = 4


@dataclass(frozen=True)
class RunWork:
    """What one process needs to work on one run; indexes are brought up to date when they are first used."""

    database: Database
    keyring: Keyring
    clock: Clock
    run_id: int
    donors_at_once: int = DONORS_AT_ONCE

    def walk(
        self, number: int, *, until: datetime | None = None, done: Callable[[Batch], object] = id
    ) -> bool:
        """Go on with a partition, and say whether there is nothing left to do in it for us.

        Args:
            number: The partition.
            until: When to stop after the batch under way; None for never.
            done: Told each batch once it is committed.

        Raises:
            Unavailable: An index or the database is not there; what was committed stays done.
        """
        while True:
            batch = self._batch(number)
            if batch is None:
                return True
            done(batch)
            if until is not None and self.clock.now() >= until:
                return False

    def _batch(self, number: int) -> Batch | None:
        now = self.clock.now()
        with self.database.transaction() as session:
            take_time(session)
            partition = claim(session, self.run_id, number)
            if partition is None:
                return None
            walker = self._rows if partition.walks == Walk.ROWS else self._donors
            judge = judge_in_force(session, now=now)
            batch = walker.next(session, partition)
            step = Pass(run_id=self.run_id, keyring=self.keyring, now=now)
            opened = screen_again(session, batch.donors, judge, step)
            if batch.too_many:
                walk_everyone(session, self.run_id)
            note(session, partition, batch, opened=opened, now=now)
        return batch

    @property
    def _donors(self) -> Walker:
        return DonorWalker(self.keyring, at_once=self.donors_at_once)

    @cached_property
    def _rows(self) -> Walker:
        index = catch_up(self.database, keyring=self.keyring, now=self.clock.now())
        with self.database.transaction() as session:
            take_time(session)
            run = session.get_one(RescreeningRun, self.run_id)
            version = session.get_one(RegisterVersion, run.new_version)
            (register,) = [one for one in registers_in_force(session) if one.kind == version.kind]
            return RowWalker(
                version_id=version.id,
                keys=_changed_rows(self.database, run.old_version, version.id),
                by_name=register_kind(version.kind).by_name,
                search=index.reading(),
                weights=weights_of(session, register, wait=True),
                keyring=self.keyring,
            )


@lru_cache(maxsize=_COMPARISONS_KEPT)
def _changed_rows(database: Database, old_version: int | None, new_version: int) -> Sequence[str]:
    """Compare two versions once a process: neither ever changes, and a run takes many turns.

    A run goes by rows only where they are few beside the donors (`running`), so the list is short.
    """
    with database.transaction() as session:
        take_time(session)
        return tuple(changed_keys(session, old_version, new_version))
