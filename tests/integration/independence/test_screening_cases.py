from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factually.foundation.errors import NotFound
from factually.independence.measuring import LabelledCase
from factually.independence.screening_cases import screened_cases
from tests.support.independence_factories import NOW, prepare_screening

if TYPE_CHECKING:
    from factually.foundation.database import Database

CASES = [
    LabelledCase(
        name="ActBlue" if number % 500 == 0 else f"Bakery {number}", person=False, ids=frozenset(), group=""
    )
    for number in range(2_600)
]


def test_more_cases_than_one_transaction_takes_are_answered_in_order(database: Database) -> None:
    with database.transaction() as session:
        prepare_screening(session)
    screened = list(screened_cases(database, CASES, now=NOW))
    assert [case for case, _ in screened] == CASES
    held = [case.name for case, answer in screened if answer["outcome"] != "allow"]
    assert held == ["ActBlue"] * 6


def test_without_a_policy_nothing_is_measured(database: Database) -> None:
    with pytest.raises(NotFound):
        list(screened_cases(database, CASES, now=NOW))
