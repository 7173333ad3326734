"""The evidence of a dispute: its fields, what is known from the charge, and changes to it."""

from typing import Final

from factually.stripe_sandbox.errors import ApiError, missing
from factually.stripe_sandbox.shapes import Shape, nested, text
from factually.stripe_sandbox.store import Document

_LONGEST: Final = 20_000
_MOST: Final = 150_000
_TEXTS: Final = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_tracking_number",
    "uncategorized_text",
)
_FILES: Final = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)


def _no_file(name: str, value: object) -> str:
    """Accept only the removal of a file: files are uploaded to another host, which this sandbox is not."""
    if value != "":
        raise missing("file upload", str(value), param=name)
    return ""


EVIDENCE = nested(Shape({**{name: text(_LONGEST) for name in _TEXTS}, **dict.fromkeys(_FILES, _no_file)}))


def blank(charge: Document) -> Document:
    """Give the evidence of a new dispute: what Stripe fills in from the charge."""
    payer = charge["billing_details"]
    return {
        **dict.fromkeys((*_TEXTS, *_FILES)),
        "customer_email_address": payer["email"],
        "customer_name": payer["name"],
        "enhanced_evidence": {},
    }


def combined(evidence: Document, changes: Document) -> Document:
    """Write changes into evidence, the empty string removing a field.

    Raises:
        ApiError: more than 150,000 characters in all.
    """
    after = {**evidence, **{name: value or None for name, value in changes.items()}}
    if sum(len(value) for value in after.values() if isinstance(value, str)) > _MOST:
        raise ApiError(f"Evidence can have at most {_MOST} characters in all.", param="evidence")
    return after
