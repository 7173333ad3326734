"""From a text to an article: line by line, by the grammar of reference publishing, section 1.

CommonMark is never fed the raw text: it makes one paragraph of title and summary and swallows each
section into a list.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from factually.articles.content import ArticleContent, Section, Source
from factually.articles.csl_sources import is_csl, read_csl
from factually.articles.folding import fold
from factually.articles.kinds import decide_kind
from factually.articles.lines import Line, read_lines
from factually.articles.page_chrome import strip_chrome
from factually.articles.source_lines import parse_sources
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from factually.foundation.canonical import JsonValue

MAX_SECTIONS = 99
MAX_CITATIONS = 5_000
MAX_TITLE_CHARACTERS = 300
_MAX_TITLE_LINE_CHARACTERS = 3_000
_MAX_HEADING_LINE_CHARACTERS = 160

_PREFIX = re.compile(r"(?:fact[ -]?check(?: ?:| - ) ?)+", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]+)\]\([^()\s]*\)")
_HTML_LINK = re.compile(r"</?a\b[^<>]*>", re.IGNORECASE)
_SUMMARY_HEAD = re.compile(r"executive summary(?: ?[-:] ?(?P<text>.*))?", re.IGNORECASE)
_SOURCES_HEAD = re.compile(r"sources ?:?", re.IGNORECASE)
_HEADING = re.compile(r"(?P<number>[0-9]{1,3})\. +(?P<heading>\S.*)")
_FIRST_HEADING = re.compile(r"1\. +\S.*")
_SUMMARY_OF_OLDER_FORM = re.compile(r"summary of the results\b", re.IGNORECASE)


@dataclass(frozen=True)
class ParsedArticle:
    """An article read from a text, and what was left out of it.

    Attributes:
        banner_dropped: Whether lines of the donation banner stood around it.
        disclaimer_dropped: Whether a line "Disclaimer: Factually can make mistakes…" did.
    """

    content: ArticleContent
    banner_dropped: bool
    disclaimer_dropped: bool


def parse_article(data: bytes | str, *, sources: bytes | str | None = None) -> ParsedArticle:
    """Return the article a text holds, or say which line keeps it from being one.

    Args:
        data: UTF-8 text of at most 1 MB; blank lines, a byte order mark and any line ends are fine.
        sources: A list of sources kept in another file, as `parse_source_list` reads it.

    Raises:
        InvalidInput: The text breaks the grammar; the sentence names line and reason.
    """
    lines, chrome = strip_chrome(read_lines(data))
    title, rest = _take_title(lines)
    body, source_lines = _split_at_sources(rest)
    summary, numbered = _take_summary(body, after=lines[0])
    sections = _take_sections(numbered, after=(body or lines)[-1])
    content = ArticleContent(
        title=title,
        kind=decide_kind(title, summary, sections),
        summary=tuple(summary),
        sections=tuple(sections),
        sources=_take_sources(source_lines, sources),
        checked_on=chrome.checked_on,
    )
    if content.citations > MAX_CITATIONS:
        raise InvalidInput(f"An article has at most {MAX_CITATIONS:,} citations.", field="text")
    return ParsedArticle(content, chrome.banner_dropped, chrome.disclaimer_dropped)


def outline(parsed: ParsedArticle) -> dict[str, JsonValue]:
    """Return what a text was understood to say, as `factually articles import --json` prints it.

    `citations` to `unresolved_sources` and `words` are counts; `summary` has a blank line between
    paragraphs.
    """
    content = parsed.content
    return {
        "title": content.title,
        "kind": content.kind,
        "summary": "\n\n".join(content.summary),
        "sections": [asdict(section) for section in content.sections],
        "bottom_line": content.bottom_line,
        "citations": content.citations,
        "citation_groups": content.citation_groups,
        "sources": len({source.number for source in content.sources} | set(content.numbers_by_appearance())),
        "unresolved_sources": len(content.unresolved),
        "banner_dropped": parsed.banner_dropped,
        "words": content.words,
    }


def title_of(text: str) -> str:
    """Return the title of a text that need not be an article yet, empty where no line says one."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return _plain_title(first[:_MAX_TITLE_LINE_CHARACTERS])


def parse_source_list(data: bytes | str) -> tuple[Source, ...]:
    """Return the sources of a file of its own: lines, with or without "Sources" above them, or CSL-JSON.

    Raises:
        InvalidInput: A line or item has another shape; the sentence names it.
    """
    if is_csl(data):
        return read_csl(data)
    lines = read_lines(data, field="sources")
    if _SOURCES_HEAD.fullmatch(lines[0].text):
        lines = lines[1:]
    return parse_sources(lines)


