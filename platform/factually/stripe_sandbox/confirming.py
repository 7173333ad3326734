"""Confirming a PaymentIntent: by which card, and whether it may be confirmed at all."""

from typing import Final

from factually.stripe_sandbox import confirmation_tokens, payment_intents, payment_methods
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.paying import Presence, pay
from factually.stripe_sandbox.payment_intents import CAPTURE_METHODS, CHANGEABLE
from factually.stripe_sandbox.shapes import Shape, boolean, choice, nested, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work


def _off_session(name: str, value: object) -> bool:
    """Accept a truth value, or why the cardholder is away."""
    return value in ("one_off", "recurring") or boolean(name, value)


_AT_CONFIRMATION = {
    "confirmation_token": text(),
    "error_on_requires_action": boolean,
    "off_session": _off_session,
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
_MOST_ATTEMPTS: Final = 25
"""Stripe names no figure for its limit of confirmations, after which it cancels the intent."""


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
    intent["_attempts"] = intent.get("_attempts", 0) + 1
    if intent["_attempts"] > _MOST_ATTEMPTS:
        raise _worn_out(work, intent)
    payment_intents.apply(work, intent, parameters)
    intent["capture_method"] = parameters.get("capture_method", intent["capture_method"])
    return _confirm(work, intent, parameters)


def _confirm(work: Work, intent: Document, parameters: Document) -> Document:
    _require_return_url(intent, parameters)
    method = _method(work, intent, parameters)
    off_session = bool(parameters.get("off_session"))
    waits = not off_session and not parameters.get("error_on_requires_action")
    return pay(work, intent, method, Presence(off_session=off_session, waits=waits))


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
        payment_methods.check_usable(method, intent["customer"])
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


def _worn_out(work: Work, intent: Document) -> ApiError:
    """Cancel an intent that was confirmed too often, as a defence against card testing."""
    payment_intents.end(work, intent, "automatic")
    error = payment_intents.unexpected_state(intent, "confirmed")
    error.keeps_work = True
    return error
