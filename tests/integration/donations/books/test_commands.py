"""`factually books export`, read back by Beancount, by a strict reader of hledger's language, and as CSV."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from beancount import loader
from beancount.core import realization
from click.testing import CliRunner

from factually.donations.books.commands import books
from factually.donations.books.movements import Presented
from factually.donations.books.posting import post
from factually.donations.books.queries import trial_balance
from factually.foundation.money import minor_digits
from tests.support.balance_movements import WHEN, movement
from tests.support.hledger_journal import read_balances

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from factually.donations.books.movements import BalanceMovement
    from factually.foundation.database import Database

Balances = dict[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Parts:
    database: Database


PRESENTED = (None, Presented(800, "EUR"), Presented(-1_200, "JPY"), Presented(1_250, "KWD"))


def export(database: Database, *options: str, language: str = "csv", code: int = 0) -> Result:
    arguments = ["export", "--format", language, *options]
    result = CliRunner().invoke(books, arguments, obj=Parts(database), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def a_busy_month() -> list[BalanceMovement]:
    """Movements of all kinds in several currencies, one an hour."""
    kinds = [
        ("charge", 500, 45),
        ("charge", 12_345, 388),
        ("refund", -500, 0),
        ("refund_failure", 500, 0),
        ("dispute", -12_345, 1500),
        ("dispute_reversal", 12_345, -1500),
        ("fee", -200, 0),
        ("tax", -16, 0),
        ("payout", -9_999, 0),
        ("payout_reversal", 9_999, 0),
        ("something_new", -77, 3),
        ("fee", 0, 0),
    ]
    plan = [(*kind, currency) for currency in ("USD", "EUR", "JPY", "KWD") for kind in kinds * 3]
    return [
        movement(
            category,
            amount,
            fee=fee,
            currency=currency,
            number=number,
            created=WHEN + timedelta(hours=number),
            source_id=f"src_{number}",
            presented=PRESENTED[number % len(PRESENTED)],
        )
        for number, (category, amount, fee, currency) in enumerate(plan)
    ]


def post_all(database: Database, movements: list[BalanceMovement]) -> None:
    with database.transaction() as session:
        for one in movements:
            post(session, one, gift_id=None, now=WHEN)


def by_sql(database: Database) -> Balances:
    with database.transaction() as session:
        return {
            (entry.account.value, entry.currency): Decimal(entry.minor).scaleb(-minor_digits(entry.currency))
            for entry in trial_balance(session)
            if entry.minor
        }


def by_beancount(text: str) -> Balances:
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    tree = realization.realize(entries)  # type: ignore[no-untyped-call]  # Beancount left it without annotations
    return {
        (account.account, position.units.currency): position.units.number
        for account in realization.iter_children(tree)  # type: ignore[no-untyped-call]  # likewise
        for position in account.balance
    }


def by_spreadsheet(text: str) -> Balances:
    sums: Balances = defaultdict(Decimal)
    for row in csv.DictReader(StringIO(text)):
        sums[row["account"], row["currency"]] += Decimal(row["amount"])
    return without_zeros(sums)


def by_hledger(text: str) -> Balances:
    return without_zeros(read_balances(text))


def without_zeros(sums: Balances) -> Balances:
    return {key: amount for key, amount in sums.items() if amount}


@pytest.mark.parametrize(
    ("language", "read"), [("beancount", by_beancount), ("hledger", by_hledger), ("csv", by_spreadsheet)]
)
def test_another_program_comes_to_the_same_trial_balance(
    database: Database, language: str, read: Callable[[str], Balances]
) -> None:
    post_all(database, a_busy_month())
    expected = by_sql(database)
    assert len(expected) > 20
    assert read(export(database, language=language).stdout) == expected


@pytest.mark.parametrize("language", ["beancount", "hledger", "csv"])
def test_the_order_of_posting_does_not_show(database: Database, language: str) -> None:
    movements = a_busy_month()
    post_all(database, movements[:40])
    random.Random(4).shuffle(movements)  # noqa: S311 - any order will do
    post_all(database, movements)
    text = export(database, language=language).stdout
    positions = [text.index(f"src_{number}") for number in (1, 20, 60, 100, 140)]
    assert positions == sorted(positions)
    assert export(database, language=language).stdout == text


def test_days_are_whole_and_both_belong_to_it(database: Database) -> None:
    midnight = WHEN.replace(hour=0, minute=0)
    moments = [midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=47, seconds=3599)]
    moments.append(midnight + timedelta(hours=48))
    post_all(database, [movement(number=number, created=moment) for number, moment in enumerate(moments)])
    text = export(database, "--from", "2026-11-20", "--to", "2026-11-21").stdout
    assert [row["balance_transaction"] for row in csv.DictReader(StringIO(text))] == ["txn_1"] * 2 + [
        "txn_2"
    ] * 2


def test_a_file_is_replaced_when_all_is_written(database: Database, tmp_path: Path) -> None:
    post_all(database, [movement()])
    file = tmp_path / "books.csv"
    file.write_text("older")
    assert export(database, "--output", str(file)).stdout == ""
    assert file.read_text() == export(database).stdout
    assert list(tmp_path.iterdir()) == [file]


def test_books_without_a_posting_are_an_empty_journal(database: Database) -> None:
    assert by_beancount(export(database, language="beancount").stdout) == {}
    assert by_hledger(export(database, language="hledger").stdout) == {}


def test_the_balance_of_a_day_is_shown_by_account(database: Database) -> None:
    post_all(
        database,
        [
            movement("charge", 1_234_500, fee=45, number=1),
            movement("charge", 500, currency="JPY", number=2, created=WHEN + timedelta(days=1)),
        ],
    )
    result = CliRunner().invoke(books, ["balance", "--to", "2026-11-20"], obj=Parts(database))
    assert result.output == (
        "Assets:Stripe:Balance                 12344.55 USD\n"
        "Expenses:Stripe:ProcessingFees            0.45 USD\n"
        "Income:Gifts                         -12345.00 USD\n"
    )
    result = CliRunner().invoke(books, ["balance"], obj=Parts(database))
    assert "Income:Gifts                              -500 JPY\n" in result.output


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--from", "2026-11-21", "--to", "2026-11-20"], "The last day is before the first."),
        (["--from", "yesterday"], "does not match the format"),
    ],
)
def test_days_that_can_not_be_are_named(database: Database, options: list[str], sentence: str) -> None:
    assert sentence in export(database, *options, code=2).output
