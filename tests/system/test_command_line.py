"""The command as a person types it: as a process, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.databases import ROOT
from tests.support.postgres import folder_in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.demonstration import FirstStart
    from tests.support.site import RunningSite

SAMPLE = ROOT / "platform/factually/demonstration/articles/ice-cooperation.txt"
FACTUALLY = Path(sys.executable).with_name("factually")


def factually(*arguments: str, state: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "FACTUALLY_"))
    }
    environment = {**kept, "FACTUALLY_STATE": str(state), **variables}
    return subprocess.run(
        [FACTUALLY, *arguments], capture_output=True, text=True, check=False, env=environment, timeout=240
    )


@pytest.fixture(scope="module")
def state(first_start: FirstStart) -> Iterator[Path]:
    """The folder of a demonstration that does not run."""
    with folder_in_memory() as folder:
        first_start.copy_to(folder / "state")
        yield folder / "state"


def test_without_any_setting_a_command_works_on_the_demonstrations_database(state: Path) -> None:
    for _ in range(2):
        shown = factually("policy", "show", state=state)
        assert shown.returncode == 0
        assert "SHA-256" in shown.stdout
        assert shown.stderr.startswith("DATABASE_URL is not set: using the demonstration's database in ")


def test_names_are_screened_in_order_into_one_line_each(state: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.jsonl"
    names = ("Republican National Committee,organization", "Ada Example,person", "ActBlue,organization")
    source.write_text("\n".join(("query_name,query_kind", *names)))
    screened = factually("screen", "--input", str(source), "--output", str(target), state=state)
    assert screened.returncode == 0
    outcomes = [json.loads(line)["outcome"] for line in target.read_text().splitlines()]
    assert outcomes == ["hold", "allow", "hold"]


def test_a_dry_run_prints_what_was_understood_and_starts_nothing(tmp_path: Path) -> None:
    printed = factually("articles", "import", str(SAMPLE), "--json", "--dry-run", state=tmp_path / "unused")
    understood = json.loads(printed.stdout)
    counts = ("bottom_line", "citations", "citation_groups", "sources", "unresolved_sources", "words")
    assert [understood[name] for name in counts] == [7, 17, 10, 6, 6, 738]
    assert (len(understood["sections"]), understood["banner_dropped"], understood["kind"]) == (
        7,
        True,
        "explainer",
    )
    assert not (tmp_path / "unused").exists()


def test_a_command_joins_the_demonstration_that_runs(site: RunningSite) -> None:
    invited = factually("accounts", "invite", "grace@example.org", "--role", "auditor", state=site.state)
    assert invited.returncode == 0
    assert f"{site.url}/invitations/" in invited.stdout


def test_the_demonstrations_money_is_the_same_at_the_sandbox_and_in_the_books(site: RunningSite) -> None:
    reconciled = factually("donations", "reconcile", "--json", state=site.state)
    told = json.loads(reconciled.stdout)
    assert (reconciled.returncode, told["left"]) == (0, 0)
    assert all(balance["stripe_minor"] == balance["books_minor"] for balance in told["balances"])
    exported = factually("books", "export", "--format", "csv", state=site.state)
    assert exported.stdout.startswith("occurred_at,balance_transaction,")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nothing",), 2, "No such command"),
        (("serve",), 1, "FACTUALLY_MODE is not set"),
        (("worker",), 1, "FACTUALLY_MODE is not set"),
        (("migrate",), 1, "FACTUALLY_MODE is not set"),
        (("articles", "import", "/no/such/file.txt", "--dry-run"), 1, "No such file"),
        (("screenings", "replay", "nonsense"), 2, "nonsense"),
        (("demo", "--port", "0"), 2, "--port"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_an_exit_code(
    arguments: tuple[str, ...], code: int, words: str, tmp_path: Path
) -> None:
    refused = factually(*arguments, state=tmp_path)
    assert refused.returncode == code
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""


def test_help_lists_every_command(tmp_path: Path) -> None:
    shown = factually("--help", state=tmp_path)
    for command in (
        "accounts",
        "articles",
        "books",
        "demo",
        "doctor",
        "donations",
        "migrate",
        "policy",
        "registers",
        "screen",
        "serve",
        "worker",
    ):
        assert f"  {command} " in shown.stdout


def test_a_database_that_lacks_migrations_is_told_apart(state: Path) -> None:
    unset = factually("migrate", "--check", state=state, FACTUALLY_MODE="demonstration")
    assert unset.returncode == 1
    assert "is not set" in unset.stderr


def test_a_command_that_finds_something_wrong_says_so_by_its_exit_code(tmp_path: Path) -> None:
    asked = factually("doctor", state=tmp_path / "unused", FACTUALLY_MODE="neither")
    assert asked.returncode == 1
    assert asked.stdout.startswith("wrong    settings       FACTUALLY_MODE must be one of: ")
