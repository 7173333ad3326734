"""Builds the index of a register version beside the old one; it is put in its place whole or not at all."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import tantivy

from factually.independence.matching import MatchKind
from factually.independence.naming.canonical import canonical_name
from factually.independence.naming.parts import acronyms_of, parts_of
from factually.independence.scoring.weights import WordCounter
from factually.independence.searching.layout import (
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
    Key,
    framed,
    schema,
)
from factually.independence.searching.records import RecordWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from factually.independence.registers.entries import Entry

_WRITER_MEMORY: Final = 2_000 * 1024 * 1024
"""Bytes that the text index may buffer before it writes a segment; a million names need about a third. Each
segment more is searched by itself: four made a decision at a million names dearer by a quarter."""
_WRITER_THREADS: Final = 1
"""More would order rows by chance, and with them equal candidates: a replay could differ."""


def build_index(entries: Iterable[Entry], target: Path, *, built: Callable[[int], object] = int) -> None:
    """Build an index of register rows in a new folder.

    Args:
        entries: Rows, in an order that is always the same.
        target: Folder to make; its parent is made too. One that is there already is replaced.
        built: Told the number of rows since it was last told.

    Raises:
        OSError: The disk is full or not writable; then nothing is left behind.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        _write(entries, beside, built)
        _seal(beside)
        _put_in_place(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(entries: Iterable[Entry], directory: Path, built: Callable[[int], object]) -> None:
    text = directory / TEXT_INDEX
    text.mkdir()
    index = tantivy.Index(schema(), str(text))
    index.register_tokenizer(
        GRAMS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(GRAM, GRAM, prefix_only=False)).build()
    )
    index.register_tokenizer(WORDS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    writer = index.writer(_WRITER_MEMORY, _WRITER_THREADS)
    try:
        with _uncollected():
            counts = _add_all(entries, writer, directory, built)
    except BaseException:
        # Its thread would go on writing to a folder that is being thrown away.
        writer.rollback()
        writer.wait_merging_threads()
        raise
    writer.commit()
    writer.wait_merging_threads()
    (directory / WORD_COUNTS).write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare the collector of cycles a million small objects, none of which is in one: a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _add_all(
    entries: Iterable[Entry],
    writer: tantivy.IndexWriter,
    directory: Path,
    built: Callable[[int], object],
) -> tuple[int, dict[str, tuple[int, int]]]:
    """Write all rows and return the number of names, and how many of them hold each word."""
    counter = WordCounter()
    with RecordWriter(directory, NAMES) as names, RecordWriter(directory, ENTRIES) as rows:
        for entry in entries:
            number = rows.add(
                IndexedEntry(entry.key, entry.name, entry.filer, entry.namesake, entry.details).pack()
            )
            for name in _names_of(entry, number):
                if name.kind is MatchKind.NAME:
                    counter.count(name.name.tokens)
                writer.add_document(_document(name, names.add(name.pack()), entry))
            built(1)
    return counter.names, counter.counts()


def _names_of(entry: Entry, number: int) -> Iterator[IndexedName]:
    """Yield each name of a row once, under the best of its kinds: current, former, alias."""
    named = [IndexedName(number, MatchKind.NAME, canonical_name(entry.name), entry.name)]
    yield named[0]
    seen = {named[0].name.tokens}
    further = [(MatchKind.FORMER_NAME, text) for text in entry.former_names]
    further += [(MatchKind.ALIAS, text) for text in entry.other_names]
    for kind, text in further:
        one = IndexedName(number, kind, canonical_name(text), text)
        named.append(one)
        if one.name.tokens and one.name.tokens not in seen:
            seen.add(one.name.tokens)
            yield one
    for one in named:
        for part in (*parts_of(one.text, one.name), *acronyms_of(one.name)):
            if part.tokens not in seen:
                seen.add(part.tokens)
                yield IndexedName(number, MatchKind.ALIAS, part, one.text)


def _document(name: IndexedName, number: int, entry: Entry) -> tantivy.Document:
    document = tantivy.Document()
    document.add_integer(NUMBER, number)
    if name.kind is MatchKind.NAME:
        for key in _certain_keys(entry):
            document.add_text(KEYS, key)
    if name.name.tokens:
        document.add_text(GRAMS, framed(name.name))
        document.add_text(WORDS, name.name.text)
        document.add_text(KEYS, Key.NAME.of(name.name.key))
        document.add_text(KEYS, Key.SORTED.of(name.name.sorted_key))
    return document


def _certain_keys(entry: Entry) -> Iterator[str]:
    yield Key.ID.of(entry.key)
    if entry.ein is not None:
        yield Key.EIN.of(entry.ein)
    for domain in entry.domains:
        yield Key.DOMAIN.of(domain.casefold())
    for sponsor in entry.sponsors:
        name = canonical_name(sponsor)
        if not (name.generic or name.has_role):
            yield Key.SPONSOR.of(name.sorted_key)


def _seal(directory: Path) -> None:
    """Write down size and hash of each file, by which a damaged index is told, and force all to the disk."""
    files = {}
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        files[str(path.relative_to(directory))] = digest
    manifest = {"engine": ENGINE, "files": files}
    (directory / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _put_in_place(beside: Path, target: Path) -> None:
    """Swap folders; a process that has the old one open goes on reading it."""
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=f".old.{target.name}.", dir=target.parent))
        target.rename(old / target.name)
        beside.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        beside.rename(target)
