"""Payment method domains: where a site may show Apple Pay, Google Pay and Link."""

from typing import Final

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import CURSORS, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, boolean, text
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

KIND: Final = "payment_method_domain"
CREATE = Shape({"domain_name": text(), "enabled": boolean, "expand": EXPAND}, required=("domain_name",))
UPDATE = Shape({"enabled": boolean, "expand": EXPAND})
RETRIEVE = VALIDATE = Shape({"expand": EXPAND})
LIST = Shape({**CURSORS, "domain_name": text(), "enabled": boolean})
_WALLETS: Final = ("amazon_pay", "apple_pay", "google_pay", "klarna", "link", "paypal")


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/payment_method_domains: the same name again gives the same object, as at Stripe.

    Raises:
        ApiError: an address instead of a bare domain name.
    """
    name = parameters["domain_name"].lower()
    if not name or any(sign in name for sign in ":/ "):
        raise ApiError(f"Invalid domain name: {name}", param="domain_name")
    known = work.records.select(KIND, Selection(equal={"domain_name": name}))
    domain: Document = known[0] if known else {"id": new_id("pmd"), "object": KIND, "created": work.now}
    domain |= {
        "domain_name": name,
        "livemode": False,
        **{wallet: {"status": "active"} for wallet in _WALLETS},
    }
    domain["enabled"] = parameters.get("enabled", True)
    work.records.save(domain)
    return domain


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/payment_method_domains/{payment_method_domain}, and its validation, which always succeeds."""
    return work.get(KIND, identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/payment_method_domains."""
    return page(work, KIND, parameters, "domain_name", "enabled")


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/payment_method_domains/{payment_method_domain}."""
    domain = work.get(KIND, identifier)
    domain["enabled"] = parameters.get("enabled", domain["enabled"])
    work.records.save(domain)
    return domain
