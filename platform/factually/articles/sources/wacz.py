"""Copies of pages as WACZ 1.1.1: a ZIP with the answer as a WARC record, its index, and hashes of both.

The published `wacz` package reads whole crawls and brings some thirty others; of the format this needs five
small files, so they are written here, and `warcio`, which it stands on, writes the record.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from factually.foundation.canonical import sha256_hex

if TYPE_CHECKING:
    from datetime import datetime

    from factually.foundation.outgoing.fetching import Fetched

_ARCHIVE: Final = "data.warc.gz"
# What describes the bytes on the way; the record holds them unpacked.
_OF_THE_WAY: Final = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy is made by, and what it shows.

    Attributes:
        software: Name of who made it.
        title: Of the page.
        at: When the page was fetched.
    """

    software: str
    title: str
    at: datetime


def write_wacz(page: Fetched, copy: Copy) -> bytes:
    """Return a page as one file that any reader of web archives replays.

    Args:
        page: The answer, unpacked; the addresses that led to it are named in the list of pages.
        copy: What to say of the copy.
    """
    archive, digest = _write_warc(page, copy)
    files = {
        f"archive/{_ARCHIVE}": archive,
        "indexes/index.cdx": _write_index(page, copy, digest, len(archive)),
        "pages/pages.jsonl": _write_pages(page, copy),
    }
    package = _json(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": copy.title,
            "created": _iso(copy.at),
            "software": copy.software,
            "mainPageUrl": page.url,
            "mainPageDate": _iso(copy.at),
            "resources": [
                {"name": path.rpartition("/")[2], "path": path, "hash": _hash(body), "bytes": len(body)}
                for path, body in files.items()
            ],
        }
    )
    digest_file = _json({"path": "datapackage.json", "hash": _hash(package)})
    return _zip({**files, "datapackage.json": package, "datapackage-digest.json": digest_file}, copy.at)


def _write_warc(page: Fetched, copy: Copy) -> tuple[bytes, str]:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    # The format can't write a name that is not ASCII, and no such name is a header's (RFC 9110, 5.1).
    headers = [
        (name, value) for name, value in page.headers if name.isascii() and name.lower() not in _OF_THE_WAY
    ]
    headers.append(("Content-Length", str(len(page.body))))
    record = writer.create_warc_record(
        page.url,
        "response",
        payload=io.BytesIO(page.body),
        http_headers=StatusAndHeaders(_status_line(page.status), headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": _iso(copy.at)},
    )
    writer.write_record(record)
    # The writer put a buffer of its own in the payload's place, and leaves it open.
    record.raw_stream.close()
    return out.getvalue(), record.rec_headers.get_header("WARC-Payload-Digest")


def _write_index(page: Fetched, copy: Copy, digest: str, length: int) -> bytes:
    """Return the CDXJ line that finds the record by the page's sort-friendly address (SURT)."""
    entry = {
        "url": page.url,
        "mime": page.content_type,
        "status": str(page.status),
        "digest": digest,
        "length": str(length),
        "offset": "0",
        "filename": _ARCHIVE,
    }
    return f"{_surt(page.url)} {copy.at:%Y%m%d%H%M%S} {json.dumps(entry)}\n".encode()


def _write_pages(page: Fetched, copy: Copy) -> bytes:
    lines: list[dict[str, object]] = [
        {"format": "json-pages-1.0", "id": "pages", "title": "All pages"},
        {"id": "1", "url": page.url, "title": copy.title, "ts": _iso(copy.at), "redirects": page.redirects},
    ]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _surt(url: str) -> str:
    parts = urlsplit(url.lower())
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return f"{host}{port}){parts.path or '/'}{query}"


def _status_line(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"{status} {known.get(status, '')}".strip()


def _zip(files: dict[str, bytes], at: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, body in files.items():
            # Stored as they are: readers of web archives fetch parts of the file by their place.
            archive.writestr(zipfile.ZipInfo(path, at.timetuple()[:6]), body, zipfile.ZIP_STORED)
    return out.getvalue()


def _json(value: dict[str, object]) -> bytes:
    return json.dumps(value, indent=2).encode()


def _hash(body: bytes) -> str:
    return f"sha256:{sha256_hex(body)}"


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
