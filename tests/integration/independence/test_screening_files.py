from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from factually.foundation.errors import InvalidInput, NotFound
from factually.independence.screening_files import trial_in_force
from tests.support.independence_factories import NOW, prepare_screening, shipped_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.foundation.database import Database


def answers(database: Database, rows: Sequence[dict[str, str | None] | InvalidInput]) -> list[Any]:
    with database.transaction() as session:
        prepare_screening(session)
        trial = trial_in_force(session, now=NOW)
    return list(trial.answers(rows))


def test_each_row_gets_its_answer_in_order(database: Database) -> None:
    rows: list[dict[str, str | None]] = [
        {"query_name": "Republican National Committee", "query_kind": "organization"},
        {"query_name": "Republican National Committee", "query_kind": "person"},
        {"query_name": "ActBlue", "query_kind": None},
        {"query_name": "Made-up Bakery", "query_kind": "organisation", "employer": "City of Elsewhere"},
    ]
    assert [answer["outcome"] for answer in answers(database, rows)] == ["hold", "hold", "hold", "allow"]


def test_a_match_is_told_with_its_register_row(database: Database) -> None:
    ((answer),) = answers(database, [{"query_name": "ACTBLUE", "query_kind": "organization"}])
    (match,) = answer["matches"]
    assert match["register"] == "fec_committees"
    assert (match["id"], match["name"], match["score"]) == ("C00401224", "ACTBLUE", 1.0)
    assert "C00401224" in match["evidence"][0]
    assert [finding["rule_id"] for finding in answer["findings"]] == [
        rule.id for rule in shipped_policy().rules
    ]


def test_a_committee_id_that_no_register_holds_is_no_match_but_holds(database: Database) -> None:
    (answer,) = answers(database, [{"query_name": "C99999999", "query_kind": "organization"}])
    assert (answer["outcome"], answer["matches"]) == ("hold", [])


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"query_name": " ", "query_kind": "organization"}, "query_name"),
        ({"query_kind": "organization"}, "query_name"),
        ({"query_name": "ActBlue", "query_kind": "robot"}, "query_kind"),
        ({"query_name": "Act\x00Blue", "query_kind": "person"}, "query_name"),
        ({"query_name": "\udcff", "query_kind": "person"}, "query_name"),
    ],
)
def test_a_bad_row_gets_an_error_and_does_not_stop_the_rest(
    database: Database, row: dict[str, str | None], field: str
) -> None:
    first, second = answers(database, [row, {"query_name": "ActBlue"}])
    assert first["error"]["field"] == field
    assert second["outcome"] == "hold"


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("employer", "x" * 10_001, "employer"),
        ("address", "Elm\x00 Street", "address"),
        ("ein", "\udcff", "ein"),
    ],
)
def test_a_bad_column_is_named(database: Database, column: str, value: str, field: str) -> None:
    (answer,) = answers(database, [{"query_name": "Bakery", column: value}])
    assert answer["error"]["field"] == field


def test_a_row_that_could_not_be_read_gets_its_line(database: Database) -> None:
    fault = InvalidInput("Line 7 is no row of a CSV file.", field="input")
    first, second = answers(database, [fault, {"query_name": "ActBlue"}])
    assert first["error"]["message"] == fault.message
    assert second["outcome"] == "hold"


def test_many_rows_are_answered_in_batches(database: Database) -> None:
    names = ["ActBlue" if number % 7 == 0 else f"Bakery {number}" for number in range(1_100)]
    outcomes = [answer["outcome"] for answer in answers(database, [{"query_name": name} for name in names])]
    assert outcomes == ["hold" if name == "ActBlue" else "allow" for name in names]


def test_without_a_policy_nothing_is_screened(database: Database) -> None:
    with database.transaction() as session, pytest.raises(NotFound):
        trial_in_force(session, now=NOW)
