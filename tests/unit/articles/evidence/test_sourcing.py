from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from factually.articles.evidence import Circumstances, sourcing
from factually.articles.evidence.circumstances import UNKNOWN
from factually.articles.evidence.reading import Reading, read
from factually.articles.parsing import parse_article
from tests.support.article_factories import complete, short_text

URL = "https://water.example/boiling"
COPY = f"https://web.archive.org/web/20261118093000/{URL}"


def reading_of(**said: Any) -> Reading:  # noqa: ANN401 - fields of Source
    content = complete(parse_article(short_text()).content)
    first, second = content.sources
    return read(replace(content, sources=(replace(first, **said), second)))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": "?"}, "Source [1] has no title."),
        ({"publisher": "-"}, "Source [1] has no publisher."),
        ({"url": ""}, "Source [1] has no address."),
        ({"accessed": None, "kind": None}, "Source [1] has no date of access or kind."),
        (
            {"accessed": None, "kind": None, "independence": " "},
            "Source [1] has no date of access, kind or independence note.",
        ),
    ],
)
def test_what_a_source_lacks_is_named_in_one_sentence(said: dict[str, Any], sentence: str) -> None:
    [finding] = sourcing.is_complete(reading_of(**said))
    assert (finding.level, finding.place, finding.sentence) == ("error", "source 1", sentence)


def test_a_source_without_a_date_is_complete() -> None:
    assert list(sourcing.is_complete(reading_of(published=None))) == []


@pytest.mark.parametrize("kind", ["secondary", "tertiary"])
def test_a_source_that_is_not_primary_says_why_it_is_used(kind: str) -> None:
    [finding] = sourcing.is_complete(reading_of(kind=kind))
    assert finding.level == "warn"
    assert list(sourcing.is_complete(reading_of(kind=kind, kind_reason="The file is sealed."))) == []


def test_unknown_is_an_answer_about_interest_and_silence_is_none() -> None:
    assert list(sourcing.interest_is_answered(reading_of(interest="unknown"))) == []
    [finding] = sourcing.interest_is_answered(reading_of(interest=None))
    assert (finding.rule, finding.level, finding.place) == ("EG9", "error", "source 1")


def test_a_cited_giver_is_named_one_who_gave_much_stops_the_article_and_others_stay_unnamed() -> None:
    gifts = Circumstances(gifts={"Institute of Water": "gave", "Steam Society": "gave_above_threshold"})
    named, stopped = sourcing.gifts_are_disclosed(reading_of(), gifts)
    assert (named.level, named.place) == ("report", "source 1")
    assert named.sentence == "Institute of Water, which is cited here, gave money to this site."
    assert (stopped.level, stopped.place) == ("error", "source 2")
    nobody = Circumstances(gifts=dict.fromkeys(["Institute of Water", "Steam Society"], "did_not_give"))
    assert list(sourcing.gifts_are_disclosed(reading_of(), nobody)) == []


def test_gifts_that_nobody_looked_up_are_told() -> None:
    [finding] = sourcing.gifts_are_disclosed(reading_of(), Circumstances(gifts={"Steam Society": None}))
    assert finding.level == "report"
    assert finding.sentence.startswith("It was not looked up whether the publishers of [1] and [2] gave")


@pytest.mark.parametrize(
    ("archive_url", "reason"),
    [
        (COPY, None),
        (f"https://web.archive.org/web/20261118093000id_/{URL}/", None),
        ("https://archive.ph/AbCdE", None),
        ("https://web.archive.org/web/20261118093000/http://www.water.example/boiling", None),
        ("https://copies.example/1", "is not at a public archive that we count on"),
        (f"https://web.archive.org/web/20269999093000/{URL}", None),
        ("https://web.archive.org/web/20261118093000/https://a:b@water.example/", "is of another address"),
        ("no address", "is not at a public archive that we count on"),
        ("https://web.archive.org/web/20261118093000/https://steam.example/", "is of another address"),
        (f"https://web.archive.org/web/20240101000000/{URL}", "was made 1054 days from the day we read it"),
    ],
)
def test_an_archived_copy_shows_what_we_read_when_we_read_it(archive_url: str, reason: str | None) -> None:
    findings = sourcing.copies_are_sound(reading_of(archive_url=archive_url), UNKNOWN)
    told = [finding.sentence for finding in findings if finding.place == "source 1"]
    assert told == ([f"The archived copy of source [1] {reason}."] if reason else [])


@pytest.mark.parametrize("accessed", ["2026", None])
def test_inexact_days_are_not_compared(accessed: str | None) -> None:
    reading = reading_of(archive_url="https://archive.ph/AbCdE", archived_on="2020-01-01", accessed=accessed)
    assert [f.place for f in sourcing.copies_are_sound(reading, UNKNOWN)] == ["sources", "sources"]


@pytest.mark.parametrize(
    ("reachable", "told"),
    [
        ({COPY: True}, []),
        ({COPY: False}, [("warn", "The archived copy of source [1] does not open.")]),
        ({COPY: None}, [("report", "Nobody has tried whether the archived copies of [1] open.")]),
        ({}, [("report", "Nobody has tried whether the archived copies of [1] open.")]),
    ],
)
def test_a_copy_that_does_not_open_is_told_apart_from_one_that_nobody_tried(
    reachable: dict[str, bool | None], told: list[tuple[str, str]]
) -> None:
    findings = sourcing.copies_are_sound(reading_of(archive_url=COPY), Circumstances(reachable=reachable))
    missing = ("warn", "No archived copy is recorded of [2].")
    assert sorted((f.level, f.sentence) for f in findings) == sorted([missing, *told])
