from __future__ import annotations

import pytest

from factually.articles.evidence import citing
from factually.articles.evidence.reading import read
from factually.articles.parsing import parse_article
from tests.support.article_factories import short_text


def bare_facts(*paragraphs: str) -> list[str]:
    content = parse_article(short_text(section="\n".join(paragraphs))).content
    return [finding.sentence for finding in citing.facts_are_cited(read(content))]


@pytest.mark.parametrize(
    "sentence",
    [
        "It boils at 100 degrees.",
        "Many percent, or %, of it do.",
        "It costs $ and more.",
        "Hundreds of thousands boil.",
        "A million kettles do.",
        "It began in November.",
        "It began in early May.",
        "He called it “hot water.”",
        'He called it "hot water."',
    ],
)
def test_a_fact_without_a_citation_is_found(sentence: str) -> None:
    [told] = bare_facts(sentence, "More [1] [2].")
    assert told.startswith("A figure, a date or quoted words, and no source: “")


@pytest.mark.parametrize(
    "sentence",
    [
        "It may boil.",
        "Water moves in a march of its own.",
        "It\u2019s hot, the cook\u2019s friend said.",
        "It boils at 100 degrees [1].",
        "It boils at 100 degrees. So the tables say [2].",
    ],
)
def test_a_plain_sentence_and_a_cited_fact_pass(sentence: str) -> None:
    assert bare_facts(sentence, "More [1] [2].") == []


def test_the_next_paragraph_is_no_next_sentence() -> None:
    assert len(bare_facts("It boils at 100 degrees.", "More [1] [2].")) == 1


def test_a_text_of_nothing_but_bare_facts_is_told_shortly() -> None:
    told = bare_facts(" ".join(["It is 5."] * 1_000), "More [1] [2].")
    assert len(told) == citing.MOST_SENTENCES_TOLD + 1
    assert told[-1] == "From here on there are 950 more such sentences."


def test_the_share_of_uncited_sentences_names_how_they_begin() -> None:
    section = "Nobody knows why the water in this particular kettle is slow. But it is [1] [2]."
    content = parse_article(short_text(section=section)).content
    [finding] = citing.share_is_told(read(content))
    assert finding.sentence == (
        "1 of 3 sentences carry no citation: “Nobody knows why the water in this particular…” (section 1)."
    )


def test_long_lists_of_uncited_sentences_end_with_a_count() -> None:
    content = parse_article(short_text(section=" ".join(["So it is."] * 20))).content
    [finding] = citing.share_is_told(read(content))
    assert finding.sentence.endswith("; and 8 more.")
