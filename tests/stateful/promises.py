"""DESIGN's promises about money, as they can be checked at any moment and once everything is worked off.

Each function yields a sentence for what is broken; its docstring names the promise of DESIGN section 2.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.donations.books.accounts import LedgerAccount
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.models import WebhookEvent
from factually.donations.monthly.lifecycle import CHARGING, MonthlyState
from factually.donations.rescreening import KEPT_STATES
from tests.faults.looking import left_open, stuck, wrong_books, wrong_money, wrong_subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from tests.stateful.desk import Desk
    from tests.stateful.seeing import Seen

_LET_GO: Final = {GiftState.RELEASED, GiftState.EXPIRED, GiftState.REFUSED, GiftState.FAILED}
_RECEIPT: Final = "gift-receipt"


def broken(now: Seen, before: Seen) -> list[str]:
    """Say what must not be at any moment, between whatever two acts."""
    return [
        *_money(now),
        *_holds(now),
        *_refunds(now),
        *_letters(now),
        *_books(now),
        *_doubts(now),
        *_subscriptions(now),
        *_charged_while_stopped(now, before),
        *_rewritten(now, before),
    ]


def broken_at_the_end(now: Seen, desk: Desk, *, told: frozenset[str]) -> list[str]:
    """Say what is lost, open or different once everything is worked off.

    Args:
        now: What there is.
        desk: The site.
        told: Ids of all events that Stripe ever made.
    """
    with desk.database.transaction() as session:
        found = [
            *wrong_money(session, now.stripe),
            *left_open(now.stripe),
            *wrong_subscriptions(session, now.stripe),
            *stuck(session, mail=False),
            *_inbox(session, told),
        ]
    return [*found, *_receipts(now), *wrong_books(desk.database, desk.outside)]


def _money(now: Seen) -> Iterator[str]:
    """Promises 1 and 2: money is taken once, and only with a recorded yes."""
    for gift in now.gifts:
        intents = now.stripe.payments(gift)
        charged = now.stripe.charged(gift)
        if sum(intent["amount_received"] > 0 for intent in intents) > 1:
            yield f"gift {gift.id} was charged twice"
        if not gift.captured_minor <= charged <= gift.amount_minor:
            yield f"gift {gift.id}: {gift.captured_minor} taken here, {charged} there of {gift.amount_minor}"
        if charged and gift.id not in now.cleared:
            yield f"gift {gift.id} was taken without a recorded yes"
        if gift.id in now.turned_away and intents:
            yield f"gift {gift.id} was refused, and its card was asked all the same"
    known = {gift.invoice_id for gift in now.gifts}
    for invoice in now.stripe.invoices.keys() & now.stripe.intents.keys() - known:
        if any(intent["amount_received"] for intent in now.stripe.intents[invoice]):
            yield f"Stripe took money for invoice {invoice}, which is no month of ours"


def _holds(now: Seen) -> Iterator[str]:
    """Promise 1: a hold that is let go is let go at Stripe as well."""
    for gift in now.gifts:
        intents = now.stripe.payments(gift)
        if gift.state in _LET_GO and any(intent["status"] == "requires_capture" for intent in intents):
            yield f"gift {gift.id} is {gift.state}, and the money is still held"


def _refunds(now: Seen) -> Iterator[str]:
    """Promise 2: a refund is made once, and a hold that was let go is none."""
    for gift in now.gifts:
        refunds = now.stripe.refunds.get(gift.charge_id or "", ())
        asked = Counter(one["metadata"].get("refund") for one in refunds)
        asked.pop(None, None)
        yield from (f"refund {refund} was made {times} times" for refund, times in asked.items() if times > 1)
        if gift.captured_minor == 0 and (
            gift.id in now.returned or now.booked.get((gift.id, LedgerAccount.REFUNDS))
        ):
            yield f"gift {gift.id} was never taken, and counts as given back"


def _letters(now: Seen) -> Iterator[str]:
    """Promise 2: each letter is written once; a key is a kind and what the letter is about."""
    written = Counter(":".join(key.split(":")[:2]) for key in now.letters)
    yield from (f"the letter {key} was written {times} times" for key, times in written.items() if times > 1)


def _books(now: Seen) -> Iterator[str]:
    """Promise 2: the books add up, and say of each gift what its row and the public sum say."""
    if sum(now.booked.values()) != 0:
        yield f"the books add up to {sum(now.booked.values())}"
    for gift in now.gifts:
        income = -now.booked.get((gift.id, LedgerAccount.GIFTS), 0)
        if income != gift.captured_minor:
            yield f"gift {gift.id}: {income} in the books, {gift.captured_minor} taken"
    counted = sum(gift.counted_minor for gift in now.gifts)
    if now.total != counted:
        yield f"the public sum is {now.total}, and gifts count {counted}"


def _doubts(now: Seen) -> Iterator[str]:
    """Promise 1, afterwards: money of a donor whom a register names is in doubt until a person decides."""
    for gift in now.gifts:
        kept = gift.state in KEPT_STATES and gift.captured_minor > gift.refunded_minor
        if kept and gift.id in now.named - now.accepted and gift.id not in now.doubted:
            yield f"gift {gift.id} is of a group that the register names, and nobody is asked"
    stopped = {gift.email_index for gift in now.in_doubt()}
    for monthly in now.monthlies:
        if monthly.email_index in stopped and monthly.state not in {
            MonthlyState.PLEDGED,
            MonthlyState.SUSPENDED,
            MonthlyState.ENDED,
        }:
            yield f"monthly gift {monthly.id} goes on as {monthly.state} while its donor is in doubt"


def _subscriptions(now: Seen) -> Iterator[str]:
    """Promise 2: a monthly gift is one subscription, and each of its months is paid once."""
    for monthly, found in now.stripe.subscriptions.items():
        if len(found) > 1:
            yield f"monthly gift {monthly} is {len(found)} subscriptions"
    paid = Counter(
        (one["customer"], one["lines"]["data"][0]["period"]["start"])
        for one in now.stripe.invoices.values()
        if one["status"] == "paid"
    )
    yield from (
        f"{customer} paid a month {times} times" for (customer, _), times in paid.items() if times > 1
    )


def _charged_while_stopped(now: Seen, before: Seen) -> Iterator[str]:
    """Promise 1: a month is collected only while its monthly gift goes on; the row's word counts at once."""
    stood = {one.customer_id: one.state for one in before.monthlies if one.customer_id}
    paid = {one["id"] for one in before.stripe.invoices.values() if one["status"] == "paid"}
    for invoice in now.stripe.invoices.values():
        state = stood.get(invoice["customer"])
        newly = invoice["status"] == "paid" and invoice["id"] not in paid
        if newly and state is not None and state not in CHARGING:
            yield f"invoice {invoice['id']} was paid while its monthly gift was {state}"


def _rewritten(now: Seen, before: Seen) -> Iterator[str]:
    """Promise 3: history only grows."""
    gone = Counter(row.split()[0] for row in before.history - now.history)
    yield from (f"{times} rows of {table} were changed or are gone" for table, times in gone.items())


def _inbox(session: Session, told: frozenset[str]) -> Iterator[str]:
    """Promise 2: an event is written down once, however often it is delivered."""
    kept = set(session.scalars(select(WebhookEvent.event_id)))
    if kept - told:
        yield f"{len(kept - told)} events in the inbox are none that Stripe made"


def _receipts(now: Seen) -> Iterator[str]:
    """Promise 2: each gift that was taken has its receipt."""
    for gift in now.gifts:
        if gift.state in TAKEN_STATES and f"{_RECEIPT}:{gift.id}" not in now.letters:
            yield f"gift {gift.id} was taken, and has no receipt"
