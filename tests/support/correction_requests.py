"""A reader's report, and what a newsroom's tests do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import select

from factually.articles.corrections.letters import ReaderPost
from factually.articles.corrections.models import ArticleCorrection, CorrectionRequest
from factually.articles.corrections.reports import Report
from factually.articles.corrections.requesting import Arrival, Decision, decide, receive
from factually.foundation.identifiers import new_public_id
from factually.mail.letters import OutgoingLetter
from factually.mail.sending import open_letters
from factually.web.context import SiteFacts
from tests.support.databases import ROOT

if TYPE_CHECKING:
    import uuid

    from factually.articles.corrections.reports import Outcome
    from factually.foundation.crypto import Keyring
    from factually.mail.letters import Letter
    from tests.support.newsroom import Newsroom

REPORT = Report(
    "It says that water boils at 90 °C.",
    "At sea level it boils at 100 °C.",
    "https://water.example/boiling",
    "Ada of Graz",
    "ada@example.org",
)
SITE = SiteFacts("Factually", "http://localhost", demonstration=True, contact="hello@example.org")
REASON = "We looked it up in both sources."


@dataclass(frozen=True)
class Readers:
    """Readers of a newsroom's article, and their letters."""

    newsroom: Newsroom
    keyring: Keyring

    @property
    def post(self) -> ReaderPost:
        """Who writes to them."""
        templates = Environment(
            loader=FileSystemLoader(ROOT / "templates"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        return ReaderPost(templates, SITE, self.keyring)

    def report(self, slug: str, report: Report = REPORT, *, acknowledged: bool = True) -> CorrectionRequest:
        """Report an error in an article."""
        article, public_id = self.newsroom.article(slug), new_public_id()
        arrival = Arrival(public_id, article.id, slug, report, acknowledged)
        with self.newsroom.database.transaction() as session:
            receive(session, arrival, post=self.post, now=self.newsroom.clock.now())
            named = select(CorrectionRequest).where(CorrectionRequest.public_id == public_id)
            return session.scalars(named).one()

    def decide(self, request_id: uuid.UUID, outcome: Outcome, *, note_id: int | None = None) -> None:
        """Let a reviewer decide on a report."""
        with self.newsroom.database.transaction() as session:
            decide(session, request_id, self.decision(outcome, note_id=note_id), post=self.post)

    def decision(self, outcome: Outcome, *, note_id: int | None = None) -> Decision:
        """Return what a reviewer decides."""
        newsroom = self.newsroom
        return Decision(outcome, REASON, newsroom.reviewer.actor, newsroom.clock.now(), note_id)

    def newest_note(self, slug: str) -> int:
        """Return the number of an article's newest note."""
        notes = select(ArticleCorrection.id).where(
            ArticleCorrection.article_id == self.newsroom.article(slug).id
        )
        with self.newsroom.database.transaction() as session:
            return session.scalars(notes.order_by(ArticleCorrection.id.desc()).limit(1)).one()

    def letters(self) -> list[Letter]:
        """Return all letters that were written and not erased, oldest first."""
        with self.newsroom.database.transaction() as session:
            keys = list(session.scalars(select(OutgoingLetter.key)))
            return [letter for _, letter in open_letters(session, keys, keyring=self.keyring)]
