from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from factually.articles.history.sequences import COMPARISON_LIMIT, Run, compare

SEQUENCES = st.lists(st.sampled_from(["a", "b", "longer", "("]), max_size=30)


@given(SEQUENCES, SEQUENCES)
@settings(max_examples=50)
def test_runs_follow_each_other_without_gaps_and_only_equal_ones_are_equal(
    before: list[str], after: list[str]
) -> None:
    place, after_place = 0, 0
    equal = None
    for run in compare(before, after):
        assert (run.before, run.after) == (place, after_place)
        assert run.equal is not equal or run.equal
        assert not run.equal or before[run.before : run.before_end] == after[run.after : run.after_end]
        place, after_place, equal = run.before_end, run.after_end, run.equal
    assert (place, after_place) == (len(before), len(after))


def test_what_is_common_is_as_long_as_it_can_be() -> None:
    assert [run for run in compare("abcd", "xacd") if run.equal] == [
        Run(0, 1, 1, 2, equal=True),
        Run(2, 4, 2, 4, equal=True),
    ]


def test_two_empty_sequences_have_nothing_to_compare() -> None:
    assert list(compare([], [])) == []


def test_of_sequences_that_are_too_long_only_the_ends_are_compared() -> None:
    length = int(COMPARISON_LIMIT**0.5) + 1
    before = ["a", *["b"] * length, "c"]
    after = ["a", *["d"] * 10, "b", *["d"] * length, "c"]
    assert list(compare(before, after)) == [
        Run(0, 1, 0, 1, equal=True),
        Run(1, length + 1, 1, length + 12),
        Run(length + 1, length + 2, length + 12, length + 13, equal=True),
    ]


def test_of_long_sequences_where_one_ends_as_it_begins_no_place_is_counted_twice() -> None:
    length = int(COMPARISON_LIMIT**0.5) + 1
    before, after = ["a"] * length, ["a"] * (length + 5)
    assert list(compare(before, after)) == [
        Run(0, length, 0, length, equal=True),
        Run(length, length, length, length + 5),
    ]
