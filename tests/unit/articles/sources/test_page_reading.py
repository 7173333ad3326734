from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factually.articles.sources.page_reading import Suggestions, suggest, text_of
from factually.foundation.outgoing.fetching import Fetched

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Boiling, explained | Institute</title>
<meta property="og:site_name" content="Institute of Water"><meta name="author" content="Ann Boiler">
<meta property="article:published_time" content="2024-05-01T10:00:00Z"><style>p { color: red }</style></head>
<body><nav>Menu</nav><article><h1>Boiling, explained</h1><p>Water boils at 100 °C <b>at sea</b> level.</p>
<script>track()</script></article></body></html>"""


def page(body: bytes, content_type: str = "text/html", url: str = "https://www.example.org/a") -> Fetched:
    return Fetched(url, 200, (("Content-Type", content_type),), body)


def test_title_publisher_author_and_date_are_suggested() -> None:
    assert suggest(page(PAGE.encode())) == Suggestions(
        "Boiling, explained", "Institute of Water", ("Ann Boiler",), "2024-05-01"
    )


def test_a_page_that_says_nothing_of_itself_suggests_its_domain_as_publisher() -> None:
    assert suggest(page(b"<p>Hello")) == Suggestions("", "example.org", (), "")


def test_a_document_that_is_no_page_suggests_its_domain_as_publisher() -> None:
    assert suggest(page(b"%PDF-1.7", "application/pdf")) == Suggestions("", "example.org", (), "")


def test_the_words_of_a_page_are_read_without_its_scripts_and_styles() -> None:
    text = text_of(page(PAGE.encode()))
    assert text is not None
    assert "Water boils at 100 °C at sea level." in text
    assert "track" not in text
    assert "color" not in text


def test_plain_text_is_its_own_text_and_a_picture_has_none() -> None:
    assert text_of(page(b"Water \xff", "text/plain")) == "Water \ufffd"
    assert text_of(page(b"GIF89a", "image/gif")) is None


def test_another_encoding_is_read_as_its_page_says() -> None:
    body = '<html><head><meta charset="iso-8859-1"></head><body><p>à 100 °C</p></body></html>'.encode(
        "latin-1"
    )
    assert "à 100 °C" in (text_of(page(body)) or "")


@pytest.mark.parametrize(
    "body", [b"", b"<", b"\x00" * 50, b"<html>" * 500, "<p>\ud83d".encode("utf-16", "replace")]
)
def test_damaged_pages_are_read_as_far_as_they_go(body: bytes) -> None:
    suggest(page(body))
    text_of(page(body))


@settings(max_examples=25)
@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd(body: bytes) -> None:
    suggest(page(b"<html><body>" + body))
    text_of(page(body))
