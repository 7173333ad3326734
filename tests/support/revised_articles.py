"""An article in three public revisions, as history pages show it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from factually.articles.history.chain import History, Revision
from factually.articles.publishing import Terms
from factually.articles.queries import ArticleSummary
from tests.support.article_factories import COMPLETE, OVERRIDE
from tests.support.newsroom import NOTE

if TYPE_CHECKING:
    from tests.support.newsroom import Newsroom

FIRST = COMPLETE.decode()
SECOND = (
    FIRST.replace("The threshold is low.", "The threshold is lower than many think.")
    .replace(
        "more than $1,000 in a calendar year [1]. Two", "more than $1,000 in a calendar year [1] [2]. Two"
    )
    .replace("up to the minute", "up-to-the-minute")
)
THIRD = SECOND.replace("Fact check: How do", "Fact check: How and when do").replace(
    "Reporting", "Regular reporting"
)


def revise_twice(newsroom: Newsroom) -> str:
    """Publish an article and correct it twice, a day apart; return its slug."""
    slug = newsroom.begin(FIRST)
    newsroom.publish(slug, Terms(override=OVERRIDE))
    for text in (SECOND, THIRD):
        newsroom.clock.advance(timedelta(days=1))
        newsroom.save(slug, text)
        newsroom.publish(slug, Terms(note=NOTE, override=OVERRIDE))
    return slug


def made_up_history(*hashes: str) -> History:
    """Return a history without texts, an hour between revisions, each half a second late."""
    noon = datetime(2026, 11, 24, 12, microsecond=500_000, tzinfo=UTC)
    chain = tuple(
        Revision(
            number=number,
            sha256=sha256,
            previous_sha256=hashes[number - 2] if number > 1 else None,
            title="Is it so?",
            published_at=noon + timedelta(hours=number - 1),
            by_newsroom=True,
            override_reason=None,
            override_by=None,
        )
        for number, sha256 in enumerate(hashes, start=1)
    )
    article = ArticleSummary(
        article_id=uuid.UUID(int=1),
        slug="so",
        kind="explainer",
        title="Is it so?",
        summary="Yes.",
        published_at=noon,
        updated_at=chain[-1].published_at,
        sha256=hashes[-1],
        standing="published",
    )
    return History(article, chain)
