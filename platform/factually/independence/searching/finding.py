"""Finds the rows of one register that a stated name may denote: exact keys first, then likeness."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from factually.independence.matching import ALIAS_SCORE, HOLD_FROM, TELL_FROM, MatchKind, Relation, Stated
from factually.independence.naming.canonical import CanonicalName, canonical_name
from factually.independence.naming.parts import parts_of
from factually.independence.scoring.likeness import Likeness, likeness
from factually.independence.searching.layout import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from factually.independence.matching import StatedName
    from factually.independence.searching.index import RegisterIndex
    from factually.independence.searching.layout import IndexedName

MOST_EXACT: Final = 50
"""Rows of one exact name that are told; the commonest is shared by eight."""
MOST_ALIKE: Final = 5
COMMON_WORD: Final = 20
"""A name of one word says nothing where the word stands in so many: FREEDOM does, ACTBLUE doesn't."""

_REORDERED: Final = 0.98
_COMMON_ALIAS: Final = 0.70
_RELATED: Final = 0.70
"""Most that a row is worth whose register names the bearer as a body connected with it, not as itself."""
_LONGEST_PERSON: Final = 4
_WINDOW: Final = 24
_STEP: Final = 12
_LONG: Final = 12
_MOST_TOKENS: Final = 2_000
_SHORTEST_INSIDE: Final = 2
_LONGEST_INSIDE: Final = 6


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One registered name that a stated one may denote; `likeness` is None where they are equal."""

    name: IndexedName
    kind: MatchKind
    score: float
    relation: Relation
    likeness: Likeness | None = None
    connected: bool = False


def hits(index: RegisterIndex, stated: StatedName) -> list[Hit]:
    """Return what a stated name may denote in one register, best first, one hit a row."""
    found: list[Hit] = []
    whole = canonical_name(stated.text)
    for name in _windows(whole):
        found += _hits(index, stated, name)
    parts = {Key.NAME.of(part.key): part for part in (*parts_of(stated.text, whole), *_inside(whole))}
    for one in index.by_keys(list(parts), limit=MOST_EXACT):
        part = parts[Key.NAME.of(one.name.key)]
        found.append(_equal(index, one, part, score=ALIAS_SCORE, kind=MatchKind.ALIAS))
    return _best_of_each_row(found, stated)


def _windows(name: CanonicalName) -> Iterator[CanonicalName]:
    """Cut a very long text into pieces that overlap, so that nothing hides in its middle."""
    if len(name.tokens) <= _WINDOW:
        yield name
        return
    for start in range(0, len(name.tokens) - _STEP, _STEP):
        yield CanonicalName(name.tokens[start : start + _WINDOW])


def _inside(name: CanonicalName) -> Iterator[CanonicalName]:
    """Cut a long text into the names that may stand in its middle, between words that hide them."""
    if len(name.tokens) > _LONG:
        for start in range(min(len(name.tokens), _MOST_TOKENS)):
            for length in range(_SHORTEST_INSIDE, _LONGEST_INSIDE + 1):
                inside = CanonicalName(name.tokens[start : start + length])
                if len(inside.tokens) == length and inside.has_role and not inside.generic:
                    yield inside


def _hits(index: RegisterIndex, stated: StatedName, name: CanonicalName) -> list[Hit]:
    exact = list(_exact(index, stated, name))
    if name.generic:
        return [replace(hit, relation=Relation.GENERIC) for hit in exact]
    connected = [] if name.has_role else index.by_keys([Key.SPONSOR.of(name.sorted_key)], limit=MOST_EXACT)
    certain = any(hit.score == 1 for hit in exact)
    found = exact if certain else [*exact, *_alike(index, name, sponsor=bool(connected))]
    found += [
        Hit(name=one, kind=one.kind, score=_RELATED, relation=Relation.RELATED, connected=True)
        for one in connected
    ]
    if stated.what is Stated.PERSON and _may_be_a_person(name):
        return [replace(hit, relation=Relation.NAMESAKE) for hit in found]
    return found


def _exact(index: RegisterIndex, stated: StatedName, name: CanonicalName) -> Iterator[Hit]:
    if not name.tokens:
        return
    equal = index.by_keys([Key.NAME.of(name.key)], limit=MOST_EXACT)
    for one in equal:
        alias = one.kind is MatchKind.ALIAS
        yield _equal(index, one, name, score=ALIAS_SCORE if alias else 1.0, kind=one.kind)
    if not equal and (name.has_role or {",", ";"} & set(stated.text)):
        for one in index.by_keys([Key.SORTED.of(name.sorted_key)], limit=MOST_EXACT):
            alias = one.kind is MatchKind.ALIAS
            yield _equal(index, one, name, score=ALIAS_SCORE if alias else _REORDERED, kind=one.kind)


def _equal(
    index: RegisterIndex, found: IndexedName, name: CanonicalName, *, score: float, kind: MatchKind
) -> Hit:
    generic = (
        not name.has_role and len(name.bearer) == 1 and index.weights.count(name.bearer[0]) >= COMMON_WORD
    )
    if (
        kind is MatchKind.ALIAS
        and not name.has_role
        and len(name.tokens) == 1
        and index.weights.is_known(name.text)
    ):
        score = _COMMON_ALIAS
    return Hit(name=found, kind=kind, score=score, relation=Relation.GENERIC if generic else Relation.SAME)


def _alike(index: RegisterIndex, name: CanonicalName, *, sponsor: bool) -> Iterator[Hit]:
    for one in index.candidates(name):
        near = likeness(name, one.name, index.weights, least=TELL_FROM)
        if near is None:
            continue
        score = min(near.score, _RELATED) if sponsor else near.score
        if score >= TELL_FROM or near.bearer_score >= HOLD_FROM:
            yield Hit(name=one, kind=one.kind, score=score, relation=_relation(near, score), likeness=near)


def _relation(near: Likeness, score: float) -> Relation:
    if score >= HOLD_FROM or near.bearer_score < HOLD_FROM:
        return Relation.SAME
    if near.single_word and not near.role_missing:
        return Relation.GENERIC
    return Relation.RELATED


def _may_be_a_person(name: CanonicalName) -> bool:
    """Tell whether a name stated as a person's looks like one: a committee typed there names its role."""
    return (
        not name.has_role
        and 1 < len(name.tokens) <= _LONGEST_PERSON
        and all(token.isalpha() for token in name.tokens)
    )


def _best_of_each_row(found: Iterable[Hit], stated: StatedName) -> list[Hit]:
    best: dict[int, Hit] = {}
    for hit in sorted(found, key=lambda hit: _rank(hit, stated.text)):
        best.setdefault(hit.name.entry, hit)
    equal = [hit for hit in best.values() if hit.likeness is None]
    alike = [hit for hit in best.values() if hit.likeness is not None]
    return sorted([*equal[:MOST_EXACT], *alike[:MOST_ALIKE]], key=lambda hit: _rank(hit, stated.text))


def _rank(hit: Hit, text: str) -> tuple[float, float, int]:
    """Order hits by score, equal ones by the letters as they were typed."""
    typed, registered = text.casefold(), hit.name.text.casefold()
    letters = fuzz.ratio(typed, registered) + fuzz.token_sort_ratio(typed, registered)
    return -hit.score, -letters, hit.name.entry


def unique_rows(found: Sequence[Hit]) -> int:
    """Return how many rows share a name that was found by equality."""
    return len({hit.name.entry for hit in found if hit.likeness is None and not hit.connected})
