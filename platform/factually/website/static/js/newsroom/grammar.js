/* Reads the parts of an article while it is being written, by the grammar of articles/parsing.py, which has the last word.

   The server refuses what breaks the grammar; here it is only marked, since a text is broken most of the time it is written. */

/** As the server: longer texts are refused, so they aren't read either. */
export const MAX_CHARACTERS = 1_000_000;

const CITATION = /\[([0-9]{1,4})\]/g;
const HEADING = /^([0-9]{1,3})\. +(\S.*)$/;
const MAX_HEADING_CHARACTERS = 160;
const SUMMARY_HEAD = /^executive summary(?: ?[-:] ?(.*))?$/i;
const OLDER_SUMMARY = /^summary of the results\b/i;
const SOURCES_HEAD = /^sources ?:?$/i;
const BOTTOM_LINE = /^bottom line\b/i;
const PREFIX = /^(?:fact[ -]?check(?: ?:| - ) ?)+/i;
const MONTH = "January|February|March|April|May|June|July|August|September|October|November|December";
const MONTHS = MONTH.toLowerCase().split("|");
const DATE = `[0-9]{4}(?:-[0-9]{2}){0,2}|(?:${MONTH}) (?:[0-9]{1,2}, )?[0-9]{4}|[0-9]{1,2} (?:${MONTH}) [0-9]{4}`;
const SOURCE = new RegExp(`^\\[([0-9]{1,4})\\] (\\S.*?) ?, (\\S[^,]*?) ?, (n\\.d\\.|${DATE}) ?, (\\S+)$`, "i");
const CHROME = new RegExp(
  "^(?:keep factually independent"
  + "|whether you agree or disagree with our analysis, these conversations matter for democracy\\b.*"
  + "|loading ?(?:\\.\\.\\.|…).*|disclaimer: factually can make mistakes.*"
  + `|checked on (?:${DATE})\\.?)$`,
  "i",
);

/** One plain spelling for look-alikes, character by character, as articles/folding.py. */
const LOOKALIKES = [[/[\u2010-\u2015\u2212]/g, "-"], [/[\u2018-\u201b]/g, "'"], [/[\u201c-\u201f]/g, '"'], [/[\u00a0\u2009\u202f]/g, " "]];

/** @param {string} text */
export const fold = (text) => LOOKALIKES.reduce((folded, [pattern, plain]) => folded.replace(pattern, /** @type {string} */ (plain)), text);

/**
 * @typedef {"title" | "summary-head" | "heading" | "bottom-line" | "paragraph" | "sources-head" | "source" | "chrome"} Kind
 * @typedef {{kind: Kind, line: number, wrong?: string, mute?: number}} Part
 *   A line that is not blank. `line` counts from 1; `wrong` says what the grammar misses there; `mute` is the length of a
 *   beginning that is not printed.
 * @typedef {{number: number, line: number, from: number, to: number}} Citation
 *   `from` and `to` are places in the line.
 * @typedef {{number: number, title: string, publisher: string, published: string | null, url: string, line: number}} Listed
 *   A source written in the text, under the line "Sources"; `published` is ISO 8601 of full or reduced precision.
 * @typedef {{number: number, heading: string, line: number}} Section
 */

/** What a text is understood to say. */
export class Outline {
  /** @type {Part[]} */ parts = [];
  /** @type {Citation[]} */ citations = [];
  /** @type {Section[]} */ sections = [];
  /** @type {Map<number, Listed>} */ listed = new Map();
  /** Number of the title's and the summary's line, 0 where there is none. */
  title = 0;
  summary = 0;
  words = 0;

  /** Each cited number once, by first appearance. */
  get cited() {
    return [...new Set(this.citations.map(({ number }) => number))];
  }

  /** What breaks the grammar, by line. */
  get wrong() {
    return this.parts.filter((part) => part.wrong);
  }

  /**
   * Returns the line a finding's place means, 0 where it means none.
   *
   * @param {string} place `title`, `summary`, `section 3` or `source 2`
   */
  lineOf(place) {
    if (place === "title") return this.title;
    if (place === "summary") return this.summary;
    const [what, digits] = place.split(" ");
    const number = Number(digits);
    if (what === "section") return this.sections.find((section) => section.number === number)?.line ?? 0;
    if (what !== "source") return 0;
    return this.citations.find((citation) => citation.number === number)?.line ?? this.listed.get(number)?.line ?? 0;
  }
}

/**
 * Returns the outline of a text.
 *
 * @param {Iterable<string>} lines
 */
