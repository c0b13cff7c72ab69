/**
 * What somebody types, kept in the browser until the server has it: on every keystroke, so that
 * neither a closed tab nor a server that ended costs a word. Knows no page.
 *
 * @typedef {object} Draft
 * @property {string} key under which it is kept
 * @property {string} recording
 * @property {string} tab in which it is typed
 * @property {number} start of its turn, in seconds
 * @property {string} was what stood in the turn when it was begun
 * @property {string} text what is typed
 * @property {string | null} speaker who said it
 * @property {number} at when it was typed last, in ms since 1970
 */

const PREFIX = "relisten draft";
const TAB = "relisten tab ";
const SAME = 0.005; // second: times are kept to a thousandth
const NEAR = 1; // second: another transcription moves a turn by some 0.3 s

export class Drafts {
  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} storage
   * @param {string} recording
   * @param {string} tab
   */
  constructor(storage, recording, tab) {
    this.storage = storage;
    this.recording = recording;
    this.tab = tab;
  }

  /**
   * Keep what is typed in a turn.
   * @param {{start: number, was: string, text: string, speaker: string | null, at?: number}} typed
   * @returns {boolean} whether the browser keeps it
   */
  keep({ start, was, text, speaker, at = Date.now() }) {
    const draft = { recording: this.recording, tab: this.tab, start, was, text, speaker, at };
    try {
      this.storage.setItem(this.keyOf(start), JSON.stringify(draft));
      return true;
    } catch {
      return false; // full, or forbidden: a private window may be so
    }
  }

  /** @param {number} start of a turn */
  keyOf(start) {
    return `${PREFIX} ${this.recording} ${this.tab} ${Math.round(start * 1000)}`;
  }

  /** @param {string} key */
  drop(key) {
    this.storage.removeItem(key);
  }

  /**
   * Return what was typed in this recording and not saved, the first turn first; of a turn the last.
   * @param {Set<string>} [alive] tabs that are open: what they hold is theirs
   * @returns {Draft[]}
   */
  left(alive = new Set()) {
    return this.#keys()
      .flatMap((key) => read(key, this.storage.getItem(key)) ?? [])
      .filter((draft) => draft.recording === this.recording && !alive.has(draft.tab))
      .sort((one, other) => one.start - other.start || one.at - other.at);
  }

  #keys() {
    const keys = Array.from({ length: this.storage.length }, (_, place) => this.storage.key(place));
    return keys
      .filter((key) => key !== null)
      .filter((key) => key.startsWith(`${PREFIX} ${this.recording} `));
  }
}

/**
 * @param {string} key
 * @param {string | null} text
 * @returns {Draft | null}
 */
function read(key, text) {
  try {
    const draft = JSON.parse(text ?? "null");
    const isWhole = draft && typeof draft.text === "string" && typeof draft.was === "string";
    return isWhole && Number.isFinite(draft.start) ? { ...draft, key } : null;
  } catch {
    return null; // of another program, or cut off
  }
}

/**
 * Tell whether a turn may be the one that something was typed in: it begins about then, or the same
 * person says it then. One that says the same at another time ("Yeah.") is not.
 * @param {{start: number, end: number, speaker: string | null} | undefined} turn
 * @param {{start: number, speaker: string | null}} draft
 * @returns {boolean}
 */
export function isTurnOf(turn, { start, speaker }) {
  if (!turn) return false;
  const isThen = turn.start <= start && start < turn.end && turn.speaker === speaker;
  return isThen || Math.abs(turn.start - start) < NEAR;
}

/**
 * Return where to show what was typed in a turn, as turns are now: at the one that begins then and
 * says what stood there, else that begins then, else that says it about then, else that is said
 * then, else the nearest, which is not that turn (`isTurnOf`).
 * @param {{start: number, end: number, text: string}[]} turns
 * @param {{start: number, was: string}} draft
 * @returns {number | null} null where there are no turns
 */
export function placeOfDraft(turns, { start, was }) {
  const begins = (turn) => Math.abs(turn.start - start) < SAME;
  const exact = turns.findIndex((turn) => begins(turn) && turn.text === was);
  if (exact >= 0) return exact;
  const then = turns.findIndex(begins);
  if (then >= 0) return then;
  const about = (turn) => Math.abs(turn.start - start) < NEAR;
  const same = nearest(turns, start, (turn) => turn.text === was && about(turn));
  if (same !== null) return same;
  return (
    nearest(turns, start, (turn) => turn.start <= start && start < turn.end) ??
    nearest(turns, start, () => true)
  );
}

function nearest(turns, start, wanted) {
  let found = null;
  turns.forEach((turn, position) => {
    if (!wanted(turn)) return;
    if (found === null || Math.abs(turn.start - start) < Math.abs(turns[found].start - start))
      found = position;
  });
  return found;
}

/**
 * Take note that this tab is open, for as long as it is; the browser takes note of its end.
 * @param {string} tab
 * @param {AbortSignal} signal
 */
export function holdTab(tab, signal) {
  const open = () => new Promise((done) => signal.addEventListener("abort", () => done(null)));
  void navigator.locks?.request(TAB + tab, open);
}

/**
 * Return the tabs that are open.
 * @returns {Promise<Set<string>>}
 */
export async function openTabs() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const names = held.map((lock) => lock.name ?? "").filter((name) => name.startsWith(TAB));
  return new Set(names.map((name) => name.slice(TAB.length)));
}
