/* Keeps text that the server doesn't have yet in this browser, for one person and one article. */

/**
 * @typedef {{text: string, based_on: string, at: number, sent: string | null, particulars: Record<string, string | string[]>}} Kept
 *   `based_on` is the draft the text grew from, `sent` the text of a request whose answer hasn't come, `at` milliseconds since 1970.
 */

/** One place in the browser's storage. */
export class Keeping {
  #key;
  #storage;

  /** @param {string} account @param {string} article @param {Storage} [storage] */
  constructor(account, article, storage = localStorage) {
    this.#key = `newsroom:${account}:${article}`;
    this.#storage = storage;
  }

  /** @returns {Kept | null} */
  read() {
    try {
      return JSON.parse(this.#storage.getItem(this.#key) ?? "null");
    } catch {
      return null;
    }
  }

  /**
   * Keeps a text; false where the browser has no room or allows none.
   *
   * @param {Kept} kept
   */
  write(kept) {
    try {
      this.#storage.setItem(this.#key, JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets the text, once the server has it. */
  clear() {
    try {
      this.#storage.removeItem(this.#key);
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  }
}

/**
 * Says what to do with a kept text when the editor opens.
 *
 * @param {Kept | null} kept
 * @param {{text: string, based_on: string}} page what the server has
 * @returns {"nothing" | "restore" | "choose"} `choose` where the server has got another text in the meantime
 */
export function afterReturn(kept, page) {
  if (!kept || kept.text === page.text) return "nothing";
  return kept.based_on === page.based_on || kept.sent === page.text ? "restore" : "choose";
}
