"""ConfirmationTokens: a card's facts, readable by the server before anything is charged; good for one use."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from factually.stripe_sandbox import payment_methods
from factually.stripe_sandbox.cards import BY_NUMBER, Card, passes_luhn
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.shapes import (
    BILLING_DETAILS,
    EXPAND,
    SHIPPING,
    Shape,
    choice,
    metadata,
    nested,
    text,
)
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

LIFETIME: Final = 12 * 3600
"""Seconds until a token expires; Stripe's pages name 12 hours and 15 minutes, so read `expires_at`."""

RETRIEVE = Shape({"expand": EXPAND})
CREATE_TEST = Shape(
    {
        "expand": EXPAND,
        "payment_method": text(),
        "payment_method_data": nested(
            Shape(
                {
                    "type": choice("card"),
                    "billing_details": BILLING_DETAILS,
                    "allow_redisplay": choice("always", "limited", "unspecified"),
                    "metadata": metadata,
                },
                required=("type",),
            )
        ),
        "return_url": text(),
        "setup_future_usage": choice("off_session", "on_session"),
        "shipping": SHIPPING,
    }
)


@dataclass(frozen=True)
class CardEntry:
    """What a person typed into the card fields; the number lives no longer than this object."""

    number: str
    month: int
    year: int
    cvc: str

    def card(self, now: int) -> Card:
        """Check the fields and give the test card they name.

        Raises:
            ApiError: 402 card errors with Stripe's codes; `test_mode_live_card` for a number that is no
                test card, which is never stored.
        """
        if not self.number.isascii() or not self.number.isdigit() or not passes_luhn(self.number):
            raise _refused("incorrect_number", "Your card number is invalid.", "number")
        card = BY_NUMBER.get(self.number)
        if card is None:
            raise ApiError(
                "Your card was declined. This is the Stripe sandbox: use a test card such as"
                " 4242 4242 4242 4242.",
                status=402,
                type="card_error",
                code="card_declined",
                decline_code="test_mode_live_card",
                param="number",
            )
        if not 1 <= self.month <= 12:  # noqa: PLR2004 - the months of a year
            raise _refused("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
        if (self.year, self.month) < _year_and_month(now):
            raise _refused("invalid_expiry_year", "Your card's expiration year is in the past.", "exp_year")
        if not self.cvc.isdigit() or len(self.cvc) != (4 if card.brand == "amex" else 3):
            raise _refused("invalid_cvc", "Your card's security code is invalid.", "cvc")
        return card


@dataclass(frozen=True)
class TokenFacts:
    """What comes with the card: who pays, and how the card may be used later."""

    billing_details: Document = field(default_factory=dict)
    setup_future_usage: str | None = None
    return_url: str | None = None
    shipping: Document | None = None


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/confirmation_tokens/{confirmation_token}."""
    return work.get("confirmation_token", identifier)


def create_test(work: Work, parameters: Document) -> Document:
    """POST /v1/test_helpers/confirmation_tokens: a token without a browser."""
    data = parameters.get("payment_method_data") or {}
    facts = TokenFacts(
        billing_details=data.get("billing_details") or {},
        setup_future_usage=parameters.get("setup_future_usage"),
        return_url=parameters.get("return_url"),
        shipping=parameters.get("shipping"),
    )
    card = payment_methods.named_card(parameters.get("payment_method", "pm_card_visa"))
    return create(work, card, facts, expires=payment_methods.test_expiry(work.now))


def create(work: Work, card: Card, facts: TokenFacts, *, expires: tuple[int, int]) -> Document:
    """Make a token for a checked card; no event tells of it, as with Stripe."""
    token: Document = {
        "id": new_id("ctoken"),
        "object": "confirmation_token",
        "created": work.now,
        "expires_at": work.now + LIFETIME,
        "livemode": False,
        "mandate_data": None,
        "payment_intent": None,
        "payment_method_options": {"card": {"cvc_token": None}},
        "payment_method_preview": {
            "allow_redisplay": "unspecified",
            "billing_details": payment_methods.full_billing_details(facts.billing_details),
            "card": payment_methods.card_facts(card, facts.billing_details, expires=expires),
            "customer": None,
            "customer_account": None,
            "type": "card",
        },
        "return_url": facts.return_url,
        "setup_future_usage": facts.setup_future_usage,
        "setup_intent": None,
        "shipping": facts.shipping,
        "use_stripe_sdk": True,
        "_number": card.number,
    }
    work.records.save(token)
    return token


def consume(work: Work, identifier: str, intent: Document) -> Document:
    """Spend a token on a PaymentIntent or SetupIntent and give the PaymentMethod made of it.

    Raises:
        ApiError: no such token, spent already, or expired.
    """
    token = work.get("confirmation_token", identifier, param="confirmation_token")
    if token["payment_intent"] is not None or token["setup_intent"] is not None:
        raise ApiError(
            f"This ConfirmationToken ({identifier}) has already been used and cannot be used again.",
            param="confirmation_token",
        )
    if token["expires_at"] <= work.now:
        raise ApiError(f"This ConfirmationToken ({identifier}) has expired.", param="confirmation_token")
    token[intent["object"]] = intent["id"]
    work.records.save(token)
    preview = token["payment_method_preview"]
    if token["setup_future_usage"] and intent["object"] == "payment_intent":
        intent["setup_future_usage"] = token["setup_future_usage"]
    return payment_methods.build(
        work,
        BY_NUMBER[token["_number"]],
        preview["billing_details"],
        expires=(preview["card"]["exp_month"], preview["card"]["exp_year"]),
    )


def _refused(code: str, message: str, param: str) -> ApiError:
    return ApiError(message, status=402, type="card_error", code=code, param=param)


def _year_and_month(now: int) -> tuple[int, int]:
    today = datetime.fromtimestamp(now, tz=UTC)
    return today.year, today.month
