"""`expand[]`: ids replaced by the objects they name, on request."""

from typing import Final

from factually.stripe_sandbox import invoice_payments, refunds
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

_DEEPEST: Final = 4
_KINDS: Final = {
    "balance_transaction": "balance_transaction",
    "charge": "charge",
    "customer": "customer",
    "default_payment_method": "payment_method",
    "failure_balance_transaction": "balance_transaction",
    "original_payout": "payout",
    "invoice": "invoice",
    "latest_attempt": "setup_attempt",
    "latest_charge": "charge",
    "latest_invoice": "invoice",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "default_price": "price",
    "pending_setup_intent": "setup_intent",
    "price": "price",
    "product": "product",
    "setup_intent": "setup_intent",
    "subscription": "subscription",
    "source": None,
}
"""Which kind each expandable field names; None where the id's own prefix tells."""
_PREFIXES: Final = {"ch": "charge", "du": "dispute", "po": "payout", "re": "refund"}
_NEVER: Final = {
    ("charge", "payment_method"),
    ("confirmation_token", "payment_intent"),
    ("confirmation_token", "setup_intent"),
    ("line_item", "invoice"),
    ("subscription_item", "subscription"),
}
"""Fields that are plain ids in Stripe's API although their namesakes expand."""

_INCLUDED: Final = {
    ("charge", "refunds"): refunds.included,
    ("invoice", "confirmation_secret"): invoice_payments.confirmation_secret,
    ("invoice", "payments"): invoice_payments.included,
}
"""Fields that an object has only where they are expanded."""


def expand(work: Work, document: Document, paths: list[str]) -> None:
    """Expand each path in place; the document is the answer's own copy, it is not saved again.

    Raises:
        ApiError: a path that does not name an expandable field, or one too deep.
    """
    for path in paths:
        parts = path.split(".")
        if len(parts) > _DEEPEST:
            raise ApiError("You cannot expand more than 4 levels of a property.", param="expand")
        _expand(work, document, parts, path)


def _expand(work: Work, document: Document, parts: list[str], path: str) -> None:
    name, rest = parts[0], parts[1:]
    if document.get("object") in ("list", "search_result") and name == "data":
        if not rest:
            raise _impossible(path)
        for member in document["data"]:
            _expand(work, member, rest, path)
        return
    include = _INCLUDED.get((str(document.get("object")), name))
    if include is not None and name not in document:
        document[name] = include(work, document)
    value = document.get(name)
    if name not in document or (name not in _KINDS and not isinstance(value, dict)):
        raise _impossible(path)
    if isinstance(value, str):
        if (document.get("object"), name) in _NEVER:
            raise _impossible(path)
        kind = _KINDS[name] or _PREFIXES[value.partition("_")[0]]
        document[name] = value = work.get(kind, value)
    if rest and isinstance(value, dict):
        _expand(work, value, rest, path)


def _impossible(path: str) -> ApiError:
    return ApiError(f"This property cannot be expanded ({path}).", param="expand")
