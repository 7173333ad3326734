"""The newsroom's editor against the smallest server that fulfils its contract (editor/README.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from factually.articles.parsing import parse_article
from tests.browser.conftest import WCAG
from tests.support.article_factories import COMPLETE, SAMPLE, short_text
from tests.support.editor_desk import EditorDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

TEXT: Final = short_text()
HEAR_REFUSALS: Final = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
"""
READ: Final = """
async (text) => {
  const { outline } = await import("/static/js/newsroom/grammar.js");
  const { words, citations, sections, cited, listed, wrong } = outline(text.split("\\n"));
  return { words, cited, citations: citations.length, sections: sections.map(({ heading }) => heading),
           sources: [...listed.values()].map(({ title, publisher }) => [title, publisher]),
           wrong: wrong.map((part) => part.wrong) };
}
"""
CITE: Final = """
async (cases) => {
  const { citation } = await import("/static/js/newsroom/citing.js");
  return cases.map(([marked, number]) => {
    const place = marked.indexOf("|");
    const line = marked.replace("|", "");
    const change = citation(line, place, number);
    return change ? line.slice(0, change.from) + change.insert + line.slice(change.to) : line;
  });
}
"""
CITED: Final = {
    "It boils|": "It boils [2]",
    "It boils |": "It boils [2]",
    "It bo|ils. Then it cools.": "It boils [2]. Then it cools.",
    "It boils. |Then it cools.": "It boils [2]. Then it cools.",
    "It boils [1].|": "It boils [1] [2].",
    "It boils [2]|.": "It boils [2].",
    "He said “it boils.”|": "He said “it boils [2].”",
    "The U.S. Army| found it. It cooled.": "The U.S. Army found it [2]. It cooled.",
    "It boils at| 99.9 degrees, they say": "It boils at [2] 99.9 degrees, they say",
    "|": " [2]",
}


