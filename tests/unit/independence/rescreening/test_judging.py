from __future__ import annotations

import uuid
from dataclasses import replace

from factually.independence.facts import GivingHistory
from factually.independence.findings import Finding, RegisterRow
from factually.independence.outcomes import Outcome
from factually.independence.rescreening.donors import PastDonor
from factually.independence.rescreening.judging import Judge, is_told_by
from factually.independence.subjects import Stage
from tests.support.independence_factories import (
    ENTRIES,
    FACTS,
    OWN_GIFT,
    organisation_gift,
    shipped_policy,
)
from tests.support.small_indexes import engine_over

ROW = RegisterRow(kind="fec_committees", version="2026-01-30", key="C00900001", name="WE THE PEOPLE")


def keys(name: str | None) -> list[str]:
    subject = OWN_GIFT if name is None else organisation_gift(name)
    donor = PastDonor(
        number=1,
        gift_id=uuid.uuid4(),
        subject=replace(subject, stage=Stage.RESCREENING),
        history=GivingHistory(),
    )
    judge = Judge(shipped_policy(), FACTS, engine_over(*ENTRIES))
    return [doubt.row.key for doubt in judge.doubts(donor)]


def told(*evidence: str, register: RegisterRow | None = None) -> tuple[Finding, ...]:
    finding = Finding(
        rule_id="DS03",
        outcome=Outcome.HOLD,
        reads=(),
        reason_text="made up",
        register=register,
        evidence=evidence,
    )
    return (finding,)


def test_nothing_speaks_against_an_ordinary_donor() -> None:
    assert keys(None) == []


def test_what_a_rule_finds_without_a_row_is_no_doubt() -> None:
    assert keys("None") == []


def test_each_row_is_named_also_those_behind_the_first() -> None:
    assert keys("We the People Committee") == ["C00900001", "C00900002"]


def test_a_row_is_told_by_a_finding_that_rests_on_it_in_any_version() -> None:
    assert is_told_by(ROW, told(register=replace(ROW, version="2025-01-01")))
    assert not is_told_by(ROW, told(register=replace(ROW, key="C00900002")))
    assert not is_told_by(ROW, told(register=replace(ROW, kind="uk_parties")))


def test_a_row_is_told_by_evidence_that_names_its_id() -> None:
    assert is_told_by(ROW, told("equals WE THE PEOPLE (id C00900001, committees as of 2026-01-30)."))
    assert not is_told_by(ROW, told("equals WE THE PEOPLE (id C009000011, committees as of 2026-01-30)."))
    assert not is_told_by(ROW, ())
