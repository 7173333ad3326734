from __future__ import annotations

import pytest

from factually.donations.card_statement import card_statement


@pytest.mark.parametrize("text", ["FACTUALLY* GIFT", "AB* G", "FACTUALLY1* 1234567 GIFT"[:22]])
def test_a_line_that_banks_can_print_is_read_as_prefix_and_suffix(text: str) -> None:
    line = card_statement(text)
    assert str(line) == text
    assert (line.prefix, line.suffix) == tuple(text.split("* "))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FACTUALLY",
        "FACTUALLY*GIFT",
        "F* GIFT",
        "FACTUALLYYY* GIFT",
        "FACTUALLY* 12345",
        "12* GIFT",
        "FACTUALLY* ",
        "FACTUALLY* GIFT* TWO",
        "FACTUALLY* MY <GIFT>",
        "FACTUALLY* ADA'S GIFT",
        'FACTUALLY* "GIFT"',
        "FACTUALLY* GIFT\\",
        "FACTUALLY* CAF\u00c9",
        "FACTUALLY* GIFT\n",
        "FACTUALLY* TWELVE CHARS",
    ],
)
def test_a_line_that_stripe_would_refuse_for_each_gift_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="at most 22 characters"):
        card_statement(text)
