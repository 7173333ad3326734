from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.sections import write_section

if TYPE_CHECKING:
    from pathlib import Path


def test_a_section_takes_the_place_of_its_former_self(tmp_path: Path) -> None:
    report = tmp_path / "newsroom.md"
    write_section(report, "Search", ["Slow."], title="The newsroom")
    write_section(report, "Differences", ["Fine.", "", "- one"], title="The newsroom")
    written = write_section(report, "Search", ["Fast."], title="The newsroom")
    assert written == "## Search\n\nFast.\n"
    assert report.read_text() == (
        "# The newsroom\n\n## Search\n\nFast.\n\n## Differences\n\nFine.\n\n- one\n"
    )
