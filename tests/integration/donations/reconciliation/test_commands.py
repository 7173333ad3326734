from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from click.testing import CliRunner

from factually.donations.reconciliation.commands import donations
from factually.donations.reconciliation.explaining import explain
from factually.donations.reconciliation.reports import latest_report
from tests.support.people import add_person
from tests.support.reconciling import LATER
from tests.support.stripe_sandbox import take

if TYPE_CHECKING:
    from click.testing import Result

    from factually.donations.gateway import PaymentGateway
    from factually.foundation.clock import Clock
    from factually.foundation.database import Database
    from tests.support.donation_factories import GivingDesk


@dataclass(frozen=True)
class Parts:
    database: Database
    clock: Clock
    gateway: PaymentGateway


def reconcile(desk: GivingDesk, *options: str) -> Result:
    parts = Parts(desk.database, desk.clock, desk.gateway)
    return CliRunner().invoke(donations, ["reconcile", *options], obj=parts, catch_exceptions=False)


def test_three_that_agree_end_with_code_zero(desk: GivingDesk) -> None:
    desk.give()
    result = reconcile(desk)
    assert result.exit_code == 0
    assert result.stdout == (
        "Stripe owes 4.55 USD; the books say 4.55 USD.\n"
        "1 movements compared, 0 differences, 0 explained, 0 left.\n"
    )


def test_what_is_left_is_said_in_a_sentence_and_the_code(desk: GivingDesk) -> None:
    charge = take(desk.sandbox.client())
    desk.clock.advance(LATER)
    result = reconcile(desk)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].endswith("was missing in the books. It was posted now.")
    assert f"is of charge {charge.id}, for which there is no gift here." in lines[1]
    assert lines[1].endswith("A person must look: /oversight/reconciliation.")
    assert lines[-1] == "1 movements compared, 2 differences, 0 explained, 1 left."


def test_a_program_is_told_the_same_as_json(desk: GivingDesk) -> None:
    take(desk.sandbox.client())
    result = reconcile(desk, "--json", "--since", "2026-01-01")
    told = json.loads(result.stdout)
    assert result.exit_code == told["left"] == 1
    assert told["since"] == "2026-01-01T00:00:00+00:00"
    assert told["balances"] == [{"currency": "USD", "stripe_minor": 455, "books_minor": 455}]
    assert [difference["kind"] for difference in told["differences"]] == ["without_gift"]


def test_what_was_explained_is_said_with_its_reason_and_ends_with_code_zero(desk: GivingDesk) -> None:
    take(desk.sandbox.client())
    assert reconcile(desk).exit_code == 1
    now = desk.clock.now()
    person = add_person(desk.database, "auditor", now=now)
    with desk.database.transaction() as session:
        report = latest_report(session)
        assert report is not None
        explain(session, report.left[0], "Taken by hand,\nfor a fair.", explained_by=person.id, now=now)
    result = reconcile(desk)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].endswith(f"Explained by {person.name} on {now:%Y-%m-%d}: Taken by hand, for a fair.")
    assert lines[-1] == "1 movements compared, 1 differences, 1 explained, 0 left."
    [told] = json.loads(reconcile(desk, "--json").stdout)["differences"]
    assert told["explanation"]["explained_by"] == person.name
