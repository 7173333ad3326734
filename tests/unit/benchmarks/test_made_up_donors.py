from __future__ import annotations

import pytest

from benchmarks.chance import chance_of
from benchmarks.labelled import real_committees
from benchmarks.made_up_donors import MadeUpDonors
from factually.independence.registers.entries import Entry
from factually.independence.subjects import Capacity, ScreeningSubject

COMMITTEES = (Entry(key="C00900001", name="MARY MADEUP FOR CONGRESS"),)


def donors(seed: int = 1) -> list[ScreeningSubject]:
    return list(MadeUpDonors(COMMITTEES, chance_of(seed)).subjects(500, ["PLANTED PAC"]))


def test_planted_names_come_first_and_give_as_organisations() -> None:
    first = donors()[0]
    assert (first.organisation_name, first.capacity) == ("PLANTED PAC", Capacity.ORGANISATION)


def test_one_donor_in_five_is_an_organisation() -> None:
    organisations = sum(donor.capacity is Capacity.ORGANISATION for donor in donors())
    assert organisations / 500 == pytest.approx(0.2, abs=0.06)


def test_the_same_seed_makes_up_the_same_people_at_example_org() -> None:
    assert donors() == donors()
    assert donors() != donors(2)
    assert all(donor.email.endswith(".example.org") for donor in donors())


def test_the_real_register_gives_people_their_first_names() -> None:
    (donor,) = MadeUpDonors(real_committees(), chance_of(1)).subjects(1)
    assert len((donor.donor_name or "").split()) == 2
