/* The newsroom's editor over a plain form; editor/README.md is the contract with the server. */

import { EditorView, redo, undo } from "../vendor/codemirror.js";
import { button, clockTime, element } from "./newsroom/elements.js";
import { particularsOf } from "./newsroom/fields.js";
import { findingsList } from "./newsroom/findings.js";
import { Keeping } from "./newsroom/keeping.js";
import { setRecorded } from "./newsroom/marks.js";
import { Notices } from "./newsroom/notices.js";
import { Panes } from "./newsroom/panes.js";
import { pasting } from "./newsroom/pasting.js";
import { openPicker, picker } from "./newsroom/picker.js";
import { presence } from "./newsroom/presence.js";
import { Preview } from "./newsroom/preview.js";
import { Requests } from "./newsroom/requests.js";
import { bringBack } from "./newsroom/returning.js";
import { Saving } from "./newsroom/saving.js";
import { named, shortcutsDialog } from "./newsroom/shortcuts.js";
import { SourceList } from "./newsroom/source_list.js";
import { sourcePanel } from "./newsroom/source_panel.js";
import { StatusLine } from "./newsroom/status.js";
import { findInText, openText } from "./newsroom/text.js";

const HINT = "text-hint";

/** One form, improved. */
class Editor {
  #form;
  #facts;
  #notices = new Notices();
  #status = new StatusLine();
  #dialog = shortcutsDialog();
  #told = "";

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
    this.#facts = form.dataset;
    this.requests = new Requests(this.#facts.csrfToken ?? "");
    this.sources = new SourceList(this.#field("sources"));
    const textarea = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
    const place = textarea.closest(".field") ?? textarea;
    this.view = openText(textarea, this.#extensions(), HINT);
    this.#lay(place);
    this.#save();
    this.#recount({ quiet: true });
  }

  /** @param {string} name @returns {HTMLInputElement} */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.#form.elements.namedItem(name));
  }

  #extensions() {
    const { requests, sources } = this;
    const { sourcesUrl, parseUrl } = this.#facts;
    const say = (/** @type {string} */ text) => this.#notices.show("paste", { text });
    return [
      EditorView.updateListener.of((update) => { if (update.docChanged) this.#changed(); }),
      picker({ sources, requests, url: sourcesUrl }),
      parseUrl ? pasting({ url: parseUrl, requests, sources, say }) : [],
    ];
  }

  /** Puts text, tabs and panes into one grid, in the place of the field. @param {Element} place */
  #lay(place) {
    const pane = (/** @type {string} */ id, /** @type {Node[]} */ ...children) =>
      element("div", { class: `editor-pane editor-pane--${id}`, tabindex: id === "text" ? null : 0 }, ...children);
    const [preview, sources, findings] = [pane("preview"), pane("sources"), pane("findings")];
    const marker = place.parentElement?.insertBefore(element("div", { class: "editor-desk" }), place);
    const hint = element("p", { class: "editor-hint", id: HINT }, `Escape, then Tab, leaves the text. ${named("Mod")} and / shows all keys.`);
    const text = pane("text", place, this.view.dom, this.#status.line, hint);
    this.#panes = new Panes([
      { id: "text", name: "Text", panel: text },
      ...(this.#facts.previewUrl ? [{ id: "preview", name: "Preview", panel: preview }] : []),
      { id: "sources", name: "Sources", panel: sources },
      { id: "findings", name: "Findings", panel: findings },
    ], () => this.#shown());
    sources.append(this.#form.querySelector("[data-source-panel]") ?? element("section"));
    findings.append(this.#form.querySelector("[data-findings]") ?? element("section"));
    this.#showSources = sourcePanel(/** @type {Element} */ (sources.firstElementChild), this.view, this.sources);
    this.#showFindings = findingsList(/** @type {Element} */ (findings.firstElementChild), this.view);
    if (this.#facts.previewUrl) this.#preview = new Preview(preview, this.#facts.previewUrl, this.requests, () => this.#snapshot());
    marker?.append(this.#bar(), this.#notices.area, this.#panes.list, text, ...(this.#preview ? [preview] : []), sources, findings, this.#dialog);
    this.#panes.show("text");
  }

  #bar() {
    const here = element("p", { class: "editor-here", role: "status" });
    if (this.#facts.presenceUrl) presence(here, this.#facts.presenceUrl, this.requests);
    return element("div", { class: "editor-bar" },
      button("Cite a source", () => openPicker(this.view)),
      button("Find", () => findInText(this.view)),
      button("Undo", () => undo(this.view)),
      button("Redo", () => redo(this.view)),
      button("Keyboard", () => this.#dialog.showModal()),
      here);
  }

  #save() {
    const { autosaveUrl, account = "", article = "" } = this.#facts;
    document.addEventListener("keydown", (event) => this.#key(event));
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.sources.addEventListener("change", (event) => this.#recount(/** @type {CustomEvent} */ (event).detail));
    if (!autosaveUrl) return;
    const keeping = new Keeping(account, article);
    const saving = new Saving(this.#field("based_on").value, {
      url: autosaveUrl,
      requests: this.requests,
      keeping,
      snapshot: () => this.#snapshot(),
      onState: (state) => this.#status.show(state),
      onSaved: (body) => this.#saved(body),
      onConflict: (body) => this.#conflict(body),
    });
    this.#saving = saving;
    this.#form.addEventListener("input", (event) => {
      if (!this.view.dom.contains(/** @type {Node} */ (event.target))) saving.changed();
    });
    const leave = () => { if (saving.isBehind) saving.flush(); };
    for (const moment of ["blur", "pagehide", "online"]) window.addEventListener(moment, leave);
    document.addEventListener("visibilitychange", leave);
    window.addEventListener("beforeunload", (event) => { if (saving.isAtRisk) event.preventDefault(); });
    bringBack({ form: this.#form, view: this.view, saving, keeping, notices: this.#notices, sources: this.sources });
  }

  #snapshot() {
    return { text: this.view.state.doc.toString(), particulars: particularsOf(this.#form) };
  }

  #changed() {
    this.#saving?.changed();
    this.#preview?.changed();
    this.#status.count(this.view);
    this.#showSources();
  }

  /** Looks anew at which numbers have a source. @param {{quiet: boolean}} how `quiet` where nobody changed anything */
  #recount({ quiet }) {
    this.view.dispatch({ effects: setRecorded.of(this.sources.numbers) });
    this.#status.count(this.view);
    this.#showSources();
    if (quiet) return;
    this.#saving?.changed();
    this.#preview?.changed();
  }

  #shown() {
    this.#preview?.refresh();
    this.#showSources();
    this.view.requestMeasure();
  }

  /** @param {any} body */
  #saved(body) {
    this.#field("based_on").value = body.draft ?? body.mine;
    if (body.findings) this.#showFindings(body.findings);
    if (body.sources) this.sources.judge(body.sources);
  }

  /** @param {any} body */
  #conflict(body) {
    this.#saved(body);
    if (this.#told === body.head) return;
    this.#told = body.head;
    this.#notices.show("conflict", {
      tone: "wait",
      text: `${body.by} saved another version at ${clockTime(body.at)}. Yours is kept.`,
      actions: [element("a", { href: body.merge_url }, "Compare and merge")],
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const act = { s: () => this.#form.requestSubmit(this.#form.querySelector('button[name="how"][value="save"]')), "/": () => this.#dialog.showModal() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Saves in the page; any other act of the form waits until what it is about is saved. @param {SubmitEvent} event */
  async #submit(event) {
    const saving = this.#saving;
    const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (!saving) return;
    if (pressed?.name === "how" && pressed.value === "save") {
      event.preventDefault();
      const name = this.#field("save_name");
      await saving.save(name?.value.trim() ?? "");
      if (name && !saving.isBehind) name.value = "";
    } else if (saving.isBehind && !this.#leaving) {
      event.preventDefault();
      await saving.flush();
      if (saving.isBehind) {
        this.#notices.show("submit", { tone: "stop", text: "Nothing was done, because your text isn't saved yet. Try again once it is." });
        return;
      }
      this.#notices.close("submit");
      this.#leaving = true;
      this.#form.requestSubmit(pressed);
      this.#leaving = false;
    }
  }

  #leaving = false;
  /** @type {Panes | null} */ #panes = null;
  /** @type {Preview | null} */ #preview = null;
  /** @type {Saving | null} */ #saving = null;
  /** @type {() => void} */ #showSources = () => {};
  /** @type {(findings: import("./newsroom/findings.js").Finding[]) => void} */ #showFindings = () => {};
}

for (const form of document.querySelectorAll("form[data-editor]")) new Editor(/** @type {HTMLFormElement} */ (form));
