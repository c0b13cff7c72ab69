/** Which parts of a recording are heard, and where playing goes on from a moment (pure). */

/** @typedef {{start: number, end: number}} Span seconds */

// Seconds of sound left round what is said, and the longest pause within it that is heard still.
export const PAD = 0.2;
export const LONGEST_PAUSE = 0.9;
// A player stops a little before or after where it was sent: nearer than this is there.
const NEAR = 0.05;

/**
 * Return the stretches in which somebody speaks, in order and apart; of one speaker if one is named.
 * @param {import("./words.js").Prepared} prepared
 * @param {string | null} [only]
 * @returns {Span[]}
 */
export function stretchesOf(prepared, only = null) {
  const spans = [];
  for (const turn of prepared.turns) {
    if (only !== null && turn.speaker !== only) continue;
    for (let word = turn.first; word < turn.first + turn.count; word += 1) {
      spans.push({ start: prepared.starts[word], end: prepared.ends[word] });
    }
  }
  spans.sort((one, other) => one.start - other.start);
  return padded(joined(spans, LONGEST_PAUSE), prepared.duration);
}

/**
 * Join spans, sorted by their start, over pauses that are not longer than `pause`.
 * @param {Span[]} spans
 * @param {number} pause
 * @returns {Span[]}
 */
export function joined(spans, pause) {
  /** @type {Span[]} */
  const together = [];
  for (const { start, end } of spans) {
    const last = together.at(-1);
    if (last && start - last.end <= pause) last.end = Math.max(last.end, end);
    else together.push({ start, end });
  }
  return together;
}

/**
 * @param {Span[]} spans
 * @param {number} duration
 * @returns {Span[]}
 */
function padded(spans, duration) {
  return spans.map(({ start, end }) => ({
    start: Math.max(0, start - PAD),
    end: Math.max(start, Math.min(duration, end + PAD)),
  }));
}

/**
 * Return the first moment from `time` on that lies in a stretch; null after the last one.
 * @param {Span[]} stretches
 * @param {number} time
 * @returns {number | null}
 */
export function nextAudible(stretches, time) {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stretches[middle].end <= time) low = middle + 1;
    else high = middle;
  }
  return low < stretches.length ? Math.max(time, stretches[low].start) : null;
}

/**
 * Tell where playing goes on at a moment: "on" as it is, "stop", or the second to go to.
 * @param {number} time
 * @param {{loop: Span | null, stretches: Span[] | null}} heard
 * @returns {"on" | "stop" | number}
 */
export function goOn(time, { loop, stretches }) {
  if (loop && time >= loop.end) return loop.start;
  if (!stretches) return "on";
  const next = nextAudible(stretches, time);
  if (loop && (next === null || next >= loop.end)) return roundAgain(time, loop, stretches);
  if (next === null) return "stop";
  return next - time > NEAR ? next : "on";
}

/**
 * Go back to where a loop begins; a passage of which nothing is heard is played as it is.
 * @param {number} time
 * @param {Span} loop
 * @param {Span[]} stretches
 * @returns {"on" | number}
 */
function roundAgain(time, loop, stretches) {
  const first = nextAudible(stretches, loop.start);
  if (first === null || first >= loop.end) return "on";
  return time - first > NEAR ? first : "on";
}

/**
 * Return how long it takes to hear stretches at a speed.
 * @param {Span[]} stretches
 * @param {number} rate
 * @returns {number}
 */
export function heardSeconds(stretches, rate) {
  return stretches.reduce((sum, { start, end }) => sum + end - start, 0) / rate;
}
