from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from factually.foundation.errors import NotFound
from factually.website.assets import STYLE_SHEET, STYLE_SHEET_PARTS, Assets
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from pathlib import Path

STATIC = ROOT / "platform/factually/website/static"


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_address_changes_with_the_content_and_only_then(tmp_path: Path) -> None:
    write(tmp_path, "js/form.js", "one();")
    first = Assets.load(tmp_path).address("js/form.js")
    assert Assets.load(tmp_path).address("js/form.js") == first
    write(tmp_path, "js/form.js", "two();")
    assert Assets.load(tmp_path).address("js/form.js") != first


def test_the_style_sheet_joins_its_parts_in_order(tmp_path: Path) -> None:
    write(tmp_path, "css/base.css", "body{}")
    write(tmp_path, "css/tokens.css", ":root{}")
    write(tmp_path, "css/print.css", "@page{}")
    assets = Assets.load(tmp_path)
    assert assets.find(STYLE_SHEET).body == b":root{}\nbody{}\n@page{}"
    with pytest.raises(NotFound):
        assets.find("css/base.css")


def test_the_style_sheet_of_the_site_has_all_its_parts() -> None:
    body = Assets.load(STATIC).find(STYLE_SHEET).body
    for part in STYLE_SHEET_PARTS:
        assert (STATIC / part).read_bytes() in body


def test_text_is_compressed_where_that_makes_it_smaller(tmp_path: Path) -> None:
    write(tmp_path, "css/long.css", "a{color:red}" * 100)
    write(tmp_path, "css/short.css", "a{}")
    write(tmp_path, "img/picture.png", "\x00" * 1000)
    assets = Assets.load(tmp_path)
    long = assets.find("css/long.css")
    assert long.compressed is not None
    assert gzip.decompress(long.compressed) == long.body
    assert assets.find("css/short.css").compressed is None
    assert assets.find("img/picture.png").compressed is None


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.png", "image/png"),
        ("a.unheard-of", "application/octet-stream"),
        ("LICENSE", "application/octet-stream"),
    ],
)
def test_each_kind_of_file_has_its_type(tmp_path: Path, name: str, content_type: str) -> None:
    write(tmp_path, name, "x")
    assert Assets.load(tmp_path).find(name).content_type == content_type


def test_a_path_out_of_the_folder_finds_nothing(tmp_path: Path) -> None:
    write(tmp_path, "secret.txt", "x")
    write(tmp_path, "static/a.css", "x")
    with pytest.raises(NotFound):
        Assets.load(tmp_path / "static").find("../secret.txt")
