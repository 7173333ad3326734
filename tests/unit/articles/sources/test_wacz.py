from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from warcio.archiveiterator import ArchiveIterator

from factually.articles.sources.wacz import Copy, write_wacz
from factually.foundation.outgoing.fetching import Fetched

BODY = b"<p>Water boils.</p>" * 100
PAGE = Fetched(
    "https://www.water.example:8443/Boiling?b=2&a=1",
    200,
    (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", "17"),
        ("X-Ü", "ü"),
    ),
    BODY,
    ("https://short.example/x",),
)
COPY = Copy("factually tests", "Boiling, explained", datetime(2026, 11, 24, 12, tzinfo=UTC))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(write_wacz(PAGE, COPY))) as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_copy_holds_the_files_that_the_format_asks_for_with_their_hashes(files: dict[str, bytes]) -> None:
    package = json.loads(files["datapackage.json"])
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert {resource["path"] for resource in package["resources"]} == {
        "archive/data.warc.gz",
        "indexes/index.cdx",
        "pages/pages.jsonl",
    }
    for resource in package["resources"]:
        body = files[resource["path"]]
        assert resource["hash"] == f"sha256:{sha256(body).hexdigest()}"
        assert resource["bytes"] == len(body)
    digest = json.loads(files["datapackage-digest.json"])
    assert digest["hash"] == f"sha256:{sha256(files['datapackage.json']).hexdigest()}"


def test_the_record_is_the_page_as_it_came_unpacked(files: dict[str, bytes]) -> None:
    records = list(ArchiveIterator(io.BytesIO(files["archive/data.warc.gz"])))
    assert len(records) == 1
    [record] = ArchiveIterator(io.BytesIO(files["archive/data.warc.gz"]), check_digests=True)
    assert record.rec_type == "response"


def test_the_index_finds_the_record_by_the_pages_sorted_address(files: dict[str, bytes]) -> None:
    key, moment, entry = files["indexes/index.cdx"].decode().split(" ", 2)
    assert (key, moment) == ("example,water:8443)/boiling?a=1&b=2", "20261124120000")
    found = json.loads(entry)
    assert (found["url"], found["status"], found["mime"], found["offset"]) == (
        PAGE.url,
        "200",
        "text/html",
        "0",
    )
    assert int(found["length"]) == len(files["archive/data.warc.gz"])


def test_the_list_of_pages_says_what_led_to_the_page(files: dict[str, bytes]) -> None:
    _, page = map(json.loads, files["pages/pages.jsonl"].decode().splitlines())
    assert (page["url"], page["ts"]) == (PAGE.url, "2026-11-24T12:00:00Z")
    assert page["redirects"] == ["https://short.example/x"]


def test_the_headers_are_kept_without_those_of_the_way() -> None:
    with zipfile.ZipFile(io.BytesIO(write_wacz(PAGE, COPY))) as archive:
        [record] = [
            (record.http_headers, record.content_stream().read(), record.rec_headers)
            for record in ArchiveIterator(io.BytesIO(archive.read("archive/data.warc.gz")))
        ]
    headers, body, about = record
    assert body == BODY
    assert headers.get_header("Content-Length") == str(len(BODY))
    assert headers.get_header("Content-Encoding") is None
    assert about.get_header("WARC-Target-URI") == PAGE.url
    assert about.get_header("WARC-Date") == "2026-11-24T12:00:00Z"
