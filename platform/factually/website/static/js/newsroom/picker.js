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
    const listed = [...sources.all, ...outlineOf(context.state).listed.values()];
    const options = listed.filter((source) => matches(source, words)).map((source) => option(source, `[${source.number}] `, 1, () => source.number));
    return { from: asked.from, filter: false, options };
  };
  const shared = async (/** @type {CompletionContext} */ context) => {
    const asked = context.matchBefore(ASKED);
    const words = asked?.text.slice(1).trim() ?? "";
    if (!asked || !url || words.length < FEWEST_LETTERS || /^[0-9]+$/.test(words)) return null;
    const records = await found(context, words);
    const listed = /** @type {Partial<Source>[]} */ ([...sources.all, ...outlineOf(context.state).listed.values()]);
    const known = new Set(listed.flatMap(({ record, url: address }) => [record, address]));
    const taken = [...outlineOf(context.state).cited, ...outlineOf(context.state).listed.keys()];
    const options = records.filter((record) => !known.has(record.id) && !known.has(record.url)).map((record) => option(record, "", 0, () => sources.numberOf(record, taken)));
    return { from: asked.from, filter: false, options };
  };
  const found = async (/** @type {CompletionContext} */ context, words) => {
    const abort = new AbortController();
    context.addEventListener("abort", () => abort.abort(), { onDocChange: true });
    await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
    if (context.aborted) return [];
    const answer = await requests.get(`${url}?${new URLSearchParams({ q: words })}`, abort.signal);
    return answer.body?.records ?? [];
  };
  return [
    autocompletion({ override: [own, shared], icons: false, maxRenderedOptions: 40 }),
    Prec.highest(keymap.of([{ key: "Mod-Shift-k", run: openPicker }, { key: "Escape", run: withdraw }])),
  ];
}

/** @param {{number?: number, title: string, publisher: string}} source @param {string} words */
function matches(source, words) {
  return String(source.number) === words || folded(`${source.title} ${source.publisher}`).includes(words.trim());
}

/** @param {any} source @param {string} before @param {number} boost @param {() => number} number */
function option(source, before, boost, number) {
  const detail = [source.publisher, source.published ?? "n.d."].filter(Boolean).join(", ");
  return {
    label: `${before}${source.title}`,
    detail,
    boost,
    section: before ? { name: "In this article", rank: 0 } : { name: "In other articles", rank: 1 },
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
