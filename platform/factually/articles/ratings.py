"""The scale of verdicts: published on the methodology page, the same in text, page and structured data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rating:
    """A verdict on a claim.

    Attributes:
        id: As revisions store it.
        name: As readers see it (ClaimReview's `alternateName`).
        value: Its place on the scale from 1, the worst, to 5; None where evidence does not place it.
        meaning: When it is given, in one sentence.
    """

    id: str
    name: str
    value: int | None
    meaning: str


WORST_VALUE: Final = 1
BEST_VALUE: Final = 5

RATINGS: Final = {
    rating.id: rating
    for rating in (
        Rating("true", "True", 5, "The claim is accurate and leaves out nothing that would change it."),
        Rating("mostly_true", "Mostly true", 4, "The claim is accurate but needs a detail or a context."),
        Rating("mixed", "Mixed", 3, "Parts of the claim are accurate, and parts are not."),
        Rating("mostly_false", "Mostly false", 2, "The claim holds something true but misleads as a whole."),
        Rating("false", "False", 1, "The claim is not accurate."),
        Rating("unproven", "Unproven", None, "The evidence that is public neither shows nor refutes it."),
    )
}
"""The scale, best first."""
