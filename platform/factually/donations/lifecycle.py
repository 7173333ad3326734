"""The life of a gift as one full table, so that page, webhook and sweep can never disagree.

States and facts are the ones of DESIGN section 4. The database holds the same table: the migration's trigger
refuses any change of ``gift.state`` that `LEGAL_TRANSITIONS` does not list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class GiftState(StrEnum):
    """Where a gift stands."""

    PLEDGED = "pledged"
    REFUSED = "refused"
    AUTHORISING = "authorising"
    AUTHORISED = "authorised"
    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    WON = "won"
    LOST = "lost"
    EXPIRED = "expired"
    FAILED = "failed"


class Fact(StrEnum):
    """What can become known about a gift."""

    SCREENED_OUT = "screened_out"
    """The screening before payment refused: nothing was created at Stripe, or nothing that holds money."""
    ATTEMPTED = "attempted"
    """A card attempt has its row and may now be sent."""
    AUTHORISED = "authorised"
    """The bank put a hold on the card."""
    HELD = "held"
    """The screening after authorisation left the gift to a person."""
    CAPTURED = "captured"
    """The money was taken."""
    RELEASED = "released"
    """We cancelled the hold."""
    LAPSED = "lapsed"
    """Stripe or the bank cancelled the hold."""
    ABANDONED = "abandoned"
    """Nobody paid, and nothing is left at Stripe that could become money."""
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    """Money given back has come back to us: a bank did not take the refund."""
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


@dataclass(frozen=True)
class Apply:
    """The fact moves the gift on."""

    new_state: GiftState


@dataclass(frozen=True)
class Ignore:
    """The fact is true and changes nothing: it is known already, or the gift has gone past it."""

    reason: str


@dataclass(frozen=True)
class Impossible:
    """The fact contradicts the gift's state: someone must look, and nothing is changed."""

    reason: str


Answer = Apply | Ignore | Impossible

# One row a state, one column a fact. A word is the new state; "=" is known already; "<" is older news than
# the state; "!" contradicts it. Facts of one look at Stripe come in this order of columns, which makes the
# end the same for every order of events.
_TABLE = """
state           screened_out attempted   authorised held captured released lapsed  abandoned partly_refunded refunded refund_failed disputed dispute_won dispute_lost
pledged         refused      authorising !          !    !        !        !       expired   !               !        !             !        !           !
refused         =            !           <          !    !        <        <       <         !               !        !             !        !           !
authorising     refused      =           authorised !    !        !        !       failed    !               !        !             !        !           !
authorised      !            <           =          held captured released expired !         !               !        !             !        !           !
held            !            <           <          =    captured released expired !         !               !        !             !        !           !
captured        !            <           <          <    =        !        !       !         partly_refunded refunded =             disputed !           !
released        !            <           <          <    !        =        <       <         !               !        !             !        !           !
partly_refunded !            <           <          <    <        !        !       !         =               refunded captured      disputed !           !
refunded        !            <           <          <    <        !        !       !         <               =        captured      disputed !           !
disputed        !            <           <          <    <        !        !       !         <               <        <             =        won         lost
won             !            <           <          <    <        !        !       !         <               <        <             <        =           !
lost            !            <           <          <    <        !        !       !         <               <        <             <        !           =
expired         !            !           <          <    !        <        =       =         !               !        !             !        !           !
failed          !            !           <          !    !        <        <       =         !               !        !             !        !           !
"""  # noqa: E501 - a table is read by its columns, and broken rows have none


def _answer(state: GiftState, fact: Fact, cell: str) -> Answer:
    if cell == "=":
        return Ignore(f"{fact} is known of this {state} gift already")
    if cell == "<":
        return Ignore(f"{fact} is older news than {state}")
    if cell == "!":
        return Impossible(f"{fact} cannot happen to a {state} gift")
    return Apply(GiftState(cell))


def _read_table(text: str) -> dict[tuple[GiftState, Fact], Answer]:
    header, *rows = (line.split() for line in text.strip().splitlines())
    facts = [Fact(name) for name in header[1:]]
    return {
        (GiftState(name), fact): _answer(GiftState(name), fact, cell)
        for name, *cells in rows
        for fact, cell in zip(facts, cells, strict=True)
    }


_ANSWERS = _read_table(_TABLE)

LEGAL_TRANSITIONS: frozenset[tuple[GiftState, GiftState]] = frozenset(
    (state, answer.new_state) for (state, _), answer in _ANSWERS.items() if isinstance(answer, Apply)
)
"""Every change of state the database may accept, as (from, to)."""

TAKEN_STATES: frozenset[GiftState] = frozenset(
    {
        GiftState.CAPTURED,
        GiftState.PARTLY_REFUNDED,
        GiftState.REFUNDED,
        GiftState.DISPUTED,
        GiftState.WON,
        GiftState.LOST,
    }
)
"""States that are reached only through a capture: money was taken, whatever became of it later."""

RECURRING_FACTS: frozenset[Fact] = frozenset({Fact.PARTLY_REFUNDED, Fact.REFUNDED, Fact.REFUND_FAILED})
"""Facts that can become true of a gift more than once, since a refund that failed can be made again."""

UNDER_WAY_STATES: frozenset[GiftState] = frozenset(
    {GiftState.AUTHORISING, GiftState.AUTHORISED, GiftState.HELD}
)
"""States in which a card was entered and nothing is decided yet: money may still be taken."""


def decide(state: GiftState, fact: Fact) -> Answer:
    """Say what a fact does to a gift, so that only one place knows the life of a gift.

    Returns:
        `Apply` with the new state, `Ignore` for known or older news, `Impossible` for a contradiction.
    """
    return _ANSWERS[state, fact]
