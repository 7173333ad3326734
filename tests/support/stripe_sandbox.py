"""The Stripe sandbox as a real process, for tests that need one."""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, Self

import requests
import stripe
from stripe._base_address import BaseAddresses

from tests.support.stripe_openapi import CheckedStripeClient

SECRET_KEY: Final = "sk_test_factually"
PUBLISHABLE_KEY: Final = "pk_test_factually"
WEBHOOK_SECRET: Final = "whsec_factually"
_TIMEOUT: Final = 10
_COMMAND: Final = (sys.executable, "-m", "factually.stripe_sandbox")


@dataclass(frozen=True)
class RunningSandbox:
    """A started sandbox: its address, keys and controls."""

    url: str
    process: subprocess.Popen[str]
    secret_key: str = SECRET_KEY
    publishable_key: str = PUBLISHABLE_KEY
    webhook_secret: str = WEBHOOK_SECRET
    checked_clients: list[CheckedStripeClient] = field(default_factory=list)

    @property
    def base_addresses(self) -> BaseAddresses:
        """Give all four addresses of the SDK, so that none is Stripe's."""
        return {"api": self.url, "connect": self.url, "files": self.url, "meter_events": self.url}

    def client(self, *, max_network_retries: int = 2) -> stripe.StripeClient:
        """Make an SDK client whose exchanges are all checked against Stripe's description."""
        http_client = CheckedStripeClient()
        self.checked_clients.append(http_client)
        return stripe.StripeClient(
            self.secret_key,
            base_addresses=self.base_addresses,
            http_client=http_client,
            max_network_retries=max_network_retries,
        )

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> requests.Response:
        """Send a form past the SDK and its checks, for what a correct client never sends."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(
            f"{self.url}{path}", data=form, headers=names, auth=(self.secret_key, ""), timeout=_TIMEOUT
        )

    def get(self, path: str) -> requests.Response:
        """Read something past the SDK and its checks."""
        return requests.get(f"{self.url}{path}", auth=(self.secret_key, ""), timeout=_TIMEOUT)

    def fault(self, route: str, kind: str, *, count: int = 1, seconds: float = 1.0) -> None:
        """Ask for a fault: `fault("POST /v1/payment_intents", "drop_after")`, see `faults.py` for kinds."""
        self._post("/_sandbox/faults", {"route": route, "kind": kind, "count": count, "seconds": seconds})

    def advance(self, seconds: int) -> int:
        """Move the sandbox's clock ahead; give its new time in Unix seconds."""
        now: int = self._post("/_sandbox/clock", {"advance": seconds})["now"]
        return now

    def deliveries(
        self, event: str | None = None, *, state: str | None = None, limit: int = -1
    ) -> list[dict[str, Any]]:
        """Read the log of webhook deliveries, newest first; states are pending, succeeded and failed."""
        query = {"event": event, "state": state, "limit": limit}
        answer = requests.get(f"{self.url}/_sandbox/deliveries", params=query, timeout=_TIMEOUT)
        data: list[dict[str, Any]] = answer.json()["data"]
        return data

    def force(self, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Have a bank, a network or Stripe act: `force("disputes", {"charge": id})`, see `forcing.py`."""
        return self._post(f"/_sandbox/{path}", body or {})

    def resend(self, event: str) -> None:
        """Send an event once more to every endpoint."""
        self._post(f"/_sandbox/events/{event}/resend", {})

    def roll_secret(self, endpoint: str) -> str:
        """Give an endpoint a second webhook secret."""
        secret: str = self._post(f"/_sandbox/webhook_endpoints/{endpoint}/roll_secret", {})["secret"]
        return secret

    def stop(self) -> None:
        """End the process, as an operator would, and wait for it."""
        for client in self.checked_clients:
            client.close()  # type: ignore[no-untyped-call]  # the SDK left it without annotations
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.terminate()
        self.process.wait(_TIMEOUT)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        answer = requests.post(f"{self.url}{path}", json=body, timeout=_TIMEOUT)
        answer.raise_for_status()
        given: dict[str, Any] = answer.json()
        return given


def start_stripe_sandbox(
    *, webhook_url: str | None = None, state: Path | None = None, options: tuple[str, ...] = ()
) -> RunningSandbox:
    """Start a sandbox on a free port and wait until it listens; the caller stops it."""
    command = [*_COMMAND, "--port", "0", "--lifeline"]
    command += ["--webhook-pauses", "0.05,0.05,0.05", "--webhook-timeout", "5"]
    if webhook_url is not None:
        command += ["--webhook-url", webhook_url, "--webhook-secret", WEBHOOK_SECRET]
    if state is not None:
        command += ["--state", str(state)]
    process = subprocess.Popen([*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline() if process.stdout is not None else ""
    match = re.search(r"http://\S+", line)
    if match is None:
        process.kill()
        process.wait()
        raise RuntimeError(f"The Stripe sandbox did not start: {line!r}")
    return RunningSandbox(match.group(), process)


@contextmanager
def stripe_sandbox(
    *, webhook_url: str | None = None, state: Path | None = None, options: tuple[str, ...] = ()
) -> Iterator[RunningSandbox]:
    """Run a sandbox for the length of a block."""
    sandbox = start_stripe_sandbox(webhook_url=webhook_url, state=state, options=options)
    try:
        yield sandbox
    finally:
        sandbox.stop()


def run_stripe_sandbox(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, for what it refuses."""
    return subprocess.run([*_COMMAND, *options], capture_output=True, text=True, timeout=20, check=False)


@dataclass(frozen=True)
class Received:
    """One request that came to the receiver: raw body and signature header."""

    body: bytes
    signature: str

    def event(self, secret: str = WEBHOOK_SECRET) -> stripe.Event:
        """Verify the signature with the SDK and read the event."""
        event: stripe.Event = stripe.Webhook.construct_event(self.body, self.signature, secret)
        return event


class WebhookReceiver:
    """A web server that takes events and answers as told: `answers` in turn, then 200."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.delay = 0.0
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks"

    def __enter__(self) -> Self:
        """Start to listen."""
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, wanted: Callable[[list[Received]], bool], timeout: float = 10) -> list[Received]:
        """Wait until what has arrived satisfies the caller, and give it.

        Raises:
            TimeoutError: it did not in time.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: wanted(self.received), timeout):
                raise TimeoutError(f"Only {len(self.received)} events came.")
            return list(self.received)

    def wait_for_count(self, count: int) -> list[Received]:
        """Wait until so many requests have come, and give them."""
        return self.wait_for(lambda received: len(received) >= count)

    def wait_for_types(self, *types: str, timeout: float = 10) -> list[stripe.Event]:
        """Wait until an event of each type has come, and give all events."""

        def complete(received: list[Received]) -> bool:
            return set(types) <= {json.loads(item.body)["type"] for item in received}

        return [item.event() for item in self.wait_for(complete, timeout)]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(Received(body, self.headers["Stripe-Signature"]))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
                """Say nothing."""

        return Handler

    def take(self, item: Received) -> int:
        """Note one request and choose its answer."""
        time.sleep(self.delay)
        with self._arrived:
            self.received.append(item)
            self._arrived.notify_all()
            return self.answers.pop(0) if self.answers else 200


