"""A strict reader of the part of hledger's journal language that the books are written in.

Source: hledger manual, "Journal format" and `hledger check --strict` (tried with 1.25): every account and
commodity is declared, every transaction has a date, a status, a code and a description, and balances.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Final

_ACCOUNT: Final = re.compile(r"account ([A-Z][A-Za-z]*(?::[A-Z][A-Za-z]*)+)")
_COMMODITY: Final = re.compile(r"commodity 1000\.(0*) ([A-Z]{3})")
_HEAD: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2}) [*!] \((\w+)\) \w+  ; type:\w+, source:\w*"
    r"(?:, presented:-?\d+(?:\.\d+)? [A-Z]{3})?"
)
_POSTING: Final = re.compile(r" {4}([A-Z][A-Za-z:]*[A-Za-z]) {2,}(-?\d+(?:\.\d+)?) ([A-Z]{3})")


class BadJournal(ValueError):
    """A line that strict hledger would refuse."""


def read_balances(journal: str) -> dict[tuple[str, str], Decimal]:
    """Sum the postings by account and commodity.

    Raises:
        BadJournal: A line is not of the language, an account is not declared, a transaction does not balance.
    """
    declared: set[str] = set()
    digits: dict[str, int] = {}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for block in journal.removesuffix("\n").split("\n\n"):
        lines = block.split("\n")
        if _ACCOUNT.fullmatch(lines[0]):
            declared |= {_read(_ACCOUNT, line)[0] for line in lines}
            continue
        if commodity := _COMMODITY.fullmatch(block):
            digits[commodity[2]] = len(commodity[1])
            continue
        date.fromisoformat(_read(_HEAD, lines[0])[0])
        balance: dict[str, Decimal] = defaultdict(Decimal)
        for account, amount, currency in (_read(_POSTING, line) for line in lines[1:]):
            if account not in declared:
                raise BadJournal(f"undeclared account: {account}")
            if len(amount.partition(".")[2]) != digits[currency]:
                raise BadJournal(f"other digits than declared: {amount} {currency}")
            sums[account, currency] += Decimal(amount)
            balance[currency] += Decimal(amount)
        if any(balance.values()):
            raise BadJournal(f"unbalanced: {block}")
    return dict(sums)


def _read(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    match = pattern.fullmatch(line)
    if match is None:
        raise BadJournal(f"not understood: {line!r}")
    return match.groups()
