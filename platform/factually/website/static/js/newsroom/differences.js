/* Who changed a passage since both started from the same text. */

/**
 * Says whose change a difference is: passages that stand in the base, line by line, were left as they were.
 *
 * @param {Set<string>} base lines of the text both started from
 * @param {string} theirs
 * @param {string} ours
 * @returns {"theirs" | "ours" | "both"}
 */
export function changedBy(base, theirs, ours) {
  const isOld = (/** @type {string} */ text) => text.split("\n").every((line) => !line.trim() || base.has(line));
  if (isOld(ours) && !isOld(theirs)) return "theirs";
  if (isOld(theirs) && !isOld(ours)) return "ours";
  return "both";
}

/**
 * Returns the first words of a passage, to know it by.
 *
 * @param {string} text
 */
export function opening(text) {
  const words = text.trim().split(/\s+/);
  return words.length > 8 ? `${words.slice(0, 8).join(" ")}…` : words.join(" ");
}
