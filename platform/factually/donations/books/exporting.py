"""Writes the books for other programs: hledger, Beancount, and spreadsheets.

Pure, and line by line: the same transactions give the same text, and none is kept in memory. Days are UTC.
"""

from __future__ import annotations

import csv
import re
from enum import StrEnum
from io import StringIO
from typing import TYPE_CHECKING, Final

from factually.donations.books.accounts import LedgerAccount
from factually.foundation.money import decimal_text, minor_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from factually.donations.books.queries import BookedEntry, BookedTransaction

_ACCOUNT_WIDTH: Final = max(map(len, LedgerAccount))
_AMOUNT_WIDTH: Final = 14
_LINE_END: Final = "\n"
_OPENED_ON: Final = "1970-01-01"
_COLUMNS: Final = (
    "occurred_at",
    "balance_transaction",
    "source",
    "type",
    "reporting_category",
    "account",
    "amount",
    "currency",
    "presented",
    "presented_currency",
)
_NOT_A_WORD: Final = re.compile(r"[^A-Za-z0-9_.]")


class BooksFormat(StrEnum):
    """The languages that the books can be written in."""

    HLEDGER = "hledger"
    CSV = "csv"
    BEANCOUNT = "beancount"


def written(transactions: Iterable[BookedTransaction], language: BooksFormat) -> Iterator[str]:
    """Write transactions in one of the languages.

    Returns:
        Pieces of text that end with a line, to be written one after another.
    """
    return _WRITERS[language](transactions)


def entry_line(entry: BookedEntry) -> str:
    """Write an account with its amount, one below another in columns."""
    return f"{entry.account:<{_ACCOUNT_WIDTH}}  {_amount(entry):>{_AMOUNT_WIDTH}} {entry.currency}"


def _hledger(transactions: Iterable[BookedTransaction]) -> Iterator[str]:
    """Source: hledger manual, "Journal": directives, status, code, description, tags, postings."""
    yield "".join(f"account {account}\n" for account in LedgerAccount)
    declared: set[str] = set()
    for transaction in transactions:
        # A strict reader wants each currency declared; which there are shows only on the way.
        for currency in sorted({entry.currency for entry in transaction.entries} - declared):
            declared.add(currency)
            yield f"\ncommodity {_style(currency)}\n"
        yield (
            f"\n{_day_and_flag(transaction)} ({_word(transaction.balance_transaction_id)}) "
            f"{_word(transaction.reporting_category)}  "
            f"; type:{_word(transaction.type)}, source:{_word(transaction.source_id)}"
            f"{_converted(transaction, ', presented:')}\n"
            f"{_lines(transaction, '    ')}"
        )


def _beancount(transactions: Iterable[BookedTransaction]) -> Iterator[str]:
    """Source: Beancount, "Language Syntax": open directives, metadata, postings."""
    yield "".join(f"{_OPENED_ON} open {account}\n" for account in LedgerAccount)
    for transaction in transactions:
        yield (
            f'\n{_day_and_flag(transaction)} "{_word(transaction.reporting_category)}"\n'
            f'  balance_transaction: "{_word(transaction.balance_transaction_id)}"\n'
            f'  source: "{_word(transaction.source_id)}"\n'
            f'  type: "{_word(transaction.type)}"\n'
            f"{_converted(transaction, '  presented: ', end=_LINE_END)}"
            f"{_lines(transaction, '  ')}"
        )


def _csv(transactions: Iterable[BookedTransaction]) -> Iterator[str]:
    """Source: RFC 4180, with plain line ends; one line an entry."""
    yield _csv_line(_COLUMNS)
    for transaction in transactions:
        head = (
            f"{transaction.occurred_at:%Y-%m-%dT%H:%M:%SZ}",
            _word(transaction.balance_transaction_id),
            _word(transaction.source_id),
            _word(transaction.type),
            _word(transaction.reporting_category),
        )
        presented = transaction.presented
        paid = (
            ("", "")
            if presented is None
            else (decimal_text(presented.minor, presented.currency), presented.currency)
        )
        for entry in transaction.entries:
            yield _csv_line((*head, entry.account.value, _amount(entry), entry.currency, *paid))


_WRITERS: Final[dict[BooksFormat, Callable[[Iterable[BookedTransaction]], Iterator[str]]]] = {
    BooksFormat.HLEDGER: _hledger,
    BooksFormat.BEANCOUNT: _beancount,
    BooksFormat.CSV: _csv,
}


def _day_and_flag(transaction: BookedTransaction) -> str:
    return f"{transaction.occurred_at:%Y-%m-%d} {'!' if transaction.unknown else '*'}"


def _converted(transaction: BookedTransaction, name: str, *, end: str = "") -> str:
    """Write what the card paid or got back, where that was in another currency."""
    one = transaction.converted
    return "" if one is None else f"{name}{decimal_text(one.minor, one.currency)} {one.currency}{end}"


def _lines(transaction: BookedTransaction, indent: str) -> str:
    return "".join(f"{indent}{entry_line(entry)}\n" for entry in transaction.entries)


def _amount(entry: BookedEntry) -> str:
    return decimal_text(entry.minor, entry.currency)


def _style(currency: str) -> str:
    """Show the digits of a currency; hledger wants a decimal mark also where there are none."""
    return f"1000.{'0' * minor_digits(currency)} {currency}"


def _csv_line(cells: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _word(text: str | None) -> str:
    """Keep a foreign word a word in each of the languages, and no formula in a spreadsheet."""
    return _NOT_A_WORD.sub("_", text or "")
