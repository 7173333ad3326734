"""Charges: one attempt to take money for an intent, kept whether it succeeded or not."""

from typing import Final

from factually.stripe_sandbox import balance_transactions
from factually.stripe_sandbox.cards import Card, Decline
from factually.stripe_sandbox.identifiers import new_id, random_text
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.payment_methods import card_of
from factually.stripe_sandbox.shapes import EXPAND, Shape, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(payment_intent=text(), customer=text())
HOLD_SECONDS: Final = 7 * 24 * 3600
"""How long an online card hold lasts; read `capture_before`, it differs by network."""
_UNSET: Final = (
    "application",
    "application_fee",
    "application_fee_amount",
    "balance_transaction",
    "failure_balance_transaction",
    "failure_code",
    "failure_message",
    "on_behalf_of",
    "outcome",
    "receipt_number",
    "receipt_url",
    "review",
    "source_transfer",
    "transfer_data",
)
"""Fields that are null until something fills them."""
_RISK_SCORES: Final = {"normal": 12, "elevated": 66, "highest": 88}


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/charges/{charge}."""
    return work.get("charge", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/charges."""
    return page(work, "charge", parameters, "payment_intent", "customer")


def attempt(work: Work, intent: Document, method: Document, *, authenticated: bool) -> Document:
    """Ask the card for the intent's amount and save the charge, held, captured or failed."""
    card = card_of(method)
    held = card.decline is None and intent["capture_method"] == "manual"
    charge = _blank(work, intent, method)
    charge["payment_method_details"]["card"].update(
        _card_details(card, intent["amount"], authenticated=authenticated)
    )
    charge["outcome"] = _outcome(card)
    if card.decline is not None:
        charge |= {
            "failure_code": card.decline.code,
            "failure_message": card.decline.message,
            "paid": False,
            "status": "failed",
        }
    elif held:
        charge["payment_method_details"]["card"] |= {
            "amount_authorized": intent["amount"],
            "capture_before": work.now + HOLD_SECONDS,
        }
    else:
        charge |= {"captured": True, "amount_captured": intent["amount"]}
    work.records.save(charge)
    return charge


def book(work: Work, charge: Document) -> None:
    """Put a captured charge into the balance, less Stripe's fee."""
    amount = charge["amount_captured"]
    fee = balance_transactions.processing_fee(amount)
    transaction = balance_transactions.record(work, charge, kind="charge", amount=amount, fee=fee)
    charge["balance_transaction"] = transaction["id"]
    work.records.save(charge)


def _blank(work: Work, intent: Document, method: Document) -> Document:
    suffix = intent["statement_descriptor_suffix"]
    return {
        **dict.fromkeys(_UNSET),
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "FACTUALLY" + (f"* {suffix}" if suffix else ""),
        "captured": False,
        "created": work.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": "card", "card": _copied_facts(method["card"])},
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "shipping": intent["shipping"],
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": suffix,
        "status": "succeeded",
        "transfer_group": intent["transfer_group"],
    }


def _copied_facts(facts: Document) -> Document:
    copied = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "regulated_status",
        "wallet",
    )
    return {name: facts[name] for name in copied}


def _card_details(card: Card, amount: int, *, authenticated: bool) -> Document:
    unavailable = {"status": "unavailable"}
    return {
        "amount_authorized": None,
        "authorization_code": None if card.decline else f"{int(random_text(6), 36) % 1_000_000:06}",
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": unavailable,
        "installments": None,
        "mandate": None,
        "multicapture": unavailable,
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": random_text(15).upper(),
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "three_d_secure": _authentication() if authenticated else None,
    }


def _authentication() -> Document:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": random_text(24),
        "version": "2.2.0",
    }


def _outcome(card: Card) -> Document:
    outcome: Document = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": card.risk,
        "risk_score": _RISK_SCORES[card.risk],
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    if card.decline is not None:
        outcome |= _refusal(card.decline)
    return outcome


def _refusal(decline: Decline) -> Document:
    if decline.by_radar:
        return {
            "network_status": "not_sent_to_network",
            "reason": "highest_risk_level",
            "seller_message": "Stripe blocked this payment as too risky.",
            "type": "blocked",
        }
    return {
        "network_decline_code": "01",
        "network_status": "declined_by_network",
        "reason": decline.decline_code,
        "seller_message": f"The bank returned the decline code `{decline.decline_code}`.",
        "type": "issuer_declined",
    }
