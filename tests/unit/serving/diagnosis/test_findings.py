from __future__ import annotations

from factually.serving.diagnosis.findings import (
    HIDDEN,
    first_sentence,
    in_words,
    ok,
    summary,
    warning,
    without_secrets,
    wrong,
)


def test_a_line_says_what_is_wrong_and_what_to_do_in_one_line() -> None:
    line = in_words(wrong("mail server", "It answers:\n\tno", "Start it."), width=12)
    assert line == "mail server  It answers: no To do: Start it."


def test_a_line_without_fault_asks_for_nothing() -> None:
    assert in_words(ok("database", "It answers."), width=8) == "database It answers."


def test_secrets_that_others_repeat_are_blanked_the_longer_ones_first() -> None:
    found = [wrong("stripe", "sk_test_1234 and sk_test_12345 are refused", "Replace sk_test_1234.")]
    (blanked,) = without_secrets(found, ("sk_test_1234", "sk_test_12345", "", "is"))
    assert blanked.seen == f"{HIDDEN} and {HIDDEN} are refused"
    assert blanked.to_do == f"Replace {HIDDEN}."


def test_the_last_line_counts_the_worst_first() -> None:
    found = [ok("a", "."), warning("b", ".", "."), ok("c", "."), wrong("d", ".", ".")]
    assert summary(found) == "1 wrong, 1 warning, 2 ok."


def test_of_a_foreign_message_only_what_happened_is_told() -> None:
    assert first_sentence("connection to 127.0.0.1 failed: refused\n\tIs it running?") == (
        "connection to 127.0.0.1 failed: refused."
    )
    assert first_sentence(ValueError("No answer. If this goes on, write to us. (Trace)")) == "No answer."
