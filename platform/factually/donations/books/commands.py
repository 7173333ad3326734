"""`factually books`: the books for the accountant's own program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import click

from factually.donations.books.exporting import BooksFormat, entry_line, written
from factually.donations.books.queries import Period, transactions, trial_balance

if TYPE_CHECKING:
    from typing import TextIO

    from factually.foundation.database import Database

_DAY = click.DateTime(["%Y-%m-%d"])


class Parts(Protocol):
    """What the composition root hands to these commands."""

    @property
    def database(self) -> Database:
        """The database to work on."""
        ...


@click.group()
def books() -> None:
    """Read the double-entry books of the money at Stripe."""


@books.command("export")
@click.option(
    "--format",
    "language",
    type=click.Choice(list(BooksFormat), case_sensitive=False),
    required=True,
    help="Language to write them in.",
)
@click.option("--from", "first", type=_DAY, help="First day, in UTC.  [default: the books' first]")
@click.option("--to", "last", type=_DAY, help="Last day, in UTC.  [default: the books' last]")
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help="File that is replaced once all is written.  [default: standard output]",
)
@click.pass_obj
def export(
    parts: Parts, *, language: BooksFormat, first: datetime | None, last: datetime | None, output: TextIO
) -> None:
    """Write all postings of some days, without anything about a donor.

    Amounts are in the currency that Stripe settled in. Payouts go to an account in transit, which is cleared
    by the bank's statement.
    """
    if first is not None and last is not None and last < first:
        raise click.BadParameter("The last day is before the first.", param_hint="--to")
    with parts.database.transaction() as session:
        output.writelines(written(transactions(session, _days(first, last)), language))


@books.command("balance")
@click.option("--to", "last", type=_DAY, help="Last day, in UTC.  [default: the books' last]")
@click.pass_obj
def balance(parts: Parts, *, last: datetime | None) -> None:
    """Show the trial balance: each account's sum at the end of a day, debits positive, credits negative."""
    with parts.database.transaction() as session:
        for line in trial_balance(session, _days(None, last)):
            click.echo(entry_line(line))


def _days(first: datetime | None, last: datetime | None) -> Period:
    return Period(
        since=None if first is None else first.replace(tzinfo=UTC),
        until=None if last is None else last.replace(tzinfo=UTC) + timedelta(days=1),
    )
