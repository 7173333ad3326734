/* Saves while a person writes: one request at a time, the lost one again before a newer one, nothing forgotten. */

import { sentence } from "./requests.js";

const PAUSE_MS = 800;
const INTERVAL_MS = 3_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const SIGNED_OUT_RETRY_MS = 60_000;
/** Without a session, or with the token of an earlier one. */
const SIGNED_OUT = new Set([400, 401]);

/**
 * @typedef {"saved" | "changed" | "saving" | "unreachable" | "signed-out" | "refused"} Standing
 * @typedef {{standing: Standing, at?: string, message?: string, kept: boolean}} State
 *   `kept` tells whether this browser holds what the server lacks.
 * @typedef {{text: string, particulars: Record<string, string | string[]>}} Snapshot
 * @typedef {object} Parts
 * @property {string} url
 * @property {import("./requests.js").Requests} requests
 * @property {import("./keeping.js").Keeping} keeping
 * @property {() => Snapshot} snapshot
 * @property {(state: State) => void} onState
 * @property {(body: any) => void} onSaved with the body of a 200
 * @property {(body: any) => void} onConflict with the body of a 409 that keeps ours beside another's
 */

/** The state of one text between this browser and the server. */
export class Saving {
  #parts;
  #basedOn;
  /** @type {{json: string, text: string} | null} A request without an answer yet. */
  #pending = null;
  /** @type {string | null} The name of a save that was asked for, "" for one without. */
  #asked = null;
  #dirty = false;
  #kept = true;
  #busy = false;
  #held = false;
  /** Whether somebody asked for a flush while one was under way. */
  #hasty = false;
  #failures = 0;
  #firstChange = 0;
  #lastSent = -Infinity;
  #timer = 0;

  /** @param {string} basedOn id of the draft that the text grew from @param {Parts} parts */
  constructor(basedOn, parts) {
    this.#basedOn = basedOn;
    this.#parts = parts;
  }

  /** Id of the draft that the text grew from. */
  get basedOn() {
    return this.#basedOn;
  }

  /** Whether the server lacks something. */
  get isBehind() {
    return this.#dirty || this.#pending !== null;
  }

  /** Whether what the server lacks would be lost with this page. */
  get isAtRisk() {
    return this.isBehind && !this.#kept;
  }

  /** Notes a change: kept here at once, saved a little later. */
  changed() {
    if (this.#held) return;
    const now = Date.now();
    if (!this.#dirty) this.#firstChange = now;
    this.#dirty = true;
    this.#keep();
    if (this.#failures || this.#busy) return;
    this.#tell("changed");
    const earliest = Math.max(now + PAUSE_MS, this.#lastSent + INTERVAL_MS);
    const latest = Math.max(this.#firstChange, this.#lastSent) + INTERVAL_MS;
    this.#wait(Math.min(earliest, latest) - now);
  }

  /** Touches neither server nor browser until told to go on, since it isn't decided which text counts. */
  hold() {
    this.#held = true;
  }

  /** Goes on with the page's text. */
  release() {
    this.#held = false;
  }

  /** Goes on from a draft other than the page's, with a text that the server lacks. @param {string} basedOn */
  continueFrom(basedOn) {
    this.#basedOn = basedOn;
    this.changed();
  }

  /** Saves under a name, or none, whether or not something changed. @param {string} name */
  async save(name) {
    this.#asked = name;
    await this.flush();
  }

  /** Sends now what the server lacks, or the text as it is where it lacks nothing. */
  async flush() {
    this.#hasty = this.#busy;
    if (this.#busy || this.#held) return;
    clearTimeout(this.#timer);
    this.#busy = true;
    let isTaken = false;
    try {
      do {
        isTaken = await this.#send();
      } while (isTaken && (this.#asked !== null || (this.#hasty && this.#dirty)));
    } finally {
      this.#busy = false;
    }
    if (isTaken && this.#dirty) this.changed();
  }

  async #send() {
    // What was written since a request was lost has waited long enough.
    this.#hasty = this.#pending !== null;
    this.#pending ??= this.#next();
    this.#tell("saving");
    return this.#take(await this.#parts.requests.post(this.#parts.url, this.#pending.json));
  }

  #next() {
    const { text, particulars } = this.#parts.snapshot();
    const how = this.#asked === null ? "autosave" : "save";
    const name = this.#asked ? { save_name: this.#asked } : {};
    const json = JSON.stringify({ text, based_on: this.#basedOn, how, ...name, particulars });
    this.#asked = null;
    this.#dirty = false;
    this.#lastSent = Date.now();
    return { json, text };
  }

  /** Acts on an answer; true where the server took the text. @param {import("./requests.js").Answer} answer */
  #take(answer) {
    const { status, body } = answer;
    if (status === 200 && body) return this.#saved(body, body.draft, this.#parts.onSaved);
    if (status === 409 && body?.mine) return this.#saved(body, body.mine, this.#parts.onConflict);
    if (SIGNED_OUT.has(status)) return this.#failed("signed-out", SIGNED_OUT_RETRY_MS);
    if (status === 0 || status === 200 || status === 429 || status >= 500) {
      const pause = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
      return this.#failed("unreachable", Math.max(pause, answer.retryAfter * 1_000));
    }
    return this.#refused(sentence(answer));
  }

  #saved(body, draft, told) {
    this.#pending = null;
    this.#failures = 0;
    this.#basedOn = draft;
    if (this.#dirty) this.#keep();
    else this.#parts.keeping.clear();
    this.#tell("saved", { at: body.saved_at ?? new Date().toISOString() });
    told(body);
    return true;
  }

  #failed(standing, pause) {
    this.#failures += 1;
    this.#keep();
    this.#tell(standing);
    this.#wait(pause);
    return false;
  }

  #refused(message) {
    this.#pending = null;
    this.#failures = 0;
    this.#dirty = true;
    this.#keep();
    this.#tell("refused", { message });
    return false;
  }

  #keep() {
    const { text, particulars } = this.#parts.snapshot();
    const sent = this.#pending?.text ?? null;
    this.#kept = this.#parts.keeping.write({ text, particulars, based_on: this.#basedOn, at: Date.now(), sent });
  }

  #tell(standing, more = {}) {
    this.#parts.onState({ standing, kept: this.#kept, ...more });
  }

  #wait(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.flush(), milliseconds);
  }
}
