from __future__ import annotations

from factually.oversight.metrics import Figure, exposition


def test_figures_are_written_as_prometheus_reads_them() -> None:
    figures = [
        Figure("jobs_due", "Jobs that could run now.", {"": 12345678.0}),
        Figure("card_answers", "What banks said.", {"declined": 3, "paid": 0.5}, label="answer"),
    ]
    assert exposition(figures) == (
        "# HELP factually_jobs_due Jobs that could run now.\n"
        "# TYPE factually_jobs_due gauge\n"
        "factually_jobs_due 12345678\n"
        "# HELP factually_card_answers What banks said.\n"
        "# TYPE factually_card_answers gauge\n"
        'factually_card_answers{answer="declined"} 3\n'
        'factually_card_answers{answer="paid"} 0.5\n'
    )
