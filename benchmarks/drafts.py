"""Saving a draft of 1,800 words and what the evidence gate costs, beside the bare work below them."""

from __future__ import annotations

import os
import platform
import time
import uuid
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select

from benchmarks.differences import REPORT, long_pair
from benchmarks.goals import Goal, goals_table
from benchmarks.sections import write_section
from factually.articles.evidence import examine
from factually.articles.models import Article
from factually.articles.newsroom.composing import compose, take_apart
from factually.articles.newsroom.models import ArticleDraft
from factually.articles.newsroom.saving import Save, save_draft
from factually.audit.journal import Actor
from factually.foundation.database import opened_database
from factually.foundation.embedded_postgres import running_cluster
from tests.support.article_factories import short_text
from tests.support.clock import FrozenClock
from tests.support.databases import fresh_database, make_template
from tests.support.newsroom import open_newsroom

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factually.articles.newsroom.composing import Particulars
    from factually.foundation.database import Database

SAVE_LIMIT_MS: Final = 50
GATE_LIMIT_MS: Final = 20
_SAVES: Final = 400
_NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)


def main() -> None:
    """Measure, print and write the section."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        folder.chmod(0o711)  # for the user that runs PostgreSQL where this is root
        cluster = opened.enter_context(running_cluster(folder / "data"))
        make_template(cluster)
        with fresh_database(cluster) as addresses, opened_database(addresses.app_url) as database:
            saves, rows = measure_saves(database, _SAVES)
    gate, grammar = measure_gate(_SAVES)
    lines = report(saves, rows, gate, grammar)
    print(write_section(REPORT, "Drafts", lines, title="The newsroom"))  # noqa: T201 - what the command is for


def measure_saves(database: Database, count: int) -> tuple[list[float], list[float]]:
    """Return milliseconds of saves, and of bare rows of the same size written by turns with them.

    Each save changes a word, as typing does, and is a transaction of its own that is flushed to disk.
    """
    newsroom = open_newsroom(database, FrozenClock(_NOW))
    before, _ = long_pair()
    text, said = take_apart(before)
    slug = newsroom.begin(text)
    other_id = newsroom.article(newsroom.begin(short_text())).id
    saves, rows = [], []
    for number in range(count):
        changed = f"{text} Word {number}."
        saves.append(_took(partial(_save, database, slug, changed, said)))
        rows.append(_took(partial(_row, database, other_id, changed, number)))
    return saves, rows


def measure_gate(count: int) -> tuple[list[float], list[float]]:
    """Return milliseconds of the gate, and of reading the same text by the grammar, by turns."""
    before, _ = long_pair()
    text, said = take_apart(before)
    gate, grammar = [], []
    for _ in range(count):
        gate.append(_took(lambda: examine(before)))
        grammar.append(_took(lambda: compose(text, said)))
    return gate, grammar


def report(
    saves: Sequence[float], rows: Sequence[float], gate: Sequence[float], grammar: Sequence[float]
) -> list[str]:
    """Write what was measured, beside the goals."""
    goals = (
        _goal("saving a draft, 95 of 100", SAVE_LIMIT_MS, _p95(saves)),
        _goal("the evidence gate, 95 of 100", GATE_LIMIT_MS, _p95(gate)),
    )
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "Made by `make bench ARGS=drafts`.",
        f"An article of 1,800 words with seven sources; {len(saves)} saves, each a transaction of its own",
        "in which the text is read, examined and written.",
        "",
        *goals_table(goals),
        "",
        _ratio("a save", saves, "a bare row with the same text, written by turns", rows),
        _ratio("the gate", gate, "reading the text by its grammar", grammar),
    ]


def _ratio(what: str, times: Sequence[float], other: str, others: Sequence[float]) -> str:
    mine, theirs = median(times), median(others)
    return f"- {what} is {mine / theirs:.1f} times {other} ({mine:.1f} and {theirs:.1f} ms)"


def _goal(what: str, limit: float, measured: float) -> Goal:
    return Goal(what=what, limit=limit, measured=measured, at_most=True, unit=" ms")


def _save(database: Database, slug: str, text: str, said: Particulars) -> None:
    with database.transaction() as session:
        article = session.scalars(select(Article).where(Article.slug == slug)).one()
        writer = select(ArticleDraft.author_id).where(ArticleDraft.id == article.draft_id)
        author = session.scalars(writer).one()
        save = Save(text, said, article.draft_id, "typing")
        save_draft(session, article, save, actor=Actor("account", str(author)), now=_NOW)


def _row(database: Database, article_id: uuid.UUID, text: str, number: int) -> None:
    with database.transaction() as session:
        session.execute(
            insert(ArticleDraft).values(
                id=uuid.uuid4(),
                article_id=article_id,
                number=2 + number,
                how="typing",
                text=text,
                particulars={},
                sha256="",
                title="",
                problem="none",
                saved_at=_NOW,
            )
        )


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
