from __future__ import annotations

import pytest

from factually.articles.lines import MAX_BYTES, Line, read_lines
from factually.foundation.errors import InvalidInput


def test_line_ends_byte_order_mark_and_blank_lines_make_no_difference() -> None:
    assert read_lines(b"\xef\xbb\xbfone\r\n\r\n  two \rthree\n") == [
        Line(1, "one"),
        Line(3, "two"),
        Line(4, "three"),
    ]


def test_letters_are_composed() -> None:
    assert read_lines("cafe\u0301") == [Line(1, "caf\u00e9")]


def test_text_that_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(InvalidInput, match=r"Line 2: the text is not UTF-8\."):
        read_lines(b"one\ncaf\xe9\n")


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x7f", "\x9b", "\uffff", "\ud800"])
def test_control_characters_are_refused_with_their_line(character: str) -> None:
    with pytest.raises(InvalidInput, match=rf"Line 2: the control character U\+{ord(character):04X} can't"):
        read_lines(f"one\ntw{character}o")


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", " \n\t\r\n", "\ufeff"])
def test_nothing_but_blanks_is_refused(data: bytes | str) -> None:
    with pytest.raises(InvalidInput, match=r"The text is empty\."):
        read_lines(data, field="sources")


def test_more_than_a_megabyte_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"longer than 1 MB") as refused:
        read_lines(b"a" * (MAX_BYTES + 1), field="sources")
    assert refused.value.field == "sources"
