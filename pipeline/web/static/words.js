/**
 * A transcript made ready to be read and heard (pure): at which character each word stands and at
 * which second, both ways by binary search.
 *
 * Characters are UTF-16 units of a turn's text, as the page counts them; JSON counts code points.
 *
 * @typedef {object} Turn
 * @property {number} position
 * @property {number} start seconds
 * @property {number} end
 * @property {string | null} speaker
 * @property {string} text
 * @property {number} first of its words among all, from 0
 * @property {number} count of its words
 *
 * @typedef {object} Prepared
 * @property {Turn[]} turns by their start
 * @property {Float64Array} starts of all words, turn by turn
 * @property {Float64Array} ends
 * @property {Uint32Array} offsets of words in their turn's text
 * @property {Uint32Array} lengths in characters
 * @property {Uint32Array} owners the turn of each word
 * @property {Float64Array} latest when all turns up to each one have ended
 * @property {number} duration of the recording
 *
 * @typedef {{turn: number, start: number, end: number}} Passage characters of a turn
 */

/**
 * Make a transcript ready; `contents` is what `relisten export --format json` writes.
 * @param {any} contents
 * @returns {Prepared}
 */
export function prepare(contents) {
  const count = contents.turns.reduce((sum, turn) => sum + turn.words.length, 0);
  /** @type {Prepared} */
  const prepared = {
    turns: [],
    starts: new Float64Array(count),
    ends: new Float64Array(count),
    offsets: new Uint32Array(count),
    lengths: new Uint32Array(count),
    owners: new Uint32Array(count),
    latest: new Float64Array(contents.turns.length),
    duration: contents.recording.duration,
  };
  let [first, latest] = [0, 0];
  contents.turns.forEach((turn, position) => {
    placeWords(prepared, turn.words, first, position);
    const { start, end, speaker, text } = turn;
    prepared.turns.push({ position, start, end, speaker, text, first, count: turn.words.length });
    prepared.latest[position] = latest = Math.max(latest, end);
    first += turn.words.length;
  });
  return prepared;
}

/**
 * @param {Prepared} prepared
 * @param {any[]} words
 * @param {number} first
 * @param {number} turn
 */
function placeWords(prepared, words, first, turn) {
  let [offset, start] = [0, 0];
  words.forEach((word, position) => {
    const place = first + position;
    if (position && word.spaced) offset += 1;
    // Times that go back within a turn would lead a binary search astray.
    start = Math.max(start, word.start);
    prepared.starts[place] = start;
    prepared.ends[place] = Math.max(start, word.end);
    prepared.offsets[place] = offset;
    prepared.lengths[place] = word.text.length;
    prepared.owners[place] = turn;
    offset += word.text.length;
  });
}

/**
 * Return the last place in [from, to) whose value is not above `wanted`; from - 1 where none is.
 * @param {ArrayLike<number>} values rising
 * @param {number} wanted
 * @param {number} [from]
 * @param {number} [to]
 * @returns {number}
 */
