"""Looking at a page: with axe, in both themes, and as narrow as screens get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Page

Theme: TypeAlias = Literal["light", "dark"]

THEMES: Final[tuple[Theme, ...]] = ("dark", "light")
NARROWEST: Final = 320
"""Pixels of the narrowest screen that every page must fit."""
PHONE: Final = 390
DESK: Final = 1280

_RUN: Final = """
async (options) => (await axe.run(options)).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)
"""
_LARGEST_CONTENT: Final = """
() => Math.max(...[...document.querySelectorAll("body *")].map(e => e.getBoundingClientRect().right))
"""


def faults(page: Page, options: Mapping[str, Any]) -> list[str]:
    """Return what axe finds, one line a rule with the first element that breaks it.

    axe is put into a document once, however often that is looked at.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN, {**options, "selectors": False})
    return found


def in_both_themes(page: Page) -> Iterator[Theme]:
    """Show the page as it stands in one theme after the other.

    It is without motion then, since a colour on its way from one theme to the other has the contrast of
    neither.
    """
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        yield theme


def in_both_themes_at(page: Page, *widths: int) -> Iterator[tuple[Theme, int]]:
    """Show the page as it stands in both themes at each of these widths."""
    for theme in in_both_themes(page):
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            yield theme, width


def largest_content(page: Page) -> float:
    """Return how far to the right anything on the page reaches, in pixels."""
    reached: float = page.evaluate(_LARGEST_CONTENT)
    return reached


def fits_the_narrowest(page: Page) -> bool:
    """Tell whether nothing sticks out on the narrowest screen."""
    before = page.viewport_size
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    reached = largest_content(page)
    if before is not None:
        page.set_viewport_size(before)
    return reached <= NARROWEST
