"""Use cases on records: a source is added once, and each change of it is one person's and journalled."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from factually.articles.models import Article
from factually.articles.sources.liveness import SAID_BY_PEOPLE, State
from factually.articles.sources.models import SourceRecord
from factually.articles.sources.quotes import TextQuote
from factually.articles.sources.records import SourceFacts, authors_of, checked, to_csl
from factually.articles.sources.web_addresses import normalised, registrable_domain
from factually.audit.journal import Actor, record
from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.foundation.identifiers import new_id
from factually.jobs.queue import defer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.content import Interest, SourceKind
    from factually.foundation.canonical import JsonValue

CAPTURE_TASK: Final = "sources.capture"
_OWN_ARTICLE: Final = re.compile(r"/fact-checks/(?P<slug>[a-z0-9-]+)(?:@[0-9a-f]+)?/?")


class AlreadyRecorded(Conflict):
    """A source has a record already.

    Attributes:
        record_id: Its id.
    """

    code = "already_recorded"

    def __init__(self, record_id: uuid.UUID, title: str) -> None:
        super().__init__(f"This address has a record already: “{title}”.", field="url")
        self.record_id = record_id


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes a record, when, and of which site.

    Attributes:
        site_url: Our own public address, by which articles of ours are known among sources.
    """

    actor: Actor
    now: datetime
    site_url: str


def add_source(session: Session, facts: SourceFacts, act: Act) -> uuid.UUID:
    """Make the record of a source, and have its page looked at and kept.

    Returns:
        The record's id.

    Raises:
        AlreadyRecorded: Its address has a record.
        InvalidInput: A fact breaks a rule of `records.checked`.
    """
    found = checked(facts)
    record_id = new_id()
    values = {
        **_columns(session, found, record_id, act),
        "id": record_id,
        "state": State.UNCHECKED.value,
        "failures": 0,
        "due_at": act.now,
        "version": 1,
        "created_at": act.now,
        "created_by": _account(act.actor),
    }
    added = insert(SourceRecord).values(values).on_conflict_do_nothing(index_elements=[SourceRecord.url])
    if session.execute(added.returning(SourceRecord.id)).one_or_none() is None:
        refuse_second_record(session, found.url)
    _journal(session, act, "source.added", record_id, {"url": found.url})
    _defer_capture(session, record_id)
    return record_id


def ask_for_capture(session: Session, record_id: uuid.UUID, act: Act) -> None:
    """Have a source's page kept as it is now, by the worker.

    Raises:
        NotFound: No such record.
    """
    _locked(session, record_id)
    _journal(session, act, "source.capture_asked", record_id, {})
    _defer_capture(session, record_id)


def refuse_second_record(session: Session, url: str) -> None:
    """Refuse an address that has a record.

    Raises:
        AlreadyRecorded: It has.
        InvalidInput: It is no web address.
    """
    query = select(SourceRecord.id, SourceRecord.title).where(SourceRecord.url == normalised(url))
    known = session.execute(query).one_or_none()
    if known is not None:
        raise AlreadyRecorded(known.id, known.title)


def change_source(
    session: Session, record_id: uuid.UUID, facts: SourceFacts, *, version: int, act: Act
) -> None:
    """Change what is said of a source; another address or passage is looked at anew.

    Args:
        session: The transaction.
        record_id: Which record.
        facts: All that is said from now on.
        version: The version that the change began from.
        act: Who, when, of which site.

    Raises:
        AlreadyRecorded: Another record has the address.
        Conflict: Somebody changed the record in between.
        InvalidInput: A fact breaks a rule of `records.checked`.
        NotFound: No such record.
    """
    found = checked(facts)
    source = _locked(session, record_id)
    if source.version != version:
        raise Conflict(
            "Somebody changed this record in the meantime. Look at theirs, then enter yours again."
        )
    before = facts_of(source)
    if found.quote and before.quote and found.quote.exact == before.quote.exact:
        found = replace(found, quote=before.quote)
    changes = _changes(before, found)
    if not changes:
        return
    if found.url != source.url:
        refuse_second_record(session, found.url)
    if {"url", "quote"} & {*changes}:
        source.failures, source.due_at = 0, act.now
        source.state = State.UNCHECKED.value
    for name, value in _columns(session, found, record_id, act).items():
        setattr(source, name, value)
    source.version += 1
    _journal(session, act, "source.changed", record_id, changes)