export function lastUpTo(values, wanted, from = 0, to = values.length) {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Return the last turn that has begun at a time, -1 before the first.
 * @param {Prepared} prepared
 * @param {number} time
 * @returns {number}
 */
export function turnAt(prepared, time) {
  let [low, high] = [0, prepared.turns.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (prepared.turns[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// A word stays lit over the small gaps between words, but not over a pause: in seconds.
const HOLD = 0.12;

/**
 * Return the words said at a time, by their places among all: one for each turn that goes on then,
 * the one of the turn that began last first.
 * @param {Prepared} prepared
 * @param {number} time
 * @returns {number[]}
 */
export function spokenAt(prepared, time) {
  const spoken = [];
  for (let position = turnAt(prepared, time); position >= 0; position -= 1) {
    if (prepared.latest[position] + HOLD <= time) break; // all before have ended, too
    const turn = prepared.turns[position];
    const word = lastUpTo(prepared.starts, time, turn.first, turn.first + turn.count);
    if (word >= turn.first && time < prepared.ends[word] + HOLD) spoken.push(word);
  }
  return spoken;
}

/**
 * Return the word at a character of a turn, the one before in the space between two.
 * @param {Prepared} prepared
 * @param {number} position
 * @param {number} offset
 * @returns {number}
 */
export function wordAtOffset(prepared, position, offset) {
  const turn = prepared.turns[position];
  const found = lastUpTo(prepared.offsets, offset, turn.first, turn.first + turn.count);
  return Math.max(turn.first, found);
}

/**
 * Return where a word stands.
 * @param {Prepared} prepared
 * @param {number} word
 * @returns {Passage}
 */
export function placeOf(prepared, word) {
  const start = prepared.offsets[word];
  return { turn: prepared.owners[word], start, end: start + prepared.lengths[word] };
}

/**
 * Return when the characters of a turn are said: all words that they touch.
 * @param {Prepared} prepared
 * @param {Passage} passage
 * @returns {{start: number, end: number, first: number, last: number}} `first`, `last`: words
 */
export function timeOf(prepared, { turn, start, end }) {
  let first = wordAtOffset(prepared, turn, start);
  const last = Math.max(first, wordAtOffset(prepared, turn, Math.max(start, end - 1)));
  // What begins in the space after a word means the next one.
  if (first < last && start >= prepared.offsets[first] + prepared.lengths[first]) first += 1;
  let latest = 0;
  for (let word = first; word <= last; word += 1) latest = Math.max(latest, prepared.ends[word]);
  return { start: prepared.starts[first], end: latest, first, last };
}

/**
 * Return what is said in a stretch of time: of each turn the words whose middle lies in it.
 * @param {Prepared} prepared
 * @param {number} start
 * @param {number} end
 * @returns {Passage[]}
 */
export function passagesIn(prepared, start, end) {
  const passages = [];
  for (let position = turnAt(prepared, end); position >= 0; position -= 1) {
    if (prepared.latest[position] < start) break;
    const found = wordsIn(prepared, prepared.turns[position], start, end);
    if (found) passages.push(found);
  }
  return passages.reverse();
}

/**
 * @param {Prepared} prepared
 * @param {Turn} turn
 * @param {number} start
 * @param {number} end
 * @returns {Passage | null}
 */
function wordsIn(prepared, turn, start, end) {
  let [first, last] = [-1, -1];
  for (let word = turn.first; word < turn.first + turn.count; word += 1) {
    const middle = (prepared.starts[word] + prepared.ends[word]) / 2;
    if (middle < start || middle > end) continue;
    if (first < 0) first = word;
    last = word;
  }
  if (first < 0) return null;
  const [from, to] = [placeOf(prepared, first), placeOf(prepared, last)];
  return { turn: turn.position, start: from.start, end: to.end };
}

// Seconds by which a mark may pass the turn that it is in: another model times words so.
const BEYOND = 0.3;

/**
 * Return where a mark stands, as `mentions_of` of pipeline/highlights.py does: in one turn if it
 * lies within one, so that a "mm-hm" of somebody else during a sentence is no part of it.
 * @param {Prepared} prepared
 * @param {number} start
 * @param {number} end
 * @returns {Passage[]}
 */
export function markedIn(prepared, start, end) {
  const found = passagesIn(prepared, start, end);
  const unlike = (passage) => {
    const time = timeOf(prepared, passage);
    return Math.abs(time.start - start) + Math.abs(time.end - end);
  };
  const holding = found.filter(({ turn }) => {
    const said = prepared.turns[turn];
    return said.start - BEYOND <= start && end <= said.end + BEYOND;
  });
  return holding.length
    ? holding.sort((one, other) => unlike(one) - unlike(other)).slice(0, 1)
    : found;
}

const ASTRAL = /[\ud800-\udbff]/;

/**
 * Return the UTF-16 offset of a code point of a text, as JSON counts characters.
 * @param {string} text
 * @param {number} point
 * @returns {number}
 */
export function unitsOf(text, point) {
  if (!ASTRAL.test(text)) return point;
  return [...text].slice(0, point).join("").length;
}

/**
 * Return the code point at a UTF-16 offset of a text; the inverse of `unitsOf`.
 * @param {string} text
 * @param {number} unit
 * @returns {number}
 */
export function pointsOf(text, unit) {
  if (!ASTRAL.test(text)) return unit;
  return [...text.slice(0, unit)].length;
}

/**
 * Return where a mention of the transcript's JSON stands on the page.
 * @param {Prepared} prepared
 * @param {{turn: number, start_char: number, end_char: number}} mention
 * @returns {Passage}
 */
export function passageOf(prepared, mention) {
  const { text } = prepared.turns[mention.turn];
  const [start, end] = [unitsOf(text, mention.start_char), unitsOf(text, mention.end_char)];
  return { turn: mention.turn, start, end };
}
