/* The citation picker: a list under the cursor, of the article's own sources and of those that other articles used. */

import {
  EditorState, EditorView, Prec, autocompletion, closeCompletion, completionStatus, keymap, pickedCompletion, startCompletion,
} from "../../vendor/codemirror.js";
import { citation } from "./citing.js";
import { fold } from "./grammar.js";
import { outlineOf } from "./marks.js";

/** @typedef {import("../../vendor/codemirror.js").CompletionContext} CompletionContext */
/** @typedef {import("./source_list.js").Source} Source */

const ASKED = /\[[^[\]\n]{0,80}$/;
const OWN = { name: "In this article", rank: 0 };
const SHARED = { name: "In other articles", rank: 1 };
const FEWEST_LETTERS = 2;
const PAUSE_MS = 200;

/** @param {string} text */
const folded = (text) => fold(text).toLowerCase();

/**
 * Returns the extension.
 *
 * @param {object} parts
 * @param {import("./source_list.js").SourceList} parts.sources
 * @param {string | undefined} parts.url where shared records are searched
 * @param {import("./requests.js").Requests} parts.requests
 */
export function picker({ sources, url, requests }) {
  const own = (/** @type {CompletionContext} */ context) => {
    const asked = context.matchBefore(ASKED);
    if (!asked) return null;
    const words = folded(asked.text.slice(1));
    const counting = sources.counting(outlineOf(context.state).listed).filter((source) => matches(source, words));
    const options = counting.map((source) => option(source, OWN, () => source.number));
    return { from: asked.from, filter: false, options };
  };
  const shared = async (/** @type {CompletionContext} */ context) => {
    const asked = context.matchBefore(ASKED);
    const words = asked?.text.slice(1).trim() ?? "";
    if (!asked || !url || words.length < FEWEST_LETTERS || /^[0-9]+$/.test(words)) return null;
    const records = await search(context, words);
    const found = outlineOf(context.state);
    const known = new Set(sources.counting(found.listed).flatMap(({ record, url: address }) => [record, address]));
    const fresh = records.filter(({ id, url: address }) => !known.has(id) && !known.has(address));
    const options = fresh.map((record) => option(record, SHARED, () => sources.numberOf(record, found)));
    return { from: asked.from, filter: false, options };
  };
  const search = async (/** @type {CompletionContext} */ context, /** @type {string} */ words) => {
    const abort = new AbortController();
    context.addEventListener("abort", () => abort.abort(), { onDocChange: true });
    await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
    const answer = await requests.get(`${url}?${new URLSearchParams({ q: words })}`, abort.signal);
    return /** @type {import("./source_list.js").SourceRecord[]} */ (answer.body?.records ?? []);
  };
  return [
    // Before the list's own keys, which come with it.
    Prec.highest(keymap.of([{ key: "Mod-Shift-k", run: openPicker }, { key: "Escape", run: withdraw }])),
    autocompletion({ override: [own, shared], icons: false, maxRenderedOptions: 40 }),
  ];
}

/** @param {{number?: number, title: string, publisher: string}} source @param {string} words */
function matches(source, words) {
  return String(source.number) === words || folded(`${source.title} ${source.publisher}`).includes(words.trim());
}

/** @param {any} source @param {{name: string, rank: number}} section @param {() => number} number */
function option(source, section, number) {
  return {
    label: section === OWN ? `[${source.number}] ${source.title}` : source.title,
    detail: [source.publisher, source.published ?? "n.d."].filter(Boolean).join(", "),
    section,
    apply: (/** @type {EditorView} */ view, /** @type {any} */ completion, /** @type {number} */ from, /** @type {number} */ to) =>
      cite(view, { number: number(), from, to, completion }),
  };
}

/** Replaces what was typed for the search by the citation, in its place in the sentence. @param {EditorView} view */
function cite(view, { number, from, to, completion }) {
  const line = view.state.doc.lineAt(from);
  const without = line.text.slice(0, from - line.from) + line.text.slice(to - line.from);
  const change = citation(without, from - line.from, number);
  const bare = view.state.changes({ from, to });
  const placed = change && { from: line.from + change.from, to: line.from + change.to, insert: change.insert };
  const changes = placed ? bare.compose(EditorState.create({ doc: bare.apply(view.state.doc) }).changes(placed)) : bare;
  view.dispatch({
    changes,
    selection: { anchor: changes.mapPos(from, 1) },
    userEvent: "input.complete",
    annotations: pickedCompletion.of(completion),
  });
}

/** Opens the picker at the cursor. @param {EditorView} view */
export function openPicker(view) {
  const { head } = view.state.selection.main;
  const asked = ASKED.test(view.state.sliceDoc(view.state.doc.lineAt(head).from, head));
  if (!asked) view.dispatch(view.state.replaceSelection("["), { userEvent: "input.type" });
  view.focus();
  return startCompletion(view);
}

/** Closes the picker; a bracket with nothing behind it was only its handle. @param {EditorView} view */
function withdraw(view) {
  if (completionStatus(view.state) === null) return false;
  const { head } = view.state.selection.main;
  closeCompletion(view);
  if (view.state.sliceDoc(head - 1, head) === "[") view.dispatch({ changes: { from: head - 1, to: head } });
  return true;
}
