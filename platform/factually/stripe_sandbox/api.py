"""Stripe's HTTP rules around an operation: keys, headers, idempotency, errors, and the faults asked for."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from factually.stripe_sandbox import clock, due, faults, idempotency, operations, parameters
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.expansion import expand
from factually.stripe_sandbox.faults import Fault, Faults
from factually.stripe_sandbox.idempotency import KeyedRequest, KeysInFlight, StoredAnswer
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.operations import Operation
from factually.stripe_sandbox.store import Document, Records, Store, public
from factually.stripe_sandbox.work import API_VERSION, Work


@dataclass(frozen=True)
class Incoming:
    """One request as it came over HTTP; `encoded` is its form body, or its query string for a GET."""

    method: str
    path: str
    encoded: str
    headers: Mapping[str, str]


Manner = Literal["whole", "dropped", "reset", "trickled"]


@dataclass(frozen=True)
class Answer:
    """What goes back, and in which manner; one byte after each `pause` (seconds) where it is trickled."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = "whole"
    pause: float = 0.0


@dataclass(frozen=True)
class _Asked:
    """A request understood: which operation, on which ids, with which raw parameters."""

    operation: Operation
    ids: tuple[str, ...]
    raw: Document
    request_id: str
    keyed: KeyedRequest | None
    origin: str


class Api:
    """Answers requests to /v1 from the store."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults
        self._in_flight = KeysInFlight()

    def answer(self, incoming: Incoming) -> Answer:
        """Answer one request; errors become Stripe's JSON."""
        request_id = new_id("req")
        common = {
            "Request-Id": request_id,
            "Stripe-Version": incoming.headers.get("Stripe-Version", API_VERSION),
        }
        key = incoming.headers.get("Idempotency-Key")
        if key and incoming.method == "POST":
            common["Idempotency-Key"] = key
        try:
            check_key(incoming.headers.get("Authorization"), ("sk_test_", "rk_test_"))
            answer = self._perform(_understood(incoming, key, request_id))
        except ApiError as error:
            answer = Answer(error.status, _error_body(error))
        return replace(answer, headers={**common, **answer.headers})

    def _perform(self, asked: _Asked) -> Answer:
        fault = self._faults.take(asked.operation.route)
        refused = fault and faults.refusal(fault.kind)
        if refused:
            raise refused
        if fault is not None and fault.kind in ("black_hole", "reset"):
            if fault.kind == "black_hole":
                self._faults.pause(fault.seconds)
            return Answer(0, "", manner="reset")
        if asked.keyed is None:
            return self._work(asked, fault)
        with self._in_flight.hold(asked.keyed):
            return self._work(asked, fault)

    def _work(self, asked: _Asked, fault: Fault | None) -> Answer:
        if fault is not None and fault.kind == "delay":
            self._faults.pause(fault.seconds)
        with self._store.transaction() as records:
            now = clock.now(records)
            due.settle(records, now)
            work = Work(
                records, now, asked.request_id, asked.keyed.key if asked.keyed else None, asked.origin
            )
            stored = idempotency.recall(work, asked.keyed) if asked.keyed else None
            if stored is not None:
                replayed = Answer(
                    stored.status,
                    stored.body,
                    {"Idempotent-Replayed": "true", "Original-Request": stored.request_id},
                )
                return replayed if fault is None else _spoilt(replayed, fault)
            checked = asked.operation.shape.read(asked.raw)
            answer = _run(work, records, asked, checked)
            if fault is not None and fault.kind == "error_after":
                lost = ApiError("An error occurred on the sandbox's side.", status=500, type="api_error")
                answer = Answer(500, _error_body(lost), {"Stripe-Should-Retry": "false"})
            if asked.keyed is not None:
                idempotency.remember(
                    work, asked.keyed, StoredAnswer(answer.status, answer.body, asked.request_id)
                )
        return answer if fault is None else _spoilt(answer, fault)


def check_key(authorization: str | None, prefixes: tuple[str, ...]) -> None:
    """Read the API key from Basic or Bearer authorization.

    Raises:
        ApiError: 401 where it is missing or not a test key of the kind wanted.
    """
    scheme, _, credentials = (authorization or "").partition(" ")
    key = credentials.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(credentials, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = ""
    if not key:
        raise ApiError("You did not provide an API key.", status=401)
    if not key.startswith(prefixes):
        raise ApiError(
            f"Invalid API Key provided: {key[:8]}***. This sandbox takes test keys only.", status=401
        )


def _understood(incoming: Incoming, key: str | None, request_id: str) -> _Asked:
    found = operations.find(incoming.method, incoming.path)
    if found is None:
        raise ApiError(f"Unrecognized request URL ({incoming.method}: {incoming.path}).", status=404)
    operation, ids = found
    keyed = None
    if key and incoming.method == "POST":
        keyed = KeyedRequest(key, incoming.method, incoming.path, incoming.encoded)
    origin = f"http://{incoming.headers.get('Host', '')}"
    return _Asked(operation, ids, parameters.decode(incoming.encoded), request_id, keyed, origin)


def _run(work: Work, records: Records, asked: _Asked, checked: Document) -> Answer:
    """Run the handler; undo an error's work unless it is to be kept, and word the answer."""
    records.mark()
    try:
        document = asked.operation.handle(work, checked, *asked.ids)
        if document["object"] in ("list", "search_result"):
            document["url"] = asked.operation.path
        expand(work, document, checked.get("expand", []))
        return Answer(200, json.dumps(public(document)))
    except ApiError as error:
        if not error.keeps_work:
            records.return_to_mark()
        return Answer(error.status, _error_body(error))


def _spoilt(answer: Answer, fault: Fault) -> Answer:
    """Let a fault get at an answer whose work stands and which is stored whole."""
    if fault.kind == "drop_after":
        return replace(answer, manner="dropped")
    if fault.kind == "trickle":
        return replace(answer, manner="trickled", pause=fault.seconds)
    if fault.kind == "wrong_json":
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    return answer


def _error_body(error: ApiError) -> str:
    return json.dumps({"error": public(error.body())})
