from __future__ import annotations

import pytest

from factually.articles.corrections.reports import check_email, check_reason, may_follow
from factually.foundation.errors import InvalidInput


def test_an_outcome_follows_another_only_where_one_is_still_due() -> None:
    assert may_follow(None, "accepted")
    assert may_follow("accepted", "answered")
    assert may_follow("accepted", "declined")
    assert not may_follow("accepted", "accepted")
    assert not may_follow("declined", "accepted")
    assert not may_follow("answered", "declined")


@pytest.mark.parametrize("reason", ["", " " * 20, "Too short", "x" * 2_001])
def test_a_reason_that_tells_a_reader_nothing_is_refused(reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_reason(reason)
    assert refused.value.field == "reason"


def test_a_reason_is_kept_with_one_kind_of_line_end() -> None:
    assert check_reason(" One line.\r\nAnother. ") == "One line.\nAnother."


def test_what_is_no_address_is_refused_by_name() -> None:
    assert check_email("ada@EXAMPLE.org") == "ada@example.org"
    with pytest.raises(InvalidInput) as refused:
        check_email("ada at example")
    assert refused.value.field == "email"
