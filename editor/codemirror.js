/* What our modules use of CodeMirror, and the only list of it: esbuild drops the rest. */

export { autocompletion, closeCompletion, completionStatus, pickedCompletion, startCompletion } from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap, redo, undo } from "@codemirror/commands";
export { MergeView, getChunks, unifiedMergeView } from "@codemirror/merge";
export { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
export { Compartment, EditorState, Prec, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
export { Decoration, EditorView, highlightSpecialChars, keymap, placeholder } from "@codemirror/view";
