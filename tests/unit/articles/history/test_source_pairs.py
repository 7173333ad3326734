from __future__ import annotations

from dataclasses import replace

from factually.articles.content import ArticleContent, Section, Source
from factually.articles.history.source_pairs import name_cited, pair_sources

LAW = Source(1, "The law", "Gazette", "2024", "https://law.example/1")
REPORT = Source(2, "A report", "Office", None, "https://report.example/2")


def content(text: str, *sources: Source) -> ArticleContent:
    return ArticleContent("T", "analysis", (), (Section(1, "H", (text,)),), sources)


def test_a_source_is_found_by_its_address_whatever_its_number() -> None:
    renamed = replace(LAW, number=2, title="The law, explained")
    assert pair_sources([LAW, REPORT], [replace(REPORT, number=1), renamed]) == [
        (REPORT, replace(REPORT, number=1)),
        (LAW, renamed),
    ]


def test_a_mended_address_leaves_the_source_what_it_is() -> None:
    mended = replace(LAW, url="https://law.example/statutes/1")
    assert pair_sources([LAW], [mended]) == [(LAW, mended)]


def test_the_shared_record_decides_before_all_else() -> None:
    known = replace(LAW, record="r1")
    moved = replace(REPORT, record="r1", title="Renamed")
    assert pair_sources([known, REPORT], [moved]) == [(known, moved), (REPORT, None)]


def test_two_parts_of_one_address_are_told_apart_by_title() -> None:
    chapter = replace(LAW, number=2, title="Another chapter")
    swapped = [replace(chapter, number=1), replace(LAW, number=2)]
    assert pair_sources([LAW, chapter], swapped) == [(chapter, swapped[0]), (LAW, swapped[1])]


def test_removed_sources_come_last() -> None:
    assert pair_sources([LAW], [REPORT]) == [(None, REPORT), (LAW, None)]


def test_a_number_that_gets_its_source_recorded_stays_the_same_citation() -> None:
    before, after = content("So [1]."), content("So [1].", LAW)
    pairs = pair_sources(before.sources, after.sources)
    named, now_named = name_cited((before, after), pairs)
    assert named[1] == now_named[1]
    now_named, named = name_cited((after, before), pair_sources(after.sources, before.sources))
    assert named[1] == now_named[1]


def test_a_number_that_leads_elsewhere_is_another_citation() -> None:
    before, after = content("So [1].", LAW), content("So [1].", replace(REPORT, number=1))
    named, now_named = name_cited((before, after), pair_sources(before.sources, after.sources))
    assert named[1] != now_named[1]
