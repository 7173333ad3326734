"""The further names that stand inside a name: in brackets, after AKA, and acronyms such as HALLPAC."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factually.independence.naming.canonical import CanonicalName, canonical_name, is_acronym

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALSO_KNOWN_AS: Final = re.compile(
    r"[(\[]?\b(?:a[./]?k[./]?a|f[./]?k[./]?a|d[./]?b[./]?a|formerly|also known as)\b[./:)\]]*", re.IGNORECASE
)
_BRACKETS: Final = re.compile(r"[(\[\u201c\"]([^()\[\]\u201c\u201d\"]*)[)\]\u201d\"]")
_MARKS: Final = (
    *("(", "[", "/", ";", '"', "\u201c", " - ", " \u2013 "),
    *("aka", "a.k", "fka", "f.k", "dba", "d.b", "formerly", "known as"),
)
"""Without one of these a text bears no further name."""
_SEPARATORS: Final = re.compile(r"/|;| - | \u2013 ")


def parts_of(text: str, whole: CanonicalName) -> tuple[CanonicalName, ...]:
    """Return each further name that a text bears, once, the whole name (its canonical form) left out.

    A part counts only where it names a body by itself: it has a role word (`PAC`), or is an acronym of the
    whole. `DEMOCRATIC STATE COMMITTEE (DELAWARE)` is not called Delaware.
    """
    lowered = text.casefold()
    if not any(mark in lowered for mark in _MARKS):
        return ()
    found: dict[tuple[str, ...], CanonicalName] = {}
    for part in _parts(text, whole):
        if part.tokens != whole.tokens and not part.generic:
            found.setdefault(part.tokens, part)
    return tuple(found.values())


def acronyms_of(name: CanonicalName) -> tuple[CanonicalName, ...]:
    """Return the committee's acronyms (`HALLPAC`) that a registered name shows, each a name by itself."""
    found = [token for token in name.tokens if is_acronym(token)]
    return tuple([CanonicalName((token,)) for token in dict.fromkeys(found)])


def _parts(text: str, whole: CanonicalName) -> Iterator[CanonicalName]:
    names = [name for name in _ALSO_KNOWN_AS.split(text) if name.strip(" ,;:()[]")]
    for name in names:
        main = _BRACKETS.sub(" ", name)
        if len(names) > 1 or main != name:
            part = canonical_name(main)
            if len(names) > 1 or part.has_role or not whole.has_role:
                yield part
        pieces = [*_BRACKETS.findall(name), *_SEPARATORS.split(main)]
        for part in map(canonical_name, pieces):
            if part.has_role or (len(part.tokens) == 1 and _is_acronym_of(part.compact, whole)):
                yield part


def _is_acronym_of(letters: str, whole: CanonicalName) -> bool:
    """Tell whether letters begin words of the whole name, in order."""
    initials = iter([token[0] for token in whole.tokens if token != letters])
    return all(letter in initials for letter in letters)
