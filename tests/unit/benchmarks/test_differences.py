from __future__ import annotations

from benchmarks.differences import WORDS, long_pair, report
from factually.articles.history.differences import compare_contents


def test_the_pair_is_long_thoroughly_revised_and_renumbered() -> None:
    before, after = long_pair()
    assert WORDS <= before.words < WORDS * 1.1
    found = compare_contents(before, after)
    assert 100 < found.words_added < 400
    assert found.moved_passages == 2
    assert found.changed_passages > 15
    assert not found.changed_sources


def test_a_slow_run_misses_its_goal() -> None:
    before, _ = long_pair()
    written = "\n".join(report(before, [1.0] * 10 + [90.0] * 10, {"random": 100.0}))
    assert "| two revisions of 1,800 words, 95 of 100 | at most 50 ms | 90 ms | **missed** |" in written
    assert "| the slowest pair of a megabyte | at most 5000 ms | 100 ms | met |" in written
    assert "- random: 100 ms" in written
