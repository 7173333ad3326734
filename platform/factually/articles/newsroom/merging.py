"""Three-way merge of texts: what one changed is taken, what both changed is left to a person (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from merge3 import Merge3


@dataclass(frozen=True)
class Merged:
    """A merged text.

    Attributes:
        conflicts: Places that both changed; the text holds theirs there, followed by mine.
    """

    text: str
    conflicts: int


def merge_texts(base: str, theirs: str, mine: str) -> Merged:
    """Return the text with the changes of both, line by line."""
    lines: list[str] = []
    conflicts = 0
    merge = Merge3(base.splitlines(), theirs.splitlines(), mine.splitlines())
    for group in merge.merge_groups():
        if group[0] == "conflict":
            conflicts += 1
            lines += [*group[2], *group[3]]
        else:
            lines += group[1]
    return Merged("\n".join(lines), conflicts)