export function outline(lines) {
  const reading = new Reading();
  let number = 0;
  for (const raw of lines) {
    number += 1;
    const text = raw.trim();
    if (text) reading.read(text, number, raw.length - raw.trimStart().length);
  }
  return reading.found;
}

class Reading {
  found = new Outline();

  /** @param {string} text @param {number} line @param {number} indent */
  read(text, line, indent) {
    const folded = fold(text);
    const part = CHROME.test(folded) ? { kind: /** @type {Kind} */ ("chrome") } : this.#understand(text, folded, line, indent);
    this.found.parts.push({ ...part, line });
  }

  /** @returns {Omit<Part, "line">} */
  #understand(text, folded, line, indent) {
    const { found } = this;
    if (!found.title) return this.#title(folded, line, indent);
    if (this.listing) return this.#source(text, line);
    if (SOURCES_HEAD.test(text)) {
      this.listing = true;
      return { kind: "sources-head" };
    }
    const head = found.summary ? null : folded.match(SUMMARY_HEAD);
    if (head) return this.#summaryHead(text, head, line, indent);
    return this.#heading(text, line, indent) ?? this.#paragraph(text, line, indent);
  }

  /** @returns {Omit<Part, "line">} */
  #title(folded, line, indent) {
    this.found.title = line;
    return { kind: "title", mute: indent + (folded.match(PREFIX)?.[0].length ?? 0) };
  }

  /** @returns {Omit<Part, "line">} */
  #summaryHead(text, head, line, indent) {
    this.found.summary = line;
    const inline = head[1] ?? "";
    if (inline) this.#body(text.slice(text.length - inline.length), line, indent + text.length - inline.length);
    return { kind: "summary-head" };
  }

  /**
   * A long line, and one that ends with a full stop, is a paragraph that happens to start with a number.
   *
   * @returns {Omit<Part, "line"> | null}
   */
  #heading(text, line, indent) {
    const match = text.match(HEADING);
    if (!match || text.length >= MAX_HEADING_CHARACTERS || text.endsWith(".")) return null;
    const number = Number(match[1]);
    const expected = this.found.sections.length + 1;
    if (number > 99 && number !== expected) return null;
    const older = expected === 1 && OLDER_SUMMARY.test(match[2]);
    if (older && !this.found.summary) this.found.summary = line;
    this.found.sections.push({ number, heading: match[2], line });
    this.#cite(text, line, indent);
    return {
      kind: BOTTOM_LINE.test(match[2]) ? "bottom-line" : "heading",
      wrong: this.#wrongHeading(number),
    };
  }

  #wrongHeading(number) {
    const expected = this.found.sections.length;
    if (number !== expected) return `Section ${number} stands where section ${expected} is expected.`;
    return this.found.summary ? undefined : "The line “Executive Summary” is missing before this.";
  }

  /** @returns {Omit<Part, "line">} */
  #paragraph(text, line, indent) {
    this.#body(text, line, indent);
    const early = !this.found.summary && this.found.sections.length === 0;
    return { kind: "paragraph", wrong: early ? "The line “Executive Summary” is expected here." : undefined };
  }

  #body(text, line, indent) {
    this.#cite(text, line, indent);
    this.found.words += text.replace(CITATION, " ").split(/\s+/).filter(Boolean).length;
  }

  #cite(text, line, indent) {
    for (const match of text.matchAll(CITATION)) {
      const from = indent + match.index;
      this.found.citations.push({ number: Number(match[1]), line, from, to: from + match[0].length });
    }
  }

  /** @returns {Omit<Part, "line">} */
  #source(text, line) {
    const match = text.match(SOURCE);
    if (!match) return { kind: "source", wrong: "A source is written as “[n] title, publisher, date or n.d., URL”." };
    const [, digits, title, publisher, date, url] = match;
    const number = Number(digits);
    if (this.found.listed.has(number)) return { kind: "source", wrong: `Source [${number}] is listed twice.` };
    this.found.listed.set(number, { number, title, publisher, published: isoDate(date), url, line });
    return { kind: "source" };
  }

  listing = false;
}

/** Returns a printed date as ISO 8601, null for "n.d.". @param {string} printed */
function isoDate(printed) {
  const month = printed.match(/[a-z]{3,}/i)?.[0].toLowerCase();
  const year = printed.match(/[0-9]{4}/)?.[0];
  if (!month || !year) return year ? printed : null;
  const day = printed.match(/\b[0-9]{1,2}\b/)?.[0];
  return [year, MONTHS.indexOf(month) + 1, ...(day ? [day] : [])].map((part) => String(part).padStart(2, "0")).join("-");
}
