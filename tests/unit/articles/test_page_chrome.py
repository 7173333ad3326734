from __future__ import annotations

import pytest

from factually.articles.lines import Line
from factually.articles.page_chrome import Chrome, strip_chrome
from factually.foundation.errors import InvalidInput


@pytest.mark.parametrize(
    "text",
    [
        "Keep Factually independent",
        "Whether you agree or disagree with our analysis, these conversations matter for democracy. We …",
        "Loading...Goal: $500",
        "Loading...Time left:",
        "Loading…",
    ],
)
def test_lines_of_the_banner_are_dropped_wherever_they_stand(text: str) -> None:
    kept, chrome = strip_chrome([Line(1, "A title"), Line(2, text)])
    assert (kept, chrome) == ([Line(1, "A title")], Chrome(banner_dropped=True))


def test_the_disclaimer_is_dropped_and_reported() -> None:
    assert strip_chrome([Line(1, "Disclaimer: Factually can make mistakes. Check it.")]) == (
        [],
        Chrome(disclaimer_dropped=True),
    )


def test_the_date_of_the_check_is_kept_as_data() -> None:
    assert strip_chrome([Line(1, "Checked on November 3, 2025")]) == ([], Chrome(checked_on="2025-11-03"))


def test_a_check_on_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"Line 1: November 31, 2025 is no date\."):
        strip_chrome([Line(1, "Checked on November 31, 2025")])


@pytest.mark.parametrize(
    "text", ["We keep Factually independent", "Checked on Monday, it held.", "Loading docks"]
)
def test_sentences_of_the_article_stay(text: str) -> None:
    assert strip_chrome([Line(1, text)]) == ([Line(1, text)], Chrome())
