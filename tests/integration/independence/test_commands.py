from __future__ import annotations

import json
import os
import threading
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from factually.foundation.errors import InvalidInput
from factually.independence.commands import screen, screenings
from factually.independence.screening import screen as screen_gift
from tests.support.independence_factories import FIRST_GIFT, NOW, OWN_GIFT, prepare_screening

if TYPE_CHECKING:
    from pathlib import Path

    import click
    from click.testing import Result

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


OPEN_TRANSACTIONS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
)


@dataclass
class Parts:
    database: Database
    clock: FrozenClock
    keyring: Keyring


@pytest.fixture
def parts(database: Database, clock: FrozenClock, keyring: Keyring) -> Parts:
    return Parts(database, clock, keyring)


def run(command: click.Command, parts: Parts, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments], obj=parts)


def test_a_file_of_names_becomes_one_decision_a_line(parts: Parts, tmp_path: Path) -> None:
    with parts.database.transaction() as session:
        prepare_screening(session)
    source, target = tmp_path / "names.csv", tmp_path / "decisions.jsonl"
    source.write_bytes(b"query_name,query_kind\nActBlue,organization\nB\xffd,person\nMade-up Bakery\n")
    assert run(screen, parts, "--input", source, "--output", target).exit_code == 0
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line.get("outcome", "error") for line in lines] == ["hold", "error", "allow"]


def test_a_file_without_the_column_of_names_is_refused(parts: Parts, tmp_path: Path) -> None:
    with parts.database.transaction() as session:
        prepare_screening(session)
    source = tmp_path / "names.csv"
    source.write_text("name\nActBlue\n")
    result = run(screen, parts, "--input", source, "--output", tmp_path / "decisions.jsonl")
    assert isinstance(result.exception, InvalidInput)


def test_no_transaction_idles_while_a_long_file_is_read(parts: Parts, tmp_path: Path) -> None:
    with parts.database.transaction() as session:
        prepare_screening(session)
    source, target = tmp_path / "names.csv", tmp_path / "decisions.jsonl"
    os.mkfifo(source)
    seen: list[int] = []
    writer = threading.Thread(target=write_slowly, args=(source, parts.database, seen))
    writer.start()
    result = run(screen, parts, "--input", source, "--output", target)
    writer.join()
    assert (result.exit_code, len(target.read_text().splitlines())) == (0, 2)
    assert set(seen) == {0}


def write_slowly(source: Path, database: Database, seen: list[int]) -> None:
    """Write a file in two halves, and look between them how many transactions are open."""
    with source.open("w") as lines:
        lines.write("query_name\nActBlue\n")
        lines.flush()
        for _ in range(20):
            with database.reading() as connection:
                seen.append(connection.execute(OPEN_TRANSACTIONS).scalar_one())
            time.sleep(0.01)
        lines.write("Made-up Bakery\n")


def test_the_file_itself_is_not_overwritten(parts: Parts, tmp_path: Path) -> None:
    source = tmp_path / "names.csv"
    source.write_text("query_name\nActBlue\n")
    result = run(screen, parts, "--input", source, "--output", source)
    assert (result.exit_code, source.read_text()) == (2, "query_name\nActBlue\n")


def test_a_screening_is_replayed(parts: Parts, owner_database: Database) -> None:
    with parts.database.transaction() as session:
        prepare_screening(session)
        stored = screen_gift(
            session, OWN_GIFT, gift_id=uuid.uuid4(), keyring=parts.keyring, now=NOW, history=FIRST_GIFT
        )
    same = run(screenings, parts, "replay", stored.id)
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE screening DISABLE TRIGGER USER"))
        session.execute(text("UPDATE screening SET outcome = 'hold'"))
    altered = run(screenings, parts, "replay", stored.id)
    assert (same.exit_code, same.output) == (0, "The same decision, on the same findings.\n")
    assert (altered.exit_code, "was hold and is now allow" in altered.output) == (1, True)
