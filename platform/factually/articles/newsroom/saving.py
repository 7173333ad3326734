"""Saving what an editor wrote: each save is a row of its own, and nobody's is put over a colleague's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import func, select

from factually.articles.evidence import examine, report_document
from factually.articles.lines import FORBIDDEN
from factually.articles.newsroom.composing import (
    compose,
    fingerprint,
    particulars_document,
    particulars_from_document,
    take_apart,
)
from factually.articles.newsroom.models import ArticleDraft
from factually.articles.newsroom.steps import Deed, account_of, note_step
from factually.articles.page_facts import page_circumstances
from factually.articles.parsing import title_of
from factually.articles.publishing import latest_revision
from factually.articles.revisions import read_content
from factually.articles.sources.completing import complete_sources
from factually.articles.sources.uses import Place, note_uses
from factually.articles.workflow import move
from factually.foundation.errors import InvalidInput
from factually.foundation.identifiers import new_id

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.evidence import EvidenceReport
    from factually.articles.models import Article
    from factually.articles.newsroom.composing import Particulars
    from factually.audit.journal import Actor

How: TypeAlias = Literal["typing", "save", "merge", "import", "restore"]

MAX_CHARACTERS = 1_000_000
_TITLE_CHARACTERS = 300


@dataclass(frozen=True)
class Save:
    """What an editor sends.

    Attributes:
        based_on: The draft that they began from, None for the very first.
    """

    text: str
    particulars: Particulars
    based_on: uuid.UUID | None
    how: How


@dataclass(frozen=True)
class Saved:
    """What became of a save.

    Attributes:
        draft: The row that holds it; an earlier one where nothing had changed.
        head: The newest draft of the article; another than `draft` where a colleague saved in between.
    """

    draft: ArticleDraft
    head: ArticleDraft

    @property
    def beside(self) -> bool:
        """Whether it is kept beside a colleague's, to be merged."""
        return self.draft.id != self.head.id


def save_draft(session: Session, article: Article, save: Save, *, actor: Actor, now: datetime) -> Saved:
    """Keep a text, as the newest draft or, where a colleague saved in between, beside theirs.

    An approved or scheduled text goes back to writing: the approval was for other words.

    Raises:
        Conflict: The article is retracted.
        InvalidInput: The text is too long or no text at all.
    """
    _check_text(save.text)
    session.refresh(article, with_for_update=True)
    sources = complete_sources(session, save.particulars.sources)
    save = replace(save, particulars=replace(save.particulars, sources=sources))
    after = move(article.state, "save")
    head = head_draft(session, article, now=now)
    known = None if head is None else _known_draft(session, article, head, save, actor)
    if known is not None and head is not None:
        return Saved(known, head)
    draft = _add_draft(session, article, save, actor=actor, now=now)
    if head is not None and save.based_on != head.id:
        return Saved(draft, head)
    changed = article.stage != after.stage
    article.draft_id, article.stage = draft.id, after.stage
    article.scheduled_for = None
    if article.published_at is None:
        article.kind = save.particulars.kind or article.kind
    session.flush()
    note_uses(session, article.id, save.particulars.sources, place=Place.DRAFT, now=now)
    if changed:
        note_step(session, article, Deed("save", actor, now))
    return Saved(draft, draft)


def head_draft(session: Session, article: Article, *, now: datetime) -> ArticleDraft | None:
    """Return the newest draft; an article that only has revisions gets one made of the newest of them."""
    if article.draft_id is not None:
        return session.get_one(ArticleDraft, article.draft_id)
    revision = latest_revision(session, article)
    if revision is None:
        return None
    text, particulars = take_apart(read_content(revision.document))
    draft = _add_draft(session, article, Save(text, particulars, None, "import"), actor=None, now=now)
    article.draft_id = draft.id
    session.flush()
    return draft


def _known_draft(
    session: Session, article: Article, head: ArticleDraft, save: Save, actor: Actor
) -> ArticleDraft | None:
    """Return the draft that holds this save already: nothing changed, or its answer was lost."""
    sha256 = fingerprint(save.text, save.particulars)
    if head.sha256 == sha256:
        return head
    return session.scalars(
        select(ArticleDraft)
        .where(
            ArticleDraft.article_id == article.id,
            ArticleDraft.author_id == account_of(actor),
            ArticleDraft.based_on == save.based_on,
            ArticleDraft.sha256 == sha256,
        )
        .order_by(ArticleDraft.number.desc())
        .limit(1)
    ).one_or_none()


def particulars_of(draft: ArticleDraft) -> Particulars:
    """Return what belongs to a draft's text."""
    return particulars_from_document(draft.particulars)


def _add_draft(
    session: Session, article: Article, save: Save, *, actor: Actor | None, now: datetime
) -> ArticleDraft:
    newest = session.scalar(
        select(func.max(ArticleDraft.number)).where(ArticleDraft.article_id == article.id)
    )
    problem, report = _examined(save)
    draft = ArticleDraft(
        id=new_id(),
        article_id=article.id,
        number=(newest or 0) + 1,
        based_on=save.based_on,
        author_id=account_of(actor) if actor else None,
        how=save.how,
        text=save.text,
        particulars=particulars_document(save.particulars),
        sha256=fingerprint(save.text, save.particulars),
        title=_title(save.text),
        problem=problem,
        evidence=report_document(report) if report else None,
        evidence_errors=report.errors if report else None,
        saved_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def _check_text(text: str) -> None:
    """Refuse only what no row can hold; a text that is no article yet is kept as it is."""
    if not text.strip():
        raise InvalidInput("The text is empty.", field="text")
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(f"The text is longer than {MAX_CHARACTERS:,} characters.", field="text")
    forbidden = FORBIDDEN.search(text)
    if forbidden:
        line = text.count("\n", 0, forbidden.start()) + 1
        raise InvalidInput(
            f"Line {line}: the control character U+{ord(forbidden.group()):04X} can't stand in a text.",
            field="text",
        )


def _examined(save: Save) -> tuple[str | None, EvidenceReport | None]:
    """Return what keeps the text from being an article, or what the gate finds in it."""
    try:
        content = compose(save.text, save.particulars)
    except InvalidInput as problem:
        return problem.message, None
    return None, examine(content, page_circumstances(content))


def _title(text: str) -> str:
    """Return the first line that is not the page's own, without the words "Fact check:"."""
    return title_of(text)[:_TITLE_CHARACTERS] or "Untitled"
