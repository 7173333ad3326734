"""Bringing a text in as an article with an address of its own, as a draft or public at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select

from factually.articles.addresses import add_article, slug_for, taken
from factually.articles.models import Article
from factually.articles.newsroom.composing import compose, take_apart
from factually.articles.newsroom.saving import Save, head_draft, particulars_of, save_draft
from factually.articles.parsing import parse_article
from factually.articles.publishing import Terms, publish
from factually.audit.journal import SYSTEM, Actor, record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.content import ArticleContent, Claim, Reason
    from factually.articles.newsroom.models import ArticleDraft
    from factually.articles.publishing import Override


@dataclass(frozen=True)
class ImportRequest:
    """A text to bring in, and what its bytes can't say.

    Attributes:
        text: UTF-8, by the grammar of `parsing`.
        sources: A source list kept apart from the text.
        origin: `legacy_import` for a text of an earlier system, `newsroom` for one of our own.
        byline: Names of the authors, empty where unknown.
        ai_disclosure: One sentence on the part AI had, None where unknown.
        topics: Names under which readers find it.
        claim: What a claim check judges.
        rating: Id of its verdict on the published scale.
        reasons: Why findings that allow a reason stand.
        publish: Whether to make it public at once.
        override: Needed to publish past errors of the evidence gate.
    """

    text: bytes | str
    sources: bytes | str | None = None
    origin: Literal["legacy_import", "newsroom"] = "legacy_import"
    byline: tuple[str, ...] = ()
    ai_disclosure: str | None = None
    topics: tuple[str, ...] = ()
    claim: Claim | None = None
    rating: str | None = None
    reasons: tuple[Reason, ...] = ()
    publish: bool = False
    override: Override | None = None


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Attributes:
        created: False where the same text was here already.
        published: Whether readers see it now.
        evidence_errors: Errors of the evidence gate.
    """

    slug: str
    sha256: str
    created: bool
    published: bool
    evidence_errors: int


def import_article(session: Session, request: ImportRequest, *, now: datetime, actor: Actor) -> Imported:
    """Store a text as an article's first draft; the same text twice is one article.

    Raises:
        InvalidInput: The text breaks the grammar, or its title gives no address.
        Conflict: Another text has this address, or publishing needs an override.
    """
    content = _content(request)
    slug = slug_for(content.title)
    article = session.scalars(select(Article).where(Article.slug == slug)).one_or_none()
    created = article is None
    if article is None:
        article = add_article(session, slug, origin=request.origin, kind=content.kind, now=now)
        text, particulars = take_apart(content)
        saved = save_draft(session, article, Save(text, particulars, None, "import"), actor=SYSTEM, now=now)
        draft = saved.draft
        record(
            session,
            actor=actor,
            event="article.imported",
            subject=f"article:{article.id}",
            now=now,
            details={"origin": request.origin, "sha256": draft.sha256},
        )
    else:
        draft = _draft_of_same_text(session, article, content, now=now)
    sha256 = draft.sha256
    if request.publish and article.published_number is None:
        terms = Terms(override=request.override, imported=True)
        sha256 = publish(session, article, terms=terms, actor=actor, now=now).sha256
    return Imported(
        slug=slug,
        sha256=sha256,
        created=created,
        published=article.published_number is not None,
        evidence_errors=draft.evidence_errors or 0,
    )


def _content(request: ImportRequest) -> ArticleContent:
    return replace(
        parse_article(request.text, sources=request.sources).content,
        byline=request.byline,
        ai_disclosure=request.ai_disclosure,
        topics=request.topics,
        claim=request.claim,
        rating=request.rating,
        reasons=request.reasons,
    )


def _draft_of_same_text(
    session: Session, article: Article, content: ArticleContent, *, now: datetime
) -> ArticleDraft:
    draft = head_draft(session, article, now=now)
    if draft is None or compose(draft.text, particulars_of(draft)) != content:
        raise taken(article.slug)
    return draft
