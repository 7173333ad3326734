from __future__ import annotations

from benchmarks.goals import Goal, goals_table


def test_a_goal_is_met_on_the_right_side_of_its_limit() -> None:
    recall = Goal(what="recall", limit=0.985, measured=0.985)
    speed = Goal(what="p50", limit=2, measured=2.5, at_most=True, unit=" ms")
    assert (recall.met, speed.met) == (True, False)
    assert goals_table([recall, speed])[2:] == [
        "| recall | at least 0.985 | 0.985 | met |",
        "| p50 | at most 2 ms | 2.5 ms | **missed** |",
    ]
