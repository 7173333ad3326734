"""Deleting a customer: the subscriptions end and the cards go with the details."""

from factually.stripe_sandbox import customers, events, saved_cards, subscription_ending
from factually.stripe_sandbox.shapes import Shape
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

DELETE = Shape({})


def delete(work: Work, _parameters: Document, identifier: str) -> Document:
    """DELETE /v1/customers/{customer}: the id stays known as deleted."""
    customers.living(work, identifier)
    own = Selection(equal={"customer": identifier})
    for subscription in work.records.select("subscription", own):
        if not subscription["_ended"]:
            subscription_ending.cancel(work, subscription, "cancellation_requested")
    for method in work.records.select("payment_method", own):
        saved_cards.detach(work, {}, method["id"])
    customer = work.get("customer", identifier)
    stub: Document = {"id": identifier, "object": "customer", "deleted": True}
    work.records.save(stub)
    events.emit(work, "customer.deleted", customer)
    return stub
