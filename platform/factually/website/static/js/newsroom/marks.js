/* Shows the grammar in the text: title, heads, citations, and what is wrong with them. */

import { Decoration, EditorView, RangeSetBuilder, StateEffect, StateField } from "../../vendor/codemirror.js";
import { MAX_CHARACTERS, Outline, outline } from "./grammar.js";

/** @typedef {import("../../vendor/codemirror.js").EditorState} EditorState */

/**
 * Says which numbers have a recorded source, whenever that changes.
 *
 * @type {import("../../vendor/codemirror.js").StateEffectType<Set<number>>}
 */
export const setRecorded = StateEffect.define();

/** Numbers with a recorded source beside those listed in the text. */
const recordedNumbers = StateField.define({
  create: () => /** @type {Set<number>} */ (new Set()),
  update(numbers, transaction) {
    const changed = transaction.effects.filter((effect) => effect.is(setRecorded)).at(-1);
    return changed ? changed.value : numbers;
  },
});

/** @type {StateField<Outline>} */
const outlineField = StateField.define({
  create: (state) => read(state),
  update: (found, transaction) => (transaction.docChanged ? read(transaction.state) : found),
});

/** @param {EditorState} state */
function read(state) {
  return state.doc.length > MAX_CHARACTERS ? new Outline() : outline(state.doc.iterLines());
}

/** What the text is understood to say. @param {EditorState} state */
export const outlineOf = (state) => state.field(outlineField);

/** Numbers that have a source: the text's own list counts where nothing is recorded. @param {EditorState} state */
function numbersOf(state) {
  const recorded = state.field(recordedNumbers);
  return recorded.size ? recorded : new Set(outlineOf(state).listed.keys());
}

/** Citations without a source, in reading order. @param {EditorState} state */
export function unresolvedIn(state) {
  const known = numbersOf(state);
  return outlineOf(state).citations.filter(({ number }) => !known.has(number));
}

const muted = Decoration.mark({ class: "cm-muted" });
const resolved = Decoration.mark({ class: "cm-citation" });
const unresolved = Decoration.mark({ class: "cm-citation cm-wrong", attributes: { title: "No source has this number." } });

const idle = Decoration.line({ class: "cm-source cm-muted", attributes: { title: "The list beside the text counts, not this one." } });

/** @param {import("./grammar.js").Part} part */
function lineOf({ kind, wrong }) {
  return Decoration.line({ class: `cm-${kind}${wrong ? " cm-wrong-line" : ""}`, attributes: wrong ? { title: wrong } : undefined });
}

/** @param {EditorState} state */
function decorate(state) {
  const { parts, citations } = outlineOf(state);
  const known = numbersOf(state);
  const isListIdle = state.field(recordedNumbers).size > 0;
  const ranges = /** @type {RangeSetBuilder<Decoration>} */ (new RangeSetBuilder());
  const waiting = citations.values();
  let next = waiting.next();
  for (const part of parts) {
    const { from } = state.doc.line(part.line);
    const isIdle = isListIdle && (part.kind === "source" || part.kind === "sources-head");
    ranges.add(from, from, isIdle ? idle : lineOf(part));
    if (part.mute) ranges.add(from, from + part.mute, muted);
    for (; !next.done && next.value.line === part.line; next = waiting.next()) {
      const { number, from: start, to } = next.value;
      ranges.add(from + start, from + to, known.has(number) ? resolved : unresolved);
    }
  }
  return ranges.finish();
}

const decorations = StateField.define({
  create: decorate,
  update(shown, transaction) {
    const changed = transaction.docChanged || transaction.effects.some((effect) => effect.is(setRecorded));
    return changed ? decorate(transaction.state) : shown;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * Returns the extension.
 *
 * @param {Set<number>} [recorded] numbers with a recorded source at the start
 */
export const marks = (recorded = new Set()) => [recordedNumbers.init(() => recorded), outlineField, decorations];
