from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.matching import (
    ALIAS_SCORE,
    Match,
    MatchKind,
    PlainMatcher,
    Relation,
    Stated,
    stated_names,
)
from factually.independence.subjects import Capacity, PaymentFacts, ScreeningSubject
from tests.support.independence_factories import ENTRIES, OWN_GIFT, InMemoryRegister, organisation_gift


def matches_of(subject: ScreeningSubject) -> list[Match]:
    return list(PlainMatcher(InMemoryRegister(ENTRIES)).find(stated_names(subject)))


@pytest.mark.parametrize(
    ("name", "kind", "key", "score"),
    [
        ("C00003418", MatchKind.ID, "C00003418", 1.0),
        ("Republican National Committee", MatchKind.NAME, "C00003418", 1.0),
        ("Donald J. Trump for President 2024", MatchKind.FORMER_NAME, "C00580100", 1.0),
        ("Democratic National Committee", MatchKind.ALIAS, "C00010603", ALIAS_SCORE),
        ("HallPAC", MatchKind.ALIAS, "C00000059", ALIAS_SCORE),
        ("ActBlue (our committee)", MatchKind.ALIAS, "C00401224", ALIAS_SCORE),
    ],
)
def test_a_row_is_found_by_what_is_certain(name: str, kind: MatchKind, key: str, score: float) -> None:
    (match,) = matches_of(organisation_gift(name))
    assert (match.kind, match.score) == (kind, score)
    assert match.row is not None
    assert match.row.key == key
    assert key in match.evidence


def test_an_id_comes_before_the_name_beside_it() -> None:
    kinds = [
        match.kind for match in matches_of(organisation_gift("Republican National Committee (C00003418)"))
    ]
    assert kinds == [MatchKind.ID, MatchKind.ALIAS]


def test_an_id_that_the_register_lacks_is_told() -> None:
    (match,) = matches_of(organisation_gift("C99999999"))
    assert match.kind is MatchKind.UNKNOWN_ID
    assert match.row is None


def test_a_sponsor_is_not_its_pac() -> None:
    assert matches_of(organisation_gift("Hallmark Cards, Inc.")) == []


def test_every_committee_that_shares_a_name_is_told_and_none_is_certain() -> None:
    matches = matches_of(organisation_gift("We the People Committee"))
    assert [match.row and match.row.key for match in matches] == ["C00900001", "C00900002"]
    assert not any(match.exact_identity for match in matches)


@pytest.mark.parametrize(
    ("name", "certain"),
    [
        ("Republican National Committee", True),
        ("REPUBLICAN NATIONAL CMTE", True),
        ("ActBlue", False),
        ("Maria Madeup", False),
        ("Donald J. Trump for President 2024", False),
        ("Democratic National Committee", False),
        ("None", False),
    ],
)
def test_only_the_sole_current_name_that_says_its_role_is_identity(*, name: str, certain: bool) -> None:
    (match,) = matches_of(organisation_gift(name))
    assert match.exact_identity is certain


def test_a_generic_name_says_so() -> None:
    (match,) = matches_of(organisation_gift("none"))
    assert match.relation is Relation.GENERIC
    assert "too short or too common" in match.evidence


def test_a_committee_called_like_a_person_says_so() -> None:
    (match,) = matches_of(replace(OWN_GIFT, donor_name="Maria Madeup"))
    assert "little more than a person's name" in match.evidence


def test_everything_that_was_stated_is_read() -> None:
    subject = replace(
        organisation_gift("Made-up Bakery"),
        true_donor_name="Tom True",
        employer="City of Elsewhere",
        ein="12-3456789",
        payment=PaymentFacts(billing_name="Bea Bearer"),
    )
    assert [(name.field, name.text, name.what) for name in stated_names(subject)] == [
        ("organisation_name", "Made-up Bakery", Stated.GIVING_ORGANISATION),
        ("donor_name", "Ada Reader", Stated.PERSON),
        ("true_donor_name", "Tom True", Stated.PERSON),
        ("billing_name", "Bea Bearer", Stated.PERSON),
        ("employer", "City of Elsewhere", Stated.EMPLOYER),
        ("email", "example.org", Stated.EMAIL_DOMAIN),
        ("ein", "12-3456789", Stated.EIN),
    ]


def test_an_organisation_named_besides_is_not_the_giver() -> None:
    subject = replace(organisation_gift("Made-up Bakery"), capacity=Capacity.OWN_MONEY)
    assert not stated_names(subject)[0].of_giver
