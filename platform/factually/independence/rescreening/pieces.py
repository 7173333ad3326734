"""Cuts names into pieces and hashes each with a key: alike names are found by them, and none can be read.

Piece by piece a keyed hash keeps what a search needs (which pieces two names share, how rare each is) and
nothing else. Somebody with the disk and without the key sees frequencies of pieces, no letters.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from factually.independence.matching import Stated
from factually.independence.naming.canonical import canonical_name
from factually.independence.naming.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from factually.independence.matching import StatedName
    from factually.independence.naming.canonical import CanonicalName
    from factually.independence.registers.entries import Entry

LAYOUT: Final = "pieces-1"
"""Version of how names are cut; another one needs another index."""

_GRAM: Final = 4
_HASH_BYTES: Final = 6
"""At a million different pieces one pair in 500 indexes collides; it costs a needless comparison."""
_LARGEST_CACHE: Final = 500_000
_DOMAIN_LABELS: Final = 4


class PieceHasher:
    """Hashes pieces with one key (BLAKE2b, RFC 7693), remembering those it has hashed."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def __call__(self, piece: str) -> str:
        """Return the hash of a piece as eight characters without blanks."""
        found = self._known.get(piece)
        if found is None:
            if len(self._known) >= _LARGEST_CACHE:
                self._known.clear()
            digest = hashlib.blake2b(piece.encode(), digest_size=_HASH_BYTES, key=self._key).digest()
            found = self._known[piece] = urlsafe_b64encode(digest).decode("ascii")
        return found


@dataclass(frozen=True)
class NamePieces:
    """One name in pieces: overlapping groups of letters, words, and keys by which equal names are found."""

    grams: frozenset[str]
    words: frozenset[str]
    keys: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class SoughtRow:
    """A register row as donors are searched for it.

    Attributes:
        names: Each name it bears or bore, and those that stand inside of these; empty where its register is
            not searched by name.
        keys: What finds a donor for certain: id, EIN, domains, exact names and sponsors.
    """

    names: tuple[CanonicalName, ...]
    keys: frozenset[str] = field(default_factory=frozenset)


def cut(name: CanonicalName) -> NamePieces:
    """Return the pieces of one name."""
    framed = f"^{name.compact}^"
    return NamePieces(
        grams=frozenset(framed[start : start + _GRAM] for start in range(max(1, len(framed) - _GRAM + 1))),
        words=frozenset(f"w:{word}" for word in name.tokens),
        keys=frozenset({_same(name), _sorted(name)}),
    )


def donor_pieces(stated: Sequence[StatedName]) -> list[NamePieces]:
    """Return what a donor is found by: one entry for each different name, and one of certain keys."""
    names: dict[tuple[str, ...], NamePieces] = {}
    keys: set[str] = set()
    for one in stated:
        if one.what is Stated.EMAIL_DOMAIN:
            keys.update(_domains(one.text))
        elif one.what is Stated.EIN:
            keys.add(_ein(one.text))
        else:
            name = canonical_name(one.text)
            keys.update(map(_same, parts_of(one.text, name)))
            if name.tokens:
                names.setdefault(name.tokens, cut(name))
    return (
        [*names.values(), NamePieces(frozenset(), frozenset(), frozenset(keys))]
        if keys
        else [*names.values()]
    )


def sought_row(entry: Entry, *, by_name: bool) -> SoughtRow:
    """Return what donors are searched by for one register row."""
    certain = {f"w:{entry.key.casefold()}"}
    if entry.ein is not None:
        certain.add(_ein(entry.ein))
    certain.update(f"d:{domain.casefold()}" for domain in entry.domains)
    if not by_name:
        return SoughtRow(names=(), keys=frozenset(certain))
    names = tuple(dict.fromkeys(_names(entry)))
    certain.update(_same(name) for name in names)
    certain.update(_sorted(name) for name in names)
    certain.update(_sorted(canonical_name(sponsor)) for sponsor in entry.sponsors)
    return SoughtRow(names=names, keys=frozenset(certain))


def _names(entry: Entry) -> Iterator[CanonicalName]:
    for text in (entry.name, *entry.former_names, *entry.other_names):
        whole = canonical_name(text)
        if whole.tokens:
            yield whole
        yield from parts_of(text, whole)


def _same(name: CanonicalName) -> str:
    return f"n:{name.key}"


def _sorted(name: CanonicalName) -> str:
    return f"o:{name.sorted_key}"


def _ein(text: str) -> str:
    return f"e:{''.join(filter(str.isdecimal, text))}"


def _domains(text: str) -> Iterable[str]:
    """Yield a domain and those it lies in, as a register may list either."""
    labels = text.casefold().strip(". ").split(".")
    starts = range(max(0, len(labels) - _DOMAIN_LABELS), len(labels) - 1)
    return (f"d:{'.'.join(labels[start:])}" for start in starts)
