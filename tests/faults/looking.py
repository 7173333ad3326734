"""What must hold of gifts, letters, books and jobs after any faults: here, and beside what Stripe says.

Nothing here knows the story: each look takes whatever gifts there are (DESIGN 2, promises 1 and 2).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, text

from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.models import Gift
from factually.donations.monthly.lifecycle import MonthlyState
from factually.donations.monthly.models import MonthlyGift
from factually.donations.reconciliation.running import Reconciliation
from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from tests.support.clock import FrozenClock

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from factually.foundation.database import Database
    from tests.faults.outside import Outside
    from tests.support.mail_server import ReceivingServer

_IN_FLIGHT_NO_MORE: Final = timedelta(minutes=30)
_ENDED: Final = {"succeeded", "canceled"}
_STANDING: Final = {"succeeded", "pending", "requires_action"}
_STUCK: Final = {
    "events without their work": "SELECT count(*) FROM webhook_event WHERE processed_at IS NULL",
    "calls without an answer": "SELECT count(*) FROM payment_attempt WHERE outcome IS NULL",
    "refunds on their way": "SELECT count(*) FROM refund WHERE state IN ('proposed', 'approved')",
    "answers to banks not sent": "SELECT count(*) FROM dispute_answer WHERE state <> 'sent'",
    "monthly gifts with news for Stripe": (
        "SELECT count(*) FROM monthly_gift WHERE synced_revision < revision"
    ),
    "other cards without an answer": "SELECT count(*) FROM card_entry WHERE outcome IS NULL",
    "jobs not done": "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('doing', 'failed')",
}
_STUCK_MAIL: Final = {
    "letters that wait": (
        "SELECT count(*) FROM outgoing_letter WHERE sent_at IS NULL AND undeliverable_at IS NULL"
    ),
}
_CLEARED: Final = text(
    """
    SELECT gift_id FROM screening
    WHERE outcome = 'allow' AND stage NOT IN ('before_authorisation', 'rescreening')
    UNION SELECT gift_id FROM gift_decision WHERE verdict = 'accept'
    """
)
_ODD: Final = text(
    "SELECT DISTINCT event FROM journal_entry "
    "WHERE event IN ('gift.contradicted', 'gift.stray_intent', 'gift.capture_stopped', "
    "'monthly.strange_invoice')"
)
_OVER: Final = {"canceled", "incomplete_expired"}
_UNPAID: Final = {"draft", "open", "uncollectible"}
_WAITS_AS: Final = {MonthlyState.PAUSED: "void", MonthlyState.SUSPENDED: "void"}
"""What Stripe does with new invoices of a monthly gift that is not charged; of others it keeps drafts."""


@dataclass(frozen=True)
class AtStripe:
    """All that Stripe has of our gifts.

    Attributes:
        intents: By the gift that they name, those of invoices by the invoice that they pay.
        refunds: By charge.
        disputes: By charge.
        subscriptions: By the monthly gift that they name.
        invoices: By their ids.
        cards: Those that are kept to be charged, by customer.
    """

    intents: Mapping[str, Sequence[dict[str, Any]]]
    refunds: Mapping[str, Sequence[dict[str, Any]]]
    disputes: Mapping[str, Sequence[dict[str, Any]]]
    subscriptions: Mapping[str, Sequence[dict[str, Any]]]
    invoices: Mapping[str, dict[str, Any]]
    cards: Mapping[str, Sequence[dict[str, Any]]]

    def payments(self, gift: Gift) -> Sequence[dict[str, Any]]:
        """Return the intents of a gift, whether they name it or pay its month's invoice."""
        named = self.intents.get(str(gift.id), ())
        return (*named, *self.intents.get(gift.invoice_id or "", ()))

    def charged(self, gift: Gift) -> int:
        """Cents that Stripe took for a gift, by whatever intents."""
        return sum(intent["amount_received"] for intent in self.payments(gift))

    def given_back(self, gift: Gift) -> int:
        """Cents of a gift that went back; Stripe words the release of a hold as a refund too."""
        if self.charged(gift) == 0:
            return 0
        refunds = self.refunds.get(gift.charge_id or "", ())
        return sum(one["amount"] for one in refunds if one["status"] in _STANDING)


def look_at_stripe(outside: Outside) -> AtStripe:
    """Fetch all that Stripe has."""
    paid_by = {one["payment"]["payment_intent"]: one["invoice"] for one in outside.all_of("invoice_payments")}
    return AtStripe(
        intents=_grouped(
            outside.all_of("payment_intents"),
            lambda one: paid_by.get(one["id"]) or one["metadata"].get("gift", "none"),
        ),
        subscriptions=_grouped(
            outside.all_of("subscriptions?status=all"), lambda one: one["metadata"].get("monthly", "none")
        ),
        invoices={one["id"]: one for one in outside.all_of("invoices")},
        cards=_grouped(
            [one for one in outside.all_of("payment_methods") if one["customer"] is not None],
            lambda one: one["customer"],
        ),
        refunds=_grouped(outside.all_of("refunds"), lambda one: one["charge"]),
        disputes=_grouped(outside.all_of("disputes"), lambda one: one["charge"]),
    )