@pytest.fixture
def desk() -> Iterator[EditorDesk]:
    desk = EditorDesk(TEXT)
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture
def context(browser: Browser, desk: EditorDesk) -> Iterator[BrowserContext]:
    """A writer's browser, in which nothing may be refused or fail."""
    complaints: list[str] = []
    context = browser.new_context(
        base_url=desk.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(5_000)
    context.add_init_script(HEAR_REFUSALS)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    for page in context.pages:
        assert page.evaluate("window.refused ?? []") == []
    context.close()
    assert complaints == []


def opened(context: BrowserContext, path: str = "/") -> Page:
    page = context.new_page()
    page.goto(path)
    return page


def write(page: Page, text: str, *, at: str = "Control+End") -> None:
    page.locator("#text").focus()
    page.keyboard.press(at)
    page.keyboard.insert_text(text)


def save_now(page: Page) -> None:
    """Do what leaving the window does: save at once."""
    page.evaluate("window.dispatchEvent(new Event('blur'))")


def standing(page: Page, text: str) -> None:
    expect(page.locator(".editor-status__saved")).to_contain_text(text)


def typed(page: Page) -> str:
    """Return what the plain form would post."""
    return page.locator("[name=text]").input_value()


def test_the_page_reads_a_text_as_the_server_does(context: BrowserContext) -> None:
    page = opened(context, "/static/css/tokens.css")
    for text in (SAMPLE.decode(), COMPLETE.decode(), TEXT):
        content = parse_article(text).content
        assert page.evaluate(READ, text) == {
            "words": content.words,
            "cited": content.numbers_by_appearance(),
            "citations": content.citations,
            "sections": [section.heading for section in content.sections],
            "sources": [[source.title, source.publisher] for source in content.sources],
            "wrong": [],
        }
    gap = TEXT.replace("1. Bottom", "3. Bottom")
    assert page.evaluate(READ, gap)["wrong"] == ["Section 3 stands where section 1 is expected."]
    assert page.evaluate(CITE, [[line, 2] for line in CITED]) == list(CITED.values())


def test_a_text_is_written_cited_looked_at_and_saved(context: BrowserContext, desk: EditorDesk) -> None:
    desk.others = ["Anna"]
    page = opened(context)
    expect(page.get_by_text("Also here: Anna")).to_be_visible()
    expect(page.locator(".editor-pane--preview h2")).to_have_text("Does water boil at 100 °C?")
    assert page.title().startswith("Edit")
    page.locator(".cm-line", has_text="At sea level").click()
    page.keyboard.press("End")
    page.keyboard.type(" It needs heat [9]. [height s")
    page.get_by_role("option", name="Tables of height Height Society, n.d.").click()
    assert "It needs heat [9] [10]." in typed(page)
    assert [s["record"] for s in json.loads(page.locator("[name=sources]").input_value())] == ["r2"]
    expect(page.locator(".cm-citation.cm-wrong")).to_have_text(["[9]"])
    expect(page.get_by_text("1 citation without a source")).to_be_visible()
    expect(page.locator(".editor-status__counts")).to_have_text("15 words · 1 section · 6 citations")
    save_now(page)
    standing(page, "Saved at")
    assert desk.head.text == typed(page)
    page.get_by_role("tab", name="Findings").click()
    page.get_by_role("button", name="Citation [9] has no recorded source.").click()
    assert page.evaluate("document.activeElement.id") == "text"
    page.get_by_role("tab", name="Sources").click()
    page.get_by_role("button", name="Renumber").click()
    assert "It needs heat [3] [4]." in typed(page)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert [fault["id"] for fault in Axe().run(page, options=WCAG).response["violations"]] == []


def test_no_keystroke_is_lost_when_the_server_dies(context: BrowserContext, desk: EditorDesk) -> None:
    page = opened(context)
    write(page, " Before.")
    desk.stop()
    for word in ("It", " died", " while", " I", " wrote."):
        write(page, word)
        save_now(page)
    standing(page, "Not saved yet: no connection; kept in this browser")
    wanted = typed(page)
    page.close()
    desk.start()
    page = opened(context)
    assert typed(page) == wanted
    assert wanted.endswith("Before.It died while I wrote.")
    expect(page.get_by_text("which this browser kept because it had not been saved")).to_be_visible()
    save_now(page)
    standing(page, "Saved at")
    assert desk.head.text == wanted
    assert page.evaluate("localStorage.length") == 0


def test_a_lost_answer_makes_no_conflict_and_no_second_draft(
    context: BrowserContext, desk: EditorDesk
) -> None:
    page = opened(context)
    desk.losing = True
    write(page, " One.")
    save_now(page)
    standing(page, "no connection")
    write(page, " Two.")
    save_now(page)
    standing(page, "Saved at")
    save_now(page)
    expect(page.locator(".editor-notices")).to_be_empty()
    page.wait_for_function("localStorage.length === 0")
    assert desk.head.text.endswith(" One. Two.")
    assert [draft.id for draft in desk.drafts] == ["1", "2", "3"]


def test_a_colleagues_version_is_never_overwritten(context: BrowserContext, desk: EditorDesk) -> None:
    page = opened(context)
    theirs = TEXT.replace("At sea level", "In Denver")
    desk.colleague_saves(theirs)
    for sentence in (" Mine.", " More of mine."):
        write(page, sentence)
        save_now(page)
        standing(page, "Saved at")
        page.wait_for_function("localStorage.length === 0")
    expect(page.get_by_text("Anna saved another version at")).to_have_count(1)
    assert desk.head.text == theirs
    assert desk.drafts[-1].text == typed(page)
    assert desk.saves[-1]["based_on"] == desk.drafts[-2].id
    page.get_by_role("link", name="Compare and merge").click()
    expect(page.get_by_text("differ in 2 places")).to_be_visible()
    assert [fault["id"] for fault in Axe().run(page, options=WCAG).response["violations"]] == []
    expect(page.locator("li", has_text="Only the other version changed this")).to_have_count(1)
    page.get_by_role("button", name="Take the other version of difference 1").click()
    page.get_by_role("button", name="Save the merged text").click()
    expect(page.get_by_text("merged")).to_be_visible()
    assert "In Denver" in desk.saves[-1]["text"]
    assert desk.saves[-1]["text"].replace("\r\n", "\n").endswith("More of mine.")
