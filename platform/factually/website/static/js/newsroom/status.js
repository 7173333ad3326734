/* The line under the text: how much there is, what is wrong with it, whether it is saved. */

import { button, clockTime, counted, element } from "./elements.js";
import { outlineOf, unresolvedIn } from "./marks.js";
import { goTo, goToLine } from "./text.js";

const SPEAK_AFTER_MS = 1_500;
const STANDINGS = /** @type {Record<string, string>} */ ({
  changed: "Not saved yet",
  saving: "Saving…",
  unreachable: "Not saved yet: no connection; kept in this browser",
  "signed-out": "Not saved: you are signed out. Your text is kept in this browser. Sign in in another window, then reload this page",
});
const UNKEPT = "Not saved, and this browser can't keep it: copy your text before you leave";
/** What comes and goes with every sentence is not read aloud. */
const SILENT = new Set(["changed", "saving"]);

/** Shows counts to the eye, and tells screen readers what they need to know. */
export class StatusLine {
  #counts = element("span", { class: "editor-status__counts" });
  #wrong = element("span", { class: "editor-status__wrong" });
  #saved = element("span", { class: "editor-status__saved" }, "No changes yet");
  #voice = element("span", { class: "visually-hidden", role: "status" });
  #standing = "saved";
  #wrongText = "";
  #timer = 0;

  /** The line itself. */
  line = element("div", { class: "editor-status" }, this.#counts, this.#wrong, this.#saved, this.#voice);

  /** Counts anew. @param {import("../../vendor/codemirror.js").EditorView} view */
  count(view) {
    const { words, sections, citations, wrong } = outlineOf(view.state);
    this.#counts.textContent = [counted(words, "word"), counted(sections.length, "section"), counted(citations.length, "citation")].join(" · ");
    const unresolved = unresolvedIn(view.state);
    const items = /** @type {[number, string, () => void][]} */ ([
      [unresolved.length, `${counted(unresolved.length, "citation")} without a source`, () => goToCitation(view)],
      [wrong.length, `${counted(wrong.length, "line")} against the form of an article`, () => goToLine(view, outlineOf(view.state).wrong[0].line)],
    ]).filter(([number]) => number > 0);
    const text = items.map(([, sentence]) => sentence).join(", ");
    if (text === this.#wrongText) return;
    this.#wrongText = text;
    this.#wrong.replaceChildren(...items.map(([, sentence, go]) => button(sentence, go, { class: "editor-jump editor-jump--wrong" })));
    this.#speak(text || "Nothing is marked");
  }

  /** Shows whether the text is saved. @param {import("./saving.js").State} state */
  show({ standing, at, message, kept }) {
    const text = standing === "saved" ? `Saved at ${clockTime(at ?? Date.now())}` : message ?? STANDINGS[standing];
    this.#saved.textContent = kept ? text : [message, UNKEPT].filter(Boolean).join(" ");
    this.#saved.dataset.standing = standing;
    if (SILENT.has(standing) || standing === this.#standing) return;
    this.#standing = standing;
    this.#speak(this.#saved.textContent);
  }

  /** @param {string} sentence */
  #speak(sentence) {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => { this.#voice.textContent = sentence; }, SPEAK_AFTER_MS);
  }
}

/** Goes to the next citation without a source, from the first again after the last. @param {import("../../vendor/codemirror.js").EditorView} view */
function goToCitation(view) {
  const places = unresolvedIn(view.state).map(({ line, from }) => view.state.doc.line(line).from + from);
  goTo(view, places.find((place) => place > view.state.selection.main.head) ?? places[0]);
}
