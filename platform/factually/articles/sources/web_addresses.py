"""One spelling for each web address, so that the same source is the same record (pure)."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode

import tldextract
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from factually.foundation.errors import InvalidInput

MAX_CHARACTERS: Final = 2_000
_PORTS: Final = {"http": 80, "https": 443}
# Added by whoever passed a link on; they name the way and not the page.
_TRACKING: Final = frozenset({"dclid", "fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "msclkid", "yclid"})
_TRACKING_PREFIX: Final = "utm_"
# The list of public suffixes that comes with the package: nothing is fetched, nothing is kept on disk. With
# those of hosts of other people's sites, since two of their customers are two publishers.
_SUFFIXES: Final = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)


def normalised(url: str, *, field: str = "url") -> str:
    """Return the spelling under which an address is kept.

    Scheme and host in lower case, the host in ASCII, no usual port, fragment, or trace of whoever passed
    the link on (RFC 3986, section 6.2); the path and all other parameters stay as they are.

    Raises:
        InvalidInput: It is no http or https address, has no host, a password, or is too long.
    """
    try:
        parts = parse_url(url.strip()) if len(url) <= MAX_CHARACTERS else Url()
    except LocationParseError:
        parts = Url()
    host = (parts.host or "").rstrip(".")
    if parts.scheme not in _PORTS or not host or parts.auth is not None:
        raise InvalidInput(
            f"Enter a web address of at most {MAX_CHARACTERS:,} characters that begins with https:// or http://.",
            field=field,
        )
    return Url(
        scheme=parts.scheme,
        host=host,
        port=None if parts.port == _PORTS[parts.scheme] else parts.port,
        path=parts.path or "/",
        query=_without_tracking(parts.query),
    ).url


def host_of(url: str) -> str:
    """Return the host of a normalised address."""
    return parse_url(url).host or ""


def registrable_domain(url: str) -> str:
    """Return the domain that somebody registered: `bbc.co.uk` of `news.bbc.co.uk`, else the whole host."""
    host = host_of(url)
    return _SUFFIXES(host).top_domain_under_public_suffix or host


def _without_tracking(query: str | None) -> str | None:
    if not query:
        return None
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [pair for pair in pairs if not _is_tracking(pair[0].lower())]
    # Written anew only where something goes, since another spelling can be another page.
    return query if len(kept) == len(pairs) else urlencode(kept) or None


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIX)
