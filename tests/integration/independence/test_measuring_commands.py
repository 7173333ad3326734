from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from factually.foundation.errors import InvalidInput
from factually.independence.measuring_commands import screening_error_rate
from tests.support.independence_factories import prepare_screening

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

CASES = """query_name,query_kind,expected,register_id,note
ActBlue,organization,match,C00401224,exact
Nothing of the kind,organization,match,C00401224,exact
Ada Reader,person,no_match,,person: plain
Act\x07Blue,organization,no_match,,charity
"""


@dataclass
class Parts:
    database: Database
    clock: FrozenClock
    keyring: Keyring


@pytest.fixture
def parts(database: Database, clock: FrozenClock, keyring: Keyring) -> Parts:
    with database.transaction() as session:
        prepare_screening(session)
    return Parts(database, clock, keyring)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.csv"
    file.write_text(CASES)
    return file


def run(parts: Parts, *arguments: object) -> Result:
    return CliRunner().invoke(screening_error_rate, [str(argument) for argument in arguments], obj=parts)


def test_the_error_rate_of_the_screening_in_force_is_printed(parts: Parts, cases: Path) -> None:
    result = run(parts, "--cases", cases)
    assert result.exit_code == 0
    assert "recall                   0.5000 (1 of 2)" in result.output
    assert "unanswered               0.2500 (1 of 4)" in result.output


def test_lists_of_ordinary_names_may_be_gzipped(parts: Parts, cases: Path, tmp_path: Path) -> None:
    ordinary = tmp_path / "companies.csv.gz"
    ordinary.write_bytes(gzip.compress(b"cik,name\n1,Made-up Bakery\n2,ActBlue\n"))
    rates = json.loads(run(parts, "--cases", cases, "--ordinary", ordinary, "--json").output)
    assert rates["ordinary"] == {"companies.csv.gz": {"part": 1, "whole": 2, "share": 0.5}}
    assert "companies.csv.gz" in run(parts, "--cases", cases, "--ordinary", ordinary).output


def test_wrong_answers_are_written_for_whoever_mends_them(parts: Parts, cases: Path, tmp_path: Path) -> None:
    mistakes = tmp_path / "mistakes.jsonl"
    assert run(parts, "--cases", cases, "--mistakes", mistakes).exit_code == 0
    missed, unread = (json.loads(line) for line in mistakes.read_text().splitlines())
    assert (missed["query_name"], missed["outcome"], missed["right"]) == (
        "Nothing of the kind",
        "allow",
        ["C00401224"],
    )
    assert unread["error"]["field"] == "query_name"


def test_a_damaged_file_is_refused_in_a_sentence(parts: Parts, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv.gz"
    file.write_bytes(b"nonsense")
    result = run(parts, "--cases", file)
    assert isinstance(result.exception, InvalidInput)
