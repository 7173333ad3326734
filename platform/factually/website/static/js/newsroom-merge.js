/* Two versions side by side, the right one becoming the merged text; editor/README.md is the contract with the server. */

import {
  EditorState, EditorView, MergeView, defaultKeymap, getChunks, history, historyKeymap, keymap, unifiedMergeView,
} from "../vendor/codemirror.js";
import { changedBy, opening } from "./newsroom/differences.js";
import { button, counted, element } from "./newsroom/elements.js";
import { outline } from "./newsroom/grammar.js";
import { marks } from "./newsroom/marks.js";
import { goTo } from "./newsroom/text.js";
import { theme } from "./newsroom/theme.js";

const PHONE = "(max-width: 63.99rem)";
const WHOSE = { theirs: "Only the other version changed this", ours: "Only yours changed this", both: "Both changed this" };

/** @typedef {import("../vendor/codemirror.js").Chunk} Chunk */

/** One merge form, improved. */
class Merge {
  #base;
  #cited;
  #theirs;
  #result;
  #count = element("p", { role: "status", class: "merge-count" });
  #list = element("ol", { class: "editor-findings" });

  /** @param {HTMLFormElement} form */
  constructor(form) {
    const area = (/** @type {string} */ id) => /** @type {HTMLTextAreaElement} */ (form.querySelector(`#${id}`));
    const [base, theirs, mine, text] = ["base", "theirs", "mine", "text"].map(area);
    this.#base = new Set(base.value.split("\n"));
    this.#theirs = theirs.value;
    // Which sources there are isn't decided here, so what either text cites is taken as it is.
    this.#cited = new Set([theirs, text].flatMap(({ value }) => outline(value.split("\n")).cited));
    const [theirHead, resultHead] = [theirs, text].map((one) => one.labels[0].textContent ?? "");
    const extensions = [...this.#common(resultHead), EditorView.updateListener.of((update) => {
      if (update.docChanged) text.value = update.state.doc.toString();
      if (getChunks(update.state) !== getChunks(update.startState)) this.#show();
    })];
    const place = element("div", { class: "merge-view" });
    this.#result = matchMedia(PHONE).matches ? this.#unified(place, text.value, extensions) : this.#sided(place, text.value, extensions, theirHead);
    const heads = element("div", { class: "merge-heads", "aria-hidden": "true" }, element("span", {}, theirHead), element("span", {}, resultHead));
    (text.closest(".field") ?? text).before(this.#count, this.#list, heads, place);
    for (const one of [base, theirs, mine, text]) /** @type {HTMLElement} */ (one.closest(".field") ?? one).hidden = true;
    this.#show();
  }

  /** @param {string} label */
  #common(label) {
    return [marks(this.#cited), theme, EditorView.lineWrapping, EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "true" }),
      history(), keymap.of([...historyKeymap, ...defaultKeymap])];
  }

  /** @param {HTMLElement} parent @param {string} doc @param {any[]} extensions @param {string} theirHead */
  #sided(parent, doc, extensions, theirHead) {
    const readOnly = [...this.#common(theirHead), EditorState.readOnly.of(true)];
    const view = new MergeView({ a: { doc: this.#theirs, extensions: readOnly }, b: { doc, extensions }, parent, gutter: true });
    return view.b;
  }

  /** @param {HTMLElement} parent @param {string} doc @param {any[]} extensions */
  #unified(parent, doc, extensions) {
    return new EditorView({ doc, extensions: [...extensions, unifiedMergeView({ original: this.#theirs, mergeControls: false })], parent });
  }

  /** Lists what still differs. */
  #show() {
    const chunks = getChunks(this.#result.state)?.chunks ?? [];
    this.#count.textContent = chunks.length ? `The other version and the result differ in ${counted(chunks.length, "place")}.` : "Nothing differs any more.";
    this.#list.replaceChildren(...chunks.map((chunk, index) => this.#row(chunk, index)));
  }

  /** @param {Chunk} chunk @param {number} index */
  #row(chunk, index) {
    const { theirs, ours } = this.#sides(chunk);
    const jump = button(opening(ours || theirs), () => goTo(this.#result, Math.min(chunk.fromB, this.#result.state.doc.length)), { class: "editor-jump" });
    const take = button("Take the other version", () => this.#take(chunk), { "aria-label": `Take the other version of difference ${index + 1}` });
    return element("li", {}, element("strong", { class: "tag tag--quiet" }, WHOSE[changedBy(this.#base, theirs, ours)]), jump, take);
  }

  /** @param {Chunk} chunk */
  #sides(chunk) {
    return {
      theirs: this.#theirs.slice(chunk.fromA, Math.max(chunk.fromA, chunk.toA - 1)),
      ours: this.#result.state.sliceDoc(chunk.fromB, Math.max(chunk.fromB, chunk.toB - 1)),
    };
  }

  /** Puts their passage into the result; the line break belongs to it where it isn't the last. @param {Chunk} chunk */
  #take(chunk) {
    const { length } = this.#result.state.doc;
    const isWhole = chunk.fromA !== chunk.toA && chunk.toB <= length;
    const insert = this.#sides(chunk).theirs + (isWhole ? "\n" : "");
    this.#result.dispatch({ changes: { from: chunk.fromB, to: Math.min(length, chunk.toB), insert }, userEvent: "revert" });
  }
}

for (const form of document.querySelectorAll("form[data-merge]")) new Merge(/** @type {HTMLFormElement} */ (form));
