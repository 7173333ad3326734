"""Runs whose changed rows are like a great many donors."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from factually.independence.registers.entries import Entry
from factually.independence.rescreening import donor_index, walking
from factually.independence.rescreening.models import RescreeningCase
from tests.support.donation_factories import GivingDesk, organisation_pledge
from tests.support.register_changes import NEW_GROUP, NEWCOMER, change_register, rescreen


@pytest.mark.parametrize("enough", [1, 100])
def test_a_row_like_too_many_donors_has_all_of_them_walked_once(
    desk: GivingDesk, monkeypatch: pytest.MonkeyPatch, enough: int
) -> None:
    monkeypatch.setattr(donor_index, "MOST_FOUND", 2)
    monkeypatch.setattr(walking, "ENOUGH_FOUND", enough)
    gifts = {desk.give(organisation_pledge(NEW_GROUP)).id for _ in range(3)}
    for number in range(12):
        desk.give(organisation_pledge("Prairie Books" if number < 2 else "Miller Bakery"))
    desk.clock.advance(timedelta(minutes=5))
    further = Entry(key="C00800001", name="PRAIRIE BOOKS")
    twin = Entry(key="C00900006", name=NEWCOMER.name)
    change_register(desk, further, NEWCOMER, twin)
    run = rescreen(desk)
    assert run.changed_rows == 3
    assert run.partitions == 2
    assert run.finished_at is not None
    with desk.database.transaction() as session:
        of_gifts = select(RescreeningCase.gift_id).where(RescreeningCase.gift_id.in_(gifts))
        assert sorted(session.scalars(of_gifts)) == sorted([*gifts, *gifts])
