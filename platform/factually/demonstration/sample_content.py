"""What a newcomer finds: three articles, the policy and register in force, and three people to sign in as."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.accounts.inviting import Invitee, add_account, set_password
from factually.accounts.models import Account
from factually.accounts.passwords import hash_password
from factually.accounts.roles import AUDITOR, EDITOR, REVIEWER
from factually.articles.content import Reason, claim_from_document
from factually.articles.importing import ImportRequest, import_article
from factually.articles.publishing import Override
from factually.audit.journal import SYSTEM
from factually.demonstration.greeting import SignIn
from factually.independence.publishing import packaged_policy, publish_policy
from factually.independence.registers.loading import is_superseded, load_register, packaged_registers

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factually.foundation.database import Database

DEMO_PASSWORD: Final = "facts before feelings"  # noqa: S105 - printed at every start; opens made-up data only
_PEOPLE: Final = (
    Invitee("editor@example.org", "Edda Editor", EDITOR),
    Invitee("reviewer@example.org", "Rio Reviewer", REVIEWER),
    Invitee("auditor@example.org", "Ada Auditor", AUDITOR),
)
_SHARED_CARDS: Final = ("donors_of_card", "cards_of_donor")
_CARD_RULE: Final = (
    "In this demonstration all pay with the same few test cards, so it does not matter how many donors use "
    "one. A gift is held where the card is prepaid; where the bank does not know the address; and, above "
    "$50, where the card bears another name."
)
_ANY_NUMBER: Final = 1_000_000
_IN_FORCE_BEFORE: Final = timedelta(days=60)
_LEGACY_OVERRIDE: Final = Override(
    "An article of an earlier system, published as it stood. Its sources were numbered there but not kept; "
    "we say so rather than take it down.",
    "Rio Reviewer",
)


def load_sample_content(database: Database, *, now: datetime) -> tuple[SignIn, ...]:
    """Load whatever is missing; run at every start, it changes nothing that is there.

    The registers are packaged snapshots: here, and only here, a start counts as their retrieval. A version
    that somebody imported instead stays in force.
    """
    with database.transaction() as session:
        publish_policy(session, demonstration_policy(), now=now)
        for file in packaged_registers():
            if not is_superseded(session, file):
                load_register(session, file, now=now)
        _import_articles(session, now=now)
        for person in _PEOPLE:
            _add_person(session, person, now=now)
    return tuple(SignIn(person.role, person.email, DEMO_PASSWORD) for person in _PEOPLE)


def demonstration_policy() -> str:
    """Return the packaged policy with two limits lifted: every visitor pays with the same few test cards.

    Rule DS30 would hold the third visitor of a month. It is in force a while longer than the packaged one, so
    that the sample gifts of the month before were checked under it.
    """
    document = json.loads(packaged_policy())
    [rule] = [rule for rule in document["rules"] if rule["id"] == "DS30"]
    rule["parameters"].update(dict.fromkeys(_SHARED_CARDS, _ANY_NUMBER))
    rule["text"] = _CARD_RULE
    since = datetime.fromisoformat(document["effective_from"]) - _IN_FORCE_BEFORE
    own = {"version": f"{document['version']}-demo", "effective_from": since.isoformat()}
    return json.dumps(document | own)


def _import_articles(session: Session, *, now: datetime) -> None:
    legacy = ImportRequest(
        text=_text("ice-cooperation.txt"),
        origin="legacy_import",
        publish=True,
        override=_LEGACY_OVERRIDE,
    )
    own = ImportRequest(
        text=_text("committee-registration.txt"),
        sources=_text("committee-registration.sources.json"),
        origin="newsroom",
        byline=("Edda Editor",),
        publish=True,
    )
    for request in (legacy, own, _claim_check()):
        import_article(session, request, now=now, actor=SYSTEM)


def _claim_check() -> ImportRequest:
    """Return a claim check of a made-up claim, complete in all that the evidence gate asks."""
    particulars = json.loads(_text("library-visits.particulars.json"))
    return ImportRequest(
        text=_text("library-visits.txt"),
        sources=_text("library-visits.sources.json"),
        origin="newsroom",
        byline=("Edda Editor",),
        topics=tuple(particulars["topics"]),
        claim=claim_from_document(particulars["claim"]),
        rating=particulars["rating"],
        reasons=tuple(Reason(**reason) for reason in particulars["reasons"]),
        publish=True,
    )


def _add_person(session: Session, person: Invitee, *, now: datetime) -> None:
    known = session.execute(select(Account.id).where(Account.email == person.email)).first()
    if known is None:
        account = add_account(session, person, now=now, actor=SYSTEM)
        set_password(session, account.id, hash_password(DEMO_PASSWORD), now=now)


def _text(name: str) -> bytes:
    return files("factually.demonstration").joinpath("articles", name).read_bytes()
