/* Puts CodeMirror in the place of the form's textarea, which keeps holding what the form posts. */

import {
  Compartment, EditorState, EditorView, defaultKeymap, highlightSelectionMatches, highlightSpecialChars, history, historyKeymap, keymap,
  openSearchPanel, placeholder, search, searchKeymap,
} from "../../vendor/codemirror.js";
import { marks } from "./marks.js";
import { theme } from "./theme.js";

const writing = new Compartment();

/**
 * Returns the view that stands for a textarea from now on: in its place, under its id and its label.
 *
 * @param {HTMLTextAreaElement} textarea
 * @param {import("../../vendor/codemirror.js").Extension} extensions
 * @param {string} hint id of the element that says how the keyboard works in it
 * @returns {EditorView}
 */
export function openText(textarea, extensions, hint) {
  const [label] = textarea.labels ?? [];
  const { id } = textarea;
  label.id ||= `${id}-label`;
  const view = new EditorView({
    state: EditorState.create({
      doc: textarea.defaultValue,
      extensions: [
        extensions,
        writing.of([]),
        history(),
        search({ top: true }),
        highlightSelectionMatches(),
        highlightSpecialChars(),
        marks(),
        theme,
        placeholder("Fact check: a question"),
        keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          id, "aria-labelledby": label.id, "aria-describedby": hint, spellcheck: "true", autocorrect: "on", autocapitalize: "sentences",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) textarea.value = update.state.doc.toString();
        }),
      ],
    }),
  });
  textarea.removeAttribute("id");
  textarea.required = false;
  textarea.hidden = true;
  textarea.value = view.state.doc.toString();
  textarea.after(view.dom);
  label.addEventListener("click", () => view.focus());
  return view;
}

/** Puts the cursor at the start of a line, in the upper part of the view. @param {EditorView} view @param {number} line */
export function goToLine(view, line) {
  const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
  goTo(view, from);
}

/** Puts the cursor at a place and shows it. @param {EditorView} view @param {number} place */
export function goTo(view, place) {
  view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: "start", yMargin: 48 }) });
  view.focus();
}

/** Replaces the whole text as one step that can be undone. @param {EditorView} view @param {string} text */
export function replaceText(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

/** Keeps anybody from typing until a question is answered, or lets them. @param {EditorView} view @param {boolean} isLocked */
export function lock(view, isLocked) {
  view.dispatch({ effects: writing.reconfigure(isLocked ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : []) });
}

/** Opens find and replace. @param {EditorView} view */
export function findInText(view) {
  view.focus();
  openSearchPanel(view);
}
