"""Says in words why a row was found, for the auditor who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.matching import SUBJECT_FIELDS, MatchKind, Relation
from factually.independence.naming.canonical import is_light, is_role, spelt_alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factually.independence.findings import RegisterRow
    from factually.independence.matching import StatedName
    from factually.independence.scoring.alignment import Alignment
    from factually.independence.searching.finding import Hit
    from factually.independence.searching.layout import IndexedEntry

_RARE_FROM: Final = 4.0
"""Weight from which a word is called rare: one name in fifty holds it, or fewer."""
_ENDINGS: Final = {
    Relation.RELATED: "the row says what it is for and the name does not: related, not the same",
    Relation.NAMESAKE: "it may be a person's name, which others bear too",
    Relation.GENERIC: "the name is too short or too common to say who bears it",
}


def sentence(stated: StatedName, hit: Hit, entry: IndexedEntry, row: RegisterRow, title: str) -> str:
    """Return one sentence: what was stated, what row it is like, in which words, and what that means."""
    who = f"{row.name} (id {row.key}, {title} as of {row.version}{_years(entry)})"
    said = f'{SUBJECT_FIELDS[stated.field]} "{stated.text}"'
    if hit.connected:
        return f"{said} is named in the register as a body connected with {who}: related, not the same."
    parts = [f"{said} {_relation(stated, hit)} {who}"]
    if hit.likeness is not None:
        parts += _words(hit.likeness.alignment)
    if hit.relation in _ENDINGS:
        parts.append(_ENDINGS[hit.relation])
    elif entry.namesake:
        parts.append("the committee is called by little more than a person's name")
    return "; ".join(parts) + "."


def _relation(stated: StatedName, hit: Hit) -> str:
    alike = hit.likeness is not None
    if hit.kind is MatchKind.ALIAS:
        return f'{"is like a name within" if alike else "has a name in common with"} "{hit.name.text}", of'
    if hit.kind is MatchKind.FORMER_NAME:
        return f'{_nearness(stated, hit)} "{hit.name.text}", a former name of'
    return "is like" if alike else f"{_nearness(stated, hit)} the registered name of"


def _nearness(stated: StatedName, hit: Hit) -> str:
    if hit.likeness is not None:
        return "is like"
    return "equals" if spelt_alike(stated.text, hit.name.text) else "is another spelling of"


def _words(alignment: Alignment) -> Iterator[str]:
    """Tell the words that are shared, those that differ by a slip, and those that one side lacks."""
    equal = [pair for pair in alignment.pairs if pair.similarity == 1]
    rare = [pair.registered for pair in equal if pair.weight >= _RARE_FROM]
    if rare:
        yield f"shares the rare {_quoted(rare)}"
    elif shared := _telling([pair.registered for pair in equal]):
        yield f"shares the {_quoted(shared)}"
    for pair in alignment.pairs:
        if pair.similarity < 1:
            yield f'has "{pair.stated}" for "{pair.registered}"'
    if lacking := _telling(alignment.only_registered):
        yield f"lacks the {_quoted(lacking)}"
    if added := _telling(alignment.only_stated):
        yield f"adds the {_quoted(added)}"


def _telling(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if not is_light(token) or is_role(token)]


def _quoted(tokens: Sequence[str]) -> str:
    return f'{"word" if len(tokens) == 1 else "words"} "{" ".join(tokens)}"'


def _years(entry: IndexedEntry) -> str:
    first, last = entry.details.get("first_cycle"), entry.details.get("last_cycle")
    return f", listed {first}-{last}" if first and last else ""
