"""One register version's index, open for searching; all processes share the memory-mapped files."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final, cast

import tantivy
from rapidfuzz import fuzz, process

from factually.foundation.errors import Unavailable
from factually.independence.scoring.weights import Weights
from factually.independence.searching.layout import (
    COUNTED,
    ENGINE,
    ENTRIES,
    GRAM,
    GRAMS,
    KEYS,
    MANIFEST,
    NAMES,
    NUMBER,
    TEXT_INDEX,
    WORD_COUNTS,
    WORDS,
    IndexedEntry,
    IndexedName,
    framed,
    schema,
    tokens_of,
)
from factually.independence.searching.records import Records

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from factually.independence.naming.canonical import CanonicalName

CANDIDATES: Final = 40
"""Names that the text index may propose; reference/screening.md section 1."""
RANKED: Final = 12
CLOSE_FROM: Final = 55.0
"""Per cent of letters that a candidate shares at least; no name below it was ever scored as alike."""
RAREST_GRAMS: Final = 12
RAREST_WORDS: Final = 3
_BUDGETS: Final = {GRAMS: (9, 40_000), WORDS: (1, 10_000)}
"""How many terms are searched in any case, and how many names the others may stand in altogether: at a
million names the third rarest word of `Smith for Congress` stands in a third of them and tells nothing."""
_WORD_BOOST: Final = 1.5
_LARGEST_CACHE: Final = 100_000


class IndexDamaged(Unavailable):
    """The index is not there, was made by another engine, or its files are not those that were written."""


class RegisterIndex:
    """Names of one register version, found by key or by likeness."""

    def __init__(self, directory: Path) -> None:
        """Open an index and check each file against its hash.

        Raises:
            IndexDamaged: See there.
        """
        _verify(directory)
        try:
            self._searcher = tantivy.Index.open(str(directory / TEXT_INDEX)).searcher()
            self._names = Records(directory, NAMES)
            self._entries = Records(directory, ENTRIES)
            names, counts = json.loads((directory / WORD_COUNTS).read_bytes())
        except (OSError, ValueError) as error:
            raise IndexDamaged("The search index cannot be read.") from error
        self.weights = Weights(names, counts)
        self._schema = schema()
        self._frequencies: dict[str, dict[str, int]] = {GRAMS: {}, WORDS: {}}

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self._entries)

    def entry(self, name: IndexedName) -> IndexedEntry:
        """Return the row that bears a name."""
        return IndexedEntry.unpack(self._entries[name.entry])

    def by_keys(self, keys: Sequence[str], *, limit: int) -> list[IndexedName]:
        """Return the names indexed under any of these keys, in the order in which they were built."""
        keys = [key for key in keys if self._searcher.doc_freq(KEYS, key)]
        if not keys:
            return []
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self._term(KEYS, key)) for key in keys],
        )
        return [self._name(number) for number in sorted(self._search(query, limit))]

    def candidates(self, name: CanonicalName) -> list[IndexedName]:
        """Return the names most like one, best first: by their rarest pieces, then by letters as a whole."""
        records = [self._names[number] for number in self._proposed(name)]
        closest = _closest(name, [tokens_of(record) for record in records])
        return [IndexedName.unpack(records[place]) for place in closest]

    def _proposed(self, name: CanonicalName) -> list[int]:
        text = framed(name)
        grams = {text[start : start + GRAM] for start in range(len(text) - GRAM + 1)}
        clauses = [
            (tantivy.Occur.Should, self._term(GRAMS, gram))
            for gram in self._rarest(GRAMS, grams, RAREST_GRAMS)
        ]
        clauses += [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(WORDS, word), _WORD_BOOST))
            for word in self._rarest(WORDS, set(name.tokens), RAREST_WORDS)
        ]
        return self._search(tantivy.Query.boolean_query(clauses), CANDIDATES) if clauses else []

    def _rarest(self, field: str, terms: Collection[str], most: int) -> list[str]:
        known = self._frequencies[field]
        if len(known) > _LARGEST_CACHE:
            # Another thread may be reading the full one.
            known = self._frequencies[field] = {}
        for term in terms:
            if term not in known:
                known[term] = self._searcher.doc_freq(field, term)
        counted = sorted((count, term) for term in terms if (count := known[term]))[:most]
        least, budget = _BUDGETS[field]
        rarest: list[str] = []
        read = 0
        for count, term in counted:
            read += count
            if read > budget and len(rarest) >= least:
                break
            rarest.append(term)
        return rarest

    def _term(self, field: str, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, term, index_option=COUNTED)

    def _search(self, query: tantivy.Query, limit: int) -> list[int]:
        hits = self._searcher.search(query, limit, count=False).hits
        if not hits:
            return []
        # A tie goes to the lower number: a replay must find the same.
        scored = zip(hits, self._numbers([address for _, address in hits]), strict=True)
        return [number for _, number in sorted((-hit[0], number) for hit, number in scored)]

    def _numbers(self, addresses: list[tantivy.DocAddress]) -> Sequence[int]:
        """Return the numbers of found names: their places, where one segment holds all of them in order."""
        if self._searcher.num_segments == 1:
            return [address.doc for address in addresses]
        # Every document has its number; the field's type is wider than what is stored in it.
        return cast("list[int]", self._searcher.fast_field_values(NUMBER, addresses))

    def _name(self, number: int) -> IndexedName:
        return IndexedName.unpack(self._names[number])


def _closest(name: CanonicalName, found: Sequence[str]) -> list[int]:
    """Return the places of the names closest by letters, with blanks and order or without."""
    best = dict(_ratios(name.compact, [tokens.replace(" ", "") for tokens in found]))
    in_order = " ".join(sorted(name.tokens))
    for place, score in _ratios(in_order, [" ".join(sorted(tokens.split(" "))) for tokens in found]):
        best[place] = max(best.get(place, 0.0), score)
    return sorted(best, key=lambda place: (-best[place], place))[:RANKED]


def _ratios(text: str, others: Sequence[str]) -> list[tuple[int, float]]:
    found = process.extract(
        text, others, scorer=fuzz.ratio, processor=None, limit=None, score_cutoff=CLOSE_FROM
    )
    return [(place, score) for _, score, place in found]


def _verify(directory: Path) -> None:
    try:
        manifest = json.loads((directory / MANIFEST).read_bytes())
        if manifest["engine"] != ENGINE:
            raise IndexDamaged("The search index was made by another engine.")
        for name, digest in manifest["files"].items():
            with (directory / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    raise IndexDamaged("The search index is damaged.")
    except FileNotFoundError as error:
        raise IndexDamaged("The search index is missing.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged("The search index cannot be read.") from error
