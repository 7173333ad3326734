/* What the evidence gate found, each finding with a way to its place. */

import { button, element } from "./elements.js";
import { outlineOf } from "./marks.js";
import { goToLine } from "./text.js";

/** @typedef {{rule: string, level: string, place: string, sentence: string}} Finding */

const LEVELS = /** @type {Record<string, [string, string]>} */ ({ error: ["stop", "Error"], warn: ["wait", "Warning"], report: ["quiet", "Note"] });

/**
 * Reads the findings that the page came with, and returns a function that shows newer ones.
 *
 * @param {Element} place
 * @param {import("../../vendor/codemirror.js").EditorView} view
 */
export function findingsList(place, view) {
  const list = place.querySelector("ul") ?? place.appendChild(element("ul"));
  list.className = "editor-findings";
  const none = element("p", { class: "editor-hint" }, "The evidence gate found nothing.");
  list.before(none);
  const show = (/** @type {Finding[]} */ findings) => {
    list.replaceChildren(...findings.map((finding) => row(finding, view)));
    none.hidden = findings.length > 0;
  };
  show([...list.querySelectorAll("li")].map((item) => ({
    rule: item.dataset.rule ?? "", level: item.dataset.level ?? "report", place: item.dataset.place ?? "", sentence: item.textContent?.trim() ?? "",
  })));
  return show;
}

/** @param {Finding} finding @param {import("../../vendor/codemirror.js").EditorView} view */
function row({ rule, level, place, sentence }, view) {
  const [tone, word] = LEVELS[level] ?? LEVELS.report;
  const jump = () => goToLine(view, outlineOf(view.state).lineOf(place));
  return element("li", { "data-rule": rule, "data-level": level, "data-place": place },
    element("span", { class: `tag tag--${tone}` }, `${word} ${rule}`),
    outlineOf(view.state).lineOf(place) ? button(sentence, jump, { class: "editor-jump" }) : element("span", {}, sentence),
  );
}
