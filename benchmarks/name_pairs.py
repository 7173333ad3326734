"""F1 on pairs of ordinary organisations' names (OpenSanctions' name benchmark), not political.

Each first name is searched in an index of all second names; the score is that of the pair's own row, 0 where
it was not found. rapidfuzz compares the two names, at the threshold that suits it best on these very pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_THRESHOLDS: Final = [step / 100 for step in range(1, 101)]


@dataclass(frozen=True)
class NamePair:
    """Two names and whether they denote one body."""

    first: str
    second: str
    same: bool


@dataclass(frozen=True, kw_only=True)
class F1:
    """Precision and recall where pairs from a threshold on are taken for the same, and the mean of both."""

    threshold: float
    precision: float
    recall: float

    @property
    def value(self) -> float:
        """The harmonic mean, 0 where nothing was right."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def read_pairs(rows: Iterable[dict[str, str]]) -> list[NamePair]:
    """Read the columns `name1`, `name2` and `is_match`."""
    return [NamePair(row["name1"], row["name2"], row["is_match"] == "true") for row in rows]


def f1_at(scores: Sequence[float], pairs: Sequence[NamePair], threshold: float) -> F1:
    """Return F1 where pairs from the threshold on are taken for the same."""
    said = [score >= threshold for score in scores]
    right = sum(one and pair.same for one, pair in zip(said, pairs, strict=True))
    return F1(
        threshold=threshold,
        precision=right / (sum(said) or 1),
        recall=right / (sum(pair.same for pair in pairs) or 1),
    )


def best_f1(scores: Sequence[float], pairs: Sequence[NamePair]) -> F1:
    """Return F1 at the threshold where it is greatest, which nobody knows beforehand: kind to a method."""
    return max((f1_at(scores, pairs, threshold) for threshold in _THRESHOLDS), key=lambda f1: f1.value)


def rapidfuzz_scores(pairs: Sequence[NamePair]) -> dict[str, list[float]]:
    """Return the scores of token_set_ratio and token_sort_ratio from 0 to 1, names folded alike."""
    scorers: dict[str, Callable[..., float]] = {
        "rapidfuzz token_set_ratio": fuzz.token_set_ratio,
        "rapidfuzz token_sort_ratio": fuzz.token_sort_ratio,
    }
    return {
        title: [scorer(_folded(pair.first), _folded(pair.second)) / 100 for pair in pairs]
        for title, scorer in scorers.items()
    }


def _folded(name: str) -> str:
    plain = "".join(letter if letter.isalnum() else " " for letter in name.casefold())
    return " ".join(plain.split())
