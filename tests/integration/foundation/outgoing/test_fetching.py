"""The guarded fetcher against real servers of this machine, which only these tests permit."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
import zlib
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from factually.foundation.outgoing.addresses import is_public
from factually.foundation.outgoing.errors import AddressRefused, AnswerRefused, NoAnswer
from factually.foundation.outgoing.fetching import Fetched, Fetcher, FetchLimits
from tests.support.web_pages import LOOPBACK, Page, Pages, serve_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from factually.foundation.outgoing.addresses import IpAddress

PUBLIC = ip_address("93.184.215.14")
HTML = frozenset({"text/html"})


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    with serve_pages({}) as served:
        yield served


def fetch(pages: Pages, page: Page, **limits: object) -> Fetched:
    pages.by_path["/page"] = page
    return pages.fetcher().fetch(pages.address("/page"), FetchLimits(**limits))  # type: ignore[arg-type]  # as given


def test_a_page_is_fetched_from_the_address_that_was_judged_under_its_own_name(pages: Pages) -> None:
    page = fetch(pages, Page(b"<p>Water boils."), content_types=HTML)
    assert (page.status, page.is_good, page.body, page.content_type) == (
        200,
        True,
        b"<p>Water boils.",
        "text/html",
    )
    asked = pages.requests[-1]
    assert asked["Host"] == f"pages.example:{pages.port}"
    assert asked["User-Agent"] == "tests"
    assert asked["Cookie"] is None


def test_a_proxy_of_the_environment_is_not_asked(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert fetch(pages, Page(b"here")).body == b"here"


def test_no_cookie_is_kept_between_redirects(pages: Pages) -> None:
    pages.by_path["/end"] = Page(b"end")
    page = fetch(pages, Page(status=302, headers=(("Location", "/end"), ("Set-Cookie", "a=b"))))
    assert page.body == b"end"
    assert pages.requests[-1]["Cookie"] is None
    assert page.url == pages.address("/end")
    assert page.redirects == (pages.address("/page"),)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://pages.example/",
        "file:///etc/passwd",
        "gopher://pages.example/",
        "//pages.example/",
        "https://",
        "https://name:word@pages.example/",
        "http://[::1",
        "http://pages.example:99999/",
        "https://pages.example/" + "a" * 2_000,
        "no address",
        "",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused, match="Enter a web address") as refused:
        Fetcher("tests").fetch(url, FetchLimits(field="source_url"))
    assert refused.value.field == "source_url"


@pytest.mark.parametrize("url", ["http://pages.example:22/", "https://pages.example:8443/"])
def test_an_unusual_port_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused, match="ports 80 and 443"):
        Fetcher("tests").fetch(url, FetchLimits())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/",
    ],
)
def test_an_address_inside_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(AddressRefused, match="not a public site"):
        Fetcher("tests").fetch(url, FetchLimits())


def test_a_name_that_also_points_inside_is_refused() -> None:
    fetcher = Fetcher("tests", resolver=lambda _host, _port: (PUBLIC, LOOPBACK))
    with pytest.raises(AddressRefused, match=r"two-faced\.example is not a public site"):
        fetcher.fetch("http://two-faced.example/", FetchLimits())


def test_a_name_is_resolved_once_so_that_it_cannot_change_its_mind(pages: Pages) -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> tuple[IpAddress, ...]:
        del port
        asked.append(host)
        return (LOOPBACK,) if len(asked) == 1 else (ip_address("10.0.0.1"),)

    pages.by_path["/page"] = Page(b"first")
    assert pages.fetcher(resolver=resolver).fetch(pages.address("/page"), FetchLimits()).body == b"first"
    assert asked == ["pages.example"]


def test_a_redirect_inside_is_refused(pages: Pages) -> None:
    pages.by_path["/page"] = Page(
        status=302, headers=(("Location", f"http://127.0.0.1:{pages.port}/inside"),)
    )

    fetcher = pages.fetcher(permits=_unless_named_again())
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1 is not a public site"):
        fetcher.fetch(pages.address("/page"), FetchLimits())


def _unless_named_again() -> object:
    """Permit loopback for the page itself, and judge what it leads to as always."""
    seen: list[IpAddress] = []

    def permits(address: IpAddress) -> bool:
        seen.append(address)
        return len(seen) == 1 or is_public(address)

    return permits


@pytest.mark.parametrize("location", ["ftp://pages.example/", "http://[", "http://a:b@pages.example/"])
def test_a_redirect_to_no_web_address_is_refused(pages: Pages, location: str) -> None:
    with pytest.raises(AddressRefused):
        fetch(pages, Page(status=301, headers=(("Location", location),)))


def test_a_circle_of_redirects_ends(pages: Pages) -> None:
    before = len(pages.requests)
    with pytest.raises(AnswerRefused, match="more than 5 times"):
        fetch(pages, Page(status=307, headers=(("Location", "/page"),)))
    assert len(pages.requests) - before == 6


def test_a_redirect_that_leads_nowhere_is_an_answer(pages: Pages) -> None:
    assert fetch(pages, Page(b"?", status=302)).status == 302


def test_an_error_page_is_an_answer_of_whatever_type(pages: Pages) -> None:
    page = fetch(pages, Page(b"{}", status=404, content_type="application/json"), content_types=HTML)
    assert (page.status, page.is_good) == (404, False)


@pytest.mark.parametrize(
    ("content_type", "named"), [("image/png", "image/png"), ("", "a page without a type")]
)
def test_another_type_is_refused(pages: Pages, content_type: str, named: str) -> None:
    with pytest.raises(AnswerRefused, match=named):
        fetch(pages, Page(b"x", content_type=content_type), content_types=HTML)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_packed_page_is_unpacked_and_a_bomb_is_stopped_on_the_way(
    pages: Pages, encoding: str, pack: object
) -> None:
    assert callable(pack)
    headers = (("Content-Encoding", encoding),)
    assert fetch(pages, Page(pack(b"a" * 1_000), headers=headers), max_bytes=1_000).body == b"a" * 1_000
    with pytest.raises(AnswerRefused, match=r"larger than 0\.1 MB"):
        fetch(pages, Page(pack(b"\0" * 5_000_000), headers=headers), max_bytes=100_000)


def test_an_encoding_that_was_not_asked_for_is_refused(pages: Pages) -> None:
    with pytest.raises(AnswerRefused, match="encoding"):
        fetch(pages, Page(b"x", headers=(("Content-Encoding", "gzip, gzip"),)))


def test_a_page_that_is_larger_than_it_may_be_is_refused(pages: Pages) -> None:
    with pytest.raises(AnswerRefused, match=r"larger than 0\.001 MB"):
        fetch(pages, Page(b"a" * 1_001), max_bytes=1_000)


def trickle_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    trickle(handler)


def trickle(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(100):
        handler.wfile.write(b"a")
        time.sleep(0.02)


@pytest.mark.parametrize("write", [trickle, trickle_body, lambda _: time.sleep(0.3)])
def test_a_page_that_trickles_or_is_silent_ends_in_time(pages: Pages, write: object) -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="not in time"):
        fetch(pages, Page(write=write), seconds=0.1)  # type: ignore[arg-type]  # one of the three above
    assert time.monotonic() - began < 1


def greet_as_mail_server(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 mail.example\r\n")


def test_what_is_no_http_is_no_answer(pages: Pages) -> None:
    with pytest.raises(NoAnswer):
        fetch(pages, Page(write=greet_as_mail_server))


def test_the_next_address_is_tried_where_nobody_listens_at_the_first(pages: Pages) -> None:
    other = ip_address("127.0.0.2")
    fetcher = pages.fetcher(resolver=lambda *_: (other, LOOPBACK), permits=lambda _: True)
    pages.by_path["/page"] = Page(b"second")
    assert fetcher.fetch(pages.address("/page"), FetchLimits()).body == b"second"


@pytest.mark.parametrize("host", ["nobody.invalid", "a" * 64 + ".example"])
def test_a_name_that_nobody_has_is_said_to_be_so(host: str) -> None:
    def resolver(host: str, port: int) -> tuple[IpAddress, ...]:
        del port
        host.encode("idna")
        raise socket.gaierror

    with pytest.raises(NoAnswer, match="There is no site with the name"):
        Fetcher("tests", resolver=resolver).fetch(f"http://{host}/", FetchLimits())


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's context for `secure.example`, and a client's that trusts its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "secure.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("secure.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    pem.write_bytes(private + public)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=public.decode())


def test_over_tls_the_name_is_asked_for_and_checked_though_an_address_is_connected_to(tmp_path: Path) -> None:
    server, client = certified(tmp_path)
    asked: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: asked.append(name)
    with serve_pages({"/": Page(b"secure")}, tls=server) as pages:
        fetcher = pages.fetcher(tls=client)
        address = pages.address("/", "secure.example", "https")
        assert fetcher.fetch(address, FetchLimits()).body == b"secure"
        assert asked == ["secure.example"]
        with pytest.raises(NoAnswer, match="certificate"):
            fetcher.fetch(pages.address("/", "other.example", "https"), FetchLimits())
        with pytest.raises(NoAnswer, match="certificate"):
            pages.fetcher().fetch(address, FetchLimits())
