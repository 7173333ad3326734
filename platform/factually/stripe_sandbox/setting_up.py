"""Confirming a SetupIntent: the card is checked, authenticated where its bank asks, and attached."""

from typing import Final

from factually.stripe_sandbox import (
    confirmation_tokens,
    events,
    payment_methods,
    setup_attempts,
    setup_intents,
)
from factually.stripe_sandbox.cards import Card, Decline
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import random_text
from factually.stripe_sandbox.setup_attempts import Outcome
from factually.stripe_sandbox.setup_intents import CHANGEABLE
from factually.stripe_sandbox.shapes import Reader, Shape, boolean, choice, integer, nested, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

_ONLINE = nested(Shape({"ip_address": text(), "user_agent": text()}))
_ACCEPTANCE = nested(
    Shape(
        {"accepted_at": integer(), "online": _ONLINE, "type": choice("online", "offline")}, required=("type",)
    )
)
_AT_CONFIRMATION: Final[dict[str, Reader]] = {
    "confirmation_token": text(),
    "mandate_data": nested(Shape({"customer_acceptance": _ACCEPTANCE}, required=("customer_acceptance",))),
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
        "confirm": boolean,
        "usage": choice("off_session", "on_session"),
    }
)
CONFIRM = Shape(
    {
        **{
            name: CHANGEABLE[name]
            for name in ("allowed_payment_method_types", "expand", "payment_method", "payment_method_options")
        },
        **_AT_CONFIRMATION,
        "client_secret": text(),
    }
)
_LOOKUP: Final = Decline("card_declined", "generic_decline", "Your card was declined.")


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/setup_intents, confirmed at once where asked.

    Raises:
        ApiError: 402 with the intent where the card is declined; the intent stays.
    """
    if not parameters.get("confirm"):
        for name in ("confirmation_token", "mandate_data", "return_url"):
            if name in parameters:
                raise ApiError(f"You can only set `{name}` when `confirm` is true.", param=name)
    intent = setup_intents.build(work, parameters)
    return _confirm(work, intent, parameters) if parameters.get("confirm") else intent


def confirm(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/setup_intents/{intent}/confirm.

    Raises:
        ApiError: not confirmable now, or 402 where the card is declined.
    """
    intent = work.get("setup_intent", identifier)
    if intent["status"] not in setup_intents.OPEN:
        raise setup_intents.unexpected_state(intent, "confirmed")
    if "client_secret" in parameters:
        setup_intents.check_client_secret(intent, parameters["client_secret"])
    setup_intents.apply(work, intent, parameters)
    return _confirm(work, intent, parameters)


def authenticate(work: Work, intent: Document, *, passed: bool) -> Document:
    """Take the cardholder's answer to 3-D Secure, from the stand-in's dialog.

    Raises:
        ApiError: no answer is awaited, authentication failed, or the bank declined the card after it.
    """
    if intent["status"] != "requires_action":
        raise setup_intents.unexpected_state(intent, "authenticated")
    method = work.get("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if passed:
        return _finish(work, intent, method, authenticated=True)
    raise _failed(
        work,
        intent,
        method,
        ApiError(
            "We are unable to authenticate your payment method. Please choose a different payment method"
            " and try again.",
            code="setup_intent_authentication_failure",
        ),
    )


def _confirm(work: Work, intent: Document, parameters: Document) -> Document:
    _require_return_url(intent, parameters)
    method = _method(work, intent, parameters)
    card = payment_methods.card_of(method)
    if card.lookup_fails:
        raise _declined(work, intent, method, _LOOKUP)
    if not _asks_for_authentication(card, intent):
        return _finish(work, intent, method, authenticated=False)
    intent |= {
        "status": "requires_action",
        "last_setup_error": None,
        "latest_attempt": setup_attempts.record(work, intent, method, Outcome("requires_action"))["id"],
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
    events.emit(work, "setup_intent.requires_action", intent)
    return intent


def _require_return_url(intent: Document, parameters: Document) -> None:
    automatic = intent["automatic_payment_methods"]
    if automatic is None or not automatic["enabled"] or automatic["allow_redirects"] == "never":
        return
    if not parameters.get("return_url"):
        raise ApiError(
            "This SetupIntent accepts payment methods that might redirect your customer, so you must"
            " provide a `return_url`, set `automatic_payment_methods[allow_redirects]` to `never`, or name"
            " `allowed_payment_method_types`.",
            param="return_url",
        )


def _method(work: Work, intent: Document, parameters: Document) -> Document:
    token = parameters.get("confirmation_token")
    if not token:
        if intent["payment_method"] is None:
            raise ApiError(
                "You cannot confirm this SetupIntent because it's missing a payment method.",
                code="setup_intent_unexpected_state",
                attached={"setup_intent": intent},
            )
        return work.get("payment_method", intent["payment_method"])
    if "payment_method" in parameters:
        raise ApiError(
            "You may only specify one of these parameters: confirmation_token, payment_method.",
            param="confirmation_token",
        )
    method = confirmation_tokens.consume(work, token, intent)
    setup_intents.use_method(intent, method)
    return method


def _asks_for_authentication(card: Card, intent: Document) -> bool:
    # A set-up has the cardholder there, so a card that spares them only off session asks too.
    if card.authentication != "none":
        return True
    requested = intent["payment_method_options"]["card"]["request_three_d_secure"]
    return requested == "challenge" and card.supports_3ds


def _finish(work: Work, intent: Document, method: Document, *, authenticated: bool) -> Document:
    """Let the bank check the card; a good one is attached to the customer and may be charged off session."""
    decline = payment_methods.card_of(method).setup_decline
    if decline is not None:
        raise _declined(work, intent, method, decline)
    method["_set_up"] = True
    work.records.save(method)
    attempt = setup_attempts.record(work, intent, method, Outcome("succeeded", authenticated=authenticated))
    intent |= {
        "status": "succeeded",
        "last_setup_error": None,
        "latest_attempt": attempt["id"],
        "next_action": None,
    }
    work.records.save(intent)
    if intent["customer"] and method["customer"] is None:
        payment_methods.attach(work, method, intent["customer"])
        events.emit(work, "payment_method.attached", method)
    events.emit(work, "setup_intent.succeeded", intent)
    return intent


def _declined(work: Work, intent: Document, method: Document, decline: Decline) -> ApiError:
    error = ApiError(
        decline.message,
        status=402,
        type="card_error",
        code=decline.code,
        decline_code=decline.decline_code if decline.code == "card_declined" else None,
    )
    return _failed(work, intent, method, error)


def _failed(work: Work, intent: Document, method: Document, error: ApiError) -> ApiError:
    """Put an intent back to its start with the error on it; the error carries intent and card."""
    error.attached["payment_method"] = method
    attempt = setup_attempts.record(work, intent, method, Outcome("failed", error.body()))
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_setup_error": error.body(),
        "latest_attempt": attempt["id"],
    }
    work.records.save(intent)
    events.emit(work, "setup_intent.setup_failed", intent)
    error.attached["setup_intent"] = intent
    error.keeps_work = True
    return error
