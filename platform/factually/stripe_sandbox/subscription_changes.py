"""Changing, pausing, cancelling and resuming a subscription."""

import copy
from typing import Final

from factually.stripe_sandbox import (
    alarms,
    events,
    invoice_ending,
    subscribing,
    subscription_ending,
    subscription_items,
    subscriptions,
)
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.shapes import (
    EXPAND,
    Shape,
    boolean,
    choice,
    integer,
    list_of,
    merged,
    metadata,
    nested,
    text,
    unsettable,
)
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

_DETAILS: Final = nested(
    Shape(
        {
            "comment": text(),
            "feedback": choice(
                "",
                "customer_service",
                "low_quality",
                "missing_features",
                "other",
                "switched_service",
                "too_complex",
                "too_expensive",
                "unused",
            ),
        }
    )
)
_PAUSE: Final = nested(
    Shape(
        {"behavior": choice("keep_as_draft", "mark_uncollectible", "void"), "resumes_at": integer()},
        required=("behavior",),
    )
)
UPDATE = Shape(
    {
        "cancel_at": unsettable(integer()),
        "cancel_at_period_end": boolean,
        "cancellation_details": _DETAILS,
        "default_payment_method": text(),
        "description": text(500),
        "expand": EXPAND,
        "items": list_of(nested(subscription_items.IN_CHANGE)),
        "metadata": metadata,
        "off_session": boolean,
        "pause_collection": unsettable(_PAUSE),
        "payment_behavior": choice("allow_incomplete", "error_if_incomplete"),
        "payment_settings": subscribing.PAYMENT_SETTINGS,
        "proration_behavior": choice("always_invoice", "create_prorations", "none"),
    }
)
CANCEL = Shape(
    {"cancellation_details": _DETAILS, "expand": EXPAND, "invoice_now": boolean, "prorate": boolean}
)
RESUME = Shape({"billing_cycle_anchor": choice("now", "unchanged"), "expand": EXPAND})
_ALWAYS: Final = {"cancellation_details", "expand", "metadata"}
"""What can change in any state."""
_WHILE_INCOMPLETE: Final = {*_ALWAYS, "default_payment_method", "off_session", "payment_settings"}


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/subscriptions/{subscription_exposed_id}: amounts count from the next period on.

    Raises:
        ApiError: a change that the subscription's state, or this sandbox, does not allow.
    """
    subscription = work.get("subscription", identifier)
    _check_state(subscription, set(parameters))
    before = copy.deepcopy(subscription)
    _apply_plain(work, subscription, parameters)
    if "items" in parameters:
        subscription_items.apply(work, subscription, parameters["items"])
        subscription_items.check_proration(before, subscription, parameters)
    if "pause_collection" in parameters:
        _pause(work, subscription, parameters["pause_collection"])
    _plan_end(work, subscription, parameters)
    subscriptions.tell(work, before, subscription)
    return subscription


def cancel(work: Work, parameters: Document, identifier: str) -> Document:
    """DELETE /v1/subscriptions/{subscription_exposed_id}: now; an unpaid first invoice is void with it.

    Raises:
        ApiError: it ended already, or a last invoice is wanted, which this sandbox does not make.
    """
    subscription = work.get("subscription", identifier)
    if subscription["status"] in subscriptions.ENDED:
        raise ApiError(
            f"No such subscription: '{identifier}'", status=404, code="resource_missing", param="id"
        )
    for name in ("invoice_now", "prorate"):
        if parameters.get(name):
            raise ApiError(f"This sandbox makes no prorations: leave {name} out.", param=name)
    subscription["cancellation_details"] |= _filled(parameters.get("cancellation_details", {}))
    if subscription["status"] == "incomplete":
        subscriptions.end(work, subscription, "cancellation_requested", status="incomplete_expired")
        events.emit(work, "customer.subscription.deleted", subscription)
        invoice_ending.make_void(work, work.get("invoice", subscription["latest_invoice"]))
    else:
        subscription_ending.cancel(work, subscription, "cancellation_requested")
    return subscription


def resume(work: Work, _parameters: Document, identifier: str) -> Document:
    """POST /v1/subscriptions/{subscription}/resume: of a trial that ended without a card; none does here.

    Raises:
        ApiError: always; a pause of collection ends with `pause_collection` unset.
    """
    subscription = work.get("subscription", identifier)
    raise ApiError(
        f"This subscription cannot be resumed because it has a status of {subscription['status']}; only"
        " paused subscriptions can."
    )


def _check_state(subscription: Document, changed: set[str]) -> None:
    status = subscription["status"]
    if status in subscriptions.ENDED and changed - _ALWAYS:
        raise ApiError("A canceled subscription can only update its cancellation_details and metadata.")
    if status == "incomplete" and changed - _WHILE_INCOMPLETE:
        raise ApiError(
            "You cannot change this of an incomplete subscription until its first invoice is paid:"
            f" {', '.join(sorted(changed - _WHILE_INCOMPLETE))}."
        )


def _apply_plain(work: Work, subscription: Document, parameters: Document) -> None:
    if "default_payment_method" in parameters:
        customer = work.get("customer", subscription["customer"])
        subscription["default_payment_method"] = subscribing.own_method(
            work, customer, parameters["default_payment_method"]
        )
    if "description" in parameters:
        subscription["description"] = parameters["description"] or None
    if "metadata" in parameters:
        subscription["metadata"] = merged(subscription["metadata"], parameters["metadata"])
    subscription["payment_settings"] |= parameters.get("payment_settings", {})
    subscription["cancellation_details"] |= _filled(parameters.get("cancellation_details", {}))


def _pause(work: Work, subscription: Document, pause: Document | None) -> None:
    """Set or lift a pause of collection; the status stays as it is."""
    alarms.unschedule(work, "subscription.resume_collection", subscription["id"])
    if pause is None:
        subscription["pause_collection"] = None
        return
    resumes_at = pause.get("resumes_at")
    subscription["pause_collection"] = {"behavior": pause["behavior"], "resumes_at": resumes_at}
    if resumes_at is not None:
        _check_future(work, resumes_at, "pause_collection[resumes_at]")
        alarms.schedule(work, resumes_at, "subscription.resume_collection", subscription["id"])


def _plan_end(work: Work, subscription: Document, parameters: Document) -> None:
    """Set or lift the planned end: with the period, or at a moment."""
    if "cancel_at_period_end" in parameters and "cancel_at" in parameters:
        raise ApiError(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
            param="cancel_at",
        )
    if "cancel_at_period_end" not in parameters and "cancel_at" not in parameters:
        return
    at_period_end = bool(parameters.get("cancel_at_period_end"))
    cancel_at = subscriptions.period(subscription)[1] if at_period_end else parameters.get("cancel_at")
    alarms.unschedule(work, "subscription.cancel", subscription["id"])
    subscription |= {
        "cancel_at": cancel_at,
        "cancel_at_period_end": at_period_end,
        "canceled_at": None if cancel_at is None else work.now,
    }
    subscription["cancellation_details"]["reason"] = None if cancel_at is None else "cancellation_requested"
    if cancel_at is not None and not at_period_end:
        _check_future(work, cancel_at, "cancel_at")
        alarms.schedule(work, cancel_at, "subscription.cancel", subscription["id"])


def _check_future(work: Work, moment: int, param: str) -> None:
    if moment <= work.now:
        raise ApiError("This moment must be in the future.", param=param)


def _filled(details: Document) -> Document:
    return {name: value or None for name, value in details.items()}