def say_state(session: Session, record_id: uuid.UUID, state: State | None, *, act: Act) -> None:
    """Say that an address is not to be trusted any more, which no pass takes back; None leaves it to passes.

    Raises:
        InvalidInput: People don't say this state.
        NotFound: No such record.
    """
    if state is not None and state not in SAID_BY_PEOPLE:
        raise InvalidInput("Only unfit and usurped are said by people.", field="state")
    source = _locked(session, record_id)
    before = State(source.state)
    after = state or (State.UNCHECKED if before in SAID_BY_PEOPLE else before)
    if after is before:
        return
    source.state, source.due_at = after.value, act.now
    _journal(session, act, "source.state_said", record_id, {"state": [before.value, after.value]})


def facts_of(source: SourceRecord) -> SourceFacts:
    """Return what people say of a stored source."""
    quote = None
    if source.quote is not None:
        quote = TextQuote(source.quote, source.quote_prefix or "", source.quote_suffix or "")
    return SourceFacts(
        url=source.url,
        title=source.title,
        publisher=source.publisher,
        csl_type=str(source.csl["type"]),
        authors=authors_of(source.csl),
        published=source.published,
        accessed=source.accessed,
        kind=cast("SourceKind | None", source.kind),
        kind_reason=source.kind_reason,
        independence=source.independence,
        interest=cast("Interest | None", source.interest),
        interest_note=source.interest_note,
        quote=quote,
        archive_url=source.archive_url,
        archived_on=source.archived_on,
    )


def _defer_capture(session: Session, record_id: uuid.UUID) -> None:
    defer(session, CAPTURE_TASK, queueing_lock=f"{CAPTURE_TASK}:{record_id}", source_id=str(record_id))


def _columns(session: Session, facts: SourceFacts, record_id: uuid.UUID, act: Act) -> dict[str, object]:
    quote = facts.quote
    return {
        "url": facts.url,
        "domain": registrable_domain(facts.url),
        "title": facts.title,
        "publisher": facts.publisher,
        "published": facts.published,
        "accessed": facts.accessed,
        "kind": facts.kind,
        "kind_reason": facts.kind_reason,
        "independence": facts.independence,
        "interest": facts.interest,
        "interest_note": facts.interest_note,
        "quote": quote.exact if quote else None,
        "quote_prefix": quote.prefix if quote else None,
        "quote_suffix": quote.suffix if quote else None,
        "archive_url": facts.archive_url,
        "archived_on": facts.archived_on,
        "csl": to_csl(facts, str(record_id)),
        "own_article_id": _own_article(session, facts.url, act.site_url),
        "changed_at": act.now,
        "changed_by": _account(act.actor),
    }


def _own_article(session: Session, url: str, site_url: str) -> uuid.UUID | None:
    """Return which of our own articles an address is of, by which circles of citations are found."""
    parts = urlsplit(url)
    match = _OWN_ARTICLE.fullmatch(parts.path)
    if match is None or parts.hostname != urlsplit(site_url).hostname:
        return None
    return session.execute(select(Article.id).where(Article.slug == match["slug"])).scalar_one_or_none()


def _locked(session: Session, record_id: uuid.UUID) -> SourceRecord:
    source = session.get(SourceRecord, record_id, with_for_update=True)
    if source is None:
        raise NotFound("There is no record of such a source.")
    return source


def _changes(before: SourceFacts, after: SourceFacts) -> dict[str, JsonValue]:
    """Return each fact that differs with its former and its new value."""
    former, new = _plain(before), _plain(after)
    return {name: [former[name], new[name]] for name in new if former[name] != new[name]}


def _plain(facts: SourceFacts) -> dict[str, JsonValue]:
    told: dict[str, JsonValue] = {
        name: cast("JsonValue", getattr(facts, name)) for name in SourceFacts.__dataclass_fields__
    }
    return told | {"authors": list(facts.authors), "quote": facts.quote.exact if facts.quote else None}


def _account(actor: Actor) -> uuid.UUID | None:
    return uuid.UUID(actor.id) if actor.kind == "account" else None


def _journal(
    session: Session, act: Act, event: str, record_id: uuid.UUID, details: dict[str, JsonValue]
) -> None:
    record(session, actor=act.actor, event=event, subject=f"source:{record_id}", now=act.now, details=details)
