/** Which passage of a reel is heard, and which comes next (pure). */

/** A jump to where a passage begins may land a little before it. */
const SLACK = 0.02; // seconds

/**
 * Return the place of the passage that is heard: the last that has begun.
 * @param {number[]} starts seconds, in order; the first is where the reel begins
 * @param {number} time
 * @returns {number}
 */
export function heardAt(starts, time) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= time + SLACK) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

const BEGUN = 2; // seconds after which "back" is the beginning of the passage itself

/**
 * Return where to go for the passage before.
 * @param {number[]} starts
 * @param {number} time
 * @returns {number} seconds
 */
export function before(starts, time) {
  const place = heardAt(starts, time);
  return starts[time - starts[place] > BEGUN ? place : Math.max(0, place - 1)] ?? 0;
}

/**
 * Return where the next passage begins; null after the last.
 * @param {number[]} starts
 * @param {number} time
 * @returns {number | null}
 */
export function after(starts, time) {
  return starts[heardAt(starts, time) + 1] ?? null;
}
