from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from factually.foundation.errors import Conflict, InvalidInput
from factually.foundation.money import Money
from factually.independence.policy_commands import policy
from factually.independence.publishing import packaged_policy
from factually.independence.screening import screen
from tests.support.command_parts import Parts
from tests.support.independence_factories import FIRST_GIFT, NOW, OWN_GIFT, prepare_screening
from tests.support.rule_factories import draft_policy

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

PERIOD = ("--from", "2026-11-24", "--to", "2026-11-24")


@pytest.fixture
def parts(database: Database, clock: FrozenClock, keyring: Keyring) -> Parts:
    return Parts(database, clock, keyring)


@pytest.fixture
def milder(tmp_path: Path) -> Path:
    """A draft that lets pass who has not said what their work is."""
    file = tmp_path / "milder.json"
    file.write_text(draft_policy(DS20={"missing": "allow"}).document)
    return file


def run(parts: Parts, *arguments: object) -> Result:
    return CliRunner().invoke(policy, [str(argument) for argument in arguments], obj=parts)


def test_a_policy_is_published_and_shown_with_its_hash(parts: Parts, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_bytes(packaged_policy())
    published, shown = run(parts, "publish", file), run(parts, "show")
    sha256 = published.output.rsplit(maxsplit=1)[-1]
    assert published.output.startswith("Published version 2026-11-24c")
    assert shown.output.endswith(f"Version 2026-11-24c, SHA-256 {sha256}\n")


def test_a_draft_is_checked_before_any_policy_is_in_force(parts: Parts, milder: Path) -> None:
    checked = run(parts, "check", milder)
    assert "Version draft, in force from 2027-01-01 00:00 UTC, is ready to be published: 26" in checked.output
    assert checked.output.endswith("No policy is in force yet.\n")


def test_a_draft_is_checked_against_the_policy_in_force(parts: Parts, milder: Path) -> None:
    with parts.database.transaction() as session:
        prepare_screening(session)
    checked = run(parts, "check", milder)
    assert "Differences to version 2026-11-24c, which is in force: 3.\n" in checked.output
    assert "  DS20 limit missing: hold -> allow\n" in checked.output


def test_the_policy_in_force_is_called_published(parts: Parts, tmp_path: Path) -> None:
    with parts.database.transaction() as session:
        prepare_screening(session)
    file = tmp_path / "policy.json"
    file.write_bytes(packaged_policy())
    checked = run(parts, "check", file)
    assert "is published already" in checked.output
    assert "which is in force: 0.\n" in checked.output


def test_a_draft_that_cannot_be_published_is_told_so(parts: Parts, tmp_path: Path) -> None:
    with parts.database.transaction() as session:
        prepare_screening(session)
    document: Any = json.loads(packaged_policy())
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({**document, "summary": "Other."}))
    assert isinstance(run(parts, "check", file).exception, Conflict)
    file.write_text(json.dumps({**document, "rules": document["rules"][1:]}))
    assert isinstance(run(parts, "check", file).exception, InvalidInput)


@pytest.fixture
def screened(parts: Parts) -> tuple[uuid.UUID, uuid.UUID]:
    """Two gifts: one allowed, one held for missing details."""
    with parts.database.transaction() as session:
        prepare_screening(session)
        allowed, held = (
            screen(
                session, subject, gift_id=uuid.uuid4(), keyring=parts.keyring, now=NOW, history=FIRST_GIFT
            ).id
            for subject in (OWN_GIFT, replace(OWN_GIFT, amount=Money(30_000, "USD")))
        )
    return allowed, held


def test_a_backtest_tells_who_would_have_been_decided_otherwise(
    parts: Parts, milder: Path, screened: tuple[uuid.UUID, uuid.UUID]
) -> None:
    _, held = screened
    tried = run(parts, "backtest", milder, *PERIOD)
    assert tried.stdout == (
        f"screening {held}  before_authorisation  hold -> allow  DS20 hold -> allow\n"
        "2 gifts decided again under version draft: 1 otherwise.\n"
        "  hold -> allow: 1\n"
        "By rule: DS20 1.\n"
    )


def test_a_backtest_tells_the_same_to_programs(
    parts: Parts, milder: Path, screened: tuple[uuid.UUID, uuid.UUID]
) -> None:
    _, held = screened
    first, totals = map(json.loads, run(parts, "backtest", milder, *PERIOD, "--json").stdout.splitlines())
    assert first == {
        "screening": str(held),
        "stage": "before_authorisation",
        "before": "hold",
        "after": "allow",
        "rules": [{"rule_id": "DS20", "before": "hold", "after": "allow"}],
        "reason": None,
        "drifted": False,
    }
    assert totals == {
        "totals": {
            "gifts": 2,
            "otherwise": 1,
            "outcomes": {"hold -> allow": 1},
            "rules": {"DS20": 1},
            "drifted": 0,
            "unopened": 0,
        }
    }


def test_a_backtest_says_nothing_of_the_donor(
    parts: Parts, tmp_path: Path, screened: tuple[uuid.UUID, uuid.UUID]
) -> None:
    del screened
    file = tmp_path / "strict.json"
    file.write_text(
        draft_policy(
            DS19={"identity_above_minor": 0, "missing": "hold"}, DS21={"identity_above_minor": 0}
        ).document
    )
    for output in (
        run(parts, "backtest", file, *PERIOD).output,
        run(parts, "backtest", file, *PERIOD, "--json").output,
    ):
        assert "DS19" in output
        assert not any(secret in output.casefold() for secret in ("reader", "example.org", "300"))


def test_what_differs_for_other_reasons_is_counted_apart(
    parts: Parts, milder: Path, screened: tuple[uuid.UUID, uuid.UUID], owner_database: Database
) -> None:
    del screened
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE screening DISABLE TRIGGER USER"))
        session.execute(text("UPDATE screening SET outcome = 'refuse' WHERE number = 1"))
        session.execute(
            text("UPDATE screening SET inputs = overlay(inputs PLACING '\\xff' FROM 20) WHERE number = 2")
        )
    lines = run(parts, "backtest", milder, *PERIOD).stdout.splitlines()
    assert lines[0].endswith("refuse -> allow  (so today under its own policy as well)")
    assert lines[1].endswith("hold -> could not be opened")
    assert lines[-2].startswith("1 gifts come out otherwise under their own policy as well")
    assert lines[-1] == "1 gifts have stored inputs that were damaged and can't be opened."


def test_a_period_that_ends_before_it_begins_is_refused(parts: Parts, milder: Path) -> None:
    tried = run(parts, "backtest", milder, "--from", "2026-11-25", "--to", "2026-11-24")
    assert (tried.exit_code, "The last day is before the first." in tried.output) == (2, True)
