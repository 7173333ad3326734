"""What happens outside our processes and outlives them: Stripe, banks, and what donors' browsers remember."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import requests
import stripe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TIMEOUT: Final = 10
_PAGE: Final = 100


@dataclass(frozen=True)
class Stage:
    """Where the story plays: addresses, auditors, the donors' card entries, and the order of events.

    What the donors' browsers and Stripe remember lies in `memory`: it outlives a process of ours.
    """

    environment: Mapping[str, str]
    owner_url: str
    smtp_port: int
    auditors: Sequence[str]
    tokens: Mapping[str, Sequence[str]]
    seed: int
    memory: str


@dataclass(frozen=True)
class Outside:
    """Acts at Stripe and its banks; the process under test never dies within one."""

    environment: Mapping[str, str]
    memory: Path

    @property
    def webhook_secret(self) -> str:
        """What Stripe signs with."""
        return self.environment["STRIPE_WEBHOOK_SECRET"]

    def remember(self, word: str) -> None:
        """Keep that something was done for good."""
        (self.memory / word).touch()

    def remembers(self, word: str) -> bool:
        """Tell whether it was."""
        return (self.memory / word).exists()

    def begun_at(self) -> datetime:
        """Return when the story began, which is now where it is told for the first time."""
        written = self.memory / "begun"
        if not written.exists():
            written.write_text(self.now().isoformat(), encoding="utf-8")
        return datetime.fromisoformat(written.read_text(encoding="utf-8"))

    def now(self) -> datetime:
        """Read Stripe's clock."""
        answer = requests.get(f"{self._sandbox}/_sandbox/clock", timeout=_TIMEOUT)
        return datetime.fromtimestamp(answer.json()["now"], UTC)

    def wait(self, time_to_pass: timedelta) -> None:
        """Let time pass at Stripe."""
        self.force("clock", {"advance": int(time_to_pass.total_seconds())})

    def force(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Have a bank, a network or Stripe act."""
        answer = requests.post(f"{self._sandbox}/_sandbox/{path}", json=body, timeout=_TIMEOUT)
        answer.raise_for_status()
        made: dict[str, Any] = answer.json()
        return made

    def clear_faults(self) -> None:
        """Forget the faults that Stripe was to have."""
        requests.delete(f"{self._sandbox}/_sandbox/faults", timeout=_TIMEOUT).raise_for_status()

    def signed(self, event: Mapping[str, object]) -> tuple[str, str]:
        """Return an event's body and signature, as Stripe sends both now."""
        body = json.dumps(event)
        return body, stripe.WebhookSignature.generate_signature_header(
            body, self.environment["STRIPE_WEBHOOK_SECRET"], int(time.time())
        )

    def authenticate(self, client_secret: str, *, passed: bool = True) -> None:
        """Answer the bank's question in the donor's place; a wrong answer is answered with an error."""
        answer = requests.post(
            f"{self._sandbox}/endive/authentication",
            json={
                "key": self.environment["STRIPE_PUBLISHABLE_KEY"],
                "client_secret": client_secret,
                "passed": passed,
            },
            timeout=_TIMEOUT,
        )
        if passed:
            answer.raise_for_status()

    def card_entry(self, card: str) -> str:
        """Enter a card, as the payment script would, and return its token."""
        answer = requests.post(
            f"{self._sandbox}/v1/test_helpers/confirmation_tokens",
            auth=self._key,
            data={"payment_method": card},
            timeout=_TIMEOUT,
        )
        answer.raise_for_status()
        return str(answer.json()["id"])

    def entered_card(self, word: str, card: str) -> str:
        """Return the token of a card that a donor enters once, and sends again with the page as it is."""
        written = self.memory / word
        if not written.exists():
            written.write_text(self.card_entry(card), encoding="utf-8")
        return written.read_text(encoding="utf-8")

    def all_of(self, what: str) -> list[dict[str, Any]]:
        """List everything of a kind that Stripe has, the newest first; `what` may have a query."""
        found: list[dict[str, Any]] = []
        page: dict[str, Any] = {"has_more": True}
        while page["has_more"]:
            after = {"starting_after": found[-1]["id"]} if found else {}
            answer = requests.get(
                f"{self._sandbox}/v1/{what}",
                params={"limit": _PAGE, **after},
                auth=self._key,
                timeout=_TIMEOUT,
            )
            page = answer.json()
            found += page["data"]
        return found

    @property
    def _sandbox(self) -> str:
        return self.environment["STRIPE_SANDBOX_URL"]

    @property
    def _key(self) -> tuple[str, str]:
        return self.environment["STRIPE_SECRET_KEY"], ""


def outside_of(stage: Stage) -> Outside:
    """The outside of one stage."""
    return Outside(stage.environment, Path(stage.memory))
