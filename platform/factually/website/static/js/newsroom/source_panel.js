/* The list of sources beside the text: what is cited where, what is missing, what no source stands behind. */

import { button, element } from "./elements.js";
import { outlineOf } from "./marks.js";
import { goTo, goToLine } from "./text.js";

/**
 * Returns a function that shows the list anew.
 *
 * @param {Element} place
 * @param {import("../../vendor/codemirror.js").EditorView} view
 * @param {import("./source_list.js").SourceList} sources
 */
export function sourcePanel(place, view, sources) {
  const [heading] = place.querySelectorAll("h2");
  const list = element("ol", { class: "editor-sources" });
  const order = element("p", { class: "editor-hint", hidden: true }, "When you hand the text in, sources are numbered by first appearance.");
  const empty = element("p", { class: "editor-hint" }, "No sources yet. Type [ in the text to cite one.");
  place.replaceChildren(...(heading ? [heading] : []), order, empty, list);
  return () => {
    // It is shown anew when its tab is chosen.
    if (/** @type {HTMLElement} */ (place).offsetParent === null) return;
    const entries = listed(view, sources);
    list.replaceChildren(...entries.map((entry) => row(entry, view, sources)));
    empty.hidden = entries.length > 0;
    order.hidden = outlineOf(view.state).cited.every((number, index) => number === index + 1);
  };
}

/** @param {import("../../vendor/codemirror.js").EditorView} view @param {import("./source_list.js").SourceList} sources */
function listed(view, sources) {
  const { listed: inText, cited } = outlineOf(view.state);
  const entries = new Map([...cited.map((number) => ({ number })), ...sources.counting(inText)].map((entry) => [entry.number, entry]));
  return [...entries.values()].sort((one, other) => one.number - other.number);
}

/** @param {any} entry */
function row(entry, view, sources) {
  const { number, title, publisher, published, missing = [] } = entry;
  const { citations, listed: inText } = outlineOf(view.state);
  const first = citations.find((citation) => citation.number === number);
  const line = inText.get(number)?.line;
  const name = `[${number}] ${title ?? "No source has this number"}`;
  const jump = () => (first ? goTo(view, view.state.doc.line(first.line).from + first.from) : goToLine(view, line ?? 1));
  const recorded = sources.numbers.has(number);
  return element("li", { "data-number": number, class: title ? null : "editor-sources--wrong" },
    first || line ? button(name, jump, { class: "editor-jump" }) : element("span", {}, name),
    ...(publisher ? [element("span", { class: "editor-hint" }, `${publisher}, ${published ?? "n.d."}`)] : []),
    ...(missing.length ? [element("strong", { class: "tag tag--wait" }, `Missing: ${missing.join(", ")}`)] : []),
    ...(first ? [] : [element("strong", { class: "tag tag--wait" }, "Not cited")]),
    ...(!first && recorded ? [button("Remove", () => remove(number, view, sources), { "aria-label": `Remove source ${number}` })] : []),
  );
}

function remove(number, view, sources) {
  view.focus();
  sources.remove(number);
}
