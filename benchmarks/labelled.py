"""Reads the files of `benchmarks/data` and the register that ships with the package."""

from __future__ import annotations

import csv
import gzip
import io
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factually.independence.registers.formats.fec_csv import parse_fec_committees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.independence.registers.entries import Entry

CASES: Final = "screening_cases_dev.csv.gz"
ORDINARY: Final = ("ordinary_charities_501c3.csv.gz", "ordinary_companies_sec.csv.gz")
NAME_PAIRS: Final = "nomenklatura_name_bench_orgs.csv.gz"
_REGISTER: Final = files("factually.independence") / "data" / "fec_committees.csv.gz"
_DATA: Final = Path(__file__).with_name("data")


def data_rows(file: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one file by their column names; columns are told in data/PROVENANCE.md."""
    text = gzip.decompress((_DATA / file).read_bytes()).decode("utf-8")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def ordinary_names() -> list[str]:
    """Return all names of charities and companies, in the order of the files."""
    return [row["name"] for file in ORDINARY for row in data_rows(file)]


def real_committees() -> tuple[Entry, ...]:
    """Return the 47,995 committees that ship with the package."""
    return parse_fec_committees(gzip.decompress(_REGISTER.read_bytes()))
