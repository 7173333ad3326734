"""What a check found, in words for whoever is on call, and free of secrets.

Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from factually.foundation.canonical import JsonValue

HIDDEN: Final = "[hidden]"
_SHORTEST_SECRET: Final = 4


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """The site works, though somebody should look by day."""
    WRONG = "wrong"
    """Readers or donors are not served as they should be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        check: What was looked at, in a word or two.
        state: How bad it is.
        seen: What was seen, one sentence or two.
        to_do: What to do about it; empty where all is well.
    """

    check: str
    state: State
    seen: str
    to_do: str = ""

    def as_json(self) -> dict[str, JsonValue]:
        """Return the line for a program."""
        return {"check": self.check, "state": self.state, "seen": self.seen, "to_do": self.to_do}


def ok(check: str, seen: str) -> Finding:
    """Return a line that asks for nothing."""
    return Finding(check, State.OK, seen)


def warning(check: str, seen: str, to_do: str) -> Finding:
    """Return a line for somebody to look at by day."""
    return Finding(check, State.WARNING, seen, to_do)


def wrong(check: str, seen: str, to_do: str) -> Finding:
    """Return a line that asks for somebody now."""
    return Finding(check, State.WRONG, seen, to_do)


def without_secrets(findings: Iterable[Finding], secrets: Sequence[str]) -> Iterator[Finding]:
    """Blank every secret in the lines: what other programs answer may repeat what they were told.

    Args:
        findings: The lines.
        secrets: Values; very short ones are left, since they would blank ordinary words.
    """
    longest_first = sorted((secret for secret in secrets if len(secret) >= _SHORTEST_SECRET), key=len)[::-1]
    for finding in findings:
        seen, to_do = (_blanked(text, longest_first) for text in (finding.seen, finding.to_do))
        yield replace(finding, seen=seen, to_do=to_do)


def in_words(finding: Finding, *, width: int) -> str:
    """Return what is printed after the state, with the check padded to a width.

    Line breaks of foreign messages become spaces.
    """
    advice = f" To do: {finding.to_do}" if finding.to_do else ""
    return f"{finding.check:{width}} {' '.join((finding.seen + advice).split())}"


def first_sentence(message: object) -> str:
    """Return the part of a foreign message that says what happened; the rest is often a trace."""
    return str(message).strip().partition("\n")[0].partition(". ")[0].rstrip(".") + "."


def summary(findings: Sequence[Finding]) -> str:
    """Return the last line of the report."""
    counted = Counter(finding.state for finding in findings)
    return ", ".join(f"{counted[state]} {state}" for state in (State.WRONG, State.WARNING, State.OK)) + "."


def _blanked(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
