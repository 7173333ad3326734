"""Reports that several measurements share, each with a section of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def write_section(report: Path, name: str, lines: Iterable[str], *, title: str) -> str:
    """Put a section into a report in the place of its former self, or last, and return it.

    Args:
        report: A Markdown file; made where there is none.
        name: Heading of the section.
        lines: What stands below it.
        title: Heading of the report, for a new one.
    """
    section = "\n".join([f"## {name}", "", *lines]).rstrip() + "\n"
    known = report.read_text() if report.exists() else f"# {title}\n"
    head, *parts = re.split(r"^(?=## )", known, flags=re.MULTILINE)
    named = {part.partition("\n")[0]: part for part in parts}
    named[f"## {name}"] = section
    report.write_text("\n".join(part.rstrip() + "\n" for part in (head, *named.values())))
    return section
