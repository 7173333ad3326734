"""What the newsroom's pages read: the board, and one article with its drafts and steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from factually.accounts.models import Account
from factually.articles.evidence import report_from_document
from factually.articles.models import Article
from factually.articles.newsroom.models import ArticleDraft, ArticleStep
from factually.articles.newsroom.saving import head_draft
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import CTE, Connection
    from sqlalchemy.orm import Session

    from factually.articles.evidence import EvidenceReport
    from factually.articles.workflow import Stage, Standing

BOARD_LENGTH: Final = 200
LATEST_PUBLISHED: Final = 10
DRAFTS_SHOWN: Final = 100


@dataclass(frozen=True)
class BoardRow:
    """An article on the board.

    Attributes:
        since: When its newest draft reached this stage.
        writer: Name of who saved the newest draft, None for an imported text.
        problem: What keeps the newest draft from being an article.
        errors: Of the evidence gate, None where it could not look.
    """

    article_id: uuid.UUID
    slug: str
    title: str
    stage: Stage
    standing: Standing
    since: datetime
    writer: str | None
    problem: str | None
    errors: int | None
    due: datetime | None


@dataclass(frozen=True)
class StepRow:
    """An act of the workflow, with the name of who acted; None for the clock or a command."""

    act: str
    at: datetime
    name: str | None
    reason: str | None
    due: datetime | None


@dataclass(frozen=True)
class DraftRow:
    """A saved draft in a list.

    Attributes:
        based_on: Number of the draft that it was begun from, None for the first.
    """

    id: uuid.UUID
    number: int
    saved_at: datetime
    name: str | None
    how: str
    based_on: int | None


@dataclass(frozen=True)
class OpenedArticle:
    """An article as its editors see it, with its newest draft."""

    article: Article
    head: ArticleDraft
    writer: str | None

    @property
    def evidence(self) -> EvidenceReport | None:
        """What the gate found in the newest draft, None where it is no article yet."""
        document = self.head.evidence
        return None if document is None else report_from_document(document)


def read_board(connection: Connection) -> list[BoardRow]:
    """Return all articles that somebody works on, those that wait longest first, and the latest published."""
    since = select(func.max(ArticleStep.at)).where(ArticleStep.article_id == Article.id).scalar_subquery()
    row = (
        select(
            Article.id.label("article_id"),
            Article.slug,
            func.coalesce(ArticleDraft.title, Article.slug).label("title"),
            Article.stage,
            Article.standing,
            func.coalesce(since, ArticleDraft.saved_at, Article.created_at).label("since"),
            Account.name.label("writer"),
            ArticleDraft.problem,
            ArticleDraft.evidence_errors.label("errors"),
            Article.scheduled_for.label("due"),
        )
        .outerjoin(ArticleDraft, ArticleDraft.id == Article.draft_id)
        .outerjoin(Account, Account.id == ArticleDraft.author_id)
    )
    in_work = row.where(Article.stage != "done").order_by("since").limit(BOARD_LENGTH)
    done = row.where(Article.stage == "done").order_by(Article.published_at.desc()).limit(LATEST_PUBLISHED)
    return [BoardRow(**found._asdict()) for rows in (in_work, done) for found in connection.execute(rows)]


def open_article(session: Session, article_id: uuid.UUID, *, now: datetime) -> OpenedArticle:
    """Return an article with its newest draft.

    Raises:
        NotFound: No such article.
    """
    article = session.get(Article, article_id)
    head = None if article is None else head_draft(session, article, now=now)
    if article is None or head is None:
        raise NotFound("There is no article at this address.")
    return OpenedArticle(article, head, names_of(session, [head.author_id]).get(head.author_id))


def read_draft(session: Session, article_id: uuid.UUID, draft_id: uuid.UUID) -> ArticleDraft:
    """Return one draft of an article.

    Raises:
        NotFound: It has no such draft.
    """
    draft = session.get(ArticleDraft, draft_id)
    if draft is None or draft.article_id != article_id:
        raise NotFound("This article has no such draft.")
    return draft


def list_drafts(session: Session, article_id: uuid.UUID) -> list[DraftRow]:
    """Return the latest drafts of an article, newest first."""
    before = aliased(ArticleDraft)
    rows = session.execute(
        select(ArticleDraft, Account.name, before.number.label("based_on"))
        .outerjoin(Account, Account.id == ArticleDraft.author_id)
        .outerjoin(before, before.id == ArticleDraft.based_on)
        .where(ArticleDraft.article_id == article_id)
        .order_by(ArticleDraft.number.desc())
        .limit(DRAFTS_SHOWN)
    )
    return [
        DraftRow(
            id=draft.id,
            number=draft.number,
            saved_at=draft.saved_at,
            name=name,
            how=draft.how,
            based_on=based_on,
        )
        for draft, name, based_on in rows
    ]


def common_base(session: Session, mine: ArticleDraft, theirs: ArticleDraft) -> ArticleDraft:
    """Return the newest draft that two drafts of an article both grew from, `mine` where there is none."""
    both = select(_line_of(mine, "mine").c.id).intersect(select(_line_of(theirs, "theirs").c.id))
    newest = select(ArticleDraft).where(ArticleDraft.id.in_(both)).order_by(ArticleDraft.number.desc())
    return session.scalars(newest.limit(1)).one_or_none() or mine


def _line_of(draft: ArticleDraft, name: str) -> CTE:
    """Return a draft and all that it grew from."""
    line = (
        select(ArticleDraft.id, ArticleDraft.based_on)
        .where(ArticleDraft.id == draft.id)
        .cte(f"line_of_{name}", recursive=True)
    )
    return line.union_all(
        select(ArticleDraft.id, ArticleDraft.based_on).join(line, ArticleDraft.id == line.c.based_on)
    )


def list_steps(session: Session, article_id: uuid.UUID) -> list[StepRow]:
    """Return what was done with an article, oldest first."""
    rows = session.execute(
        select(ArticleStep.act, ArticleStep.at, Account.name, ArticleStep.reason, ArticleStep.due)
        .outerjoin(Account, Account.id == ArticleStep.account_id)
        .where(ArticleStep.article_id == article_id)
        .order_by(ArticleStep.id)
    )
    return [StepRow(*row) for row in rows]


def names_of(session: Session, accounts: Sequence[uuid.UUID | None]) -> Mapping[uuid.UUID | None, str]:
    """Return the names of accounts by id."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(filter(None, accounts))))
    return {row.id: row.name for row in rows}
