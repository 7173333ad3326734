"""The newsroom's editor against the smallest server that fulfils its contract (editor/README.md)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import expect

from factually.articles.parsing import parse_article
from tests.support.article_factories import COMPLETE, SAMPLE, short_text
from tests.support.editor_desk import EditorDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

TEXT: Final = short_text()
NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEAR_REFUSALS: Final = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
"""
READ: Final = """
async (text) => {
  const { outline } = await import("/static/js/newsroom/grammar.js");
  const { words, citations, sections, cited, listed, wrong } = outline(text.split("\\n"));
  const sources = [...listed.values()];
  return { words, cited, citations: citations.length, sections: sections.map(({ heading }) => heading),
           sources: sources.map(({ title, publisher, published }) => [title, publisher, published]),
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
PASTE: Final = """
(target, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  clipboardData.setData("text/html", "<b>not this</b>");
  target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
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


@pytest.fixture(scope="module")
def running_desk() -> Iterator[EditorDesk]:
    desk = EditorDesk()
    yield desk
    desk.stop()


@pytest.fixture
def desk(running_desk: EditorDesk) -> EditorDesk:
    running_desk.begin(TEXT)
    running_desk.start()
    return running_desk


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


def recorded(page: Page) -> list[dict[str, Any]]:
    """Return the sources that the plain form would post."""
    sources: list[dict[str, Any]] = json.loads(page.locator("[name=sources]").input_value())
    return sources


def test_the_page_reads_a_text_as_the_server_does(context: BrowserContext) -> None:
    page = opened(context, "/static/css/tokens.css")
    for text in (SAMPLE.decode(), COMPLETE.decode(), TEXT):
        content = parse_article(text).content
        assert page.evaluate(READ, text) == {
            "words": content.words,
            "cited": content.numbers_by_appearance(),
            "citations": content.citations,
            "sections": [section.heading for section in content.sections],
            "sources": [[source.title, source.publisher, source.published] for source in content.sources],
            "wrong": [],
        }
    gap = TEXT.replace("1. Bottom", "3. Bottom")
    assert page.evaluate(READ, gap)["wrong"] == ["Section 3 stands where section 1 is expected."]
    assert page.evaluate(CITE, [[line, 2] for line in CITED]) == list(CITED.values())


def test_a_text_is_written_cited_looked_at_and_saved(
    context: BrowserContext, desk: EditorDesk, pictures: Callable[[Page, str], None]
) -> None:
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
    assert [(source["number"], source.get("record")) for source in recorded(page)] == [
        (1, None),
        (2, None),
        (10, "r2"),
    ]
    expect(page.locator(".cm-citation.cm-wrong")).to_have_text(["[9]"])
    expect(page.get_by_role("button", name="1 citation without a source")).to_be_visible()
    expect(page.locator(".editor-status__counts")).to_have_text("15 words · 1 section · 6 citations")
    save_now(page)
    standing(page, "Saved at")
    assert desk.head.text == typed(page)
    page.get_by_role("tab", name="Findings").click()
    page.get_by_role("button", name="Citation [9] has no recorded source.").click()
    assert page.evaluate("document.activeElement.id") == "text"
    page.get_by_role("tab", name="Sources").click()
    expect(page.get_by_text("When you hand the text in, sources are")).to_be_visible()
    page.get_by_role("button", name="[10] Tables of height").click()
    page.keyboard.press("Shift+End")
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Remove source 10").click()
    assert [source["number"] for source in recorded(page)] == [1, 2]
    pictures(page, "editor")


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


def test_a_colleagues_version_is_never_overwritten(
    context: BrowserContext, desk: EditorDesk, picture: Callable[[Page, str], None]
) -> None:
    desk.begin(short_text(sources=False))
    page = opened(context)
    theirs = desk.head.text.replace("At sea level", "In Denver")
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
    expect(page.locator(".cm-wrong")).to_have_count(0)
    picture(page, "merge")
    expect(page.locator("li", has_text="Only the other version changed this")).to_have_count(1)
    page.get_by_role("button", name="Take the other version of difference 1").click()
    page.get_by_role("button", name="Save the merged text").click()
    expect(page.get_by_text("merged")).to_be_visible()
    assert "In Denver" in desk.saves[-1]["text"]
    assert desk.saves[-1]["text"].replace("\r\n", "\n").endswith("More of mine.")


def test_an_unsaved_text_and_a_colleagues_meet_at_return(context: BrowserContext, desk: EditorDesk) -> None:
    page = opened(context)
    desk.stop()
    write(page, " Mine.")
    mine = typed(page)
    page.close()
    desk.start()
    theirs = TEXT.replace("At sea level", "In Denver")
    desk.colleague_saves(theirs)
    page = opened(context)
    expect(page.get_by_text("The newsroom has got another version since")).to_be_visible()
    page.get_by_label("Byline").fill("Ben")
    save_now(page)
    write(page, "Not before it is decided")
    assert typed(page) == theirs
    page.get_by_role("button", name="Go on with mine").click()
    save_now(page)
    expect(page.get_by_text("Anna saved another version at")).to_be_visible()
    assert (desk.head.text, desk.drafts[-1].text) == (theirs, mine)


def test_a_pasted_article_is_understood_and_saving_keeps_its_time(
    context: BrowserContext, desk: EditorDesk
) -> None:
    desk.begin("")
    page = context.new_page()
    page.clock.install(time=NOON)
    page.goto("/")
    page.clock.pause_at(NOON + timedelta(hours=1))
    pasted = TEXT.replace("does [1]", "does\u00a0indeed [1]")
    page.locator("#text").evaluate(PASTE, pasted)
    expect(page.get_by_text("Read as an article, with 2 sources")).to_be_visible()
    assert typed(page) == pasted.partition("\nSources\n")[0]
    page.clock.run_for(700)
    assert desk.saves == []
    page.clock.run_for(200)
    standing(page, "Saved at")
    for _ in range(5):
        write(page, " more")
        page.clock.run_for(700)
    standing(page, "Saved at")
    assert [save["how"] for save in desk.saves] == ["autosave", "autosave"]


def test_the_keyboard_saves_leaves_and_hears_why_not(context: BrowserContext, desk: EditorDesk) -> None:
    page = opened(context)
    desk.failing = 422
    write(page, "Too long. ", at="Control+Home")
    page.keyboard.press("Control+s")
    standing(page, "The text is longer than 1 MB.")
    page.get_by_role("button", name="Send to review").click()
    expect(page.get_by_text("Nothing was done, because your text isn't saved yet")).to_be_visible()
    desk.failing = None
    page.get_by_label("Name of this version (optional)").fill("Before the cut")
    page.locator("#text").focus()
    page.keyboard.press("Control+s")
    standing(page, "Saved at")
    assert [desk.saves[-1][name] for name in ("how", "save_name")] == ["save", "Before the cut"]
    page.keyboard.press("Control+Shift+k")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    assert typed(page) == desk.head.text
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.id === 'text'")
    page.keyboard.press("Control+/")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("tab", name="Text")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Send to review").click()
    expect(page.get_by_text("posted")).to_be_visible()
    assert desk.saves[-1]["based_on"] == desk.head.id


def test_the_plain_form_saves_without_javascript(browser: Browser, desk: EditorDesk) -> None:
    with browser.new_context(base_url=desk.url, java_script_enabled=False) as context:
        page = opened(context)
        page.get_by_label("Text").fill("Fact check: Plain?")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("posted")).to_be_visible()
        assert [desk.saves[-1][name] for name in ("text", "based_on", "how")] == [
            "Fact check: Plain?",
            "1",
            "save",
        ]
