/* The sources recorded for the article, as the form's hidden field holds them. */

/**
 * @typedef {{number: number, record?: string | null, title: string, publisher: string, url: string, published: string | null, missing?: string[]}} Source
 *   Further members are the server's and are sent back as they came.
 * @typedef {{id: string, title: string, publisher: string, url: string, published: string | null}} SourceRecord
 */

/** Keeps the hidden field up to date and says `change` whenever it moved. */
export class SourceList extends EventTarget {
  #field;

  /** @param {HTMLInputElement} field */
  constructor(field) {
    super();
    this.#field = field;
  }

  /** All of them, by number. @returns {Source[]} */
  get all() {
    return JSON.parse(this.#field.value || "[]");
  }

  /** Their numbers. */
  get numbers() {
    return new Set(this.all.map(({ number }) => number));
  }

  /**
   * Returns those that count, as on the server: the text's own list does where nothing is recorded.
   *
   * @param {Map<number, import("./grammar.js").Listed>} listed
   * @returns {Source[]}
   */
  counting(listed) {
    const { all } = this;
    return all.length ? all : [...listed.values()].map(({ line, ...source }) => source);
  }

  /** What the field holds, for keeping. */
  get json() {
    return this.#field.value;
  }

  /** Takes back what was kept. @param {string} json */
  restore(json) {
    this.#set(JSON.parse(json));
  }

  /**
   * Returns the number of a shared record, which joins the list where it isn't in it; what counted before still does.
   *
   * @param {SourceRecord} record
   * @param {import("./grammar.js").Outline} outline
   */
  numberOf(record, { listed, cited }) {
    const before = this.counting(listed);
    const known = before.find((source) => source.record === record.id || source.url === record.url);
    if (known) return known.number;
    const number = Math.max(0, ...before.map((source) => source.number), ...cited) + 1;
    const { id, ...facts } = record;
    this.#set([...before, { number, record: id, ...facts }]);
    return number;
  }

  /** Adds sources whose numbers are free. @param {Source[]} sources */
  add(sources) {
    const { numbers } = this;
    const fresh = sources.filter(({ number }) => !numbers.has(number));
    if (fresh.length) this.#set([...this.all, ...fresh]);
  }

  /** Takes one away, with the fields that say more of it: its number may come back for another. @param {number} number */
  remove(number) {
    for (const field of /** @type {Iterable<any>} */ (this.#field.form?.elements ?? [])) {
      if (field.name.startsWith(`source-${number}-`)) field.disabled = true;
    }
    this.#set(this.all.filter((source) => source.number !== number));
  }

  /** Takes over what the server found missing, without touching what was chosen since. @param {Source[]} judged */
  judge(judged) {
    const missing = new Map(judged.map((source) => [source.number, source.missing ?? []]));
    this.#set(this.all.map((source) => ({ ...source, missing: missing.get(source.number) ?? source.missing })), { quiet: true });
  }

  #set(sources, { quiet = false } = {}) {
    this.#field.value = JSON.stringify(sources.toSorted((one, other) => one.number - other.number));
    this.dispatchEvent(new CustomEvent("change", { detail: { quiet } }));
  }
}
