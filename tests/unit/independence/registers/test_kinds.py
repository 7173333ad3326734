from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.kinds import REGISTER_KINDS, parse_fec, register_kind
from tests.support.register_files import FEC_CSV, FEC_MASTER


@pytest.mark.parametrize("data", [FEC_CSV, FEC_MASTER])
def test_both_files_of_the_fec_are_told_apart_by_their_first_line(data: bytes) -> None:
    assert [(entry.key, entry.filer) for entry in parse_fec(data)] == [
        ("C00900001", False),
        ("C00900002", True),
    ]


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("fec_committees", "We are c00900001, a committee", ["c00900001"]),
        ("fec_committees", "C009000012", []),
        ("uk_parties", "registered as PP102.", ["PP102"]),
        ("uk_parties", "APP102", []),
    ],
)
def test_official_ids_are_recognised_in_free_text(kind: str, text: str, found: list[str]) -> None:
    pattern = REGISTER_KINDS[kind].id_pattern
    assert pattern
    assert pattern.findall(text) == found


def test_registers_that_no_name_identifies_are_searched_by_number_or_domain_alone() -> None:
    assert {kind.kind for kind in REGISTER_KINDS.values() if not kind.by_name} == {
        "irs_eo_bmf",
        "political_email_domains",
    }


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="known are fec_committees, irs_8871"):
        register_kind("moon_parties")
