"""A proxy before the sandbox that changes what passes: a payment provider that does not keep its word."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TIMEOUT: Final = 10
_PASSED_ON: Final = ("authorization", "content-type", "idempotency-key", "stripe-version")


@contextmanager
def tampering(
    sandbox: str,
    *,
    asked: Mapping[str, str] | None = None,
    answered: Mapping[str, str] | None = None,
    refuse: Mapping[str, int] | None = None,
    keys: bool = True,
) -> Iterator[str]:
    """Run the proxy and give its address.

    Args:
        sandbox: Where everything is passed on to.
        asked: Replacements in the bodies of requests.
        answered: Replacements in the bodies of answers.
        refuse: Status with which a path is refused.
        keys: Whether idempotency keys are passed on.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def do_DELETE(self) -> None:
            self._pass_on()

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            names = [name for name in _PASSED_ON if keys or name != "idempotency-key"]
            answer = requests.request(
                self.command,
                f"{sandbox}{self.path}",
                data=_replaced(body, asked or {}),
                headers={name: self.headers[name] for name in names if name in self.headers},
                timeout=_TIMEOUT,
            )
            content = _replaced(answer.content, answered or {})
            status = (refuse or {}).get(self.path.partition("?")[0])
            if status is not None:
                content = b'{"error": {"type": "invalid_request_error", "message": "not for this key"}}'
            self.send_response(status or answer.status_code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _replaced(body: bytes, replacements: Mapping[str, str]) -> bytes:
    for old, new in replacements.items():
        body = body.replace(old.encode(), new.encode())
    return body
