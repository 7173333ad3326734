from __future__ import annotations

from dataclasses import replace

import pytest

from factually.articles.corrections.notes import MAX_CHARACTERS, Note, check_note
from factually.foundation.errors import InvalidInput

NOTE = Note("correction", "It said 1994.", "It was 1996.", "We misread a table.")


def test_a_correction_that_says_what_was_and_is() -> None:
    check_note(NOTE, verdict_changed=True)
    check_note(replace(NOTE, found_by="A reader"), verdict_changed=False)


@pytest.mark.parametrize("word", ["fixes", "Recast", "clarifies", "changed", "clarification"])
def test_a_correction_goes_by_no_softer_word(word: str) -> None:
    with pytest.raises(InvalidInput, match=f"leave out “{word}”"):
        check_note(replace(NOTE, now=f"This {word} the date."), verdict_changed=False)
    check_note(replace(NOTE, kind="update", now=f"This {word} the date."), verdict_changed=False)


def test_a_word_that_only_holds_one_of_them_is_fine() -> None:
    check_note(replace(NOTE, now="The suffix was left out of the exchange."), verdict_changed=False)


@pytest.mark.parametrize("kind", ["clarification", "update"])
def test_another_verdict_is_a_correction(kind: str) -> None:
    with pytest.raises(InvalidInput, match="the note is a correction"):
        check_note(Note(kind, "Was.", "Is.", "Because."), verdict_changed=True)  # type: ignore[arg-type]  # drawn


@pytest.mark.parametrize(
    ("part", "text", "sentence"),
    [
        ("was", " ", "Say what it was"),
        ("now", "", "Say what it was"),
        ("why", "\n", "Say what it was"),
        ("why", "a" * (MAX_CHARACTERS + 1), "at most 1,000 characters"),
        ("found_by", " ", "Name who found it"),
    ],
)
def test_each_part_is_said_in_few_words(part: str, text: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence) as refused:
        check_note(replace(NOTE, **{part: text}), verdict_changed=False)  # type: ignore[arg-type]  # a field by its name
    assert refused.value.field == part
