/* The text as it will be printed, written by the server.

   The browser itself reads the answer into a document: no string becomes markup here, as Trusted Types demand. */

const PAUSE_MS = 300;

/** Shows the newest text only: an older request is given up. */
export class Preview {
  #pane;
  #url;
  #requests;
  #snapshot;
  #timer = 0;
  /** @type {XMLHttpRequest | null} */
  #request = null;
  #shown = "";

  /**
   * @param {HTMLElement} pane
   * @param {string} url
   * @param {import("./requests.js").Requests} requests
   * @param {() => import("./saving.js").Snapshot} snapshot
   */
  constructor(pane, url, requests, snapshot) {
    this.#pane = pane;
    this.#url = url;
    this.#requests = requests;
    this.#snapshot = snapshot;
  }

  /** Asks for the text a little later, where anyone can see it. */
  changed() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.refresh(), PAUSE_MS);
  }

  /** Asks for the text now. */
  refresh() {
    const json = JSON.stringify(this.#snapshot());
    if (this.#pane.offsetParent === null || json === this.#shown) return;
    this.#request?.abort();
    const request = new XMLHttpRequest();
    this.#request = request;
    request.open("POST", this.#url);
    for (const [name, value] of Object.entries({ ...this.#requests.headers, Accept: "text/html, application/json" })) {
      request.setRequestHeader(name, value);
    }
    request.onreadystatechange = () => {
      if (request.readyState === XMLHttpRequest.HEADERS_RECEIVED) request.responseType = request.status === 200 ? "document" : "json";
    };
    request.onload = () => this.#show(request, json);
    request.onerror = () => this.#say("There is no connection; this is the last preview.");
    request.send(json);
  }

  /** @param {XMLHttpRequest} request @param {string} json */
  #show(request, json) {
    const isOurs = new URL(request.responseURL).origin === location.origin;
    if (request.status !== 200 || !isOurs || !request.response) {
      this.#say(request.response?.error?.message ?? "The preview can't be shown right now.");
      return;
    }
    this.#shown = json;
    const { scrollTop } = this.#pane;
    this.#pane.replaceChildren(...request.response.body.childNodes);
    this.#pane.scrollTop = scrollTop;
  }

  /** Says in the pane why it doesn't show the newest text. @param {string} sentence */
  #say(sentence) {
    let note = this.#pane.querySelector(".editor-preview__note");
    if (!note) {
      note = document.createElement("p");
      note.className = "editor-preview__note";
      this.#pane.prepend(note);
    }
    note.textContent = sentence;
  }
}
