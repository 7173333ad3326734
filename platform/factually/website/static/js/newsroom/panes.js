/* The text and what stands beside it: two columns on a desk, tabs on a phone (WAI-ARIA tabs pattern). */

import { element } from "./elements.js";

const PHONE = "(max-width: 63.99rem)";
const STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1 });

/** @typedef {{id: string, name: string, panel: HTMLElement}} Pane The first one is the text. */

/** Shows one pane, on a desk beside the text. */
export class Panes {
  #panes;
  #tabs;
  #onShow;
  #narrow = matchMedia(PHONE);
  #chosen;

  /**
   * @param {Pane[]} panes
   * @param {() => void} onShow called when another pane came into sight
   */
  constructor(panes, onShow) {
    this.#panes = panes;
    this.#onShow = onShow;
    this.#tabs = panes.map(({ id, name }) => element("button", {
      type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `pane-${id}`,
      click: () => this.show(id),
      keydown: (/** @type {KeyboardEvent} */ event) => this.#step(event),
    }, name));
    for (const { id, panel } of panes) {
      panel.id = `pane-${id}`;
      panel.setAttribute("aria-labelledby", `tab-${id}`);
    }
    this.list = element("div", { role: "tablist", class: "editor-tabs", "aria-label": "Parts of the editor" }, ...this.#tabs);
    this.#chosen = panes[0].id;
    this.#narrow.addEventListener("change", () => this.show(this.#chosen));
  }

  /** Brings a pane into sight. @param {string} id */
  show(id) {
    const [text, beside] = this.#panes;
    const isNarrow = this.#narrow.matches;
    this.#chosen = !isNarrow && id === text.id ? beside.id : id;
    this.#panes.forEach(({ id: own, panel }, index) => {
      const tab = this.#tabs[index];
      const isChosen = own === this.#chosen;
      const stands = own === text.id && !isNarrow;
      tab.hidden = stands;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      panel.hidden = !isChosen && !stands;
      if (stands) panel.removeAttribute("role");
      else panel.setAttribute("role", "tabpanel");
    });
    this.#onShow();
  }

  /** @param {KeyboardEvent} event */
  #step(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const shown = this.#tabs.filter((tab) => !tab.hidden);
    const next = shown.at((shown.indexOf(event.currentTarget) + step) % shown.length);
    next.focus();
    next.click();
  }
}
