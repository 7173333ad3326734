"""Visitors of the donation form: thieves who try a card every few seconds, and donors who give once."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import requests

from tests.support.card_testing import proof_of
from tests.support.stripe_sandbox import SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Callable

VISA: Final = "pm_card_visa"
DECLINED: Final = "pm_card_visa_chargeDeclined"
KNOCK_SECONDS: Final = 10
"""As the page's own script does."""
_TIMEOUT: Final = 20
_GIFTS_A_FORM: Final = 15
_FIELD: Final = re.compile(
    r'name="(csrf_token|form_token|attestation_version|fees_version|currency)"[^>]*value="([^"]*)"'
)
_JSON: Final = {"Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Tried:
    """One card: when it was first sent, when the last answer came, what that was, how often it waited."""

    began: float
    ended: float
    status: int
    code: str
    waits: int


@dataclass
class Visitor:
    """One address with one browser."""

    site: str
    sandbox: str
    address: str
    _browser: requests.Session = field(default_factory=requests.Session)
    _form: dict[str, str] = field(default_factory=dict)
    _gifts: int = 0

    def __post_init__(self) -> None:
        self._browser.trust_env = False
        self._browser.headers["X-Forwarded-For"] = self.address

    def load_form(self) -> None:
        """Open the donation page."""
        page = self._browser.get(f"{self.site}/donate", timeout=_TIMEOUT)
        page.raise_for_status()
        self._form = dict(_FIELD.findall(page.text))
        self._gifts = 0

    def try_card(self, card: str, *, patient: bool) -> Tried:
        """Fill in the form, enter a card, and send it; who is patient waits for the turn as the page does."""
        self._gifts += 1
        if self._gifts > _GIFTS_A_FORM:
            self.load_form()
            time.sleep(2)
        began, waits = time.monotonic(), 0
        promised = self.promise()
        if promised.status_code != requests.codes.created:
            return self._tried(began, promised, waits)
        press = self.with_card(promised.json(), card)
        while _may_come_back(answer := press()) and patient:
            waits += 1
            time.sleep(min(KNOCK_SECONDS, int(answer.headers["Retry-After"])))
        return self._tried(began, answer, waits)

    def promise(self) -> requests.Response:
        """Send the form, as another person each time."""
        return self._post("/donate", self._filled_in())

    def with_card(self, gift: dict[str, Any], card: str) -> Callable[[], requests.Response]:
        """Enter a card for a gift, and return what presses the button under it, as often as it is pressed."""
        data = {"confirmation_token": self._enter(card)}

        def press() -> requests.Response:
            answer = self._post(gift["confirm_url"], data)
            while answer.status_code == requests.codes.precondition_required:
                proof = answer.json()["proof"]
                data["proof"] = proof_of(proof["challenge"], proof["bits"])
                answer = self._post(gift["confirm_url"], data)
            return answer

        return press

    def _filled_in(self) -> dict[str, str]:
        name = uuid.uuid4().hex
        return {
            "client_key": str(uuid.uuid4()),
            "amount": "5",
            "capacity": "own_money",
            "political_group": "no",
            "name": f"Visitor {name[:6]}",
            "email": f"{name}@example.org",
            "attestation": "y",
        }

    def _post(self, path: str, data: dict[str, str]) -> requests.Response:
        return self._browser.post(
            f"{self.site}{path}", data=self._form | data, headers=_JSON, timeout=_TIMEOUT
        )

    def _enter(self, card: str) -> str:
        """Enter the card at the payment provider, past the site, as a script of thieves would."""
        answer = self._browser.post(
            f"{self.sandbox}/v1/test_helpers/confirmation_tokens",
            data={"payment_method": card},
            auth=(SECRET_KEY, ""),
            timeout=_TIMEOUT,
        )
        answer.raise_for_status()
        return str(answer.json()["id"])

    @staticmethod
    def _tried(began: float, answer: requests.Response, waits: int) -> Tried:
        return Tried(began, time.monotonic(), answer.status_code, _code(answer), waits)


def _may_come_back(answer: requests.Response) -> bool:
    busy = _code(answer) == "unavailable" and "Retry-After" in answer.headers
    return busy or _code(answer) == "wait_your_turn"


def _code(answer: requests.Response) -> str:
    body: dict[str, Any] = answer.json()
    return str(body.get("error", {}).get("code", body.get("status", "")))
