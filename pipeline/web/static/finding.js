/** Find in the text as people read it: in any case, with or without accents (pure). */

/**
 * A text as it is compared, and at which unit of the text each of its units stands; null for the
 * places where they are the same.
 * @typedef {{text: string, places: Uint32Array | null}} Folded
 */

// eslint-disable-next-line no-control-regex
const PLAIN = /^[\x00-\x7f]*$/;
const ACCENTS = /\p{M}/gu;
const ALIKE = { "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " " };

/**
 * Return a text as it is compared.
 * @param {string} text
 * @returns {Folded}
 */
export function folded(text) {
  if (PLAIN.test(text)) return { text: text.toLowerCase(), places: null };
  /** @type {string[]} */
  const parts = [];
  /** @type {number[]} */
  const places = [];
  let place = 0;
  for (const character of text) {
    const part = foldedCharacter(character);
    parts.push(part);
    for (let unit = 0; unit < part.length; unit += 1) places.push(place);
    place += character.length;
  }
  places.push(place);
  return { text: parts.join(""), places: Uint32Array.from(places) };
}

/** @param {string} character */
function foldedCharacter(character) {
  const alike = ALIKE[/** @type {keyof typeof ALIKE} */ (character)] ?? character;
  return alike.normalize("NFD").replace(ACCENTS, "").toLowerCase();
}

/**
 * Return where a query stands in texts, in order; white space stands for any, and none is found
 * for an empty query.
 * @param {Folded[]} texts one for each turn
 * @param {string} query
 * @returns {import("./words.js").Passage[]}
 */
export function find(texts, query) {
  const wanted = folded(query.trim().replace(/\s+/g, " ")).text;
  if (!wanted) return [];
  /** @type {import("./words.js").Passage[]} */
  const found = [];
  texts.forEach(({ text, places }, turn) => {
    let from = text.indexOf(wanted);
    while (from >= 0) {
      const to = from + wanted.length;
      found.push({ turn, start: places?.[from] ?? from, end: places?.[to] ?? to });
      from = text.indexOf(wanted, to);
    }
  });
  return found;
}

/**
 * Return which of passages in order is the first at or after a place; the first where none is.
 * @param {import("./words.js").Passage[]} passages
 * @param {{turn: number, start: number}} place
 * @returns {number} -1 where there are none
 */
export function firstFrom(passages, place) {
  if (!passages.length) return -1;
  const after = passages.findIndex(
    ({ turn, start }) => turn > place.turn || (turn === place.turn && start >= place.start),
  );
  return Math.max(0, after);
}
