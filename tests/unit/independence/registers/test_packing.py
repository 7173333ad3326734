from __future__ import annotations

import gzip

from factually.independence.registers.formats.fec_csv import COLUMNS, parse_fec_committees
from factually.independence.registers.loading import packaged_register
from factually.independence.registers.packing import pack_fec_committees


def committee(key: str, name: str, *, filer: str = "0") -> dict[str, str]:
    values = (key, name, "DC", "U", "Q", "2014", "2026", filer, "0")
    return dict(zip(COLUMNS, values, strict=True))


ROWS = [
    committee("C00000002", "SECOND PAC"),
    committee("C00000001", "FIRST, INC. PAC"),
    committee("C00000003", "UNION", filer="1"),
]
FORMER = [
    {"cmte_id": "C00000001", "former_name": "EARLIER PAC", "first_cycle": "2014", "last_cycle": "2016"},
    {"cmte_id": "C00000001", "former_name": "EARLIEST PAC", "first_cycle": "2012", "last_cycle": "2012"},
    {"cmte_id": "C00000003", "former_name": "OLD UNION", "first_cycle": "2012", "last_cycle": "2012"},
]


def test_the_connected_organisation_is_packed_too() -> None:
    sponsored = ROWS[0] | {"connected_org": "SPONSOR, INC.", "party": "", "org_type": "C"}
    (entry,) = parse_fec_committees(gzip.decompress(pack_fec_committees([sponsored], [])))
    assert entry.sponsors == ("SPONSOR, INC.",)
    assert entry.details["org_type"] == "C"


def test_committees_and_their_former_names_are_packed_in_order_without_filers() -> None:
    entries = parse_fec_committees(gzip.decompress(pack_fec_committees(ROWS, FORMER)))
    assert [(entry.key, entry.former_names) for entry in entries] == [
        ("C00000001", ("EARLIER PAC", "EARLIEST PAC")),
        ("C00000002", ()),
    ]


def test_the_same_rows_give_the_same_bytes() -> None:
    assert pack_fec_committees(ROWS, FORMER) == pack_fec_committees(reversed(ROWS), FORMER)


def test_the_shipped_snapshot_holds_the_committees_it_says() -> None:
    entries = parse_fec_committees(gzip.decompress(packaged_register().data))
    assert len(entries) == 47_995
    assert sum(len(entry.former_names) for entry in entries) > 2_500
    assert sum(bool(entry.sponsors) for entry in entries) > 3_000
    assert not any(entry.filer for entry in entries)
    assert (
        next(entry.name for entry in entries if entry.key == "C00003418") == "REPUBLICAN NATIONAL COMMITTEE"
    )
