from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.email_domains import parse_email_domains
from tests.support.register_files import EMAIL_DOMAINS


def test_a_domain_is_one_entry_named_after_whom_most_of_its_mails_are_of() -> None:
    assert parse_email_domains(EMAIL_DOMAINS) == (
        Entry(
            key="news.example.org",
            name="Made-up PAC",
            domains=("news.example.org",),
            details={
                "committees": ["Made-up PAC", "Made-up Victory Fund"],
                "fec_committee_ids": ["C00900001", "C00900002", "C00900003"],
                "emails_seen": 4,
            },
        ),
    )


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"news.example.org,0,Made-up V", b"News_,0,Made-up V", "Line 2: domain is not a domain"),
        (b"C00900002,1", b"C9,1", "Line 2: fec_cmte_ids is not C and eight digits"),
        (b",,3", b",,x", "emails_seen is not a number"),
        (b",0,Made-up", b",1,Made-up", "no committee's own domain follows"),
    ],
)
def test_a_damaged_file_is_refused(before: bytes, after: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_email_domains(EMAIL_DOMAINS.replace(before, after).replace(b"D,,3", b"D,,3"))
