/** Two wordings compared, word by word (pure). */

/**
 * Return a text with single spaces, as words are kept.
 * @param {string} text
 * @returns {string}
 */
export function tidy(text) {
  return wordsOf(text).join(" ");
}

/** @param {string} text */
function wordsOf(text) {
  return text.split(/\s+/).filter(Boolean);
}

/**
 * Return where two wordings differ: what leads up to it in both, what stands in each, what follows.
 * @param {string} one
 * @param {string} other
 * @returns {{lead: string, one: string, other: string, trail: string}}
 */
export function difference(one, other) {
  const [before, after] = [wordsOf(one), wordsOf(other)];
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && before[first] === after[first]) first += 1;
  let last = 0;
  while (last < shorter - first && before.at(-1 - last) === after.at(-1 - last)) last += 1;
  return {
    lead: before.slice(0, first).join(" "),
    one: before.slice(first, before.length - last).join(" "),
    other: after.slice(first, after.length - last).join(" "),
    trail: before.slice(before.length - last).join(" "),
  };
}

/**
 * Return the words that a correction replaced by others, freed of the punctuation at their edges,
 * if they may stand elsewhere, too: a few words for a few.
 * @param {string} one
 * @param {string} other
 * @returns {{stands: string, said: string} | null}
 */
export function replaced(one, other) {
  const differs = difference(one, other);
  const [stands, said] = [bare(differs.one), bare(differs.other)];
  const isShort = wordsOf(stands).length <= MOST_WORDS && wordsOf(said).length <= MOST_WORDS;
  return stands && said && stands !== said && isShort ? { stands, said } : null;
}

const MOST_WORDS = 4;

/** @param {string} text */
function bare(text) {
  return text.replace(/^[^\p{L}\p{N}$€£]+|[^\p{L}\p{N}%]+$/gu, "");
}

/**
 * Tell how much of a transcript another has otherwise: its turns, who says them, its marks.
 * @param {any} before as the page's source
 * @param {any} after
 * @returns {{turns: number, marks: boolean}}
 */
export function changes(before, after) {
  const says = (turn) => `${turn.speaker} ${turn.text}`;
  const left = new Map();
  for (const turn of before.contents.turns) left.set(says(turn), (left.get(says(turn)) ?? 0) + 1);
  let turns = 0;
  for (const turn of after.contents.turns) {
    const known = left.get(says(turn)) ?? 0;
    if (known) left.set(says(turn), known - 1);
    else turns += 1;
  }
  const gone = [...left.values()].reduce((sum, count) => sum + count, 0);
  const marks = JSON.stringify(before.highlights) !== JSON.stringify(after.highlights);
  return { turns: Math.max(turns, gone), marks };
}
