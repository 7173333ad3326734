/* Where a citation goes: directly before the full stop, in one group with its neighbours (`mission [1] [2].`). */

const GROUP_BEHIND = /(?: ?\[[0-9]{1,4}\])+$/;
const CITATION = /\[([0-9]{1,4})\]/g;
const SENTENCE_END = /[.!?](?=["'”’)]*(?:\s+["'“‘(]?[\p{Lu}\p{N}]|\s*$))/gu;
const SENTENCE_JUST_ENDED = /[.!?]["'”’)]*\s*$/;
const INITIAL = /(?:^|[\s.(])\p{Lu}$/u;

/**
 * Returns the change that cites a source: before the full stop of the sentence at a place, or at the place where its
 * sentence has none yet. Null where that group already cites it.
 *
 * @param {string} line
 * @param {number} place
 * @param {number} number
 * @returns {{from: number, to: number, insert: string} | null}
 */
export function citation(line, place, number) {
  const end = sentenceEnd(line, place);
  const before = line.slice(0, end).trimEnd();
  const group = before.match(GROUP_BEHIND)?.[0] ?? "";
  if ([...group.matchAll(CITATION)].some(([, cited]) => Number(cited) === number)) return null;
  // Space at the end of an unfinished sentence is the writer's; before a full stop it is a slip.
  const from = before.length;
  const rest = line.slice(end);
  return { from, to: end, insert: ` [${number}]${/^[\p{L}\p{N}]/u.test(rest) ? " " : ""}` };
}

/** @param {string} line @param {number} place */
function sentenceEnd(line, place) {
  const behind = line.slice(0, place).match(SENTENCE_JUST_ENDED);
  if (behind) return /** @type {number} */ (behind.index);
  for (const match of line.matchAll(SENTENCE_END)) {
    const abbreviated = INITIAL.test(line.slice(0, match.index)) && match.index + 1 < line.trimEnd().length;
    if (match.index >= place && !abbreviated) return match.index;
  }
  return place;
}
