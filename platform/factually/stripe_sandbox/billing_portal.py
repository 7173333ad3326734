"""Stripe's billing portal: its configurations, and sessions whose page is a notice here."""

from typing import Final

from factually.stripe_sandbox import customers, events
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import CURSORS, page
from factually.stripe_sandbox.shapes import (
    EXPAND,
    Reader,
    Shape,
    boolean,
    choice,
    list_of,
    merged,
    metadata,
    nested,
    text,
)
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

_SWITCH: Final = nested(Shape({"enabled": boolean}, required=("enabled",)))
_FEATURES: Final = nested(
    Shape(
        {
            "customer_update": nested(
                Shape(
                    {
                        "allowed_updates": list_of(
                            choice("address", "email", "name", "phone", "shipping", "tax_id")
                        ),
                        "enabled": boolean,
                    }
                )
            ),
            "invoice_history": _SWITCH,
            "payment_method_update": _SWITCH,
            "subscription_cancel": nested(
                Shape({"enabled": boolean, "mode": choice("at_period_end", "immediately")})
            ),
        }
    )
)
_FIELDS: Final[dict[str, Reader]] = {
    "business_profile": nested(
        Shape({"headline": text(60), "privacy_policy_url": text(), "terms_of_service_url": text()})
    ),
    "default_return_url": text(),
    "expand": EXPAND,
    "features": _FEATURES,
    "login_page": _SWITCH,
    "metadata": metadata,
    "name": text(),
}
CREATE_CONFIGURATION = Shape(_FIELDS, required=("features",))
UPDATE_CONFIGURATION = Shape({**_FIELDS, "active": boolean})
RETRIEVE = Shape({"expand": EXPAND})
LIST = Shape({**CURSORS, "active": boolean, "is_default": boolean})
CREATE_SESSION = Shape(
    {"configuration": text(), "customer": text(), "expand": EXPAND, "return_url": text()},
    required=("customer",),
)
SESSION: Final = "billing_portal.session"
_CONFIGURATION: Final = "billing_portal.configuration"


def create_configuration(work: Work, parameters: Document) -> Document:
    """POST /v1/billing_portal/configurations; the first one is the default."""
    configuration: Document = {
        "id": new_id("bpc"),
        "object": _CONFIGURATION,
        "active": True,
        "application": None,
        "business_profile": {"headline": None, "privacy_policy_url": None, "terms_of_service_url": None},
        "created": work.now,
        "default_return_url": None,
        "features": _features(),
        "is_default": not work.records.select(_CONFIGURATION, Selection(limit=1)),
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": {},
        "name": None,
        "updated": work.now,
    }
    _apply(configuration, parameters)
    work.records.save(configuration)
    events.emit(work, f"{_CONFIGURATION}.created", configuration)
    return configuration


def retrieve_configuration(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/billing_portal/configurations/{configuration}."""
    return work.get(_CONFIGURATION, identifier)


def list_configurations(work: Work, parameters: Document) -> Document:
    """GET /v1/billing_portal/configurations."""
    return page(work, _CONFIGURATION, parameters, "active", "is_default")


def update_configuration(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/billing_portal/configurations/{configuration}."""
    configuration = work.get(_CONFIGURATION, identifier)
    configuration["active"] = parameters.get("active", configuration["active"])
    _apply(configuration, parameters)
    configuration["updated"] = work.now
    work.records.save(configuration)
    events.emit(work, f"{_CONFIGURATION}.updated", configuration)
    return configuration


def create_session(work: Work, parameters: Document) -> Document:
    """POST /v1/billing_portal/sessions: its address is a page of the sandbox that says what it stands for.

    Raises:
        ApiError: no configuration yet.
    """
    customer = customers.living(work, parameters["customer"], param="customer")
    if "configuration" in parameters:
        configuration = work.get(_CONFIGURATION, parameters["configuration"], param="configuration")
    else:
        default = work.records.select(_CONFIGURATION, Selection(equal={"is_default": True}, limit=1))
        if not default:
            raise ApiError(
                "No configuration provided and your test mode default configuration has not been created."
            )
        configuration = default[0]
    identifier = new_id("bps")
    session: Document = {
        "id": identifier,
        "object": SESSION,
        "configuration": configuration["id"],
        "created": work.now,
        "customer": customer["id"],
        "customer_account": None,
        "flow": None,
        "livemode": False,
        "locale": None,
        "on_behalf_of": None,
        "return_url": parameters.get("return_url") or configuration["default_return_url"],
        "url": f"{work.origin}/portal/{identifier}",
    }
    work.records.save(session)
    events.emit(work, "billing_portal.session.created", session)
    return session


def _features() -> Document:
    return {
        "customer_update": {"allowed_updates": [], "enabled": False},
        "invoice_history": {"enabled": False},
        "payment_method_update": {"enabled": False, "payment_method_configuration": None},
        "subscription_cancel": {
            "cancellation_reason": {"enabled": False, "options": []},
            "enabled": False,
            "mode": "at_period_end",
            "proration_behavior": "none",
        },
        "subscription_update": {
            "billing_cycle_anchor": None,
            "default_allowed_updates": [],
            "enabled": False,
            "products": None,
            "proration_behavior": "none",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
        },
    }


def _apply(configuration: Document, parameters: Document) -> None:
    for name, feature in parameters.get("features", {}).items():
        configuration["features"][name] |= feature
    for name in ("business_profile", "login_page"):
        configuration[name] |= {key: value or None for key, value in parameters.get(name, {}).items()}
    configuration["login_page"]["enabled"] = bool(configuration["login_page"]["enabled"])
    for name in ("default_return_url", "name"):
        if name in parameters:
            configuration[name] = parameters[name] or None
    if "metadata" in parameters:
        configuration["metadata"] = merged(configuration["metadata"], parameters["metadata"])
