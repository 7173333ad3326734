"""A made-up newsroom: two editors and two reviewers, and what they do with an article."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from factually.accounts.inviting import Invitee, add_account, set_password
from factually.accounts.roles import EDITOR, REVIEWER
from factually.articles.addresses import add_article, slug_for
from factually.articles.corrections.notes import Note
from factually.articles.models import Article
from factually.articles.newsroom import tasks as newsroom_tasks
from factually.articles.newsroom.composing import Particulars, take_apart
from factually.articles.newsroom.reviewing import Order, carry_out
from factually.articles.newsroom.saving import Save, save_draft
from factually.articles.newsroom.tasks import PUBLISH_DUE
from factually.articles.parsing import parse_article
from factually.articles.publishing import Terms
from factually.audit.journal import SYSTEM, Actor
from factually.foundation.crypto import Keyring
from factually.jobs.context import WorkerContext
from factually.jobs.queue import defer
from factually.jobs.worker import make_worker_app, run_worker
from tests.support.article_factories import complete
from tests.support.people import stored_password

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.newsroom.saving import Saved
    from factually.articles.workflow import Act
    from factually.foundation.database import Database
    from factually.jobs.tasks import TaskList
    from tests.support.clock import FrozenClock

NOTE = Note("correction", "It said that water boils at 90 °C.", "It boils at 100 °C.", "We misread a table.")


@dataclass(frozen=True)
class Colleague:
    """A person of the newsroom."""

    id: uuid.UUID
    email: str
    role: str

    @property
    def actor(self) -> Actor:
        return Actor("account", str(self.id))


@dataclass(frozen=True)
class Newsroom:
    """People, and the database and clock they work with."""

    database: Database
    clock: FrozenClock
    writer: Colleague
    colleague: Colleague
    reviewer: Colleague
    second_reviewer: Colleague

    def begin(self, text: str) -> str:
        """Start an article of our own, and return its slug."""
        content = parse_article(text).content
        with self.database.transaction() as session:
            slug = slug_for(content.title)
            add_article(session, slug, origin="newsroom", kind=content.kind, now=self.clock.now())
        self.save(slug, text)
        return slug

    def save(
        self,
        slug: str,
        text: str,
        *,
        by: Colleague | None = None,
        based_on: uuid.UUID | None = None,
        **particulars: Any,  # noqa: ANN401 - fields of Particulars, each of its own type
    ) -> Saved:
        """Save a text as an editor would, on the newest draft unless another is named."""
        body, said = take_apart(complete(parse_article(text).content))
        with self.database.transaction() as session:
            article = session.scalars(select(Article).where(Article.slug == slug)).one()
            save = Save(body, replace(said, **particulars), based_on or article.draft_id, "save")
            return save_draft(session, article, save, actor=(by or self.writer).actor, now=self.clock.now())

    def type(self, slug: str, text: str) -> Saved:
        """Save a text that need not be an article yet."""
        with self.database.transaction() as session:
            article = session.scalars(select(Article).where(Article.slug == slug)).one()
            save = Save(text, Particulars(), article.draft_id, "typing")
            return save_draft(session, article, save, actor=self.writer.actor, now=self.clock.now())

    def order(
        self,
        slug: str,
        act: Act,
        *,
        by: Colleague | None = None,
        **order: Any,  # noqa: ANN401 - fields of Order
    ) -> None:
        """Let somebody of the newsroom do something with the newest draft."""
        person = by or self.reviewer
        with self.database.transaction() as session:
            article = session.scalars(select(Article).where(Article.slug == slug)).one()
            wanted = Order(act, article.draft_id, person.role, **order)
            carry_out(session, article, wanted, actor=person.actor, now=self.clock.now())

    def approve(self, slug: str) -> None:
        """Hand in the newest draft and approve it."""
        self.order(slug, "submit", by=self.writer)
        self.order(slug, "approve")

    def publish(self, slug: str, terms: Terms | None = None) -> None:
        """Bring the newest draft to readers by the ordinary way."""
        self.approve(slug)
        self.order(slug, "publish", terms=terms or Terms())

    def revise(self, slug: str, text: str, *, note: Note | None = NOTE, **particulars: Any) -> None:  # noqa: ANN401 - as above
        """Change a public article, with a note."""
        self.save(slug, text, **particulars)
        self.publish(slug, Terms(note=note))

    def retract(self, slug: str) -> None:
        """Say that a public article is wrong as a whole."""
        note = replace(NOTE, kind="retraction")
        self.order(slug, "retract", reason="It is wrong as a whole.", terms=Terms(note=note))

    def publish_due(self) -> None:
        """Let the worker publish what is due by now."""
        self.run(newsroom_tasks.tasks, PUBLISH_DUE)

    def run(self, tasks: TaskList, name: str) -> None:
        """Let the worker do what it does each so often."""
        with self.database.transaction() as session:
            defer(session, name, timestamp=0)
        context = WorkerContext(self.database, self.clock, Keyring.from_secret(bytes(32)))
        run_worker(make_worker_app(self.database.url, [tasks]), context, wait=False)

    def give_password(self, person: Colleague) -> None:
        """Let a person sign in with PASSWORD."""
        with self.database.transaction() as session:
            set_password(session, person.id, stored_password(), now=self.clock.now())

    def article(self, slug: str) -> Article:
        """Return the row as it is now."""
        with self.database.transaction() as session:
            return session.scalars(select(Article).where(Article.slug == slug)).one()


def open_newsroom(database: Database, clock: FrozenClock) -> Newsroom:
    """Hire four people."""
    with database.transaction() as session:
        people = [
            _hire(session, Invitee(f"{name}@example.org", name.title(), role), now=clock.now())
            for name, role in (("wren", EDITOR), ("cole", EDITOR), ("rhea", REVIEWER), ("remy", REVIEWER))
        ]
    return Newsroom(database, clock, *people)


def _hire(session: Session, invitee: Invitee, *, now: datetime) -> Colleague:
    account = add_account(session, invitee, now=now, actor=SYSTEM)
    return Colleague(account.id, account.email, account.role)
