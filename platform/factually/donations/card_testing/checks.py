"""What the donation form's views ask before anything else: a loaded form, and a solved sum for each card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import jsonify, request

from factually.donations.card_testing.form_tokens import FIELD, GIFTS_OF_ONE_FORM, check_form_token
from factually.donations.card_testing.proof_of_work import (
    BITS,
    BITS_WHILE_DECLINING,
    challenge_of,
    is_solved,
)
from factually.donations.card_testing.turns import recent_answers
from factually.foundation.errors import TooManyRequests
from factually.web.context import web_context
from factually.web.rate_limits import connection_of, within_limits

if TYPE_CHECKING:
    from flask import Response

_PRECONDITION_REQUIRED: Final = 428
_WORK_WANTED: Final = (
    "Your browser has to solve a small sum before a card is tried, which keeps robots away. "
    "Please reload the page and try again; nothing was charged."
)


def check_form() -> None:
    """Check that the form was loaded from here, by somebody who took the time to fill it in.

    Raises:
        InvalidInput: The token is not ours, or too old.
        WaitYourTurn: The form was sent at once.
        TooManyRequests: Very many gifts came from this one form.
    """
    web = web_context()
    number = check_form_token(request.form.get(FIELD, ""), keyring=web.keyring, now=web.clock.now())
    if not within_limits("donation form", number, GIFTS_OF_ONE_FORM):
        raise TooManyRequests("This form was used for many gifts. Please reload the page.")


def caller() -> bytes:
    """Return the keyed hash of the connection that asks, for `turns.Ask`."""
    return web_context().keyring.blind_index(connection_of(request.remote_addr or ""), "connection")


def work_wanted(subject: str, token: str) -> tuple[Response, int] | None:
    """Return the sum that is still to be solved for a card (RFC 6585, status 428), None where it is.

    Args:
        subject: Public id of what the card is to pay.
        token: The card entry's token.
    """
    web = web_context()
    with web.database.reading() as connection:
        declining = recent_answers(connection, now=web.clock.now()).declining
    bits = BITS_WHILE_DECLINING if declining else BITS
    challenge = challenge_of(subject, token)
    if is_solved(challenge, request.form.get("proof", ""), bits=bits):
        return None
    error = {"code": "proof_of_work_required", "field": None, "message": _WORK_WANTED}
    return jsonify({"error": error, "proof": {"challenge": challenge, "bits": bits}}), _PRECONDITION_REQUIRED
