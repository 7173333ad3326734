"""Pages of other people's sites for tests: served on loopback, found under made-up names."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import TYPE_CHECKING

from factually.foundation.outgoing.fetching import Fetcher

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping
    from email.message import Message

    from factually.foundation.outgoing.addresses import IpAddress

LOOPBACK = ip_address("127.0.0.1")
ANY = "*"
"""The path of what a site shows for each address that it doesn't know."""


@dataclass(frozen=True)
class Page:
    """What a site answers; `write` takes the place of the body where a test wants to send its own bytes."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass
class Pages:
    """A site whose pages a test can change while it is served."""

    by_path: dict[str, Page] = field(default_factory=dict)
    requests: list[Message] = field(default_factory=list)
    port: int = 0

    def address(self, path: str, host: str = "pages.example", scheme: str = "http") -> str:
        """Return the address of a path under a made-up name."""
        return f"{scheme}://{host}:{self.port}{path}"

    def fetcher(self, **options: object) -> Fetcher:
        """Return a fetcher for which every name leads to this machine, which it permits."""
        given: dict[str, object] = {"resolver": to_loopback, "permits": LOOPBACK.__eq__}
        return Fetcher("tests", ports=frozenset({self.port}), **{**given, **options})  # type: ignore[arg-type]  # a test's own


def to_loopback(host: str, port: int) -> tuple[IpAddress, ...]:
    """Resolve every name to this machine."""
    del host, port
    return (LOOPBACK,)


@contextmanager
def serve_pages(by_path: Mapping[str, Page], *, tls: ssl.SSLContext | None = None) -> Iterator[Pages]:
    """Serve pages on a free port of loopback; what is not there is answered with 404."""
    pages = Pages(dict(by_path))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            pages.requests.append(self.headers)
            page = pages.by_path.get(self.path) or pages.by_path.get(ANY, Page(b"Not found", status=404))
            self.close_connection = True
            if page.write is not None:
                page.write(self)
                return
            self.send_response(page.status)
            self.send_header("Content-Length", str(len(page.body)))
            if page.content_type:
                self.send_header("Content-Type", page.content_type)
            for name, value in page.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    pages.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield pages
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
