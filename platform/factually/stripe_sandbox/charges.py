"""Charges: one attempt to take money for an intent, kept whether it succeeded or not."""

import copy
from typing import Final

from factually.stripe_sandbox import balance_transactions, descriptors, events, searching
from factually.stripe_sandbox.balance_transactions import Movement
from factually.stripe_sandbox.cards import Card, Decline
from factually.stripe_sandbox.identifiers import new_id, random_text
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.payment_methods import card_of
from factually.stripe_sandbox.shapes import EXPAND, SHIPPING, Shape, choice, merged, metadata, nested, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(customer=text(), payment_intent=text(), transfer_group=text())
UPDATE = Shape(
    {
        "description": text(),
        "expand": EXPAND,
        "fraud_details": nested(
            Shape({"user_report": choice("", "fraudulent", "safe")}, required=("user_report",))
        ),
        "metadata": metadata,
        "receipt_email": text(),
        "shipping": SHIPPING,
        "transfer_group": text(),
    }
)
SEARCH = searching.shape()
_SEARCHED: Final = (
    "amount",
    "billing_details.address.postal_code",
    "created",
    "currency",
    "customer",
    "disputed",
    "payment_method_details.card.brand",
    "payment_method_details.card.exp_month",
    "payment_method_details.card.exp_year",
    "payment_method_details.card.fingerprint",
    "payment_method_details.card.last4",
    "refunded",
    "status",
)
_HOME: Final = "US"
"""Where the account is; cards of other countries cost more."""
HOLD_SECONDS: Final = 7 * 24 * 3600
"""How long an online card hold lasts; read `capture_before`, it differs by network."""
HOLD_SECONDS_OFF_SESSION: Final = 4 * 24 * 3600 + 18 * 3600
"""How long Visa holds what a merchant asks for while the cardholder is away."""
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
    return page(work, "charge", parameters, "customer", "payment_intent", "transfer_group")


def search(work: Work, parameters: Document) -> Document:
    """GET /v1/charges/search."""
    return searching.search(work, "charge", parameters, _SEARCHED)


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/charges/{charge}: what is said about it, never its money."""
    charge = work.get("charge", identifier)
    before = copy.deepcopy(charge)
    for name in ("description", "receipt_email", "shipping", "transfer_group"):
        if name in parameters:
            charge[name] = parameters[name] or None
    if "fraud_details" in parameters:
        report = parameters["fraud_details"]["user_report"]
        charge["fraud_details"] = {"user_report": report} if report else {}
    if "metadata" in parameters:
        charge["metadata"] = merged(charge["metadata"], parameters["metadata"])
    difference = events.changed(before, charge)
    if difference:
        work.records.save(charge)
        events.emit(work, "charge.updated", charge, difference)
    return charge


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
            "capture_before": work.now + _hold_seconds(card, intent),
        }
    else:
        charge |= {"captured": True, "amount_captured": intent["amount"]}
    work.records.save(charge)
    return charge


def book(work: Work, charge: Document) -> None:
    """Put a captured charge into the balance, less Stripe's fee."""
    amount = balance_transactions.converted(charge, charge["amount_captured"])
    abroad = charge["payment_method_details"]["card"]["country"] != _HOME
    fee = balance_transactions.processing_fee(amount, abroad=abroad)
    transaction = balance_transactions.record(
        work, charge, Movement("charge", amount, fees=(fee,)), converted_from=charge["currency"]
    )
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
        "calculated_statement_descriptor": descriptors.full(suffix),
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


def _hold_seconds(card: Card, intent: Document) -> int:
    by_merchant = intent.get("_off_session") and card.brand == "visa"
    return HOLD_SECONDS_OFF_SESSION if by_merchant else HOLD_SECONDS


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
        "three_d_secure": authentication() if authenticated else None,
    }


def authentication() -> Document:
    """Describe a 3-D Secure authentication that the cardholder passed."""
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
