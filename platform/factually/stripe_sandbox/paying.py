"""Paying: 3-D Secure where the card asks, then the charge, then hold or capture, and what follows from it."""

from dataclasses import dataclass

from factually.stripe_sandbox import (
    aftermath,
    alarms,
    charges,
    events,
    invoice_settling,
    payment_intents,
    payment_methods,
)
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import random_text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work


@dataclass(frozen=True)
class Presence:
    """Whether the cardholder is away, and whether the bank's question may stay open until they answer it."""

    off_session: bool
    waits: bool


def pay(work: Work, intent: Document, method: Document, presence: Presence) -> Document:
    """Ask the card for an intent's amount, and its bank for the cardholder where it wants to.

    Raises:
        ApiError: 402 where the card is declined, or where nobody can answer the bank; the intent stays.
    """
    card = payment_methods.card_of(method)
    intent["_off_session"] = presence.off_session
    if card.lookup_fails:
        raise _failed(work, intent, method, _card_error("card_declined", "generic_decline"))
    if not _asks_for_authentication(method, intent, presence):
        return _charge(work, intent, method, authenticated=False)
    if not presence.waits:
        raise _failed(
            work,
            intent,
            method,
            _card_error(
                "authentication_required",
                "authentication_required",
                "Your card was declined. This transaction requires authentication.",
            ),
        )
    _ask(work, intent)
    return intent


def _ask(work: Work, intent: Document) -> None:
    intent |= {
        "status": "requires_action",
        "last_payment_error": None,
        "next_action": {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {
                "source": f"src_{random_text(24)}",
                "three_d_secure_2_source": f"src_{random_text(24)}",
                "type": "stripe_3ds2_fingerprint",
            },
        },
    }
    work.records.save(intent)
    events.emit(work, "payment_intent.requires_action", intent)
    _tell_invoice(work, intent)


def charge_saved_card(work: Work, intent: Document, method_id: str, *, off_session: bool = True) -> Document:
    """Confirm an intent with a customer's saved card, as an invoice does.

    The intent is `succeeded` then, `requires_payment_method` after a decline (which is no error here), or
    `requires_action` where the bank asks for the cardholder.

    Raises:
        ApiError: the card is detached, or another customer's.
    """
    method = work.get("payment_method", method_id, param="payment_method")
    payment_intents.use_method(intent, method)
    try:
        return pay(work, intent, method, Presence(off_session=off_session, waits=True))
    except ApiError as declined:
        if not declined.keeps_work:
            raise
        return intent


def authenticate(work: Work, intent: Document, *, passed: bool) -> Document:
    """Take the cardholder's answer to 3-D Secure, from the stand-in's dialog.

    Raises:
        ApiError: no answer is awaited, authentication failed, or the charge was declined after it.
    """
    if intent["status"] != "requires_action":
        raise payment_intents.unexpected_state(intent, "authenticated")
    method = work.get("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if passed:
        return _charge(work, intent, method, authenticated=True)
    raise _failed(
        work,
        intent,
        method,
        ApiError(
            "We are unable to authenticate your payment method. Please choose a different payment method"
            " and try again.",
            code="payment_intent_authentication_failure",
        ),
    )


def _asks_for_authentication(method: Document, intent: Document, presence: Presence) -> bool:
    card = payment_methods.card_of(method)
    if card.authentication == "always":
        return True
    if card.authentication == "on_session":
        return not presence.off_session
    if card.authentication == "until_set_up":
        return not presence.off_session or not method.get("_set_up")
    requested = intent["payment_method_options"]["card"]["request_three_d_secure"]
    return requested == "challenge" and card.supports_3ds and not presence.off_session


def _charge(work: Work, intent: Document, method: Document, *, authenticated: bool) -> Document:
    charge = charges.attempt(work, intent, method, authenticated=authenticated)
    intent["latest_charge"] = charge["id"]
    decline = payment_methods.card_of(method).decline
    if decline is not None:
        events.emit(work, "charge.failed", charge)
        error = _card_error(decline.code, decline.decline_code, decline.message)
        error.attached["charge"] = charge["id"]
        raise _failed(work, intent, method, error)
    if intent["setup_future_usage"] and intent["customer"]:
        method["_set_up"] = authenticated or bool(method.get("_set_up"))
        new = method["customer"] is None
        payment_methods.attach(work, method, intent["customer"])
        if new:
            events.emit(work, "payment_method.attached", method)
    intent |= {"last_payment_error": None, "next_action": None}
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        capture_before = charge["payment_method_details"]["card"]["capture_before"]
        alarms.schedule(work, capture_before, payment_intents.LAPSE, intent["id"])
        work.records.save(intent)
        events.emit(work, "charge.succeeded", charge)
        events.emit(work, "payment_intent.amount_capturable_updated", intent)
        return intent
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    work.records.save(intent)
    _book_automatic(work, intent, charge)
    return intent


def _book_automatic(work: Work, intent: Document, charge: Document) -> None:
    """Book at once, or, for `automatic_async`, tell of the charge first and of its booking after."""
    if intent["capture_method"] == "automatic":
        charges.book(work, charge)
    events.emit(work, "charge.succeeded", charge)
    events.emit(work, "payment_intent.succeeded", intent)
    if intent["capture_method"] == "automatic_async":
        charges.book(work, charge)
        events.emit(work, "charge.updated", charge, {"balance_transaction": None})
    _tell_invoice(work, intent)
    aftermath.follow(work, charge)


def _tell_invoice(work: Work, intent: Document) -> None:
    """Let the invoice that an intent pays hear how it went."""
    if intent.get("_invoice"):
        invoice_settling.follow(work, intent)


def _failed(work: Work, intent: Document, method: Document, error: ApiError) -> ApiError:
    """Put an intent back to its start with the error on it; the error carries intent and card."""
    error.attached["payment_method"] = method
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_payment_error": error.body(),
    }
    work.records.save(intent)
    events.emit(work, "payment_intent.payment_failed", intent)
    _tell_invoice(work, intent)
    error.attached["payment_intent"] = intent
    error.keeps_work = True
    return error


def _card_error(code: str, decline_code: str, message: str = "Your card was declined.") -> ApiError:
    return ApiError(
        message,
        status=402,
        type="card_error",
        code=code,
        decline_code=decline_code if code in ("card_declined", "authentication_required") else None,
    )
