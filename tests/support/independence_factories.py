"""Made-up donors, and small registers with real committees in them, for tests of the screening."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from factually.foundation.money import Money
from factually.independence.facts import Facts, GivingHistory, RegisterInForce
from factually.independence.matching import stated_names
from factually.independence.policy import parse_policy
from factually.independence.publishing import packaged_policy, publish_policy
from factually.independence.registers.entries import Entry
from factually.independence.registers.loading import RegisterFile, load_register
from factually.independence.rules.rule import Case
from factually.independence.subjects import Capacity, ScreeningSubject, Stage
from tests.support.small_indexes import engine_over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from factually.independence.policy import Policy

NOW: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AS_OF: Final = date(2026, 1, 30)

OWN_GIFT: Final = ScreeningSubject(
    stage=Stage.BEFORE_AUTHORISATION,
    capacity=Capacity.OWN_MONEY,
    political_group=False,
    donor_name="Ada Reader",
    email="ada@example.org",
    amount=Money(500, "USD"),
)
"""A reader's own five dollars."""

ENTRIES: Final = (
    Entry(key="C00003418", name="REPUBLICAN NATIONAL COMMITTEE"),
    Entry(
        key="C00010603",
        name="DNC SERVICES CORP / DEMOCRATIC NATIONAL COMMITTEE",
        former_names=("DNC SERVICES CORPORATION/DEMOCRATIC NATIONAL COMMITTEE",),
    ),
    Entry(key="C00401224", name="ACTBLUE"),
    Entry(
        key="C00580100", name="NEVER SURRENDER, INC.", former_names=("DONALD J. TRUMP FOR PRESIDENT 2024",)
    ),
    Entry(key="C00000059", name="HALLMARK CARDS, INC. PAC (HALLPAC)", former_names=("HALLMARK CARDS PAC",)),
    Entry(key="C00900001", name="WE THE PEOPLE COMMITTEE"),
    Entry(key="C00900002", name="WE THE PEOPLE COMMITTEE"),
    Entry(key="C00900003", name="NONE"),
    Entry(key="C00900004", name="MARIA MADEUP", namesake=True),
)
"""Committees as the FEC lists them, and four made-up ones (C009...)."""

REGISTER: Final = RegisterInForce(
    kind="fec_committees", version_id=1, as_of=AS_OF, retrieved_at=NOW, row_count=len(ENTRIES)
)
FIRST_GIFT: Final = GivingHistory()
"""No other gift tells anything about this one."""

FACTS: Final = Facts(now=NOW, registers=(REGISTER,), history=FIRST_GIFT)


def organisation_gift(name: str) -> ScreeningSubject:
    """Five dollars that an organisation gives in its own name."""
    return replace(OWN_GIFT, capacity=Capacity.ORGANISATION, organisation_name=name)


def case_of(subject: ScreeningSubject, *, facts: Facts = FACTS, entries: Sequence[Entry] = ENTRIES) -> Case:
    """The case that the rules see, with what the register says about the subject's names."""
    matches = engine_over(*entries).find(stated_names(subject))
    return Case(subject=subject, matches=tuple(matches), facts=facts)


def shipped_policy() -> Policy:
    """The policy that ships with the package."""
    return parse_policy(packaged_policy())


def register_csv(entries: Sequence[Entry] = ENTRIES) -> bytes:
    """The entries as the file that the FEC importer reads."""
    lines = ["cmte_id,name,state,designation,type,first_cycle,last_cycle,filer_only,bare_name,former_names"]
    lines += [
        f'{entry.key},"{entry.name}",DC,U,Q,2014,2026,0,{int(entry.namesake)},"{"|".join(entry.former_names)}"'
        for entry in entries
    ]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def register_file(entries: Sequence[Entry] = ENTRIES) -> RegisterFile:
    """The same file as it was retrieved."""
    return RegisterFile(
        kind="fec_committees", data=register_csv(entries), source="made for tests", as_of=AS_OF
    )


def prepare_screening(session: Session, *, now: datetime = NOW) -> None:
    """Publish the shipped policy and load the small register: what a site does before its first gift."""
    publish_policy(session, packaged_policy(), now=now)
    load_register(session, register_file(), now=now)