def wrong_money(session: Session, stripe: AtStripe) -> Iterator[str]:
    """Say which gifts Stripe and we tell differently, and what was taken without a recorded yes."""
    gifts = session.scalars(select(Gift).order_by(Gift.created_at, Gift.id)).all()
    cleared = ever_cleared(session)
    known = {str(gift.id) for gift in gifts} | {gift.invoice_id for gift in gifts}
    for unknown in stripe.intents.keys() - known:
        # A month that is left out has an invoice, which is void, and no gift.
        left_out = unknown in stripe.invoices
        if not left_out or any(one["status"] != "canceled" for one in stripe.intents[unknown]):
            yield f"Stripe has a payment for {unknown}, which is no gift or month of ours"
    for gift in gifts:
        name = f"gift {gift.public_id}"
        living = [one for one in stripe.payments(gift) if one["status"] != "canceled"]
        if len(living) > 1:
            yield f"{name}: {len(living)} payments at Stripe"
        if stripe.charged(gift) != gift.captured_minor:
            yield f"{name}: Stripe took {stripe.charged(gift)}, we say {gift.captured_minor}"
        if stripe.given_back(gift) != gift.refunded_minor:
            yield f"{name}: Stripe gave back {stripe.given_back(gift)}, we say {gift.refunded_minor}"
        taken = gift.state in TAKEN_STATES
        if taken != (gift.captured_minor > 0):
            yield f"{name}: {gift.state} with {gift.captured_minor} taken"
        if taken and gift.id not in cleared:
            yield f"{name}: taken without a recorded yes"
        yield from _wrong_end(gift, stripe)


def ever_cleared(session: Session) -> set[uuid.UUID]:
    """Return the gifts that the rules allowed once their card was known, or that a person accepted.

    Also those that came into doubt after they were taken.
    """
    return set(session.execute(_CLEARED).scalars())


def _wrong_end(gift: Gift, stripe: AtStripe) -> Iterator[str]:
    """Compare a gift's state with the one that Stripe's objects stand for."""
    disputes = {one["status"] for one in stripe.disputes.get(gift.charge_id or "", ())}
    for bank, state in (("won", GiftState.WON), ("lost", GiftState.LOST)):
        if (bank in disputes) != (gift.state == state):
            yield f"gift {gift.public_id}: {gift.state}, and the bank's disputes are {sorted(disputes)}"


def left_open(stripe: AtStripe) -> Iterator[str]:
    """Say which payments and invoices still stand open at Stripe once all is over."""
    for gift_id, intents in stripe.intents.items():
        for intent in intents:
            if intent["status"] not in _ENDED:
                yield f"gift {gift_id}: left open at Stripe as {intent['status']}"
    for invoice in stripe.invoices.values():
        if invoice["status"] in _UNPAID:
            yield f"invoice {invoice['id']}: left {invoice['status']} at Stripe"


def wrong_subscriptions(session: Session, stripe: AtStripe) -> Iterator[str]:
    """Say what Stripe and we tell differently of monthly gifts: whether they go on, how much, what card."""
    monthlies = session.scalars(select(MonthlyGift).order_by(MonthlyGift.created_at, MonthlyGift.id)).all()
    for unknown in stripe.subscriptions.keys() - {str(monthly.id) for monthly in monthlies}:
        yield f"Stripe has a subscription for {unknown}, which is no monthly gift of ours"
    going_on = {monthly.customer_id for monthly in monthlies if monthly.state != MonthlyState.ENDED}
    for customer in stripe.cards.keys() - going_on:
        yield f"customer {customer}: a card is kept for nothing"
    for monthly in monthlies:
        name = f"monthly gift {monthly.public_id}"
        found = stripe.subscriptions.get(str(monthly.id), ())
        if [one["id"] for one in found] != [monthly.subscription_id] * (monthly.subscription_id is not None):
            yield f"{name}: {len(found)} subscriptions at Stripe"
        for subscription in found:
            wanted, told = _wanted_of(monthly), _told_of(subscription)
            if wanted != told:
                yield f"{name}: {wanted} here, {told} at Stripe"


def _wanted_of(monthly: MonthlyGift) -> tuple[object, ...] | None:
    """What a subscription must be: None for ended, otherwise amount, card, and what becomes of invoices."""
    state = MonthlyState(monthly.state)
    if state is MonthlyState.ENDED:
        return None
    return monthly.amount_minor, monthly.payment_method_id, _WAITS_AS.get(state, "keep_as_draft")


def _told_of(subscription: dict[str, Any]) -> tuple[object, ...] | None:
    if subscription["status"] in _OVER:
        return None
    (item,) = subscription["items"]["data"]
    pause = subscription["pause_collection"] or {}
    return item["price"]["unit_amount"], subscription["default_payment_method"], pause.get("behavior")


def stuck(session: Session, *, mail: bool = True) -> Iterator[str]:
    """Say what waits for something that will never come; letters only where they are sent."""
    for what, query in (_STUCK | (_STUCK_MAIL if mail else {})).items():
        count = session.execute(text(query)).scalar_one()
        if count:
            yield f"{count} {what}"
    for event in session.execute(_ODD).scalars():
        yield f"the journal tells of {event}"


def wrong_mail(session: Session, mail: ReceivingServer) -> Iterator[str]:
    """Say which letters came never, or as two that no mail program takes for one."""
    arrived = Counter(letter["Message-ID"] for letter in mail.received)
    written = session.execute(text("SELECT count(*) FROM outgoing_letter")).scalar_one()
    if len(arrived) != written:
        yield f"{len(arrived)} letters arrived, {written} were written"


def wrong_books(database: Database, outside: Outside) -> list[str]:
    """Reconcile, and say what differed: the books must be right before anybody mends them."""
    account = StripeAccount(
        secret_key=outside.environment["STRIPE_SECRET_KEY"],
        webhook_secret=outside.webhook_secret,
        sandbox_address=outside.environment["STRIPE_SANDBOX_URL"],
        production=False,
    )
    clock = FrozenClock(outside.now() + _IN_FLIGHT_NO_MORE)
    report = Reconciliation(database=database, gateway=StripeGateway(account), clock=clock).run()
    return [difference.sentence for difference in report.differences]


def _grouped(
    found: Sequence[dict[str, Any]], key: Callable[[dict[str, Any]], str]
) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in found:
        groups[key(one)].append(one)
    return dict(groups)
