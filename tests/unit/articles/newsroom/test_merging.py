from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factually.articles.newsroom.merging import merge_texts

LINES = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8).map("\n".join)


def test_what_each_changed_alone_is_taken() -> None:
    merged = merge_texts("one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nTHREE")
    assert (merged.text, merged.conflicts) == ("ONE\ntwo\nTHREE", 0)


def test_what_both_changed_is_left_to_a_person() -> None:
    merged = merge_texts("one\ntwo", "one\n2", "one\nzwei")
    assert (merged.text, merged.conflicts) == ("one\n2\nzwei", 1)


@given(LINES, LINES)
def test_a_text_that_only_one_changed_is_theirs(base: str, changed: str) -> None:
    assert merge_texts(base, changed, base).text == "\n".join(changed.splitlines())
    assert merge_texts(base, base, changed).text == "\n".join(changed.splitlines())
