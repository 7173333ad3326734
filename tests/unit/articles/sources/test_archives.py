from __future__ import annotations

import pytest

from factually.articles.sources.archives import checked_archive_url, is_archive, robust_link
from factually.foundation.errors import InvalidInput


@pytest.mark.parametrize(
    "url",
    [
        "https://web.archive.org/web/20240501000000/https://water.example/",
        "https://archive.org/details/x",
        "https://archive.ph/AbCdE",
        "https://www.perma.cc/A1B2-C3D4",
        "https://webarchive.nationalarchives.gov.uk/x",
    ],
)
def test_a_copy_at_a_public_archive_counts(url: str) -> None:
    assert checked_archive_url(url) == url
    assert is_archive(url)


@pytest.mark.parametrize(
    "url", ["https://archive.org.evil.example/", "https://notarchive.org/", "https://mail.archive.org/"]
)
def test_another_host_does_not(url: str) -> None:
    with pytest.raises(InvalidInput, match="public archive") as refused:
        checked_archive_url(url)
    assert refused.value.field == "archive_url"


def test_a_link_says_where_its_copy_is_and_from_when() -> None:
    copy = "https://archive.ph/AbCdE"
    assert robust_link("https://water.example/", archive_url=copy, seen_on="2024-05-01") == {
        "data-originalurl": "https://water.example/",
        "data-versiondate": "2024-05-01",
        "data-versionurl": copy,
    }


def test_what_nobody_knows_is_not_said() -> None:
    said = robust_link("https://water.example/", archive_url=None, seen_on=None)
    assert said == {"data-originalurl": "https://water.example/"}
