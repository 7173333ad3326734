from __future__ import annotations

import pytest

from factually.independence.outcomes import Outcome, strictest


@pytest.mark.parametrize(
    ("outcomes", "answer"),
    [
        ([Outcome.ALLOW, Outcome.ALLOW], Outcome.ALLOW),
        ([Outcome.ALLOW, Outcome.HOLD, Outcome.ALLOW], Outcome.HOLD),
        ([Outcome.REFUSE, Outcome.HOLD, Outcome.ALLOW], Outcome.REFUSE),
    ],
)
def test_one_doubt_is_never_outvoted(outcomes: list[Outcome], answer: Outcome) -> None:
    assert strictest(outcomes) is answer


def test_a_screening_in_which_no_rule_answered_holds() -> None:
    assert strictest([]) is Outcome.HOLD
