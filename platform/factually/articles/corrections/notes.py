"""A note that comes with a change of a public article, and what makes it an honest one (pure).

The words follow AP's practice: a correction says so, names the error and what is right, and is not called by
a softer name (reference publishing, section 4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from factually.foundation.errors import InvalidInput

NoteKind: TypeAlias = Literal["correction", "clarification", "update", "retraction"]

NOTE_KINDS: Final[dict[NoteKind, str]] = {
    "correction": "Correction",
    "clarification": "Clarification",
    "update": "Update",
    "retraction": "Retraction",
}
"""Kinds with the word that readers see."""
MAX_CHARACTERS: Final = 1_000
_EUPHEMISM: Final = re.compile(r"\b(?:recast|fix|clarif|chang)\w*", re.IGNORECASE)


@dataclass(frozen=True)
class Note:
    """What changed in a public article.

    Attributes:
        was: What readers were told.
        now: What is right.
        why: How the error came about, or what is new.
        found_by: Whom to thank, as printed; None where nobody is named.
    """

    kind: NoteKind
    was: str
    now: str
    why: str
    found_by: str | None = None


def check_note(note: Note, *, verdict_changed: bool) -> None:
    """See that a note says what it must.

    Raises:
        InvalidInput: A part is empty or too long, a correction goes by a softer word, or a changed verdict is
            not called a correction; names the field.
    """
    for field, value in (("was", note.was), ("now", note.now), ("why", note.why)):
        if not value.strip():
            raise InvalidInput("Say what it was, what it is now, and why.", field=field)
        if len(value) > MAX_CHARACTERS:
            raise InvalidInput(f"Use at most {MAX_CHARACTERS:,} characters.", field=field)
        softer = _EUPHEMISM.search(value) if note.kind == "correction" else None
        if softer:
            raise InvalidInput(
                f"A correction names the error and what is right; leave out “{softer.group()}”.", field=field
            )
    if note.found_by is not None and not 0 < len(note.found_by.strip()) <= MAX_CHARACTERS:
        raise InvalidInput("Name who found it, or leave it empty.", field="found_by")
    if verdict_changed and note.kind not in {"correction", "retraction"}:
        raise InvalidInput("The verdict is another one, so the note is a correction.", field="kind")
