"""Idempotency keys, by Stripe's rules.

The same key with the same request gets the stored answer, errors and 500s included; with another request an
error; while the first still runs, a conflict. What failed its check of parameters is not stored. A key is
forgotten after 24 hours of the sandbox's clock.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.work import Work

LIFETIME: Final = 24 * 3600
_LONGEST: Final = 255
_KIND: Final = "sandbox.idempotency_key"


@dataclass(frozen=True)
class KeyedRequest:
    """A key and what it was sent with."""

    key: str
    method: str
    path: str
    parameters: str

    @property
    def fingerprint(self) -> str:
        """Tell this request from any other."""
        # The order of parameters in the body is the client library's, and no other request.
        parameters = "&".join(sorted(self.parameters.split("&")))
        return hashlib.sha256(f"{self.method} {self.path}\n{parameters}".encode()).hexdigest()

    @property
    def identifier(self) -> str:
        """Name the stored answer."""
        return f"idem_{hashlib.sha256(self.key.encode()).hexdigest()}"


@dataclass(frozen=True)
class StoredAnswer:
    """An answer that was given under a key: HTTP status, body and the request that got it."""

    status: int
    body: str
    request_id: str


class KeysInFlight:
    """The keys whose first request still runs; a restart empties it, as it ends the requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()

    @contextmanager
    def hold(self, request: KeyedRequest) -> Iterator[None]:
        """Keep a key to one request at a time.

        Raises:
            ApiError: 409 `idempotency_key_in_use`, or a key too long.
        """
        if len(request.key) > _LONGEST:
            raise ApiError("Idempotency keys can have at most 255 characters.", type="idempotency_error")
        with self._lock:
            if request.key in self._keys:
                raise ApiError(
                    "There is currently another in-progress request using this Idempotency Key.",
                    status=409,
                    type="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._keys.add(request.key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(request.key)


def recall(work: Work, request: KeyedRequest) -> StoredAnswer | None:
    """Give the answer stored under a key, if there is one.

    Raises:
        ApiError: the key was used with another request.
    """
    stored = work.records.find(_KIND, request.identifier)
    if stored is None or stored["created"] + LIFETIME <= work.now:
        return None
    if stored["fingerprint"] != request.fingerprint:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first used"
            f" with. Try using a key other than '{request.key}' if you meant to execute a different request.",
            type="idempotency_error",
        )
    return StoredAnswer(stored["status"], stored["body"], stored["request_id"])


def remember(work: Work, request: KeyedRequest, answer: StoredAnswer) -> None:
    """Store an answer in the transaction of the work it answers."""
    work.records.save(
        {
            "id": request.identifier,
            "object": _KIND,
            "created": work.now,
            "fingerprint": request.fingerprint,
            "status": answer.status,
            "body": answer.body,
            "request_id": answer.request_id,
        }
    )
