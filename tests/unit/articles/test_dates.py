from __future__ import annotations

import pytest

from factually.articles.dates import is_partial_date, parse_date, print_date
from factually.articles.lines import Line
from factually.foundation.errors import InvalidInput

LINE = Line(7, "")


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2026", "2026"),
        ("2026-03", "2026-03"),
        ("2026-03-04", "2026-03-04"),
        ("March 4, 2026", "2026-03-04"),
        ("march 2026", "2026-03"),
        ("4 March 2026", "2026-03-04"),
    ],
)
def test_each_printed_form_has_one_iso_date(printed: str, iso: str) -> None:
    assert parse_date(printed, LINE) == iso


@pytest.mark.parametrize("printed", ["2025-02-30", "2025-13", "February 30, 2025", "0000"])
def test_a_day_that_does_not_exist_is_refused(printed: str) -> None:
    with pytest.raises(InvalidInput, match=rf"Line 7: {printed} is no date\."):
        parse_date(printed, LINE)


@pytest.mark.parametrize(
    ("iso", "printed"), [("2026-03-04", "March 4, 2026"), ("2026-03", "March 2026"), ("2026", "2026")]
)
def test_readers_get_the_date_as_precise_as_it_is_known(iso: str, printed: str) -> None:
    assert print_date(iso) == printed


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("2026", True),
        ("2026-03", True),
        ("2026-03-04", True),
        ("2026-13", False),
        ("2026-02-30", False),
        ("0000", False),
        ("26", False),
        ("2026-3", False),
        ("", False),
    ],
)
def test_a_date_may_be_of_reduced_precision(text: str, is_date: bool) -> None:  # noqa: FBT001 - a case
    assert is_partial_date(text) is is_date
