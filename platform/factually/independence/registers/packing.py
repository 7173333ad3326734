"""Makes the snapshot that ships with the package: committees, former names and sponsors in one small file."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING

from factually.independence.registers.formats.fec_csv import (
    COLUMNS,
    FORMER_NAMES,
    FURTHER_COLUMNS,
    SEPARATOR,
    parse_fec_committees,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def pack_fec_committees(
    committees: Iterable[Mapping[str, str]], former_names: Iterable[Mapping[str, str]]
) -> bytes:
    """Return the gzipped file of `formats.fec_csv`, without mere filers; the same rows give the same bytes.

    Args:
        committees: Rows with the columns of `formats.fec_csv.COLUMNS`, and maybe those of `FURTHER_COLUMNS`.
        former_names: Rows with `cmte_id`, `former_name`, `first_cycle` and `last_cycle`.

    Raises:
        InvalidInput: A row would not be read back.
    """
    formerly: dict[str, list[str]] = {}
    for row in former_names:
        formerly.setdefault(row["cmte_id"], []).append(row["former_name"])
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *FURTHER_COLUMNS, FORMER_NAMES])
    for row in sorted(committees, key=lambda row: row["cmte_id"]):
        if row["filer_only"] == "0":
            further = [row.get(column, "") for column in FURTHER_COLUMNS]
            names = SEPARATOR.join(formerly.get(row["cmte_id"], []))
            writer.writerow([*(row[column] for column in COLUMNS), *further, names])
    data = text.getvalue().encode("utf-8")
    parse_fec_committees(data)
    # No time of making in the file, so that its hash tells its content alone.
    return gzip.compress(data, compresslevel=9, mtime=0)
