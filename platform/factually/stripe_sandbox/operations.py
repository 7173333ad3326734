"""The table of what the sandbox answers under /v1: method, path, parameters, handler."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from factually.stripe_sandbox import (
    balance_transactions,
    billing_operations,
    capturing,
    charges,
    confirmation_tokens,
    confirming,
    disputes,
    early_fraud_warnings,
    events,
    payment_intents,
    payment_method_domains,
    payouts,
    refund_ends,
    refunds,
    webhook_endpoints,
)
from factually.stripe_sandbox.shapes import Shape
from factually.stripe_sandbox.store import Document


@dataclass(frozen=True)
class Operation:
    """One operation of Stripe's API; the handler takes work, parameters and the ids of the path."""

    method: str
    path: str
    shape: Shape
    handle: Callable[..., Document]

    @property
    def route(self) -> str:
        """Name the operation as faults do: `POST /v1/payment_intents/{}/capture`."""
        return f"{self.method} {self.path}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Match request paths, one group for each id."""
        return re.compile(self.path.replace("{}", "([^/]+)"))


_MONEY = tuple(
    Operation(method, f"/v1/{path}", shape, handle)
    for method, path, shape, handle in (
        ("GET", "balance", payouts.BALANCE, payouts.balance),
        ("GET", "balance_transactions", balance_transactions.LIST, balance_transactions.list_all),
        ("GET", "balance_transactions/{}", balance_transactions.RETRIEVE, balance_transactions.retrieve),
        ("GET", "charges", charges.LIST, charges.list_all),
        ("GET", "charges/search", charges.SEARCH, charges.search),
        ("GET", "charges/{}", charges.RETRIEVE, charges.retrieve),
        ("POST", "charges/{}", charges.UPDATE, charges.update),
        ("GET", "confirmation_tokens/{}", confirmation_tokens.RETRIEVE, confirmation_tokens.retrieve),
        ("GET", "disputes", disputes.LIST, disputes.list_all),
        ("GET", "disputes/{}", disputes.RETRIEVE, disputes.retrieve),
        ("POST", "disputes/{}", disputes.UPDATE, disputes.update),
        ("POST", "disputes/{}/close", disputes.CLOSE, disputes.close),
        ("GET", "events", events.LIST, events.list_all),
        ("GET", "events/{}", events.RETRIEVE, events.retrieve),
        ("GET", "payment_intents", payment_intents.LIST, payment_intents.list_all),
        ("POST", "payment_intents", confirming.CREATE, confirming.create),
        ("GET", "payment_intents/search", payment_intents.SEARCH, payment_intents.search),
        ("GET", "payment_intents/{}", payment_intents.RETRIEVE, payment_intents.retrieve),
        ("POST", "payment_intents/{}", payment_intents.UPDATE, payment_intents.update),
        ("POST", "payment_intents/{}/cancel", capturing.CANCEL, capturing.cancel),
        ("POST", "payment_intents/{}/capture", capturing.CAPTURE, capturing.capture),
        ("POST", "payment_intents/{}/confirm", confirming.CONFIRM, confirming.confirm),
        ("GET", "payment_method_domains", payment_method_domains.LIST, payment_method_domains.list_all),
        ("POST", "payment_method_domains", payment_method_domains.CREATE, payment_method_domains.create),
        (
            "GET",
            "payment_method_domains/{}",
            payment_method_domains.RETRIEVE,
            payment_method_domains.retrieve,
        ),
        ("POST", "payment_method_domains/{}", payment_method_domains.UPDATE, payment_method_domains.update),
        (
            "POST",
            "payment_method_domains/{}/validate",
            payment_method_domains.VALIDATE,
            payment_method_domains.retrieve,
        ),
        ("GET", "payouts", payouts.LIST, payouts.list_all),
        ("POST", "payouts", payouts.CREATE, payouts.create),
        ("GET", "payouts/{}", payouts.RETRIEVE, payouts.retrieve),
        ("POST", "payouts/{}", payouts.UPDATE, payouts.update),
        ("GET", "radar/early_fraud_warnings", early_fraud_warnings.LIST, early_fraud_warnings.list_all),
        (
            "GET",
            "radar/early_fraud_warnings/{}",
            early_fraud_warnings.RETRIEVE,
            early_fraud_warnings.retrieve,
        ),
        ("GET", "refunds", refunds.LIST, refunds.list_all),
        ("POST", "refunds", refunds.CREATE, refunds.create),
        ("GET", "refunds/{}", refunds.RETRIEVE, refunds.retrieve),
        ("POST", "refunds/{}", refunds.UPDATE, refunds.update),
        ("POST", "refunds/{}/cancel", refund_ends.CANCEL, refund_ends.cancel),
        (
            "POST",
            "test_helpers/confirmation_tokens",
            confirmation_tokens.CREATE_TEST,
            confirmation_tokens.create_test,
        ),
        ("POST", "test_helpers/refunds/{}/expire", refund_ends.EXPIRE, refund_ends.expire),
        ("GET", "webhook_endpoints", webhook_endpoints.LIST, webhook_endpoints.list_all),
        ("POST", "webhook_endpoints", webhook_endpoints.CREATE, webhook_endpoints.create),
        ("GET", "webhook_endpoints/{}", webhook_endpoints.RETRIEVE, webhook_endpoints.retrieve),
        ("POST", "webhook_endpoints/{}", webhook_endpoints.UPDATE, webhook_endpoints.update),
        ("DELETE", "webhook_endpoints/{}", webhook_endpoints.DELETE, webhook_endpoints.delete),
    )
)
OPERATIONS = _MONEY + tuple(
    Operation(method, f"/v1/{path}", shape, handle) for method, path, shape, handle in billing_operations.ROWS
)


def find(method: str, path: str) -> tuple[Operation, tuple[str, ...]] | None:
    """Give the operation a request asks for and the ids in its path, or None."""
    for operation in OPERATIONS:
        match = operation.pattern.fullmatch(path) if operation.method == method else None
        if match:
            return operation, match.groups()
    return None
