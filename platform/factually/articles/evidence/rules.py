"""The rules of the gate in plain sentences, as the methodology page prints them (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rule:
    """A rule of the gate.

    Attributes:
        name: In a word or two.
        asks: What it asks of an article.
        blocks: Whether a text that breaks it waits for a named person's reason before it is published.
        takes_reason: Whether a reason given for one place settles it there.
    """

    id: str
    name: str
    asks: str
    blocks: bool = True
    takes_reason: bool = False


RULES: Final = (
    Rule(
        "EG1",
        "Citations",
        "Each number in the text leads to a recorded source, each recorded source is cited, and the numbers "
        "follow the order in which a reader meets them.",
    ),
    Rule(
        "EG2",
        "Complete sources",
        "Each source has a title, a publisher, an address, its date or “no date”, the day we read it, its "
        "kind, and a note on its independence. We warn where no reason is given for one that is not primary.",
    ),
    Rule("EG3", "Every part", "The summary, each section and the bottom line cite at least one source."),
    Rule(
        "EG4",
        "Single source",
        "A section that rests on a single source is pointed out, with the reason if there is one.",
        blocks=False,
        takes_reason=True,
    ),
    Rule(
        "EG5",
        "Two publishers",
        "The central claim, in summary and bottom line, rests on at least two publishers. Where only one "
        "exists, the page says so.",
        takes_reason=True,
    ),
    Rule(
        "EG6",
        "Both sides",
        "A claim check cites sources that support its claim and others that undermine it.",
    ),
    Rule(
        "EG7",
        "Facts",
        "A sentence with a figure, a date or quoted words has a citation in it or in the sentence behind it.",
    ),
    Rule("EG8", "Uncited sentences", "Sentences without a citation are counted and shown.", blocks=False),
    Rule(
        "EG9",
        "Interests",
        "Of each source it is said whether its publisher gains from what it says. A cited organization that "
        "gave us money is named as such, and one that gave much keeps the article back. Where nobody looked "
        "this up, the article says so.",
    ),
    Rule(
        "EG10",
        "Verdicts",
        "A claim check judges one claim, never our own, by the scale above, and tells readers and machines "
        "the same verdict.",
    ),
    Rule(
        "EG11",
        "Archived copies",
        "Each source has a copy at a public archive that shows the cited address, was made near the day we "
        "read it, and still opens.",
        blocks=False,
    ),
    Rule("EG12", "Answering", "The corrections are one click away from the article."),
)
"""Every rule, in order."""

TAKES_REASON: Final = frozenset(rule.id for rule in RULES if rule.takes_reason)
"""Rules that a typed reason settles."""