def _take_sources(listed: list[Line], given: bytes | str | None) -> tuple[Source, ...]:
    """Return the sources of the text's own list, or of a file that may say more of the same."""
    if given is None:
        return parse_sources(listed)
    sources = parse_source_list(given)
    if listed and not is_csl(given):
        raise InvalidInput("Sources stand in the text and in a file; give them once.", field="sources")
    if listed and [(one.number, one.url) for one in parse_sources(listed)] != [
        (one.number, one.url) for one in sources
    ]:
        raise InvalidInput("The text lists other sources than the file.", field="sources")
    return sources


def _take_title(lines: list[Line]) -> tuple[str, list[Line]]:
    if not lines:
        raise InvalidInput("The text holds a banner and no article.", field="text")
    line = lines[0]
    if _is_structure(line):
        raise line.refusal("a title is expected here.")
    if len(line.text) > _MAX_TITLE_LINE_CHARACTERS:
        raise line.refusal(f"a title has at most {MAX_TITLE_CHARACTERS} characters.")
    title = _plain_title(line.text)
    if not title:
        raise line.refusal("the title is empty.")
    if len(title) > MAX_TITLE_CHARACTERS:
        raise line.refusal(f"a title has at most {MAX_TITLE_CHARACTERS} characters.")
    return title, lines[1:]


def _plain_title(line: str) -> str:
    """Return a title line without links and without the words "Fact check:"."""
    plain = _HTML_LINK.sub("", _MARKDOWN_LINK.sub(r"\1", line))
    prefix = _PREFIX.match(fold(plain))
    return plain[prefix.end() if prefix else 0 :].strip()


def _is_structure(line: Line) -> bool:
    folded = fold(line.text)
    return any(pattern.fullmatch(folded) for pattern in (_SUMMARY_HEAD, _SOURCES_HEAD, _FIRST_HEADING))


def _split_at_sources(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    for index, line in enumerate(lines):
        if _SOURCES_HEAD.fullmatch(line.text):
            if index + 1 == len(lines):
                raise line.refusal("the list of sources is empty.")
            return lines[:index], lines[index + 1 :]
    return lines, []


def _take_summary(lines: list[Line], *, after: Line) -> tuple[list[str], list[Line]]:
    """Return the paragraphs of the summary and the lines behind it.

    Args:
        lines: What stands between title and sources.
        after: The title's line, named when nothing follows it.
    """
    if not lines:
        raise after.refusal("no text follows the title.")
    first = lines[0]
    head = _SUMMARY_HEAD.fullmatch(fold(first.text))
    if head is None:
        heading = _read_heading(first, previous=0)
        if heading is not None and _SUMMARY_OF_OLDER_FORM.match(heading):
            return [], lines
        raise first.refusal("the line “Executive Summary” is missing.")
    summary = [first.text[head.start("text") :]] if head["text"] else []
    rest = lines[1:]
    end = next((i for i, line in enumerate(rest) if _read_heading(line, previous=0) is not None), len(rest))
    summary.extend(line.text for line in rest[:end])
    if not summary:
        raise first.refusal("the summary has no text.")
    return summary, rest[end:]


def _take_sections(lines: list[Line], *, after: Line) -> list[Section]:
    if not lines:
        raise after.refusal("no numbered section follows the summary.")
    found: list[tuple[Line, str, list[str]]] = []
    for line in lines:
        heading = _read_heading(line, previous=len(found))
        if heading is not None:
            found.append((line, heading, []))
        else:
            found[-1][2].append(line.text)
    for line, _, paragraphs in found:
        if not paragraphs:
            raise line.refusal("this section has a heading but no text.")
    return [
        Section(number, heading, tuple(paragraphs))
        for number, (_, heading, paragraphs) in enumerate(found, start=1)
    ]


def _read_heading(line: Line, *, previous: int) -> str | None:
    """Return the heading a line holds, None for a paragraph.

    A long line, and one that ends with a full stop, is a paragraph that happens to start with a
    number; so is one whose three-digit number does not follow.

    Args:
        line: The line to judge.
        previous: Number of the section before it, 0 for none.
    """
    match = _HEADING.fullmatch(line.text)
    if match is None or len(line.text) >= _MAX_HEADING_LINE_CHARACTERS or line.text.endswith("."):
        return None
    number = int(match["number"])
    if number == previous + 1 and number > MAX_SECTIONS:
        raise line.refusal(f"an article has at most {MAX_SECTIONS} sections.")
    if number > MAX_SECTIONS:
        return None
    if number != previous + 1:
        raise line.refusal(f"section {number} stands where section {previous + 1} is expected.")
    return match["heading"]
