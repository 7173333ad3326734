"""Chance that can be had again: the same seed, the same figures."""

from __future__ import annotations

from random import Random


def chance_of(seed: int) -> Random:
    """Return a source of random numbers that a run can repeat; it guards nothing."""
    return Random(seed)  # noqa: S311 - see the docstring
