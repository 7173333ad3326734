"""The index of past donors on this machine's disk, in keyed hashes; many read it, one at a time writes."""

from __future__ import annotations

import fcntl
import json
import math
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import tantivy

from factually.independence.naming.canonical import CANONICALISER
from factually.independence.rescreening.pieces import LAYOUT, PieceHasher, cut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from factually.independence.naming.canonical import CanonicalName
    from factually.independence.rescreening.pieces import NamePieces

RAREST_GRAMS: Final = 24
RAREST_WORDS: Final = 6
NEAREST: Final = 200
"""Wide settings, for the frequencies are the donors' and not the register's (screening.md section 4)."""
SHARED_FROM: Final = 0.2
"""Part of a name's rare pieces that a donor's name shares, by weight: with less, hardly a pair is alike."""
SHARED_BEHIND: Final = 0.35
"""The same for donors behind the nearest ones, so that a word of many names doesn't bring in all of them."""
MOST_FOUND: Final = 5_000
"""Names a search may find: some seconds of work. Beyond it nobody is left out, all donors are walked."""

_GRAMS, _WORDS, _KEYS, _NUMBER = "grams", "words", "keys", "number"
_BASIC: Final = "basic"
_BOOSTS: Final = {_WORDS: 1.5}
_WRITER_MEMORY: Final = 128 * 1024 * 1024
_STATE: Final = "state.json"
_TEXT: Final = "text"


@dataclass(frozen=True)
class Indexed:
    """One past screening: its number, and the pieces of the names its donor stated."""

    number: int
    pieces: Sequence[NamePieces]


@dataclass(frozen=True)
class Mark:
    """The last screening that is in an index, by number and id: another database has another one there."""

    number: int
    id: str


NOTHING: Final = Mark(0, "")


class TooManyFound(Exception):
    """So many donors are like a row that looking each up is no shorter than walking all."""


class DonorIndex:
    """Finds the numbers of past screenings whose donor's name is like one of a register row.

    Args:
        folder: Where it lies; made where missing, and made anew where it can't be read, since all it holds
            is in the database.
        key: Key of the hashes (`Keyring.subkey`). Under another key nothing would be found, so that's another
            index.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self._hashed = PieceHasher(key)
        self._layout = f"{LAYOUT} {CANONICALISER} {self._hashed('layout')}"
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def mark(self) -> Mark:
        """The last screening that is in the index; `NOTHING` where none is, or the index is unusable."""
        try:
            state = json.loads((self.folder / _STATE).read_bytes())
            tantivy.Index.open(str(self.folder / _TEXT))
            return Mark(**state["mark"]) if state["layout"] == self._layout else NOTHING
        except (OSError, ValueError, KeyError, TypeError):
            return NOTHING

    @contextmanager
    def writing(self) -> Iterator[DonorIndexWriter]:
        """Let nobody else write until this is over; what was added after the last commit is dropped."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield DonorIndexWriter(self.folder, self._hashed, self._layout, mark=self.mark)

    def reading(self) -> DonorSearch:
        """Return the index as it was last committed."""
        return DonorSearch(tantivy.Index.open(str(self.folder / _TEXT)).searcher(), self._hashed)


class DonorIndexWriter:
    """Adds donors; `mark` says up to which screening they are in."""

    def __init__(self, folder: Path, hashed: PieceHasher, layout: str, *, mark: Mark) -> None:
        self._folder = folder
        self._hashed = hashed
        self._layout = layout
        self.mark = mark
        if mark == NOTHING:
            self.clear()
        self._index = tantivy.Index(_schema(), str(folder / _TEXT))

    def clear(self) -> None:
        """Begin anew: what is there can't be read, or is not of this database."""
        text = self._folder / _TEXT
        shutil.rmtree(text, ignore_errors=True)
        text.mkdir()
        self._index = tantivy.Index(_schema(), str(text))
        self.mark = NOTHING

    def add(self, donors: Iterable[Indexed], *, mark: Mark) -> None:
        """Add screenings up to a number. A death before the mark is written only adds some of them twice."""
        writer = self._index.writer(_WRITER_MEMORY, 1)
        for donor in donors:
            for pieces in donor.pieces:
                writer.add_document(self._document(donor.number, pieces))
        writer.commit()
        writer.wait_merging_threads()
        beside = self._folder / f"{_STATE}.new"
        beside.write_text(json.dumps({"layout": self._layout, "mark": asdict(mark)}), encoding="utf-8")
        beside.replace(self._folder / _STATE)
        self.mark = mark

    def _document(self, number: int, pieces: NamePieces) -> tantivy.Document:
        document = tantivy.Document()
        document.add_unsigned(_NUMBER, number)
        for name, some in ((_GRAMS, pieces.grams), (_WORDS, pieces.words), (_KEYS, pieces.keys)):
            if some:
                document.add_text(name, " ".join(map(self._hashed, some)))
        return document


