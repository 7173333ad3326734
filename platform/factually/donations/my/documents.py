"""Sets receipts and statements as PDF: tagged for screen readers, searchable, the same for the same data.

Typst lays the text out and checks the result against PDF/UA-1 and PDF/A-2a, both of which refuse a character
that no face can show. Ours show Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and Devanagari.
A name in another script, whose faces would weigh more than this whole program, is set in Latin letters, and
the document says so (docs/decisions).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from anyascii import anyascii
from typst import Fonts, TypstError
from typst import compile as typeset

from factually.foundation.money import Money

if TYPE_CHECKING:
    from datetime import date

    from factually.donations.my.statements import Contribution, Statement
    from factually.foundation.canonical import JsonValue

_PRINT: Final = Path(__file__).with_name("print")
_NO_LETTERS: Final = "(a name that can't be printed)"


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who signs for having received the money; `sandbox` adds that none moved."""

    name: str
    address: str
    contact: str
    sandbox: bool


def statement_pdf(statement: Statement, *, issuer: Issuer) -> bytes:
    """Return the document.

    Raises:
        TypstError: The layout itself is wrong, which no donor's data can cause.
    """
    try:
        return _set(statement, issuer, in_latin=False)
    except TypstError:
        # A fault that is not in a name is raised again here.
        return _set(statement, issuer, in_latin=True)


def _set(statement: Statement, issuer: Issuer, *, in_latin: bool) -> bytes:
    content = {
        "title": statement.title,
        "issuer": {"name": issuer.name, "address": issuer.address, "contact": issuer.contact},
        "sandbox": issuer.sandbox,
        "period": None if statement.period is None else [_day(day) for day in statement.period],
        "gifts": [_row(gift, in_latin=in_latin) for gift in statement.contributions],
        "totals": [str(total) for total in statement.totals] or [str(Money(0, "USD"))],
        "as_of": _day(statement.as_of),
        "date": [statement.as_of.year, statement.as_of.month, statement.as_of.day],
        "in_latin": in_latin,
        "acknowledges": any(gift.needs_acknowledgment for gift in statement.contributions),
    }
    return typeset(
        _PRINT / "statement.typ",
        root=_PRINT,
        font_paths=_fonts(),
        sys_inputs={"content": json.dumps(content)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=datetime.combine(statement.as_of, time(tzinfo=UTC)),
    )


@cache
def _fonts() -> Fonts:
    """Read the faces once; those of the machine stay out, since documents must not depend on them."""
    return Fonts(include_system_fonts=False, font_paths=[_PRINT])


def _row(gift: Contribution, *, in_latin: bool) -> dict[str, JsonValue]:
    giver = (anyascii(gift.giver).strip() or _NO_LETTERS) if in_latin else gift.giver
    return {
        "number": gift.number,
        "day": _day(gift.day),
        "giver": giver,
        "taken": str(gift.taken),
        "returned": str(gift.returned) if gift.returned.minor else "",
        "kept": str(gift.kept),
        "note": gift.note,
    }


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
