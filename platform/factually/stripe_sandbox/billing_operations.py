"""The part of the table of operations that saved cards, subscriptions and invoices have."""

from collections.abc import Callable
from typing import Final

from factually.stripe_sandbox import (
    billing_portal,
    customer_deletion,
    customers,
    invoice_collecting,
    invoice_ending,
    invoice_payments,
    invoice_previews,
    invoices,
    prices,
    products,
    saved_cards,
    setting_up,
    setup_attempts,
    setup_intents,
    subscribing,
    subscription_changes,
    subscription_items,
    subscriptions,
    test_clocks,
)
from factually.stripe_sandbox.shapes import Shape
from factually.stripe_sandbox.store import Document

Row = tuple[str, str, Shape, Callable[..., Document]]

_CUSTOMERS: Final[tuple[Row, ...]] = (
    ("GET", "customers", customers.LIST, customers.list_all),
    ("POST", "customers", customers.CREATE, customers.create),
    ("GET", "customers/search", customers.SEARCH, customers.search),
    ("GET", "customers/{}", customers.RETRIEVE, customers.retrieve),
    ("POST", "customers/{}", customers.UPDATE, customers.update),
    ("DELETE", "customers/{}", customer_deletion.DELETE, customer_deletion.delete),
    ("GET", "customers/{}/payment_methods", saved_cards.LIST_OF_CUSTOMER, saved_cards.list_of_customer),
    ("GET", "customers/{}/payment_methods/{}", saved_cards.RETRIEVE, saved_cards.retrieve_of_customer),
)
_CARDS: Final[tuple[Row, ...]] = (
    ("GET", "payment_methods", saved_cards.LIST, saved_cards.list_all),
    ("POST", "payment_methods", saved_cards.CREATE, saved_cards.create),
    ("GET", "payment_methods/{}", saved_cards.RETRIEVE, saved_cards.retrieve),
    ("POST", "payment_methods/{}", saved_cards.UPDATE, saved_cards.update),
    ("POST", "payment_methods/{}/attach", saved_cards.ATTACH, saved_cards.attach),
    ("POST", "payment_methods/{}/detach", saved_cards.DETACH, saved_cards.detach),
    ("GET", "setup_attempts", setup_attempts.LIST, setup_attempts.list_all),
    ("GET", "setup_intents", setup_intents.LIST, setup_intents.list_all),
    ("POST", "setup_intents", setting_up.CREATE, setting_up.create),
    ("GET", "setup_intents/{}", setup_intents.RETRIEVE, setup_intents.retrieve),
    ("POST", "setup_intents/{}", setup_intents.UPDATE, setup_intents.update),
    ("POST", "setup_intents/{}/cancel", setup_intents.CANCEL, setup_intents.cancel),
    ("POST", "setup_intents/{}/confirm", setting_up.CONFIRM, setting_up.confirm),
)
_SUBSCRIPTIONS: Final[tuple[Row, ...]] = (
    ("GET", "prices", prices.LIST, prices.list_all),
    ("POST", "prices", prices.CREATE, prices.create),
    ("GET", "prices/{}", prices.RETRIEVE, prices.retrieve),
    ("POST", "prices/{}", prices.UPDATE, prices.update),
    ("GET", "products", products.LIST, products.list_all),
    ("POST", "products", products.CREATE, products.create),
    ("GET", "products/{}", products.RETRIEVE, products.retrieve),
    ("POST", "products/{}", products.UPDATE, products.update),
    ("DELETE", "products/{}", products.DELETE, products.delete),
    ("GET", "subscription_items", subscription_items.LIST, subscription_items.list_all),
    ("POST", "subscription_items", subscription_items.CREATE, subscription_items.create),
    ("GET", "subscription_items/{}", subscription_items.RETRIEVE, subscription_items.retrieve),
    ("POST", "subscription_items/{}", subscription_items.UPDATE, subscription_items.update),
    ("DELETE", "subscription_items/{}", subscription_items.DELETE, subscription_items.delete),
    ("GET", "subscriptions", subscriptions.LIST, subscriptions.list_all),
    ("POST", "subscriptions", subscribing.CREATE, subscribing.create),
    ("GET", "subscriptions/search", subscriptions.SEARCH, subscriptions.search),
    ("GET", "subscriptions/{}", subscriptions.RETRIEVE, subscriptions.retrieve),
    ("POST", "subscriptions/{}", subscription_changes.UPDATE, subscription_changes.update),
    ("DELETE", "subscriptions/{}", subscription_changes.CANCEL, subscription_changes.cancel),
    ("POST", "subscriptions/{}/resume", subscription_changes.RESUME, subscription_changes.resume),
)
_INVOICES: Final[tuple[Row, ...]] = (
    ("GET", "invoice_payments", invoice_payments.LIST, invoice_payments.list_all),
    ("GET", "invoice_payments/{}", invoice_payments.RETRIEVE, invoice_payments.retrieve),
    ("GET", "invoices", invoices.LIST, invoices.list_all),
    ("POST", "invoices", invoices.CREATE, invoices.create),
    ("POST", "invoices/create_preview", invoice_previews.CREATE, invoice_previews.create),
    ("GET", "invoices/search", invoices.SEARCH, invoices.search),
    ("GET", "invoices/{}", invoices.RETRIEVE, invoices.retrieve),
    ("POST", "invoices/{}", invoices.UPDATE, invoices.update),
    ("DELETE", "invoices/{}", invoices.DELETE, invoices.delete),
    ("POST", "invoices/{}/finalize", invoice_collecting.FINALIZE, invoice_collecting.finalize),
    ("GET", "invoices/{}/lines", invoices.LINES, invoices.list_lines),
    (
        "POST",
        "invoices/{}/mark_uncollectible",
        invoice_ending.MARK_UNCOLLECTIBLE,
        invoice_ending.mark_uncollectible,
    ),
    ("POST", "invoices/{}/pay", invoice_collecting.PAY, invoice_collecting.pay),
    ("POST", "invoices/{}/send", invoice_ending.SEND, invoice_ending.send),
    ("POST", "invoices/{}/void", invoice_ending.VOID, invoice_ending.void),
)
_PORTAL: Final[tuple[Row, ...]] = (
    ("GET", "billing_portal/configurations", billing_portal.LIST, billing_portal.list_configurations),
    (
        "POST",
        "billing_portal/configurations",
        billing_portal.CREATE_CONFIGURATION,
        billing_portal.create_configuration,
    ),
    (
        "GET",
        "billing_portal/configurations/{}",
        billing_portal.RETRIEVE,
        billing_portal.retrieve_configuration,
    ),
    (
        "POST",
        "billing_portal/configurations/{}",
        billing_portal.UPDATE_CONFIGURATION,
        billing_portal.update_configuration,
    ),
    ("POST", "billing_portal/sessions", billing_portal.CREATE_SESSION, billing_portal.create_session),
)
_CLOCKS: Final[tuple[Row, ...]] = (
    ("GET", "test_helpers/test_clocks", test_clocks.LIST, test_clocks.list_all),
    ("POST", "test_helpers/test_clocks", test_clocks.CREATE, test_clocks.create),
    ("GET", "test_helpers/test_clocks/{}", test_clocks.RETRIEVE, test_clocks.retrieve),
    ("DELETE", "test_helpers/test_clocks/{}", test_clocks.DELETE, test_clocks.delete),
    ("POST", "test_helpers/test_clocks/{}/advance", test_clocks.ADVANCE, test_clocks.advance),
)
ROWS: Final = (*_CUSTOMERS, *_CARDS, *_SUBSCRIPTIONS, *_INVOICES, *_PORTAL, *_CLOCKS)
"""Method, path, parameters and handler; a fixed path stands before the one with an id in its place."""
