from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from factually.articles.commands import articles
from factually.articles.content import Reason
from factually.foundation.errors import Conflict, InvalidInput, NotFound
from tests.support.article_factories import COMPLETE, DEMONSTRATION_TEXTS, SAMPLE, short_text

if TYPE_CHECKING:
    from pathlib import Path

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.newsroom import Newsroom

REASON = "A legacy text, published as it was found."


@dataclass(frozen=True)
class Parts:
    """What the command line hands to a command."""

    database: Database
    clock: FrozenClock


class NoParts:
    """Stands for a command line without a database: any use of it fails."""


@pytest.fixture
def parts(database: Database, clock: FrozenClock) -> Parts:
    return Parts(database, clock)


@pytest.fixture
def sample(tmp_path: Path) -> str:
    path = tmp_path / "sample.txt"
    path.write_bytes(SAMPLE)
    return str(path)


def run(parts: object, *arguments: str) -> Result:
    return CliRunner().invoke(articles, arguments, obj=parts)


def test_a_dry_run_prints_what_was_understood_and_needs_no_database(sample: str) -> None:
    result = run(NoParts(), "import", sample, "--json", "--dry-run")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["words"], found["citations"], len(found["sections"])) == (738, 17, 7)


def test_a_dry_run_says_that_nothing_was_stored(sample: str) -> None:
    result = run(NoParts(), "import", sample, "--dry-run")
    assert result.stdout == "6 of 6 cited sources are not yet recorded.\nNothing was stored (dry run).\n"


def test_an_import_is_a_draft_and_a_second_one_changes_nothing(parts: Parts, sample: str) -> None:
    first = run(parts, "import", sample)
    again = run(parts, "import", sample)
    assert " is a draft, revision " in first.stdout
    assert again.stdout.endswith("The same text was here already.\n")


def test_publishing_past_errors_needs_a_reason(parts: Parts, sample: str) -> None:
    refused = run(parts, "import", sample, "--publish")
    assert isinstance(refused.exception, Conflict)
    assert (
        " is public, revision "
        in run(parts, "import", sample, "--publish", "--override-reason", REASON).stdout
    )


def test_sources_may_come_from_a_second_file(tmp_path: Path) -> None:
    text, _, listed = short_text().partition("\nSources\n")
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    (tmp_path / "sources.txt").write_text(listed, encoding="utf-8")
    result = run(
        NoParts(),
        "import",
        str(tmp_path / "text.txt"),
        "--sources",
        str(tmp_path / "sources.txt"),
        "--dry-run",
        "--json",
    )
    found = json.loads(result.stdout)
    assert (found["sources"], found["unresolved_sources"]) == (2, 0)


def test_a_file_that_is_not_there_is_one_sentence_on_stderr(tmp_path: Path) -> None:
    result = run(NoParts(), "import", str(tmp_path / "none.txt"))
    assert result.exit_code == 1
    assert result.stderr == f"Error: Can't read {tmp_path}/none.txt: No such file or directory.\n"


def test_a_file_of_endless_size_is_refused_without_reading_it_all() -> None:
    result = run(NoParts(), "import", "/dev/zero", "--dry-run")
    assert isinstance(result.exception, InvalidInput)
    assert "longer than 1 MB" in str(result.exception)


def test_checking_the_sample_lists_the_findings_of_the_reference_and_fails(sample: str) -> None:
    result = run(NoParts(), "check", sample)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "EG1  error  summary      Citation [1] has no recorded source."
    assert lines[6] == "EG4  warn   section 5    Section 5 rests on source [4] alone."
    assert lines[8].startswith(
        "EG8  report text         9 of 19 sentences carry no citation: “Local officials"
    )
    assert lines[9] == "6 of 6 cited sources are not yet recorded."
    assert len(lines) == 10


def test_checking_a_complete_text_succeeds(tmp_path: Path) -> None:
    (tmp_path / "complete.txt").write_bytes(COMPLETE.partition(b"\nSources\n")[0])
    path, sources = (
        str(tmp_path / "complete.txt"),
        str(DEMONSTRATION_TEXTS / "committee-registration.sources.json"),
    )
    result = run(NoParts(), "check", path, "--sources", sources, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)["findings"]
    assert [(finding["rule"], finding["level"]) for finding in found] == [
        ("EG8", "report"),
        ("EG9", "report"),
        ("EG11", "warn"),
    ]


def test_a_reason_is_printed_below_what_it_settles(parts: Parts, newsroom: Newsroom) -> None:
    reason = Reason("EG4", "section 1", "Nobody else measured it.")
    slug = newsroom.begin(short_text(section="It moves [1]."))
    newsroom.save(slug, short_text(section="It moves [1]."), reasons=(reason,))
    lines = run(parts, "check", slug).stdout.splitlines()
    assert lines[0] == "EG4  report section 1    Section 1 rests on source [1] alone."
    assert lines[1] == "                         Reason: Nobody else measured it."


def test_a_stored_article_is_checked_by_its_address(parts: Parts, sample: str) -> None:
    slug = run(parts, "import", sample).stdout.splitlines()[1].split()[0].removeprefix("/fact-checks/")
    result = run(parts, "check", slug, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["figures"]["unresolved_sources"] == 6


def test_what_is_neither_article_nor_file_is_not_found(parts: Parts) -> None:
    result = run(parts, "check", "nothing-here")
    assert isinstance(result.exception, NotFound)


def test_the_search_is_made_anew_from_a_terminal(newsroom: Newsroom, parts: Parts) -> None:
    newsroom.publish(newsroom.begin(short_text()))
    assert run(parts, "reindex").stdout == "1 listed article can be found.\n"
