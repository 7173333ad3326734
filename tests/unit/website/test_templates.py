"""Rules that every template of the site keeps, checked on their text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.databases import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Mails are no pages: their readers have no style sheet.
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts]
MACROS = re.compile(r"{#.*?#}|{%-? macro .*?{%-? endmacro -?%}|{%-? (?:from|import) .*?%}", re.DOTALL)
FRAME = "website/base.html"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_no_style_script_or_handler_of_its_own(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style\b|\sstyle=", text)
    assert not re.search(r"<script(?![^>]*\b(?:src|type=\"application/ld\+json\"))", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_page_extends_the_one_frame(path: Path) -> None:
    text = path.read_text()
    outside_macros = MACROS.sub("", text)
    if name_of(path) != FRAME and outside_macros.strip():
        assert re.search(r'{%-? extends "(website/base|[a-z]+/base)\.html"', text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"""(?:src|srcset|action)=["'](?:https?:)?//""", text)
    assert not re.search(r"""<link[^>]*href=["'](?:https?:)?//""", text)
