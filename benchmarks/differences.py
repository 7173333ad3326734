"""The difference of two long revisions, and of pairs made to take long."""

from __future__ import annotations

import os
import platform
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.goals import Goal, goals_table
from benchmarks.sections import write_section
from factually.articles.content import ArticleContent, Section, Source
from factually.articles.history.differences import compare_contents
from factually.articles.parsing import parse_article
from tests.support.article_factories import COMPLETE, SAMPLE
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPORT: Final = Path(ROOT, "docs", "benchmarks", "newsroom.md")
WORDS: Final = 1_800
LIMIT_MS: Final = 50
HOSTILE_LIMIT_MS: Final = 5_000
_SEED: Final = 20261124
_RUNS: Final = 200
_MEGABYTE: Final = 1_000_000


def main() -> None:
    """Measure, print and write the section."""
    before, after = long_pair()
    times = [_milliseconds(before, after) for _ in range(_RUNS)]
    hostile = {name: _milliseconds(*pair) for name, pair in hostile_pairs().items()}
    section = write_section(REPORT, "Differences", report(before, times, hostile), title="The newsroom")
    print(section)  # noqa: T201 - the report is what the command is for


def long_pair() -> tuple[ArticleContent, ArticleContent]:
    """Return an article of 1,800 real words and a thoroughly revised one.

    One word in twelve is another, one paragraph is new and one gone, two are swapped, and the sources are
    renumbered.
    """
    chance = random.Random(_SEED)  # noqa: S311 - a text, not a secret
    printed = [
        text
        for sample in (COMPLETE, SAMPLE)
        for section in parse_article(sample).content.sections
        for text in section.paragraphs
    ]
    words = " ".join(printed).split()
    sources = tuple(Source(n, f"Source {n}", "Office", None, f"https://example.org/{n}") for n in range(1, 8))
    paragraphs = [" ".join(words[start : start + 90]) for start in range(0, len(words), 90)]
    while len(" ".join(paragraphs).split()) < WORDS:
        paragraphs.append(" ".join(chance.sample(words, 90)))
    before = _article(paragraphs, sources)
    revised = [" ".join(_reworded(text.split(), words, chance)) for text in paragraphs]
    revised[3], revised[12] = paragraphs[12], paragraphs[3]
    revised[7] = " ".join(chance.sample(words, 90))
    renumbered = [text.replace("[1]", "[9]").replace("[2]", "[1]").replace("[9]", "[2]") for text in revised]
    first, second, *others = sources
    return before, _article(renumbered, (replace(second, number=1), replace(first, number=2), *others))


def hostile_pairs() -> dict[str, tuple[ArticleContent, ArticleContent]]:
    """Return pairs of a megabyte each that leave a comparison as little as possible to hold on to."""
    chance = random.Random(_SEED)  # noqa: S311 - as above
    words = [f"{chance.randrange(10_000)}" for _ in range(_MEGABYTE // 5)]
    others = [f"{chance.randrange(10_000)}" for _ in words]
    every_other = [word if place % 2 else f"x{word}" for place, word in enumerate(words)]
    return {
        "one paragraph of random words": (_article([" ".join(words)]), _article([" ".join(others)])),
        "one paragraph, every other word changed": (
            _article([" ".join(words)]),
            _article([" ".join(every_other)]),
        ),
        "a paragraph for every eight words": (_article(_cut(words, 8)), _article(_cut(others, 8))),
        "forty paragraphs": (_article(_cut(words, 5_000)), _article(_cut(every_other, 5_000))),
    }


def report(before: ArticleContent, times: Sequence[float], hostile: Mapping[str, float]) -> list[str]:
    """Write what was measured, beside the goals."""
    ordered = sorted(times)
    worst = max(hostile.values())
    goals = (
        Goal(
            what="two revisions of 1,800 words, 95 of 100",
            limit=LIMIT_MS,
            measured=ordered[int(len(ordered) * 0.95)],
            at_most=True,
            unit=" ms",
        ),
        Goal(
            what="the slowest pair of a megabyte",
            limit=HOSTILE_LIMIT_MS,
            measured=worst,
            at_most=True,
            unit=" ms",
        ),
    )
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "Made by `make bench ARGS=differences`.",
        f"{before.words:,} words of the demonstration's articles; one in twelve changed, a paragraph new,",
        f"one gone, two swapped, sources renumbered. {len(times)} runs; median {median(times):.1f} ms.",
        "",
        *goals_table(goals),
        "",
        *(f"- {name}: {took:,.0f} ms" for name, took in hostile.items()),
    ]


def _article(paragraphs: Sequence[str], sources: tuple[Source, ...] = ()) -> ArticleContent:
    cuts = range(0, len(paragraphs), max(1, len(paragraphs) // 10))
    sections = tuple(
        Section(number, f"Part {number}", tuple(paragraphs[cut : cut + cuts.step]))
        for number, cut in enumerate(cuts, start=1)
    )
    return ArticleContent("What is known?", "explainer", ("In short.",), sections, sources)


def _reworded(text: list[str], words: Sequence[str], chance: random.Random) -> list[str]:
    return [chance.choice(words) if chance.random() < 1 / 12 else word for word in text]


def _cut(words: Sequence[str], length: int) -> list[str]:
    return [" ".join(words[start : start + length]) for start in range(0, len(words), length)]


def _milliseconds(before: ArticleContent, after: ArticleContent) -> float:
    began = time.perf_counter()
    found = compare_contents(before, after)
    _ = found.words_added, found.words_removed
    return (time.perf_counter() - began) * 1000
