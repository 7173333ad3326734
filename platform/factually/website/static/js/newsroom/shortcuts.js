/* What the keyboard does, in a dialog. */

import { button, element } from "./elements.js";

const IS_MAC = /Mac|iP(?:hone|ad)/.test(navigator.platform);
const SHORTCUTS = [
  ["Save this version", "Mod S"],
  ["Cite a source", "Mod Shift K, or ["],
  ["Find and replace", "Mod F"],
  ["Undo", "Mod Z"],
  ["Redo", IS_MAC ? "Mod Shift Z" : "Mod Y"],
  ["Close the list of sources or the search", "Escape"],
  ["Leave the text", "Escape, then Tab"],
  ["Move between the tabs", "Left and right arrow"],
  ["This list", "Mod /"],
];

/** Returns the dialog; `showModal()` opens it. @returns {HTMLDialogElement} */
export function shortcutsDialog() {
  const rows = SHORTCUTS.map(([what, keys]) => element("div", {}, element("dt", {}, what), element("dd", {}, element("kbd", {}, named(keys)))));
  const dialog = element("dialog", { class: "editor-dialog", "aria-labelledby": "shortcuts-title" },
    element("h2", { id: "shortcuts-title" }, "Keyboard"), element("dl", {}, ...rows), button("Close", () => dialog.close()));
  return dialog;
}

/** Names the modifier as this machine's keys do. @param {string} keys */
export const named = (keys) => keys.replace("Mod", IS_MAC ? "Command" : "Ctrl");
