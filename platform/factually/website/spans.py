"""How long something took, in words (pure)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

_UNITS: Final = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


def duration(span: timedelta) -> str:
    """Name a time span by its largest unit, with one decimal: `1.5 days`, `40 minutes`."""
    for unit, name in _UNITS:
        if span >= unit:
            number = f"{span / unit:.1f}".removesuffix(".0")
            return f"{number} {name}" if number == "1" else f"{number} {name}s"
    return "less than a minute"
