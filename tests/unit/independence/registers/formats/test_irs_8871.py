from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.irs_8871 import parse_form_8871
from tests.support.register_files import FORM_8871, form_8871_file, lines, notice

RELATED = "R|11|7|Made-up Fund|900000001|Made-up Hospitals||1 Made-up Road||Columbus|OH|43004||"


def test_a_body_is_read_with_its_related_entities_and_without_any_person() -> None:
    assert parse_form_8871(FORM_8871) == (
        Entry(
            key="900000001",
            name="Made-up Fund",
            sponsors=("Made-up Hospitals",),
            ein="900000001",
            details={
                "form": "11",
                "state": "OH",
                "final": False,
                "filed": "2018-01-26",
                "related": ["Made-up Hospitals (Connected)"],
                "election_authorities": ("82-900",),
            },
        ),
    )


def test_the_latest_notice_of_a_body_counts_and_names_of_earlier_ones_are_former_names() -> None:
    data = form_8871_file(
        notice("12", name="Fund of Today", filed="2020-01-01 00:00:00", final="1"),
        notice("11", name="Fund of Yesterday", filed="2018-01-01 00:00:00"),
        RELATED,
    )
    (entry,) = parse_form_8871(data)
    assert (entry.name, entry.former_names) == ("Fund of Today", ("Fund of Yesterday",))
    assert (entry.sponsors, entry.details["final"]) == ((), True)


@pytest.mark.parametrize("ein", ["", "000000000", "applied for"])
def test_a_notice_without_a_number_of_the_irs_stands_under_its_form(ein: str) -> None:
    (entry,) = parse_form_8871(form_8871_file(notice(ein=ein)))
    assert (entry.key, entry.ein) == ("form 11", None)


def test_a_related_entity_without_relation_or_name_is_told_as_far_as_it_goes() -> None:
    nameless = RELATED.replace("Made-up Hospitals", "")
    own_name = RELATED.replace("Made-up Hospitals", "Made-up Fund")
    (entry,) = parse_form_8871(form_8871_file(notice(), RELATED, nameless, own_name, "E|11|6||OH|"))
    assert entry.details["related"] == ["Made-up Hospitals", "Made-up Fund"]
    assert entry.sponsors == ("Made-up Hospitals",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Line 1: the footer (record F) is missing"),
        (b"\n", "Line 1: the file does not start with a record H"),
        (lines(notice()), "Line 1: a record H stands at the start of a file"),
        (FORM_8871.replace(b"2|8872", b"H|8872"), "Line 7: a record H stands at the start of a file"),
        (FORM_8871[:-2], "Line 9: the footer (record F) is missing: the file is cut off"),
        (FORM_8871.rpartition(b"F|")[0], "the footer (record F) is missing: the file is cut off"),
        (FORM_8871.replace(b"A|12|8", b"a|12|8"), "Line 9: the footer does not tell the 5 records"),
        (FORM_8871.replace(b"0311|6|", b"0311"), "Line 9: the footer does not tell the 6 records"),
        (FORM_8871 + b"A|1\n", "Line 10: something follows the footer"),
        (form_8871_file(notice(purpose="a|b")), "Line 2: record 1 has 45 fields instead of 44"),
        (form_8871_file(notice(form="eleven")), "Line 2: the form number is not a number"),
        (form_8871_file(notice(name="")), "Line 2: the name is empty"),
        (form_8871_file(notice(name="a\x00b")), "Line 2: the name holds control characters"),
        (form_8871_file(notice(), notice()), "Line 3: form 11 stands in the file already"),
        (form_8871_file(RELATED), "Line 2: record R follows no notice of its form"),
        (form_8871_file("D|1"), "Line 1: no notice (record 1) follows"),
        (FORM_8871.replace(b"Made-up Fund", b"Made-up F\xc9nd"), "Line 2: it is not UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_whole_with_line_and_reason(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match="Nothing was loaded") as caught:
        parse_form_8871(data)
    assert message in caught.value.message
