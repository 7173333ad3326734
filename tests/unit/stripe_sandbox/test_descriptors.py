import pytest

from factually.stripe_sandbox.descriptors import check, check_billed, fitted, full
from factually.stripe_sandbox.errors import ApiError


def test_the_line_on_a_statement_begins_with_the_account() -> None:
    assert [full(None), full("SPRING GIFT")] == ["FACTUALLY", "FACTUALLY* SPRING GIFT"]


@pytest.mark.parametrize("suffix", ["", "G", "GIFT 2026", "ABCDEFGHIJK"])
def test_a_suffix_that_fits_is_good(suffix: str) -> None:
    check({"statement_descriptor_suffix": suffix})


@pytest.mark.parametrize("suffix", ["ABCDEFGHIJKL", "2026", "A<B", 'A"', "A*", "Größe", "дар"])
def test_a_suffix_that_banks_cannot_print_is_refused(suffix: str) -> None:
    with pytest.raises(ApiError) as refused:
        check({"statement_descriptor_suffix": suffix})

    assert refused.value.param == "statement_descriptor_suffix"


def test_a_card_payment_cannot_set_the_whole_line() -> None:
    with pytest.raises(ApiError) as refused:
        check({"statement_descriptor": "FACTS"})

    assert refused.value.param == "statement_descriptor"


def test_the_words_of_an_invoice_are_cut_to_the_room_behind_the_account() -> None:
    assert [fitted(None), fitted("GIFT"), fitted("A GIFT EACH MONTH")] == [None, "GIFT", "A GIFT EACH"]
    assert len(full(fitted("ABCDEFGHIJKLMNOPQRSTUV"))) == 22


def test_the_words_of_an_invoice_can_be_printed() -> None:
    check_billed({})
    check_billed({"statement_descriptor": "GIFT"})
    with pytest.raises(ApiError):
        check_billed({"statement_descriptor": "FACTUALLY* GIFT"})
