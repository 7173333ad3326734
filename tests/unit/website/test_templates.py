"""Rules that every template of the site keeps, checked on their text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from factually.website.assets import STYLE_SHEET, STYLE_SHEET_PARTS
from tests.support.databases import ROOT

# Mails are no pages: their readers have no style sheet.
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts]
MACROS = re.compile(r"{#.*?#}|{%-? macro .*?{%-? endmacro -?%}|{%-? (?:from|import) .*?%}", re.DOTALL)
SHEET = re.compile(r"asset\('(css/[a-z-]+\.css)'\)")
PARTS = re.compile(r'{%-? (?:extends|import|from|include) "([^"]+)"')
STATIC = ROOT / "platform/factually/website/static"
FRAME = "website/base.html"
# What a script puts into a page that is there already.
FRAGMENTS = frozenset({"newsroom/preview.html"})


def extended(text: str) -> str | None:
    """Return the template that a template extends; each of those extends the frame in the end."""
    found = re.search(r'{%-? extends "([^"]+)"', text)
    return found[1] if found else None


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_no_style_script_or_handler_of_its_own(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style\b|\sstyle=", text)
    assert not re.search(r"<script(?![^>]*\b(?:src|type=\"application/ld\+json\"))", text)
    assert not re.search(r"\son[a-z]+\s*=", re.sub(r"{[{%].*?[%}]}", "", text, flags=re.DOTALL))
    assert "javascript:" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_page_extends_the_one_frame(path: Path) -> None:
    text = path.read_text()
    outside_macros = MACROS.sub("", text)
    if name_of(path) not in {FRAME, *FRAGMENTS} and outside_macros.strip():
        assert extended(text) in {FRAME, *map(name_of, TEMPLATES)}


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"""(?:src|srcset|action)=["'](?:https?:)?//""", text)
    assert not re.search(r"""<link[^>]*href=["'](?:https?:)?//""", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_page_is_sent_more_than_forty_kilobytes_of_style(path: Path) -> None:
    sheets = {sheet for name in belonging(name_of(path)) for sheet in SHEET.findall(text_of(name))}
    parts = [Path(STATIC, part) for part in STYLE_SHEET_PARTS]
    sizes = [file.stat().st_size for file in (*parts, *(STATIC / sheet for sheet in sheets - {STYLE_SHEET}))]
    assert sum(sizes) < 40_000


def belonging(name: str) -> set[str]:
    """Return a template with all that it extends, imports and includes."""
    found, open_ = {name}, [name]
    while open_:
        for other in PARTS.findall(text_of(open_.pop())):
            if other not in found:
                found.add(other)
                open_.append(other)
    return found


def text_of(name: str) -> str:
    return (ROOT / "templates" / name).read_text()
