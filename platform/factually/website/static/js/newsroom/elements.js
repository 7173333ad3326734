/* Elements of a page, built without markup in strings. */

/**
 * Returns a new element; members of `attributes` that are functions become listeners, `false` and null leave one out.
 *
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | ((event: any) => void)>} [attributes]
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/**
 * Returns a button of the page's plain kind.
 *
 * @param {string} text
 * @param {(event: any) => void} click
 * @param {Record<string, string | number | boolean | null>} [attributes]
 */
export function button(text, click, attributes = {}) {
  return element("button", { type: "button", class: "editor-button", click, ...attributes }, text);
}

/**
 * Returns a moment as the reader's own clock says it: the time today, with the day before that.
 *
 * @param {string | number} moment ISO 8601 or milliseconds since 1970
 * @param {Date} [now]
 */
export function clockTime(moment, now = new Date()) {
  const at = new Date(moment);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === now.toDateString()) return time;
  return `${time} on ${at.toLocaleDateString("en-US", { month: "long", day: "numeric" })}`;
}

/**
 * Returns "1 source" or "2 sources".
 *
 * @param {number} number
 * @param {string} noun
 */
export function counted(number, noun) {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}
