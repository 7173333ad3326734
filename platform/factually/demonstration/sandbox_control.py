"""What the demonstration asks of the payment sandbox besides what the site does: its clock, and a card."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT_SECONDS: Final = 10


@dataclass(frozen=True, kw_only=True)
class SandboxControl:
    """The running sandbox of one demonstration.

    Attributes:
        address: Where it listens.
        secret_key: What opens its interface of payments.
    """

    address: str
    secret_key: str = field(repr=False)

    def card_token(self, card: str) -> str:
        """Enter a test card as the payment script would, and return the confirmation token."""
        status, answer = self._post(
            "/v1/test_helpers/confirmation_tokens",
            urlencode({"payment_method": card}),
            {
                "Authorization": f"Bearer {self.secret_key}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        if status != HTTPStatus.OK:
            raise ValueError(f"the sandbox takes no card {card}: {answer}")
        return str(answer["id"])

    def turn_back(self, to: datetime) -> bool:
        """Set the clock back, and say whether that was possible: not once anything has happened there."""
        return self._move(to)

    def catch_up(self, to: datetime) -> None:
        """Set a clock that is behind forward, so that what fell due meanwhile happens."""
        if self._now() < to:
            self._move(to)

    def _move(self, to: datetime) -> bool:
        seconds = int((to - self._now()).total_seconds())
        status, _ = self._post(
            "/_sandbox/clock", json.dumps({"advance": seconds}), {"Content-Type": "application/json"}
        )
        return status == HTTPStatus.OK

    def _now(self) -> datetime:
        _, answer = self._ask("GET", "/_sandbox/clock", None, {})
        return datetime.fromtimestamp(answer["now"], UTC)

    def _post(self, path: str, body: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        return self._ask("POST", path, body, headers)

    def _ask(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, Any]]:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()
