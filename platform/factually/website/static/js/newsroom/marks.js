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

/** Whether a cited number has a source, recorded or listed in the text. @param {EditorState} state @param {number} number */
function isResolved(state, number) {
  return state.field(recordedNumbers).has(number) || outlineOf(state).listed.has(number);
}

/** Citations without a source, in reading order. @param {EditorState} state */
export const unresolvedIn = (state) => outlineOf(state).citations.filter(({ number }) => !isResolved(state, number));

const muted = Decoration.mark({ class: "cm-muted" });
const resolved = Decoration.mark({ class: "cm-citation" });
const unresolved = Decoration.mark({ class: "cm-citation cm-wrong", attributes: { title: "No source has this number." } });

/** @param {EditorState} state */
function decorate(state) {
  const { parts, citations } = outlineOf(state);
  const ranges = /** @type {RangeSetBuilder<Decoration>} */ (new RangeSetBuilder());
  const waiting = citations.values();
  let next = waiting.next();
  for (const part of parts) {
    const { from } = state.doc.line(part.line);
    const attributes = part.wrong ? { title: part.wrong } : undefined;
    ranges.add(from, from, Decoration.line({ class: `cm-${part.kind}${part.wrong ? " cm-wrong-line" : ""}`, attributes }));
    if (part.mute) ranges.add(from, from + part.mute, muted);
    for (; !next.done && next.value.line === part.line; next = waiting.next()) {
      const { number, from: start, to } = next.value;
      ranges.add(from + start, from + to, isResolved(state, number) ? resolved : unresolved);
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

export const marks = [recordedNumbers, outlineField, decorations];
