from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.articles.sources.web_addresses import host_of, normalised, registrable_domain
from factually.foundation.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("HTTPS://Water.Example", "https://water.example/"),
        (" https://water.example:443/a ", "https://water.example/a"),
        ("http://water.example:80/a?b=1#top", "http://water.example/a?b=1"),
        ("https://water.example.:8443/", "https://water.example:8443/"),
        ("https://water.example/a/./b/../c", "https://water.example/a/c"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://water.example/?utm_source=x&id=7&fbclid=y", "https://water.example/?id=7"),
        ("https://water.example/?UTM_Medium=mail", "https://water.example/"),
        ("https://water.example/?q=a+b&c=d%20e", "https://water.example/?q=a+b&c=d%20e"),
        ("https://[2606:4700::1]/", "https://[2606:4700::1]/"),
    ],
)
def test_an_address_has_one_spelling(written: str, kept: str) -> None:
    assert normalised(written) == kept
    assert normalised(kept) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "water.example",
        "ftp://water.example",
        "https://",
        "https://a:b@water.example/",
        "javascript:alert(1)",
        "https://water.example/" + "a" * 2_000,
        "https://[::1",
        "https://./",
    ],
)
def test_what_is_no_plain_web_address_is_refused_by_its_field(written: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        normalised(written, field="archive_url")
    assert refused.value.field == "archive_url"


@given(st.text())
def test_any_text_is_an_address_or_refused(written: str) -> None:
    for text in (written, f"https://{written}"):
        try:
            kept = normalised(text)
        except InvalidInput:
            continue
        assert kept.startswith(("http://", "https://"))
        assert host_of(kept)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://news.bbc.co.uk/1", "bbc.co.uk"),
        ("https://water.example/", "water.example"),
        ("https://ann.github.io/water", "ann.github.io"),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://localhost/", "localhost"),
    ],
)
def test_the_registered_domain_tells_publishers_apart(url: str, domain: str) -> None:
    assert registrable_domain(url) == domain
