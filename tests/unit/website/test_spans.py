from __future__ import annotations

from datetime import timedelta

import pytest

from factually.website.spans import duration


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=12), "2.5 days"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(hours=1, minutes=1), "1 hour"),
        (timedelta(minutes=40), "40 minutes"),
        (timedelta(seconds=59), "less than a minute"),
    ],
)
def test_a_span_is_named_by_its_largest_unit(span: timedelta, words: str) -> None:
    assert duration(span) == words
