"""What the donation form's script does before a card is tried: the token of a loaded form, the small sum."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Final

from factually.donations.card_testing.admitting import admit
from factually.donations.card_testing.errors import WaitYourTurn
from factually.donations.card_testing.form_tokens import new_form_token
from factually.donations.card_testing.proof_of_work import BITS, challenge_of, is_solved
from factually.donations.card_testing.turns import Ask
from factually.foundation.clock import SystemClock
from factually.foundation.database import opened_database
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.foundation.database import Database

_A_PERSON_TAKES: Final = timedelta(minutes=1)


def loaded_form(client: FlaskClient) -> dict[str, str]:
    """Return the field that a form loaded a minute ago has."""
    with client.application.app_context():
        web = web_context()
        return {"form_token": new_form_token(keyring=web.keyring, now=web.clock.now() - _A_PERSON_TAKES)}


def card_entry(public_id: str, token: str, *, bits: int = BITS) -> dict[str, str]:
    """Return the fields by which a card is confirmed, the sum solved."""
    return {"confirmation_token": token, "proof": proof_of(challenge_of(public_id, token), bits)}


def proof_of(challenge: str, bits: int) -> str:
    """Solve a sum of just this size: by chance a number can solve a larger one as well."""
    return next(
        str(number)
        for number in count()
        if is_solved(challenge, str(number), bits=bits)
        and not is_solved(challenge, str(number), bits=bits + 1)
    )


def cards_let_through(url: str, worker: int, cards: int) -> int:
    """Bring cards from as many addresses, in a process of its own; return how many passed."""
    with opened_database(url) as database:
        return sum(_passes(database, f"{worker}-{number}") for number in range(cards))


def _passes(database: Database, card: str) -> bool:
    whose = sha256(card.encode()).digest()
    try:
        admit(database, Ask(subject=card, entry=card, address=whose, email_index=whose), clock=SystemClock())
    except WaitYourTurn:
        return False
    return True
