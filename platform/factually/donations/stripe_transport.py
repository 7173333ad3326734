"""HTTP to the payment provider in bounded time: a connection that trickles is as dead as one that is silent.

A timeout of a socket counts from byte to byte, so an answer of one byte a second would keep a thread for
ever. Here each try has a last moment, connecting, headers and body together, and so has all that is done at
one place of a bulkhead.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

import requests
from requests.adapters import HTTPAdapter

from factually.foundation.outgoing.deadlines import Deadline, TimedResponse
from factually.web.bulkheads import seconds_left

if TYPE_CHECKING:
    import socket

CONNECT_SECONDS: Final = 1.0
TRY_SECONDS: Final = 3.0
_CONNECTIONS: Final = 16
"""Kept open; as many as a process has threads."""
_ENDS: ContextVar[Deadline] = ContextVar("last moment of a try")


class _TimedResponse(TimedResponse):
    """An answer that ends with the try that reads it."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - http.client's own
        super().__init__(_ENDS.get(), sock, *arguments, **options)


class TimedAdapter(HTTPAdapter):
    """The transport of `requests`, with a last moment for each try."""

    def __init__(self) -> None:
        super().__init__(pool_maxsize=_CONNECTIONS)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - handed on
        """Make connections whose answers are timed."""
        super().init_poolmanager(*arguments, **options)
        pools = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = {scheme: _timed(pool) for scheme, pool in pools.items()}

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401 - handed on
        """Send one request, as long as there is time.

        Raises:
            requests.RequestException: The time at the place is over; trying again makes no sense.
        """
        left = min(TRY_SECONDS, seconds_left())
        if left <= 0:
            raise requests.RequestException("no time is left for another call")
        options["timeout"] = (min(CONNECT_SECONDS, left), left)
        ends = _ENDS.set(Deadline.after(left))
        try:
            return super().send(request, **options)
        finally:
            _ENDS.reset(ends)


def timed_session() -> requests.Session:
    """Return a session for all threads, each of whose tries ends in time."""
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, TimedAdapter())
    return session


def _timed(pool: Any) -> Any:  # noqa: ANN401 - a class of urllib3, which requests brings along and does not name
    connection = type("TimedConnection", (pool.ConnectionCls,), {"response_class": _TimedResponse})
    return type("TimedPool", (pool,), {"ConnectionCls": connection})
