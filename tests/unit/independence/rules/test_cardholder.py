from __future__ import annotations

import pytest

from factually.independence.rules.cardholder import is_someone_else


@pytest.mark.parametrize(
    ("billing_name", "names"),
    [
        ("ADA READER", ["Ada Reader"]),
        ("A. Reader", ["Ada Reader", None]),
        ("READER/ADA M", ["Ada Reader"]),
        ("Bob Reader", ["Ada Reader"]),
        ("Ada Reader", ["Somebody", "Made-up Bakery", "Ada Reader"]),
        ("Made-up Bakery Inc.", ["Ada Reader", "Made-up Bakery"]),
        ("Zoë Müller", ["Zoe Mueller"]),
        ("Мария Читатель", ["Mariya Chitatel"]),
        ("adareader", ["Ada Reader"]),
        ("", ["Ada Reader"]),
        (None, ["Ada Reader"]),
        ("!?", ["Ada Reader"]),
        ("Bob Banker", ["", None]),
    ],
)
def test_a_name_that_may_be_the_same_is_nobody_else(
    billing_name: str | None, names: list[str | None]
) -> None:
    assert not is_someone_else(billing_name, names)


@pytest.mark.parametrize(
    ("billing_name", "names"),
    [
        ("Bob Banker", ["Ada Reader"]),
        ("A. Banker", ["Ada Reader", None]),
        ("Other Works Inc.", ["Ada Reader", "Made-up Bakery Inc."]),
    ],
)
def test_a_name_without_a_word_in_common_is_somebody_else(billing_name: str, names: list[str | None]) -> None:
    assert is_someone_else(billing_name, names)
