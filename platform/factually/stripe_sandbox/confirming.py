"""Confirming a PaymentIntent: 3-D Secure where the card asks, then the charge, then hold or capture."""

from dataclasses import dataclass

from factually.stripe_sandbox import charges, confirmation_tokens, events, payment_intents, payment_methods
from factually.stripe_sandbox.cards import Card
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import random_text
from factually.stripe_sandbox.payment_intents import CAPTURE_METHODS, CHANGEABLE
from factually.stripe_sandbox.shapes import Shape, boolean, choice, nested, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

_AT_CONFIRMATION = {
    "confirmation_token": text(),
    "error_on_requires_action": boolean,
    "off_session": boolean,
    "return_url": text(),
    "use_stripe_sdk": boolean,
}
CREATE = Shape(
    {
        **CHANGEABLE,
        **_AT_CONFIRMATION,
        "automatic_payment_methods": nested(
            Shape({"enabled": boolean, "allow_redirects": choice("always", "never")}, required=("enabled",))
        ),
        "capture_method": choice(*CAPTURE_METHODS),
        "confirm": boolean,
        "confirmation_method": choice("automatic"),
    },
    required=("amount", "currency"),
)
CONFIRM = Shape(
    {
        **{
            name: reader
            for name, reader in CHANGEABLE.items()
            if name
            in (
                "expand",
                "payment_method",
                "payment_method_options",
                "allowed_payment_method_types",
                "receipt_email",
                "setup_future_usage",
                "shipping",
            )
        },
        **_AT_CONFIRMATION,
        "capture_method": choice(*CAPTURE_METHODS),
        "client_secret": text(),
    }
)
_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


@dataclass(frozen=True)
class _Presence:
    off_session: bool
    error_on_requires_action: bool


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/payment_intents, confirmed at once where asked.

    Raises:
        ApiError: 402 with the intent where the card is declined; the intent stays.
    """
    if not parameters.get("confirm"):
        for name in ("confirmation_token", "error_on_requires_action", "off_session", "return_url"):
            if name in parameters:
                raise ApiError(f"You can only set `{name}` when `confirm` is true.", param=name)
    intent = payment_intents.build(work, parameters)
    return _confirm(work, intent, parameters) if parameters.get("confirm") else intent


def confirm(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/payment_intents/{intent}/confirm.

    Raises:
        ApiError: not confirmable now, or 402 where the card is declined.
    """
    intent = work.get("payment_intent", identifier)
    if intent["status"] not in _CONFIRMABLE:
        raise payment_intents.unexpected_state(intent, "confirmed")
    if "client_secret" in parameters:
        payment_intents.check_client_secret(intent, parameters["client_secret"])
    payment_intents.apply(work, intent, parameters)
    intent["capture_method"] = parameters.get("capture_method", intent["capture_method"])
    return _confirm(work, intent, parameters)


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


def _confirm(work: Work, intent: Document, parameters: Document) -> Document:
    _require_return_url(intent, parameters)
    method = _method(work, intent, parameters)
    card = payment_methods.card_of(method)
    presence = _Presence(
        off_session=bool(parameters.get("off_session")),
        error_on_requires_action=bool(parameters.get("error_on_requires_action")),
    )
    if card.lookup_fails:
        raise _failed(work, intent, method, _card_error("card_declined", "generic_decline"))
    if not _asks_for_authentication(card, intent, presence):
        return _charge(work, intent, method, authenticated=False)
    if presence.off_session or presence.error_on_requires_action:
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
    return intent


def _method(work: Work, intent: Document, parameters: Document) -> Document:
    token = parameters.get("confirmation_token")
    if token:
        if "payment_method" in parameters:
            raise ApiError(
                "You may only specify one of these parameters: confirmation_token, payment_method.",
                param="confirmation_token",
            )
        method = confirmation_tokens.consume(work, token, intent)
        payment_intents.use_method(intent, method)
    elif intent["payment_method"] is None:
        raise ApiError(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
            attached={"payment_intent": intent},
        )
    else:
        method = work.get("payment_method", intent["payment_method"])
    return method


def _require_return_url(intent: Document, parameters: Document) -> None:
    automatic = intent["automatic_payment_methods"]
    if (
        automatic
        and automatic["enabled"]
        and automatic["allow_redirects"] == "always"
        and not parameters.get("return_url")
    ):
        raise ApiError(
            "This PaymentIntent accepts payment methods that might redirect your customer, so you must"
            " provide a `return_url`, set `automatic_payment_methods[allow_redirects]` to `never`, or name"
            " `allowed_payment_method_types`.",
            param="return_url",
        )


def _asks_for_authentication(card: Card, intent: Document, presence: _Presence) -> bool:
    if card.authentication == "always":
        return True
    if card.authentication == "on_session":
        return not presence.off_session
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
        payment_methods.attach(work, method, intent["customer"])
        events.emit(work, "payment_method.attached", method)
    intent |= {"last_payment_error": None, "next_action": None}
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
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