class DonorSearch:
    """The index at one moment."""

    def __init__(self, searcher: tantivy.Searcher, hashed: PieceHasher) -> None:
        self._searcher = searcher
        self._hashed = hashed
        self._schema = _schema()
        self._size = searcher.num_docs
        self._frequencies: dict[tuple[str, str], int] = {}

    def alike(self, name: CanonicalName) -> list[int]:
        """Return the numbers of screenings with a name that shares rare pieces of one, best first.

        Raises:
            TooManyFound: More than 5,000 names share as much of it as another spelling would.
        """
        pieces = cut(name)
        terms = [
            *self._rarest(_GRAMS, pieces.grams, RAREST_GRAMS),
            *self._rarest(_WORDS, pieces.words, RAREST_WORDS),
        ]
        whole = sum(term.weight for term in terms)
        hits = self._search(terms, NEAREST)
        if len(hits) == NEAREST and hits[-1][0] >= SHARED_BEHIND * whole:
            behind = _all_of(
                [hit for hit in self._search(terms, MOST_FOUND + 1) if hit[0] >= SHARED_BEHIND * whole]
            )
            return [number for _, number in behind]
        return [number for score, number in hits if score >= SHARED_FROM * whole]

    def certain(self, keys: Collection[str]) -> list[int]:
        """Return the numbers of screenings with one of these ids, EINs, domains or exact names.

        Raises:
            TooManyFound: More than 5,000 have one.
        """
        terms = [
            *self._rarest(_KEYS, keys, len(keys)),
            # An official id typed as a name, or within one, stands in the index as a word.
            *self._rarest(_WORDS, [key for key in keys if key.startswith("w:")], 1),
        ]
        return [number for _, number in _all_of(self._search(terms, MOST_FOUND + 1))]

    def _rarest(self, field: str, pieces: Iterable[str], most: int) -> list[_Term]:
        counted = sorted(
            (count, piece) for piece in map(self._hashed, pieces) if (count := self._frequency(field, piece))
        )
        return [_Term(field, piece, self._weight(field, count)) for count, piece in counted[:most]]

    def _weight(self, field: str, count: int) -> float:
        """Return what a piece adds to a score where it is shared (BM25 for a name of usual length)."""
        rarity = math.log(1 + (self._size - count + 0.5) / (count + 0.5))
        return rarity * _BOOSTS.get(field, 1.0)

    def _frequency(self, field: str, piece: str) -> int:
        known = self._frequencies.get((field, piece))
        if known is None:
            known = self._frequencies[field, piece] = self._searcher.doc_freq(field, piece)
        return known

    def _search(self, terms: Sequence[_Term], limit: int) -> list[tuple[float, int]]:
        """Return scores and numbers, best first."""
        if not terms:
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, self._query(term)) for term in terms])
        hits = self._searcher.search(query, limit, count=False).hits
        if not hits:
            return []
        numbers = self._searcher.fast_field_values(_NUMBER, [address for _, address in hits])
        return [(score, int(number)) for (score, _), number in zip(hits, numbers, strict=True) if number]

    def _query(self, term: _Term) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, term.field, term.piece, index_option=_BASIC)
        boost = _BOOSTS.get(term.field)
        return query if boost is None else tantivy.Query.boost_query(query, boost)


@dataclass(frozen=True)
class _Term:
    field: str
    piece: str
    weight: float


def _all_of(hits: list[tuple[float, int]]) -> list[tuple[float, int]]:
    if len(hits) > MOST_FOUND:
        raise TooManyFound
    return hits


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in (_GRAMS, _WORDS, _KEYS):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=_BASIC)
    builder.add_unsigned_field(_NUMBER, fast=True)
    return builder.build()
