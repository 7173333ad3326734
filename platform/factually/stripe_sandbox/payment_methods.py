"""PaymentMethods: what a card shows once it stands behind a token or an intent."""

from typing import Any

from factually.stripe_sandbox.cards import BY_NAME, BY_NUMBER, Card
from factually.stripe_sandbox.errors import ApiError, missing
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work


def build(work: Work, card: Card, billing_details: Document, *, expires: tuple[int, int]) -> Document:
    """Make and save the PaymentMethod of a card; `expires` is (month, year)."""
    method: Document = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": full_billing_details(billing_details),
        "card": card_facts(card, billing_details, expires=expires),
        "created": work.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_number": card.number,
    }
    work.records.save(method)
    return method


def card_facts(card: Card, billing_details: Document, *, expires: tuple[int, int]) -> Document:
    """Describe a card as `payment_method.card` and the token's preview do."""
    month, year = expires
    return {
        "brand": card.brand,
        "checks": _checks(card, billing_details.get("address") or {}),
        "country": card.country,
        "display_brand": "american_express" if card.brand == "amex" else card.brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.supports_3ds},
        "wallet": None,
    }


def full_billing_details(given: Document) -> Document:
    """Fill billing details up with nulls, the empty string counting as null."""
    address = given.get("address") or {}
    parts = ("city", "country", "line1", "line2", "postal_code", "state")
    return {
        "address": {part: address.get(part) or None for part in parts},
        **{name: given.get(name) or None for name in ("email", "name", "phone", "tax_id")},
    }


def card_of(method: Document) -> Card:
    """Give the test card behind a stored PaymentMethod."""
    return BY_NUMBER[method["_number"]]


def by_reference(work: Work, reference: str, *, param: str) -> Document:
    """Find a stored PaymentMethod, or make one for a test name such as `pm_card_visa`.

    Raises:
        ApiError: `resource_missing`.
    """
    card = BY_NAME.get(reference)
    if card is not None:
        return build(work, card, {}, expires=test_expiry(work.now))
    method = work.records.find("payment_method", reference)
    if method is None:
        raise missing("payment_method", reference, param=param)
    return method


def named_card(reference: str) -> Card:
    """Give the card of a test name.

    Raises:
        ApiError: `resource_missing`.
    """
    card = BY_NAME.get(reference)
    if card is None:
        raise missing("payment_method", reference, param="payment_method")
    return card


def attach(work: Work, method: Document, customer: str) -> None:
    """Give the card to a customer, who keeps it for later payments.

    Raises:
        ApiError: another customer has it, or it was detached before.
    """
    if method["customer"] not in (None, customer):
        raise ApiError("The payment method you provided has already been attached to a customer.")
    check_usable(method, customer)
    method["customer"] = customer
    work.records.save(method)


def check_usable(method: Document, customer: str | None) -> None:
    """See that a card may be used for a customer, or for nobody in particular.

    Raises:
        ApiError: it belongs to somebody else, or it was detached, which is for good.
    """
    if method.get("_detached"):
        raise ApiError(
            "This PaymentMethod was previously used without being attached to a Customer or was detached"
            " from a Customer, and may not be used again.",
            param="payment_method",
        )
    if method["customer"] is not None and method["customer"] != customer:
        raise ApiError(
            "The provided PaymentMethod belongs to a Customer; pass the same `customer`.",
            param="payment_method",
        )


def test_expiry(now: int) -> tuple[int, int]:
    """Give test names an expiry well ahead: month 8 of the year after next."""
    return 8, 1970 + now // 31_556_952 + 2


def _checks(card: Card, address: Document) -> Document:
    entered: dict[str, Any] = {
        "address_line1_check": address.get("line1"),
        "address_postal_code_check": address.get("postal_code"),
        "cvc_check": "given",
    }
    return {
        name: None if not value else "fail" if name == card.failed_check else "pass"
        for name, value in entered.items()
    }
