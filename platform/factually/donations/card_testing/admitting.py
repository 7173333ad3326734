"""The one gate before a card goes to Stripe, for one-off and monthly gifts alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.donations.card_testing.errors import WaitYourTurn
from factually.donations.card_testing.turns import lock_turns, take_turn
from factually.foundation.errors import TooManyRequests

if TYPE_CHECKING:
    from factually.donations.card_testing.turns import Ask
    from factually.foundation.clock import Clock
    from factually.foundation.database import Database


def admit(database: Database, ask: Ask, *, clock: Clock) -> None:
    """Let a card pass to Stripe, or say when it may; what was decided is committed either way.

    Raises:
        WaitYourTurn: It has a turn, a little later.
        TooManyRequests: So many are waiting that it has none, or too many cards of this donor were declined.
        Unavailable: The turns can't be read; then no card passes.
    """
    with database.transaction() as session:
        lock_turns(session)
        # Read when the lock is had: turns are given out in the order of their times.
        wait = take_turn(session, ask, now=clock.now())
    if wait is None:
        return
    if wait.has_turn:
        raise WaitYourTurn(
            "Many cards are being tried just now, so we take them one after another. "
            f"Your turn comes in {wait.seconds} seconds: nothing was charged.",
            retry_after=wait.seconds,
        )
    raise TooManyRequests(
        "So many cards are being tried just now that we can't take yours. "
        "Please come back in a quarter of an hour: nothing was charged.",
        retry_after=wait.seconds,
    )