def card_token(client: stripe.StripeClient, card: str = "pm_card_visa", name: str = "Ann Donor") -> str:
    """Make a ConfirmationToken without a browser and give its id."""
    token = client.v1.test_helpers.confirmation_tokens.create(
        {
            "payment_method": card,
            "payment_method_data": {
                "type": "card",
                "billing_details": {"name": name, "email": "ann@example.org"},
            },
        }
    )
    return token.id


def hold(
    client: stripe.StripeClient,
    card: str = "pm_card_visa",
    *,
    amount: int = 500,
    token: str | None = None,
    key: str | None = None,
) -> stripe.PaymentIntent:
    """Hold an amount on a card, as the site does for a gift."""
    return client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "usd",
            "capture_method": "manual",
            "confirm": True,
            "confirmation_token": token or card_token(client, card),
            "allowed_payment_method_types": ["card"],
            "expand": ["latest_charge"],
        },
        {} if key is None else {"idempotency_key": key},
    )


def take(
    client: stripe.StripeClient, card: str = "pm_card_visa", *, amount: int = 500, currency: str = "usd"
) -> stripe.Charge:
    """Take an amount from a card and give the charge, with its balance transaction."""
    taken = client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": currency,
            "capture_method": "automatic",
            "confirm": True,
            "confirmation_token": card_token(client, card),
            "allowed_payment_method_types": ["card"],
            "expand": ["latest_charge.balance_transaction"],
        }
    )
    if not isinstance(taken.latest_charge, stripe.Charge):
        raise TypeError(taken)
    return taken.latest_charge
