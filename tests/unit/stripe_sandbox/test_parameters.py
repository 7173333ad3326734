import pytest

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.parameters import decode


def test_brackets_nest_and_digits_make_lists() -> None:
    encoded = (
        "amount=500&metadata[gift]=g%201&expand[0]=a&expand[1]=b&card[checks][cvc]=pass&types[]=x&types[]=y"
    )

    assert decode(encoded) == {
        "amount": "500",
        "metadata": {"gift": "g 1"},
        "expand": ["a", "b"],
        "card": {"checks": {"cvc": "pass"}},
        "types": ["x", "y"],
    }


def test_lists_can_hold_objects() -> None:
    assert decode("items[0][price]=a&items[0][quantity]=2&items[1][price]=b") == {
        "items": [{"price": "a", "quantity": "2"}, {"price": "b"}]
    }


def test_an_empty_value_is_kept_and_an_empty_body_is_nothing() -> None:
    assert decode("name=") == {"name": ""}
    assert decode("") == {}


@pytest.mark.parametrize("encoded", ["a[=1", "[a]=1", "a]b=1", "a=1&a[b]=2", "a[b]=1&a=2"])
def test_a_key_that_cannot_be_nested_is_refused(encoded: str) -> None:
    with pytest.raises(ApiError):
        decode(encoded)
