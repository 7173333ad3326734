"""The two calls to Stripe that only an operator needs: which endpoints there are, and a made-up card entry.

The product's own calls go through `StripeGateway`; these are plain HTTP, so the product carries neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import requests

API_VERSION: Final = "2026-10-28.endive"
"""What the pinned SDK asks for, and our endpoint must be made with; a test compares it with the SDK's."""
STRIPE: Final = "https://api.stripe.com"
_TIMEOUT: Final = (3.05, 15.0)
_FIRST_ERROR: Final = 400

Json: TypeAlias = Mapping[str, object]


class StripeSaidNo(Exception):
    """Stripe did not do what was asked.

    Attributes:
        status: The HTTP status, 0 where nobody answered.
    """

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class StripeApi:
    """Stripe's address, or the sandbox's, and a key."""

    address: str
    secret_key: str = field(repr=False)

    def webhook_endpoints(self) -> list[Json]:
        """List up to 100 endpoints of the account.

        Raises:
            StripeSaidNo: It refused, or did not answer.
        """
        listed = self._call("GET", "/v1/webhook_endpoints?limit=100", {}).get("data")
        if not isinstance(listed, list):
            raise StripeSaidNo("The answer is no list.", status=200)
        return [endpoint for endpoint in listed if isinstance(endpoint, Mapping)]

    def enter_card(self, card: str) -> str:
        """Make a ConfirmationToken for a test card, as the payment form does, and return its id.

        Raises:
            StripeSaidNo: It refused, or did not answer.
        """
        form = {
            "payment_method": card,
            "payment_method_data[type]": "card",
            "payment_method_data[billing_details][name]": "Doctor Check",
            "payment_method_data[billing_details][email]": "doctor@example.org",
        }
        return str(self._call("POST", "/v1/test_helpers/confirmation_tokens", form).get("id"))

    def _call(self, method: str, path: str, form: Mapping[str, str]) -> Json:
        try:
            answer = requests.request(
                method,
                f"{self.address}{path}",
                data=form,
                auth=(self.secret_key, ""),
                headers={"Stripe-Version": API_VERSION},
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
            body = answer.json()
        except requests.RequestException as error:
            raise StripeSaidNo(
                f"No usable answer from {self.address} ({type(error).__name__}).", status=0
            ) from error
        if not isinstance(body, Mapping):
            raise StripeSaidNo("The answer is no object.", status=answer.status_code)
        if answer.status_code >= _FIRST_ERROR:
            problem = body.get("error")
            message = problem.get("message") if isinstance(problem, Mapping) else None
            raise StripeSaidNo(str(message or "no reason given"), status=answer.status_code)
        return body
