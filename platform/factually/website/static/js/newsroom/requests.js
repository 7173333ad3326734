/* What goes to the server and how it answers; a lost connection is an answer too. */

const PATIENCE_MS = 20_000;
/** Browsers refuse longer bodies of requests that may outlive their page (Fetch, "keepalive": 64 KiB in all). */
const MAX_KEPT_ALIVE_BYTES = 60_000;

/**
 * @typedef {{status: number, body: any, retryAfter: number}} Answer
 *   `status` is 0 where none came; `body` is null where it isn't JSON; `retryAfter` in seconds, 0 where none was said.
 */

/** Sends a person's requests with their token. */
export class Requests {
  #token;

  /** @param {string} token */
  constructor(token) {
    this.#token = token;
  }

  /** The headers of a change. */
  get headers() {
    return { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.#token };
  }

  /**
   * Posts JSON that is already a string, so that a lost one can be sent again unchanged.
   *
   * @param {string} url
   * @param {string} json
   * @returns {Promise<Answer>}
   */
  post(url, json) {
    const keepalive = new Blob([json]).size < MAX_KEPT_ALIVE_BYTES;
    return answered(url, { method: "POST", headers: this.headers, body: json, keepalive, signal: AbortSignal.timeout(PATIENCE_MS) });
  }

  /** @param {string} url @param {AbortSignal} signal @returns {Promise<Answer>} */
  get(url, signal) {
    return answered(url, { headers: { Accept: "application/json" }, signal });
  }
}

/** @param {string} url @param {RequestInit} options @returns {Promise<Answer>} */
async function answered(url, options) {
  try {
    const response = await fetch(url, { ...options, credentials: "same-origin", redirect: "error" });
    const text = await response.text();
    return { status: response.status, body: parsed(text), retryAfter: Number(response.headers.get("Retry-After")) || 0 };
  } catch {
    return { status: 0, body: null, retryAfter: 0 };
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Returns the server's own sentence about a refusal. @param {Answer} answer */
export function sentence(answer) {
  return answer.body?.error?.message ?? "The newsroom's server didn't take this.";
}
