"""Reads Stripe's JSON into our own words, and nothing that we don't use.

Pure, and strict: a field of another type than Stripe's OpenAPI file names raises `ValueError`, which the
gateway reports as an answer that makes no sense.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from factually.donations.gateway import Notice
from factually.donations.intents import (
    CardFacts,
    ChargeSnapshot,
    ConfirmationFacts,
    IntentSnapshot,
    IntentStatus,
)
from factually.donations.stripe_json import StripeJson, flag, inner, members, number, optional_text, text
from factually.donations.stripe_money_reading import read_dispute, read_movement, read_refund

_NAME_GIFTS: Final = ("payment_intent", "setup_intent")
"""Objects of Stripe's that we write a gift's id on."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came of a charge, as Stripe lists it."""

    refunds: tuple[StripeJson, ...] = ()
    disputes: tuple[StripeJson, ...] = ()


def read_confirmation(token: StripeJson) -> ConfirmationFacts:
    """Read a ConfirmationToken; a token without a card has no card facts."""
    preview = inner(token, "payment_method_preview") or {}
    return ConfirmationFacts(token_id=text(token, "id"), card=read_card(preview, inner(preview, "card")))


def read_intent(intent: StripeJson, aftermath: Aftermath) -> IntentSnapshot:
    """Read a PaymentIntent whose `latest_charge` is expanded, with its balance transaction.

    Args:
        intent: The PaymentIntent.
        aftermath: All refunds and disputes of its charge, with their balance transactions.
    """
    metadata = inner(intent, "metadata") or {}
    problem = inner(intent, "last_payment_error") or {}
    charge = inner(intent, "latest_charge")
    return IntentSnapshot(
        id=text(intent, "id"),
        status=IntentStatus(text(intent, "status")),
        amount=number(intent, "amount"),
        currency=text(intent, "currency").upper(),
        gift_id=optional_text(metadata, "gift"),
        livemode=flag(intent, "livemode"),
        client_secret=optional_text(intent, "client_secret"),
        decline_code=optional_text(problem, "decline_code") or optional_text(problem, "code"),
        charge=None if charge is None else _charge(charge, aftermath),
    )


def read_notice(event: StripeJson, *, known_version: str) -> Notice:
    """Read an event: which objects it speaks of, and which gift our metadata named.

    Args:
        event: The event.
        known_version: The API version that this code was written for.

    Raises:
        ValueError: The body is no event of API v1.
    """
    if event.get("object") != "event":
        raise ValueError("the body is no event")
    subject = inner(inner(event, "data") or {}, "object") or {}
    names = {kind: _named(subject, kind) for kind in ("payment_intent", "charge")}
    metadata = inner(subject, "metadata") or {}
    version = optional_text(event, "api_version")
    event_id = text(event, "id")
    if not event_id:
        raise ValueError("id is empty")
    return Notice(
        event_id=event_id,
        type=text(event, "type"),
        livemode=flag(event, "livemode"),
        api_version=version,
        foreign_version=version != known_version,
        subject_id=optional_text(subject, "id"),
        intent_id=names["payment_intent"],
        charge_id=names["charge"],
        gift_id=optional_text(metadata, "gift") if subject.get("object") in _NAME_GIFTS else None,
    )


def read_balances(balance: StripeJson) -> dict[str, int]:
    """Read a balance as minor units by currency, available and pending together.

    Raises:
        ValueError: An amount is no number or its currency no text.
    """
    sums: Counter[str] = Counter()
    for name in ("available", "pending"):
        for one in members(balance, name):
            sums[text(one, "currency").upper()] += number(one, "amount")
    return dict(sums)


def _named(subject: StripeJson, kind: str) -> str | None:
    named = subject.get("id" if subject.get("object") == kind else kind)
    return named if isinstance(named, str) else None


def _charge(charge: StripeJson, aftermath: Aftermath) -> ChargeSnapshot:
    card = inner(inner(charge, "payment_method_details") or {}, "card")
    capture_before = None if card is None else card.get("capture_before")
    captured = flag(charge, "captured")
    booked = inner(charge, "balance_transaction")
    return ChargeSnapshot(
        id=text(charge, "id"),
        succeeded=text(charge, "status") == "succeeded",
        captured=captured,
        amount=number(charge, "amount"),
        amount_captured=number(charge, "amount_captured"),
        capture_before=datetime.fromtimestamp(capture_before, UTC) if type(capture_before) is int else None,
        card=read_card(charge, card),
        refunds=tuple(map(read_refund, aftermath.refunds)) if captured else (),
        disputes=tuple(map(read_dispute, aftermath.disputes)),
        movement=None if booked is None else read_movement(booked, of=charge),
    )


def read_card(owner: StripeJson, card: StripeJson | None) -> CardFacts | None:
    """Read the facts of a card on what it belongs to: a token's preview, a charge, a saved payment method."""
    if card is None:
        return None
    checks = inner(card, "checks") or {}
    return CardFacts(
        brand=optional_text(card, "brand") or "card",
        last4=optional_text(card, "last4") or "",
        country=optional_text(card, "country"),
        funding=optional_text(card, "funding") or "unknown",
        fingerprint=optional_text(card, "fingerprint"),
        wallet=optional_text(inner(card, "wallet") or {}, "type"),
        billing_name=optional_text(inner(owner, "billing_details") or {}, "name"),
        address_check=optional_text(checks, "address_line1_check"),
        postal_code_check=optional_text(checks, "address_postal_code_check"),
    )
