/* The list of sources beside the text: what is cited where, what is missing, what no source stands behind. */

import { renumbered, renumbering } from "./citing.js";
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
  const order = element("p", { class: "editor-hint", hidden: true }, "Sources are numbered by first appearance. ",
    button("Renumber", () => renumber(view, sources)));
  const empty = element("p", { class: "editor-hint" }, "No sources yet. Type [ in the text to cite one.");
  place.replaceChildren(...(heading ? [heading] : []), order, empty, list);
  return () => {
    const entries = listed(view, sources);
    list.replaceChildren(...entries.map((entry) => row(entry, view, sources)));
    empty.hidden = entries.length > 0;
    order.hidden = needed(view, sources).size === 0;
  };
}

/** @param {import("../../vendor/codemirror.js").EditorView} view @param {import("./source_list.js").SourceList} sources */
function listed(view, sources) {
  const { listed: inText, cited } = outlineOf(view.state);
  const entries = new Map([...cited.map((number) => ({ number })), ...inText.values(), ...sources.all].map((entry) => [entry.number, entry]));
  return [...entries.values()].sort((one, other) => one.number - other.number);
}

function needed(view, sources) {
  const { cited, listed: inText } = outlineOf(view.state);
  return renumbering(cited, [...inText.keys(), ...sources.numbers]);
}

/** @param {any} entry */
function row(entry, view, sources) {
  const { number, title, publisher, published, missing = [] } = entry;
  const first = outlineOf(view.state).citations.find((citation) => citation.number === number);
  const place = first ? view.state.doc.line(first.line).from + first.from : null;
  const name = `[${number}] ${title ?? "No source has this number"}`;
  const jump = () => (place === null ? goToLine(view, entry.line) : goTo(view, place));
  const recorded = sources.numbers.has(number);
  return element("li", { "data-number": number, class: title ? null : "editor-sources--wrong" },
    place === null && !entry.line ? element("span", {}, name) : button(name, jump, { class: "editor-jump" }),
    ...(publisher ? [element("span", { class: "editor-hint" }, `${publisher}, ${published ?? "n.d."}`)] : []),
    ...(missing.length ? [element("strong", { class: "tag tag--wait" }, `Missing: ${missing.join(", ")}`)] : []),
    ...(first ? [] : [element("strong", { class: "tag tag--wait" }, "Not cited")]),
    ...(!first && recorded ? [button("Remove", () => sources.remove(number), { "aria-label": `Remove source ${number}` })] : []),
  );
}

function renumber(view, sources) {
  const numbers = needed(view, sources);
  view.dispatch({ changes: renumbered(view.state.doc.toString(), numbers) });
  sources.renumber(numbers);
}
