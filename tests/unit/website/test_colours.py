"""Contrast of the colour tokens, by the formula of WCAG 2.2 (1.4.3: text 4.5, 1.4.11: controls 3)."""

from __future__ import annotations

import re

import pytest

from tests.support.databases import ROOT

TEXT = 4.5
CONTROL = 3.0
PAPERS = ("paper", "paper-sunk", "paper-raised")
PAIRS = [
    *[(ink, paper, TEXT) for ink in ("ink", "ink-soft", "accent", "accent-deep", "stop") for paper in PAPERS],
    *[(tone, f"{tone}-wash", TEXT) for tone in ("good", "wait", "stop", "quiet")],
    *[("ink", f"{tone}-wash", TEXT) for tone in ("good", "wait", "stop", "quiet")],
    ("accent", "quiet-wash", TEXT),
    ("accent-deep", "good-wash", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-deep", TEXT),
    ("on-marker", "marker", TEXT),
    ("on-marker", "marker-deep", TEXT),
    *[("rule-strong", paper, CONTROL) for paper in PAPERS],
    *[("accent", paper, CONTROL) for paper in PAPERS],
    ("focus", "paper", CONTROL),
    ("focus", "focus-halo", CONTROL),
]


def themes() -> dict[str, dict[str, str]]:
    text = (ROOT / "platform/factually/website/static/css/tokens.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    found = {
        name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part))
        for name, part in (("light", light), ("dark", dark))
    }
    return {"light": found["light"], "dark": found["light"] | found["dark"]}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_gives_the_known_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_a_pair_of_tokens_is_readable(theme: str, front: str, back: str, least: float) -> None:
    tokens = themes()[theme]
    assert contrast(tokens[front], tokens[back]) >= least


def test_both_themes_name_the_same_colours() -> None:
    text = (ROOT / "platform/factually/website/static/css/tokens.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    names = [re.findall(r"--([a-z-]+): #", part) for part in (light, dark)]
    assert names[0] == names[1]


def test_only_the_tokens_and_the_printed_page_name_a_colour() -> None:
    for path in (ROOT / "platform/factually/website/static/css").glob("*.css"):
        if path.name not in {"tokens.css", "print.css"}:
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", path.read_text()), path.name
