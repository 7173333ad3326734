"""Reads Stripe's JSON into our own words, and nothing that we don't use.

Pure, and strict: a field of another type than Stripe's OpenAPI file names raises `ValueError`, which the
gateway reports as an answer that makes no sense.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from factually.donations.books.movements import BalanceMovement
from factually.donations.gateway import Notice
from factually.donations.intents import (
    CardFacts,
    ChargeSnapshot,
    ConfirmationFacts,
    DisputeStanding,
    IntentSnapshot,
    IntentStatus,
)

StripeJson: TypeAlias = Mapping[str, object]

_STANDINGS = {
    "needs_response": DisputeStanding.OPEN,
    "under_review": DisputeStanding.OPEN,
    "won": DisputeStanding.WON,
    "lost": DisputeStanding.LOST,
}


def read_confirmation(token: StripeJson) -> ConfirmationFacts:
    """Read a ConfirmationToken; a token without a card has no card facts."""
    preview = _inner(token, "payment_method_preview") or {}
    return ConfirmationFacts(token_id=_text(token, "id"), card=_card(preview, _inner(preview, "card")))


def read_intent(intent: StripeJson, disputes: tuple[StripeJson, ...]) -> IntentSnapshot:
    """Read a PaymentIntent whose `latest_charge` is expanded.

    Args:
        intent: The PaymentIntent.
        disputes: All disputes of its charges; the worst standing counts.
    """
    metadata = _inner(intent, "metadata") or {}
    problem = _inner(intent, "last_payment_error") or {}
    charge = _inner(intent, "latest_charge")
    return IntentSnapshot(
        id=_text(intent, "id"),
        status=IntentStatus(_text(intent, "status")),
        amount=_number(intent, "amount"),
        currency=_text(intent, "currency").upper(),
        gift_id=_optional_text(metadata, "gift"),
        livemode=_flag(intent, "livemode"),
        client_secret=_optional_text(intent, "client_secret"),
        decline_code=_optional_text(problem, "decline_code") or _optional_text(problem, "code"),
        charge=None if charge is None else _charge(charge, _worst_standing(disputes)),
    )


def read_notice(event: StripeJson) -> Notice:
    """Read an event: which PaymentIntent it speaks of, and which gift our metadata named.

    Raises:
        ValueError: The body is no event of API v1.
    """
    if event.get("object") != "event":
        raise ValueError("the body is no event")
    subject = _inner(_inner(event, "data") or {}, "object") or {}
    is_intent = subject.get("object") == "payment_intent"
    intent = subject.get("id" if is_intent else "payment_intent")
    return Notice(
        event_id=_text(event, "id"),
        type=_text(event, "type"),
        livemode=_flag(event, "livemode"),
        api_version=_optional_text(event, "api_version"),
        intent_id=intent if isinstance(intent, str) else None,
        gift_id=_optional_text(_inner(subject, "metadata") or {}, "gift") if is_intent else None,
    )


def read_movement(transaction: StripeJson) -> BalanceMovement:
    """Read a balance transaction; where its source is expanded, the charge and intent that it is about."""
    source = transaction.get("source")
    cause = _inner(transaction, "source") if isinstance(source, dict) else None
    kind = None if cause is None else cause.get("object")
    return BalanceMovement(
        id=_text(transaction, "id"),
        type=_text(transaction, "type"),
        reporting_category=_text(transaction, "reporting_category"),
        amount=_number(transaction, "amount"),
        fee=_number(transaction, "fee"),
        net=_number(transaction, "net"),
        currency=_text(transaction, "currency").upper(),
        created=datetime.fromtimestamp(_number(transaction, "created"), UTC),
        available_on=datetime.fromtimestamp(_number(transaction, "available_on"), UTC),
        source_id=_optional_text(transaction, "source") if cause is None else _text(cause, "id"),
        charge_id=None if cause is None else _optional_text(cause, "id" if kind == "charge" else "charge"),
        intent_id=None if cause is None else _optional_text(cause, "payment_intent"),
    )


def read_balances(balance: StripeJson) -> dict[str, int]:
    """Read a balance as minor units by currency, available and pending together.

    Raises:
        ValueError: An amount is no number or its currency no text.
    """
    sums: Counter[str] = Counter()
    for name in ("available", "pending"):
        for one in _members(balance, name):
            sums[_text(one, "currency").upper()] += _number(one, "amount")
    return dict(sums)


def _charge(charge: StripeJson, dispute: DisputeStanding | None) -> ChargeSnapshot:
    card = _inner(_inner(charge, "payment_method_details") or {}, "card")
    capture_before = None if card is None else card.get("capture_before")
    return ChargeSnapshot(
        id=_text(charge, "id"),
        succeeded=_text(charge, "status") == "succeeded",
        captured=_flag(charge, "captured"),
        amount=_number(charge, "amount"),
        amount_captured=_number(charge, "amount_captured"),
        amount_refunded=_number(charge, "amount_refunded"),
        capture_before=datetime.fromtimestamp(capture_before, UTC) if type(capture_before) is int else None,
        card=_card(charge, card),
        dispute=dispute,
    )


def _card(owner: StripeJson, card: StripeJson | None) -> CardFacts | None:
    if card is None:
        return None
    checks = _inner(card, "checks") or {}
    return CardFacts(
        brand=_optional_text(card, "brand") or "card",
        last4=_optional_text(card, "last4") or "",
        country=_optional_text(card, "country"),
        funding=_optional_text(card, "funding") or "unknown",
        fingerprint=_optional_text(card, "fingerprint"),
        wallet=_optional_text(_inner(card, "wallet") or {}, "type"),
        billing_name=_optional_text(_inner(owner, "billing_details") or {}, "name"),
        address_check=_optional_text(checks, "address_line1_check"),
        postal_code_check=_optional_text(checks, "address_postal_code_check"),
    )


def _worst_standing(disputes: tuple[StripeJson, ...]) -> DisputeStanding | None:
    standings = {_STANDINGS.get(_text(dispute, "status")) for dispute in disputes}
    worst_first = (DisputeStanding.OPEN, DisputeStanding.LOST, DisputeStanding.WON)
    return next((standing for standing in worst_first if standing in standings), None)


def _inner(owner: StripeJson, name: str) -> StripeJson | None:
    value = owner.get(name)
    if value is None or isinstance(value, Mapping):
        return value
    raise ValueError(f"{name} is no object")


def _members(owner: StripeJson, name: str) -> list[StripeJson]:
    value = owner.get(name)
    if isinstance(value, list):
        return value
    raise ValueError(f"{name} is no list")


def _text(owner: StripeJson, name: str) -> str:
    value = owner.get(name)
    if isinstance(value, str):
        return value
    raise ValueError(f"{name} is no text")


def _optional_text(owner: StripeJson, name: str) -> str | None:
    return None if owner.get(name) is None else _text(owner, name)


def _number(owner: StripeJson, name: str) -> int:
    value = owner.get(name)
    if type(value) is int:
        return value
    raise ValueError(f"{name} is no integer")


def _flag(owner: StripeJson, name: str) -> bool:
    value = owner.get(name)
    if type(value) is bool:
        return value
    raise ValueError(f"{name} is no boolean")
