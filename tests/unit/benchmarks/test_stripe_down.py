from __future__ import annotations

from benchmarks.stripe_down import Ill, report


def test_the_report_says_what_was_missed() -> None:
    seen = {
        "hangs": Ill(reads=[0.01] * 99 + [0.4], answers={503: 7, 429: 2}, longest=8.04, gave=40, charges=40),
        "answers 500": Ill(reads=[0.3] * 50 + [0.2] * 50, answers={503: 1}, longest=1, gave=39, charges=41),
    }
    text = report(seen)
    assert "| hangs: articles read within 250 ms | at least 99 % | 99 % | met |" in text
    assert "| answers 500: articles read within 250 ms | at least 99 % | 50 % | **missed** |" in text
    assert "| answers 500: donors who gave in the end | at least 40 | 39 | **missed** |" in text
    assert "| answers 500: cards authorised for them | at most 40 | 41 | **missed** |" in text
    assert "| hangs | 100 | 400 ms | 2 times 429, 7 times 503 | 8.0 s |" in text
