from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from factually.articles.content import ArticleContent, Reason
from factually.articles.newsroom.composing import Particulars, compose, take_apart
from factually.articles.newsroom.numbering import number_by_appearance
from factually.articles.parsing import parse_article
from tests.support.article_factories import article_contents, short_text

TEXT, SAID = take_apart(parse_article(short_text(summary="First [2].", section="Then [1] [2].")).content)


def test_numbers_follow_a_reader_and_each_citation_keeps_its_source() -> None:
    text, said = number_by_appearance(TEXT, SAID)
    assert "First [1]." in text
    assert "Then [2] [1]." in text
    assert [source.publisher for source in said.sources] == ["Steam Society", "Institute of Water"]


def test_reasons_move_with_their_source() -> None:
    said = replace(SAID, reasons=(Reason("EG2", "source 2", "Known."), Reason("EG4", "section 1", "One.")))
    assert [reason.place for reason in number_by_appearance(TEXT, said)[1].reasons] == [
        "source 1",
        "section 1",
    ]


def test_a_text_without_recorded_sources_keeps_its_numbers() -> None:
    assert number_by_appearance("See [7].", Particulars()) == ("See [7].", Particulars())


@given(article_contents())
def test_numbering_is_done_once_and_for_all(content: ArticleContent) -> None:
    once = number_by_appearance(*take_apart(content))
    assert number_by_appearance(*once) == once
    numbers = compose(*once).numbers_by_appearance()
    if content.sources:
        assert numbers == list(range(1, len(numbers) + 1))


@given(article_contents())
def test_each_citation_still_leads_to_its_source(content: ArticleContent) -> None:
    before = {source.number: source.title for source in content.sources}
    after_content = compose(*number_by_appearance(*take_apart(content)))
    after = {source.number: source.title for source in after_content.sources}
    assert [before.get(number) for number in content.numbers_by_appearance()] == [
        after.get(number) for number in after_content.numbers_by_appearance()
    ]
