import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.shapes import Shape, boolean, choice, integer, list_of, merged, nested, text

_TEXT = st.text(max_size=5)


@given(st.integers(-(10**17), 10**17))
def test_every_whole_number_is_read_back(number: int) -> None:
    assert integer()("amount", str(number)) == number


@pytest.mark.parametrize("value", ["", "1.0", "1e3", " 1", "٣", "0x1", "9" * 19, ["1"], {"a": "1"}])
def test_what_is_no_whole_number_is_refused_by_name(value: object) -> None:
    with pytest.raises(ApiError) as refused:
        integer()("amount", value)

    assert (refused.value.code, refused.value.param) == ("parameter_invalid_integer", "amount")


def test_bounds_are_inclusive() -> None:
    read = integer(1, 100)

    assert (read("limit", "1"), read("limit", "100")) == (1, 100)
    for outside in ("0", "101"):
        with pytest.raises(ApiError):
            read("limit", outside)


def test_text_has_a_longest_length() -> None:
    assert text(3)("name", "abc") == "abc"
    for wrong in ("abcd", ["abc"]):
        with pytest.raises(ApiError):
            text(3)("name", wrong)


def test_booleans_and_choices_are_words() -> None:
    assert boolean("confirm", "true") is True
    assert boolean("confirm", "false") is False
    assert choice("a", "b")("kind", "b") == "b"
    for read, wrong in ((boolean, "True"), (boolean, "1"), (choice("a"), "c"), (choice("a"), ["a"])):
        with pytest.raises(ApiError):
            read("x", wrong)


def test_a_nested_parameter_is_named_in_full() -> None:
    shape = Shape({"card": nested(Shape({"name": text()}, required=("name",)))})

    with pytest.raises(ApiError) as unknown:
        shape.read({"card": {"name": "x", "nmae": "y"}})
    with pytest.raises(ApiError) as missing:
        shape.read({"card": {}})
    with pytest.raises(ApiError):
        shape.read({"card": "x"})

    assert (unknown.value.code, unknown.value.param) == ("parameter_unknown", "card[nmae]")
    assert (missing.value.code, missing.value.param) == ("parameter_missing", "card[name]")


def test_a_wrong_member_of_a_list_is_named_by_its_place() -> None:
    read = list_of(integer())

    assert read("ids", ["1", "2"]) == [1, 2]
    assert read("ids", "") == []
    with pytest.raises(ApiError) as refused:
        read("ids", ["1", "x"])
    assert refused.value.param == "ids[1]"


@given(st.dictionaries(_TEXT, _TEXT), st.dictionaries(_TEXT, _TEXT))
def test_metadata_keeps_what_is_not_named_and_drops_what_is_emptied(
    current: dict[str, str], changes: dict[str, str]
) -> None:
    after = merged(current, changes)

    assert all(after.values())
    assert all(after.get(key, "") == value for key, value in changes.items())
    assert {key: after.get(key, "") for key in current if key not in changes} == {
        key: value for key, value in current.items() if key not in changes
    }
    assert merged(current, None) == {}
