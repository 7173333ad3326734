"""Against sockets that a payment provider's edge could open: silent, trickling, cut off."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from factually.donations import stripe_transport
from factually.donations.stripe_transport import TRY_SECONDS, timed_session
from factually.web.bulkheads import Bulkhead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\nX-Filler: "
    + b"x" * 40
    + b"\r\n\r\n"
    + b"abcdefghijklmnopqrstuvwxyz"
)
HEADERS = ANSWER.index(b"\r\n\r\n") + 4


def send_at_once(connection: socket.socket, number: int) -> None:
    del number
    connection.sendall(ANSWER)


def say_nothing(connection: socket.socket, number: int) -> None:
    del connection, number
    time.sleep(TRY_SECONDS * 2)


def trickle(connection: socket.socket, number: int) -> None:
    del number
    for byte in ANSWER:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


def trickle_body(connection: socket.socket, number: int) -> None:
    del number
    connection.sendall(ANSWER[:HEADERS])
    for byte in ANSWER[HEADERS:]:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of this machine with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


@contextmanager
def server(answer: Callable[[socket.socket, int], None], certificate: Path | None = None) -> Iterator[str]:
    """Answer each request of each connection, over TLS where there is a certificate; give the address."""
    listening = socket.create_server(("127.0.0.1", 0))

    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)

    def serve(plain: socket.socket) -> None:
        number = 0
        with plain if tls is None else tls.wrap_socket(plain, server_side=True) as connection:
            try:
                while connection.recv(65536):
                    answer(connection, number)
                    number += 1
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    scheme = "http" if certificate is None else "https"
    yield f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[requests.Session]:
    monkeypatch.setattr(stripe_transport, "TRY_SECONDS", 0.5)
    monkeypatch.setattr(stripe_transport, "CONNECT_SECONDS", 0.2)
    with timed_session() as opened:
        opened.trust_env = False
        yield opened


def test_a_quick_answer_is_read_whole_and_its_connection_used_again(session: requests.Session) -> None:
    with server(send_at_once) as url:
        answers = [session.get(url) for _ in range(3)]
    assert [answer.text for answer in answers] == ["abcdefghijklmnopqrstuvwxyz"] * 3
    assert answers[0].headers["X-Filler"] == "x" * 40


@pytest.mark.parametrize("answer", [say_nothing, trickle, trickle_body])
def test_an_answer_that_does_not_come_whole_in_time_is_given_up(
    session: requests.Session, answer: Callable[[socket.socket, int], None]
) -> None:
    with server(answer) as url:
        began = time.monotonic()
        with pytest.raises((requests.Timeout, requests.ConnectionError)):
            session.get(url)
    assert time.monotonic() - began < 1.5


def test_over_tls_answers_are_read_whole_and_those_that_trickle_given_up(
    session: requests.Session, certificate: Path
) -> None:
    with server(send_at_once, certificate) as url:
        answers = [session.get(url, verify=str(certificate)) for _ in range(2)]
    assert [answer.text for answer in answers] == ["abcdefghijklmnopqrstuvwxyz"] * 2
    with server(trickle, certificate) as url:
        began = time.monotonic()
        with pytest.raises((requests.Timeout, requests.ConnectionError)):
            session.get(url, verify=str(certificate))
    assert time.monotonic() - began < 1.5


def test_the_tries_at_one_place_share_its_time(session: requests.Session) -> None:
    bulkhead = Bulkhead(1, seconds=0.7, message="Later.", retry_after=5)
    with server(say_nothing) as url, bulkhead.place():
        began = time.monotonic()
        for _ in range(2):
            with pytest.raises(requests.Timeout):
                session.get(url)
        with pytest.raises(requests.RequestException, match="no time is left"):
            session.get(url)
        assert time.monotonic() - began < 1.5
