from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from factually.foundation.errors import InvalidInput
from factually.independence import register_commands
from factually.independence.register_commands import registers
from factually.independence.registers.formats.fec_csv import COLUMNS
from tests.support.independence_factories import ENTRIES, register_csv
from tests.support.register_files import FEC_MASTER, UK_PARTIES, lines, master_row

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


@dataclass
class Parts:
    database: Database
    clock: FrozenClock
    keyring: Keyring


@pytest.fixture
def parts(database: Database, clock: FrozenClock, keyring: Keyring) -> Parts:
    return Parts(database, clock, keyring)


def run(parts: Parts, *arguments: object) -> Result:
    return CliRunner().invoke(registers, [str(argument) for argument in arguments], obj=parts)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_register_is_imported_and_listed(parts: Parts, tmp_path: Path) -> None:
    file = written(tmp_path / "committees.csv", register_csv())
    first = run(parts, "import", "fec_committees", file, "--version", "2026-01-30")
    again = run(parts, "import", "fec_committees", file)
    listed = run(parts, "list")
    assert first.output.startswith("New version 1 of fec_committees: 9 rows, SHA-256 ")
    assert again.output.startswith("Unchanged since version 1")
    assert "fec_committees: committees registered with the US Federal Election Commission\n" in listed.output
    assert "version 1: in force, stale no, as of 2026-01-30, 9 rows, last fetched 2026-11-24" in listed.output
    assert "committees.csv" in listed.output
    assert "not imported; its source is elections.ca" in listed.output


def test_a_register_that_was_not_fetched_for_long_is_listed_as_stale(parts: Parts, tmp_path: Path) -> None:
    run(parts, "import", "fec_committees", written(tmp_path / "committees.csv", register_csv()))
    parts.clock.advance(timedelta(days=9))
    assert "version 1: in force, stale yes" in run(parts, "list").output


def test_a_damaged_register_is_refused_in_a_sentence_and_the_old_one_stays(
    parts: Parts, tmp_path: Path
) -> None:
    file = written(tmp_path / "committees.csv", register_csv())
    run(parts, "import", "fec_committees", file)
    result = run(parts, "import", "fec_committees", written(file, register_csv()[:-4]))
    assert isinstance(result.exception, InvalidInput)
    assert result.exit_code != 0
    assert "version 1: in force" in run(parts, "list").output


def test_an_import_says_what_changed_and_diff_says_it_row_by_row(parts: Parts, tmp_path: Path) -> None:
    file = written(tmp_path / "cm.txt", FEC_MASTER)
    run(parts, "import", "fec_committees", file)
    written(file, lines(master_row(CMTE_NM="RENAMED PAC"), master_row(CMTE_ID="C00900003")))
    imported = run(parts, "import", "fec_committees", file)
    diff = run(parts, "diff", "fec_committees")
    counts = "1 rows added, 1 changed, 1 removed."
    news = [
        'name "MADE-UP PAC" is now "RENAMED PAC"',
        'former names none is now "MADE-UP PAC"',
        'sponsors "MADE-UP, INC." is now none',
        'org type "C" is now none',
    ]
    assert imported.output.endswith(f"Against version 1: {counts}\n")
    assert diff.output.splitlines() == [
        f"fec_committees, version 2 against version 1: {counts}",
        f"changed C00900001: {'; '.join(news)}",
        "removed C00900002: MADE-UP UNION",
        "added C00900003: MADE-UP PAC",
    ]


def test_a_diff_may_name_its_versions_and_its_length(parts: Parts, tmp_path: Path) -> None:
    file = written(tmp_path / "committees.csv", register_csv())
    run(parts, "import", "fec_committees", file)
    run(parts, "import", "fec_committees", written(file, register_csv(ENTRIES[:1])))
    assert "version 1: earlier, as of 2026-11-24, 9 rows" in run(parts, "list").output
    diff = run(parts, "diff", "fec_committees", "--old", 2, "--new", 1, "--limit", 1)
    assert diff.output.splitlines() == [
        "fec_committees, version 1 against version 2: 8 rows added, 0 changed, 0 removed.",
        "added C00000059: HALLMARK CARDS, INC. PAC (HALLPAC)",
        "... and 7 more rows; --limit shows more.",
    ]


def test_a_diff_of_what_is_not_there_is_refused(parts: Parts, tmp_path: Path) -> None:
    never = run(parts, "diff", "fec_committees")
    run(parts, "import", "fec_committees", written(tmp_path / "committees.csv", register_csv()))
    run(parts, "import", "uk_parties", written(tmp_path / "uk.csv", UK_PARTIES))
    alone = run(parts, "diff", "fec_committees")
    other_kind = run(parts, "diff", "fec_committees", "--old", 2)
    other_never = run(parts, "diff", "ca_parties")
    assert str(other_never.exception) == "ca_parties was never imported."
    assert str(never.exception) == "fec_committees was never imported."
    assert str(alone.exception) == "fec_committees has no version before version 1."
    assert str(other_kind.exception) == "fec_committees has no version 2."


def test_a_register_of_another_format_is_imported_with_a_mapping(parts: Parts, tmp_path: Path) -> None:
    mapping = written(tmp_path / "mapping.toml", b'key = "id"\nname = "title"\n')
    file = written(tmp_path / "lobbyists.csv", lines("id,title", "7,Made-up Lobby"))
    without = run(parts, "import", "us_lobbying", file)
    mapped = run(parts, "import", "us_lobbying", file, "--mapping", mapping)
    assert str(without.exception).startswith("A file of us_lobbying needs a mapping file")
    assert ": 1 rows" in mapped.output


def test_committees_are_packed_to_one_file_that_can_be_imported(parts: Parts, tmp_path: Path) -> None:
    committees, former, packed = (
        tmp_path / name for name in ("committees.csv", "former.csv", "packed.csv.gz")
    )
    committees.write_text(f"{','.join(COLUMNS)}\nC00000001,MADE-UP PAC,DC,U,Q,2014,2026,0,0\n")
    former.write_text("cmte_id,former_name,first_cycle,last_cycle\nC00000001,EARLIER PAC,2012,2012\n")
    assert run(parts, "pack", committees, former, packed).exit_code == 0
    assert ": 1 rows" in run(parts, "import", "fec_committees", packed).output


def test_the_import_of_a_large_file_is_watched_on_a_terminal(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_commands, "LARGE_FILE", 1)
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run(
        parts, "import", "fec_committees", written(tmp_path / "cm.csv.gz", gzip.compress(register_csv()))
    )
    assert "Storing its rows" in result.stderr
    assert result.stdout.startswith("New version 1")
