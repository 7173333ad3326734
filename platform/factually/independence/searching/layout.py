"""What an index on disk consists of, for the one who writes it and the ones who read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import tantivy

from factually.independence.matching import MatchKind
from factually.independence.naming.canonical import CANONICALISER, CanonicalName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.foundation.canonical import JsonValue

ENGINE: Final = f"engine-4 {CANONICALISER}"
"""Version of index, retrieval and scores; stored with each decision, so that a replay by another says so."""

GRAMS: Final = "grams"
WORDS: Final = "words"
KEYS: Final = "keys"
NUMBER: Final = "number"
COUNTED: Final = "freq"
"""Postings with their counts: only over these does tantivy skip names that can't be among the best."""
GRAM: Final = 4

NAMES: Final = "names"
ENTRIES: Final = "entries"
WORD_COUNTS: Final = "words.json"
MANIFEST: Final = "manifest.json"
TEXT_INDEX: Final = "text"


_AS_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Key(StrEnum):
    """What is looked up exactly; the prefix keeps an EIN from being read as a name."""

    ID = "i"
    EIN = "e"
    DOMAIN = "d"
    NAME = "n"
    SORTED = "o"
    SPONSOR = "p"

    def of(self, value: str) -> str:
        """Return the term under which a value is indexed."""
        return f"{self}:{value}"


class IndexedName(NamedTuple):
    """One name of one row: its current or a former one, or one that stands inside of these (`alias`).

    A tuple, since a register of a million names makes a million of them.
    """

    entry: int
    kind: MatchKind
    name: CanonicalName
    text: str

    def pack(self) -> bytes:
        """Return it as a record; names hold no tabs, as importers take printable ones only."""
        return f"{self.entry}\t{self.kind.value}\t{self.name.text}\t{self.text}".encode()

    @classmethod
    def unpack(cls, record: bytes) -> IndexedName:
        """Read a record."""
        entry, kind, tokens, text = record.decode().split("\t", 3)
        return cls(int(entry), MatchKind(kind), CanonicalName(tuple(tokens.split(" "))), text)


def tokens_of(record: bytes) -> str:
    """Return the canonical name of a packed `IndexedName`, without reading the rest."""
    return record.split(b"\t", 3)[2].decode()


@dataclass(frozen=True)
class IndexedEntry:
    """One row of the register, as matches show it."""

    key: str
    name: str
    filer: bool
    namesake: bool
    details: Mapping[str, JsonValue]

    def pack(self) -> bytes:
        """Return it as a record."""
        row = [self.key, self.name, self.filer, self.namesake, dict(self.details)]
        return _AS_JSON(row).encode()

    @classmethod
    def unpack(cls, record: bytes) -> IndexedEntry:
        """Read a record."""
        return cls(*json.loads(record))

    @cached_property
    def shown(self) -> Mapping[str, JsonValue]:
        """What rules read of it (`Match.details`)."""
        return {**self.details, "filer": self.filer, "namesake": self.namesake}


def schema() -> tantivy.Schema:
    """Return the fields of the text index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(GRAMS, tokenizer_name=GRAMS, index_option=COUNTED)
    builder.add_text_field(WORDS, tokenizer_name=WORDS, index_option=COUNTED)
    builder.add_text_field(KEYS, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field(NUMBER, fast=True)
    return builder.build()


def framed(name: CanonicalName) -> str:
    """Return a name as its grams are cut: without blanks, its ends marked."""
    return f"^{name.compact}^"
