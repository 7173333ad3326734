"""The part of the payment suite on monthly gifts: what the promise rests on is that drafts wait for us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.donations.gateway import RefundOrder
from factually.donations.monthly.gateway import SetupOrder, SubscriptionChange, SubscriptionOrder
from factually.donations.monthly.snapshots import Collection, InvoiceStatus, SetupStatus
from factually.serving.diagnosis.payment_trial import AMOUNT, NotAsExpected

if TYPE_CHECKING:
    from factually.donations.monthly.snapshots import SubscriptionSnapshot
    from factually.serving.diagnosis.payment_trial import PaymentTrial


def try_monthly(trial: PaymentTrial) -> str:
    """Save a card, begin to give with it, let the next invoices wait, give the month back, and end it.

    Raises:
        NotAsExpected: An exchange ended elsewhere than it must.
        GatewayError: There was no usable answer.
    """
    stripe = trial.gateway.monthly
    customer = stripe.customer(f"doctor-{trial.run}", idempotency_key=trial.key("customer"))
    try:
        begun = _begin(trial, customer)
        change = SubscriptionChange(
            amount=AMOUNT,
            payment_method_id=begun.payment_method_id or "",
            collection=Collection.KEEP_AS_DRAFT,
            idempotency_key=trial.key("monthly change"),
        )
        stripe.change(begun, change)
        kept = stripe.subscription(begun.id).collection
        if kept != Collection.KEEP_AS_DRAFT:
            raise NotAsExpected(f"Later months would be collected without us: invoices are {kept}.")
        stripe.end(begun.id, idempotency_key=trial.key("monthly end"))
        if not stripe.subscription(begun.id).is_over:
            raise NotAsExpected("A subscription that was ended goes on.")
    finally:
        stripe.forget_customer(customer, idempotency_key=trial.key("customer gone"))
    return "A card is saved and pays a month, later months wait for us as drafts, and an end is an end."


def _begin(trial: PaymentTrial, customer: str) -> SubscriptionSnapshot:
    """Begin a subscription, and give its first month back."""
    stripe = trial.gateway.monthly
    setup = stripe.save_card(
        SetupOrder(
            customer_id=customer,
            gift_id=None,
            confirmation_token=trial.order("monthly").confirmation_token,
            idempotency_key=trial.key("setup"),
        )
    )
    if setup.status is not SetupStatus.SUCCEEDED or setup.payment_method_id is None:
        raise NotAsExpected(f"A card that must be saved is {setup.status}.")
    begun = stripe.subscribe(
        SubscriptionOrder(
            monthly_id=f"doctor-{trial.run}",
            customer_id=customer,
            payment_method_id=setup.payment_method_id,
            amount=AMOUNT,
            idempotency_key=trial.key("subscribe"),
        )
    )
    invoice = stripe.invoice(begun.invoice_id or "")
    if invoice.status is not InvoiceStatus.PAID or invoice.intent_id is None:
        raise NotAsExpected(f"The first month is {invoice.status}, and must be paid.")
    trial.gateway.refund(
        RefundOrder(
            refund_id=f"{trial.run}-monthly",
            intent_id=invoice.intent_id,
            amount=AMOUNT.minor,
            idempotency_key=trial.key("monthly refund"),
        )
    )
    return begun
