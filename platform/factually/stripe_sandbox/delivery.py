"""Delivery of events: signed, concurrent, retried, and written down.

A receiver has ten seconds to answer 2xx; a redirect is a failure. Three more tries follow, each later than
the one before and freshly signed. What a stopped sandbox left undelivered is sent after its next start.
"""

import hashlib
import heapq
import hmac
import itertools
import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import requests

from factually.stripe_sandbox.events import DELIVERY, count_down
from factually.stripe_sandbox.faults import Fault, Faults
from factually.stripe_sandbox.store import Document, Planned, Selection, Store, StoreClosedError, public
from factually.stripe_sandbox.work import Work

_WORKERS: Final = 8
_STALE_SECONDS: Final = 3600


@dataclass(frozen=True)
class Patience:
    """How long a receiver may take, and the pauses before each retry (seconds)."""

    timeout: float = 10.0
    pauses: Sequence[float] = (5.0, 60.0, 600.0)


def sign(body: bytes, secrets: Sequence[str], at: int) -> str:
    """Make the Stripe-Signature header: `t=…` and one `v1=…` for each secret in force."""
    signed = str(at).encode() + b"." + body
    signatures = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join([f"t={at}", *(f"v1={signature}" for signature in signatures)])


class Deliverer:
    """Sends planned deliveries from a few threads, each when its time has come."""

    def __init__(self, store: Store, faults: Faults, patience: Patience) -> None:
        self._store = store
        self._faults = faults
        self._patience = patience
        self._due: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()

    def start(self) -> None:
        """Start the threads and take up what is still pending."""
        for _ in range(_WORKERS):
            # Daemons: a receiver that hangs must not keep a stopping sandbox alive.
            threading.Thread(target=self._run, daemon=True).start()
        self._store.on_commit = self._take_on
        with self._store.transaction() as records:
            pending = records.select(DELIVERY, Selection(equal={"state": "pending"}))
            records.outbox.extend(Planned(delivery["id"], delivery["type"]) for delivery in reversed(pending))

    def _take_on(self, planned: Sequence[Planned]) -> None:
        for delivery, event_type in planned:
            self._queue(delivery, self._faults.pause_before(event_type))

    def _queue(self, delivery: str, pause: float) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + pause, next(self._order), delivery))
            self._changed.notify()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the environment has no business on loopback
            while True:
                identifier = self._next()
                try:
                    self._deliver(identifier, session)
                except StoreClosedError:
                    return

    def _next(self) -> str:
        with self._changed:
            while not self._due or self._due[0][0] > time.monotonic():
                self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
            return heapq.heappop(self._due)[2]

    def _deliver(self, identifier: str, session: requests.Session) -> None:
        with self._store.transaction() as records:
            work = Work.by_itself(records)
            delivery = work.get(DELIVERY, identifier)
            event = work.get("event", delivery["event"])
            endpoint = records.find("webhook_endpoint", delivery["endpoint"])
        fault = self._faults.take_for_delivery(event["type"])
        lost = None
        if endpoint is None or endpoint["status"] != "enabled":
            lost = "The endpoint was deleted or disabled."
        elif fault is not None and fault.kind == "drop":
            lost = "Dropped by a fault."
        attempt = (
            _unsent(lost) if endpoint is None or lost else self._attempt(event, endpoint, fault, session)
        )
        again = self._note(delivery, attempt, lost=lost is not None)
        if again is not None:
            self._queue(identifier, again)

    def _attempt(
        self, event: Document, endpoint: Document, fault: Fault | None, session: requests.Session
    ) -> Document:
        body = json.dumps(
            {**public(event), "api_version": endpoint["api_version"] or event["api_version"]}, indent=2
        ).encode()
        if fault is not None and fault.kind == "withhold":
            return _unsent("Withheld by a fault.")
        headers = _headers(body, endpoint, None if fault is None else fault.kind)
        attempt = self._post(session, endpoint["url"], body, headers)
        if fault is not None and fault.kind == "duplicate":
            self._post(session, endpoint["url"], body, headers)
        return attempt

    def _post(self, session: requests.Session, url: str, body: bytes, headers: Mapping[str, str]) -> Document:
        attempt: Document = {"at": int(time.time()), "status": None, "error": None}
        try:
            answer = session.post(
                url, data=body, headers=headers, timeout=self._patience.timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            attempt["error"] = type(error).__name__
        else:
            attempt["status"] = answer.status_code
        return attempt

    def _note(self, delivery: Document, attempt: Document, *, lost: bool) -> float | None:
        """Write an attempt down; give the pause before the next, or None where there is none."""
        tries = [*delivery["attempts"], attempt]
        succeeded = attempt["status"] is not None and 200 <= attempt["status"] < 300  # noqa: PLR2004 - 2xx
        given_up = lost or len(tries) > len(self._patience.pauses)
        delivery |= {
            "attempts": tries,
            "state": "succeeded" if succeeded else "failed" if given_up else "pending",
        }
        with self._store.transaction() as records:
            records.save(delivery)
            if succeeded:
                count_down(Work.by_itself(records), delivery)
        return self._patience.pauses[len(tries) - 1] if delivery["state"] == "pending" else None


def _headers(body: bytes, endpoint: Document, fault: str | None) -> dict[str, str]:
    at = int(time.time())
    secrets = ["whsec_of_somebody_else"] if fault == "bad_signature" else endpoint["_secrets"]
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": sign(body, secrets, at - _STALE_SECONDS if fault == "stale" else at),
        "User-Agent": "Stripe/1.0 (sandbox)",
    }


def _unsent(error: str | None) -> Document:
    return {"at": int(time.time()), "status": None, "error": error}
