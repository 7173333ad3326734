"""The guarded fetcher: a name is resolved once, its addresses are judged, and the judged one is connected to.

A second look-up could give another answer (DNS rebinding), and a redirect another place, so neither is left
to the library below. There are no cookies, no passwords, and no proxies from the environment.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field, replace
from functools import cache, partial
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

from factually.foundation.outgoing.addresses import is_public, resolve
from factually.foundation.outgoing.deadlines import Deadline, TimedResponse
from factually.foundation.outgoing.errors import AddressRefused, AnswerRefused, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factually.foundation.outgoing.addresses import IpAddress

MAX_REDIRECTS: Final = 5
MAX_URL_CHARACTERS: Final = 2_000
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GOOD: Final = range(200, 300)
_PORTS: Final = {"http": 80, "https": 443}
_ENCODINGS: Final = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_CONNECT_SECONDS: Final = 5.0
_PIECE: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What a caller takes.

    Attributes:
        field: Name of the input field that the address came from.
        content_types: Media types that a good answer may have; None for any.
        max_bytes: Length of the body at most, decompressed.
        seconds: How long all redirects, headers and bodies may take together.
    """

    field: str = "url"
    content_types: frozenset[str] | None = None
    max_bytes: int = 5_000_000
    seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, of whatever status.

    Attributes:
        url: Where it came from in the end.
        status: HTTP status; none of those that lead on.
        headers: Names and values as sent.
        body: Decompressed.
        redirects: The addresses that led here, the first one first; empty where none did.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    redirects: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the server says that this is what was asked for."""
        return self.status in _GOOD

    @property
    def content_type(self) -> str:
        """Media type without its parameters, in lower case; empty where none is named."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def header(self, wanted: str) -> str:
        """Return a header's first value, empty where it was not sent.

        Args:
            wanted: Its name in lower case.
        """
        return next((value for name, value in self.headers if name.lower() == wanted), "")


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches pages that somebody named.

    Attributes:
        user_agent: Says who asks.
        resolver: Gives a name's addresses; see `addresses.resolve`.
        permits: Tells whether an address may be connected to; only tests permit their own machine.
        ports: Where servers may listen.
        tls: Certificates that are trusted.
    """

    user_agent: str
    resolver: Callable[[str, int], Sequence[IpAddress]] = resolve
    permits: Callable[[IpAddress], bool] = is_public
    ports: frozenset[int] = frozenset(_PORTS.values())
    tls: ssl.SSLContext = field(default_factory=_trusted)

    def fetch(self, url: str, limits: FetchLimits) -> Fetched:
        """Fetch a page by GET, following up to five redirects, each judged like the first address.

        Raises:
            AddressRefused: It is no http or https address of a public machine.
            NoAnswer: Nobody answered in time, or the connection is not to be trusted.
            AnswerRefused: The answer is too large, of another type, or leads on too often.
        """
        deadline = Deadline.after(limits.seconds)
        redirects: list[str] = []
        while True:
            answer = self._fetch_one(url, limits, deadline)
            location = answer.header("location")
            if answer.status not in _REDIRECTS or not location:
                return replace(_checked(answer, limits), redirects=tuple(redirects))
            if len(redirects) == MAX_REDIRECTS:
                raise AnswerRefused(
                    f"The page leads on to another one more than {MAX_REDIRECTS} times.", field=limits.field
                )
            redirects.append(url)
            url = _joined(url, location, limits)

    def _fetch_one(self, url: str, limits: FetchLimits, deadline: Deadline) -> Fetched:
        place = _read_url(url, limits.field)
        port = place.port or _PORTS[str(place.scheme)]
        if port not in self.ports:
            raise AddressRefused("We only fetch pages from the usual ports 80 and 443.", field=limits.field)
        problem: Exception | None = None
        for address in self._addresses(place, port, limits.field):
            if deadline.is_over:
                break
            connection = self._connection(place, address, port, deadline)
            try:
                return _read(connection, place, self._headers(place), limits)
            except ssl.SSLCertVerificationError as error:
                raise NoAnswer("The page's certificate can't be trusted.", field=limits.field) from error
            # What urllib3 and http.client raise when they are asked one connection at a time.
            except (OSError, HTTPError, HTTPException) as error:
                problem = error
            finally:
                connection.close()
        raise NoAnswer("The page did not answer, or not in time.", field=limits.field) from problem

    def _addresses(self, place: Url, port: int, field_name: str) -> Sequence[IpAddress]:
        """Return the addresses behind a name, all of which must be permitted: one inside speaks for none."""
        host = str(place.host).strip("[]")
        try:
            addresses = self.resolver(host, port)
        except (OSError, ValueError) as error:
            raise NoAnswer(f"There is no site with the name {host}.", field=field_name) from error
        if not addresses or not all(self.permits(address) for address in addresses):
            raise AddressRefused(f"{host} is not a public site, so we don't fetch it.", field=field_name)
        return addresses

    def _connection(self, place: Url, address: IpAddress, port: int, deadline: Deadline) -> HTTPConnection:
        timeout = min(_CONNECT_SECONDS, deadline.left)
        if place.scheme == "https":
            connection: HTTPConnection = HTTPSConnection(
                str(address),
                port,
                timeout=timeout,
                ssl_context=self.tls,
                server_hostname=str(place.host).strip("[]"),
            )
        else:
            connection = HTTPConnection(str(address), port, timeout=timeout)
        connection.response_class = partial(TimedResponse, deadline)  # type: ignore[assignment]  # called, never compared
        return connection

    def _headers(self, place: Url) -> dict[str, str]:
        return {
            "Host": str(place.netloc),
            "User-Agent": self.user_agent,
            "Accept": "text/html, application/xhtml+xml, */*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }


def _read_url(url: str, field_name: str) -> Url:
    """Return the parts of an address, its host in ASCII.

    Raises:
        AddressRefused: It is not http or https, has no host, a password, or is too long.
    """
    try:
        place = parse_url(url) if len(url) <= MAX_URL_CHARACTERS else None
    except LocationParseError:
        place = None
    if place is None or place.scheme not in _PORTS or not place.host or place.auth is not None:
        raise AddressRefused(
            f"Enter a web address of at most {MAX_URL_CHARACTERS:,} characters that begins with https:// or http://.",
            field=field_name,
        )
    return place


def _joined(url: str, location: str, limits: FetchLimits) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise AddressRefused("The page leads on to no address.", field=limits.field) from error


def _read(connection: HTTPConnection, place: Url, headers: dict[str, str], limits: FetchLimits) -> Fetched:
    connection.request("GET", place.request_uri, headers=headers, preload_content=False)
    response = connection.getresponse()
    if response.headers.get("content-encoding", "").strip().lower() not in _ENCODINGS:
        raise AnswerRefused("The page came in an encoding that we did not ask for.", field=limits.field)
    body = bytearray()
    # One piece at a time, so that a small answer that unpacks to a huge one is stopped on the way.
    while piece := response.read1(_PIECE):
        body += piece
        if len(body) > limits.max_bytes:
            raise AnswerRefused(
                f"The page is larger than {limits.max_bytes / 1_000_000:g} MB.", field=limits.field
            )
    return Fetched(place.url, response.status, tuple(response.headers.items()), bytes(body))


def _checked(answer: Fetched, limits: FetchLimits) -> Fetched:
    """Return the answer.

    Raises:
        AnswerRefused: It is good but of a type that the caller does not take.
    """
    wanted = limits.content_types
    if answer.is_good and wanted is not None and answer.content_type not in wanted:
        kind = answer.content_type or "a page without a type"
        raise AnswerRefused(f"The address gives {kind}, which we can't read.", field=limits.field)
    return answer
