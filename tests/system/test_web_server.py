"""What only the real server shows: the test client hides sockets (security page, section 10)."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from factually.web.bodies import MAXIMUM_BODY_BYTES

if TYPE_CHECKING:
    from tests.support.site import RunningSite

HALF_OPEN = 100
PATIENCE = 2.0


def connect(site: RunningSite) -> socket.socket:
    parts = urlsplit(site.url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)


def status_of(site: RunningSite, request: bytes) -> int:
    with connect(site) as connection:
        connection.sendall(request)
        line = connection.makefile("rb").readline()
    return int(line.split()[1])


def host(site: RunningSite) -> bytes:
    return urlsplit(site.url).netloc.encode()


def test_visitors_who_never_finish_their_request_keep_nobody_out(site: RunningSite) -> None:
    with ExitStack() as stack:
        for _ in range(HALF_OPEN):
            idle = stack.enter_context(connect(site))
            idle.sendall(b"POST /donate HTTP/1.1\r\nHost: " + host(site) + b"\r\n")
        began = time.monotonic()
        assert requests.get(f"{site.url}/about", timeout=10).status_code == 200
        assert time.monotonic() - began < PATIENCE


def test_a_body_that_hides_its_length_is_refused(site: RunningSite) -> None:
    chunked = (
        b"POST /sign-in HTTP/1.1\r\nHost: " + host(site) + b"\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + b"5\r\na=b&c\r\n0\r\n\r\n"
    )
    assert status_of(site, chunked) == 411


def test_a_body_that_is_too_long_is_refused(site: RunningSite) -> None:
    answer = requests.post(f"{site.url}/sign-in", data=b"x" * (MAXIMUM_BODY_BYTES + 1), timeout=10)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("line", "headers"),
    [
        (b"GET / HTTP/1.1", b"Host: evil.example\r\n"),
        (b"GET / HTTP/1.1", b""),
        (b"TRACE / HTTP/1.1", b"Host: {host}\r\n"),
        (b"POST /sign-in HTTP/1.1", b"Host: {host}\r\nContent-Length: +3\r\n"),
        (b"POST /sign-in HTTP/1.1", b"Host: {host}\r\nContent-Length: 3\r\nContent-Length: 5\r\n"),
        (b"GET / HTTP/1.1", b"Host: {host}\r\nX: " + b"x" * 1_000_000 + b"\r\n"),
    ],
)
def test_a_malformed_request_is_a_4xx(site: RunningSite, line: bytes, headers: bytes) -> None:
    request = line + b"\r\n" + headers.replace(b"{host}", host(site)) + b"\r\nabc"
    assert 400 <= status_of(site, request) < 500


def test_every_answer_carries_the_security_headers(site: RunningSite) -> None:
    for path in ("/", "/no-such-page", "/static/css/site.css", "/feed.atom", "/healthz"):
        headers = requests.get(site.url + path, timeout=10).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_the_greeting_names_every_address_and_sign_in(site: RunningSite) -> None:
    for words in (
        site.url,
        site.sandbox_url,
        "editor@example.org",
        "reviewer@example.org",
        "auditor@example.org",
        "Its mail",
    ):
        assert words in site.greeting
