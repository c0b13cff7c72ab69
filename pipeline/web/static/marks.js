/** Marks without their page (pure): tags as they are typed, edges moved by words, which one is meant. */

import { lastUpTo, markedIn } from "./words.js";

/**
 * A mark as the library keeps it; times in seconds.
 * @typedef {object} Mark
 * @property {number} number
 * @property {number} start
 * @property {number} end
 * @property {string} text as it stood when it was marked
 * @property {string[]} tags
 * @property {string} note
 * @property {boolean} starred
 * @property {string} changed_at
 */

/**
 * Read tags as they are typed, with commas or line ends between: each once, in any case.
 * @param {string} text
 * @returns {string[]}
 */
export function tagsOf(text) {
  return together(
    text.split(/[,;\n]/).map((tag) => tag.trim().replace(/\s+/g, " ").replace(/^#/, "")),
  );
}

/**
 * Return tags, each once, as it is first written.
 * @param {string[]} tags
 * @returns {string[]}
 */
export function together(tags) {
  const found = new Map();
  for (const tag of tags) {
    const key = tag.toLocaleLowerCase();
    if (tag && !found.has(key)) found.set(key, tag);
  }
  return [...found.values()];
}

/**
 * Return known tags that may be meant: those not taken yet, whose beginning or word is typed first.
 * @param {{name: string, count: number}[]} known the most used first
 * @param {string[]} taken
 * @param {string} typed
 * @param {number} [most]
 * @returns {string[]}
 */
export function suggested(known, taken, typed, most = 8) {
  const has = new Set(taken.map((tag) => tag.toLocaleLowerCase()));
  const wanted = typed.trim().toLocaleLowerCase();
  const rank = (name) => {
    const place = ` ${name.toLocaleLowerCase()}`.indexOf(` ${wanted}`);
    return place < 0 ? Infinity : place;
  };
  return known
    .map(({ name }) => ({ name, rank: rank(name) }))
    .filter(({ name, rank: found }) => found < Infinity && !has.has(name.toLocaleLowerCase()))
    .sort((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map(({ name }) => name);
}

/**
 * Return a passage with an edge moved by a word, or as it is where no word is left.
 * @param {import("./words.js").Prepared} prepared
 * @param {{start: number, end: number}} span
 * @param {"start" | "end"} edge
 * @param {1 | -1} step to the next or the previous word
 * @returns {{start: number, end: number}}
 */
export function stretched(prepared, span, edge, step) {
  const moved =
    edge === "start" ? firstMoved(prepared, span, step) : lastMoved(prepared, span, step);
  return moved && moved.start < moved.end ? moved : span;
}

/** The words of the turns in which a passage stands, with where it begins and ends among them. */
function within(prepared, { start, end }) {
  const places = markedIn(prepared, start, end);
  if (!places.length) return null;
  const [first, last] = [places[0], places[places.length - 1]];
  return { first: wordStarting(prepared, first), last: wordEnding(prepared, last) };
}

function wordStarting(prepared, { turn, start }) {
  const { first, count } = prepared.turns[turn];
  return lastUpTo(prepared.offsets, start, first, first + count);
}

function wordEnding(prepared, { turn, end }) {
  const { first, count } = prepared.turns[turn];
  return lastUpTo(prepared.offsets, end - 1, first, first + count);
}

function firstMoved(prepared, span, step) {
  const found = within(prepared, span);
  const word = found && found.first + step;
  if (!found || word === null || word < 0 || word > found.last) return null;
  return { start: prepared.starts[word], end: span.end };
}

function lastMoved(prepared, span, step) {
  const found = within(prepared, span);
  const word = found && found.last + step;
  if (!found || word === null || word < found.first || word >= prepared.ends.length) return null;
  return { start: span.start, end: prepared.ends[word] };
}

/**
 * Return the mark that is meant at a moment: the shortest that holds it, else the nearest before.
 * @param {Mark[]} marks
 * @param {number} time
 * @returns {Mark | null}
 */
export function markAt(marks, time) {
  const lasts = (mark) => mark.end - mark.start;
  const holding = marks.filter((mark) => mark.start <= time && time <= mark.end);
  if (holding.length)
    return holding.reduce((one, other) => (lasts(other) < lasts(one) ? other : one));
  return (
    marks.filter((mark) => mark.start <= time).sort((one, other) => other.start - one.start)[0] ??
    marks[0] ??
    null
  );
}

/**
 * Return the next mark, or the one before, round the end; by their beginnings.
 * @param {Mark[]} marks
 * @param {number} time
 * @param {1 | -1} step
 * @returns {Mark | null}
 */
export function markBeside(marks, time, step) {
  const ordered = [...marks].sort((one, other) => one.start - other.start);
  if (step > 0) return ordered.find((mark) => mark.start > time + 0.05) ?? ordered[0] ?? null;
  return ordered.findLast((mark) => mark.start < time - 0.05) ?? ordered.at(-1) ?? null;
}

/**
 * Return what of a mark differs from how it is kept, to be sent; null where nothing does.
 * @param {Mark} kept
 * @param {Partial<Mark>} wanted
 * @returns {Record<string, any> | null}
 */
export function changesOf(kept, wanted) {
  const fields = /** @type {const} */ (["start", "end", "tags", "note", "starred"]);
  const changed = fields.filter(
    (name) => name in wanted && JSON.stringify(wanted[name]) !== JSON.stringify(kept[name]),
  );
  return changed.length ? Object.fromEntries(changed.map((name) => [name, wanted[name]])) : null;
}

/**
 * Put together what two people made of one mark: of each what they changed, the tags of both.
 * @param {Mark} base as both began
 * @param {Record<string, any>} mine what is wanted here
 * @param {Mark} theirs as it is kept now
 * @returns {{wanted: any, clashes: boolean}} whether both wrote another note
 */
export function merged(base, mine, theirs) {
  const changed = changesOf(base, mine) ?? {};
  const { start, end, note, starred } = theirs;
  const added = mine.tags.filter((tag) => !base.tags.includes(tag));
  const dropped = new Set(base.tags.filter((tag) => !mine.tags.includes(tag)));
  const tags = together([...theirs.tags.filter((tag) => !dropped.has(tag)), ...added]);
  const clashes = "note" in changed && note !== base.note && note !== changed.note;
  return { wanted: { start, end, note, starred, ...changed, tags }, clashes };
}
