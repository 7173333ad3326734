from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from factually.donations.books.accounts import LedgerAccount
from factually.donations.books.exporting import BooksFormat, written
from factually.donations.books.movements import Presented
from factually.donations.books.queries import BookedEntry, BookedTransaction

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def booked(
    *entries: tuple[LedgerAccount, int],
    currency: str = "USD",
    category: str = "charge",
    source_id: str | None = "ch_1",
) -> BookedTransaction:
    return BookedTransaction(
        occurred_at=NOON,
        balance_transaction_id="txn_1",
        source_id=source_id,
        type="charge",
        reporting_category=category,
        entries=tuple(BookedEntry(account, minor, currency) for account, minor in entries),
    )


GIFT = replace(
    booked((LedgerAccount.STRIPE, 455), (LedgerAccount.GIFTS, -500), (LedgerAccount.PROCESSING_FEES, 45)),
    presented=Presented(500, "USD"),
)


def text_of(language: BooksFormat, *transactions: BookedTransaction) -> str:
    return "".join(written(transactions, language))


def last_block(language: BooksFormat, transaction: BookedTransaction) -> str:
    return text_of(language, transaction).split("\n\n")[-1]


def test_hledger_is_given_a_journal_entry() -> None:
    assert last_block(BooksFormat.HLEDGER, GIFT) == (
        "2026-11-20 * (txn_1) charge  ; type:charge, source:ch_1\n"
        "    Assets:Stripe:Balance                     4.55 USD\n"
        "    Income:Gifts                             -5.00 USD\n"
        "    Expenses:Stripe:ProcessingFees            0.45 USD\n"
    )


def test_beancount_is_given_a_transaction_with_metadata() -> None:
    assert last_block(BooksFormat.BEANCOUNT, GIFT) == (
        '2026-11-20 * "charge"\n'
        '  balance_transaction: "txn_1"\n'
        '  source: "ch_1"\n'
        '  type: "charge"\n'
        "  Assets:Stripe:Balance                     4.55 USD\n"
        "  Income:Gifts                             -5.00 USD\n"
        "  Expenses:Stripe:ProcessingFees            0.45 USD\n"
    )


def test_a_spreadsheet_is_given_a_line_for_each_entry() -> None:
    assert text_of(BooksFormat.CSV, GIFT) == (
        "occurred_at,balance_transaction,source,type,reporting_category,account,amount,currency,"
        "presented,presented_currency\n"
        "2026-11-20T12:00:00Z,txn_1,ch_1,charge,charge,Assets:Stripe:Balance,4.55,USD,5.00,USD\n"
        "2026-11-20T12:00:00Z,txn_1,ch_1,charge,charge,Income:Gifts,-5.00,USD,5.00,USD\n"
        "2026-11-20T12:00:00Z,txn_1,ch_1,charge,charge,Expenses:Stripe:ProcessingFees,0.45,USD,5.00,USD\n"
    )


@pytest.mark.parametrize(
    ("language", "presented", "told"),
    [
        (BooksFormat.HLEDGER, Presented(750, "JPY"), ", source:ch_1, presented:750 JPY\n    Assets"),
        (BooksFormat.BEANCOUNT, Presented(-1_250, "KWD"), '"charge"\n  presented: -1.250 KWD\n  Assets'),
        (BooksFormat.CSV, Presented(431, "EUR"), ",4.55,USD,4.31,EUR\n"),
        (BooksFormat.CSV, None, ",4.55,USD,,\n"),
    ],
)
def test_what_was_converted_tells_what_the_card_paid(
    language: BooksFormat, presented: Presented | None, told: str
) -> None:
    assert told in text_of(language, replace(GIFT, presented=presented))


@pytest.mark.parametrize(("currency", "amounts"), [("JPY", ["500", "-500"]), ("KWD", ["0.500", "-0.500"])])
@pytest.mark.parametrize("language", list(BooksFormat))
def test_amounts_have_the_digits_of_their_currency(
    language: BooksFormat, currency: str, amounts: list[str]
) -> None:
    one = booked((LedgerAccount.STRIPE, 500), (LedgerAccount.GIFTS, -500), currency=currency)
    lines = last_block(language, one).replace(",,", "").replace(",", " ").splitlines()[-2:]
    assert [line.split()[-2:] for line in lines] == [[amount, currency] for amount in amounts]


@pytest.mark.parametrize("language", [BooksFormat.HLEDGER, BooksFormat.BEANCOUNT])
def test_what_stands_in_suspense_is_flagged(language: BooksFormat) -> None:
    one = booked((LedgerAccount.STRIPE, 7), (LedgerAccount.SUSPENSE, -7), category="something_new")
    assert last_block(language, one).startswith("2026-11-20 ! ")


@pytest.mark.parametrize("language", list(BooksFormat))
@pytest.mark.parametrize("foreign", ['=1+1 "x"', "a\n2026-01-01 * b", "a;b,c|d", "@cell", "-1+1", "\\"])
def test_a_foreign_word_stays_one_word(language: BooksFormat, foreign: str) -> None:
    one = booked((LedgerAccount.STRIPE, 7), (LedgerAccount.GIFTS, -7), category=foreign, source_id=foreign)
    plain = booked((LedgerAccount.STRIPE, 7), (LedgerAccount.GIFTS, -7), category="X", source_id="X")
    assert text_of(language, one).count("\n") == text_of(language, plain).count("\n")
    assert foreign not in text_of(language, one)


@pytest.mark.parametrize("language", list(BooksFormat))
def test_a_source_that_is_not_known_is_left_empty(language: BooksFormat) -> None:
    assert "None" not in text_of(language, booked(source_id=None), GIFT)
