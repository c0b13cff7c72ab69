/** Taking back what was done on this page, the last first: by its toast, and by Ctrl+Z. */

import { iconButton, say, toast } from "./dom.js";

/**
 * What takes something back: of words and speakers as the server says it; of marks as we know it.
 * @typedef {{kind: "words", change: number}
 *   | {kind: "speakers", recording: string, number: number}
 *   | {kind: "marked", highlight: any}
 *   | {kind: "removed", highlight: any}
 *   | {kind: "changed", before: any, highlight: any}} Undo
 *
 * @typedef {{id: string, undo: any, said: string}} Entry
 */

/**
 * Return what to ask of the server to take something back (pure).
 * @param {Undo} undo
 * @param {string} recording
 * @returns {{path: string, method: string, body?: any, query?: any}}
 */
export function takingBack(undo, recording) {
  if (undo.kind === "words" || undo.kind === "speakers") {
    return { path: "/api/undo", method: "POST", body: undo };
  }
  const { highlight } = undo;
  const path = `/api/highlights/${recording}/${highlight.number}`;
  if (undo.kind === "marked")
    return { path, method: "DELETE", query: { was: highlight.changed_at } };
  if (undo.kind === "changed") {
    return {
      path,
      method: "PATCH",
      body: { was: highlight.changed_at, ...contentsOf(undo.before) },
    };
  }
  return {
    path: `/api/recordings/${recording}/highlights`,
    method: "POST",
    body: contentsOf(highlight),
  };
}

/**
 * Return entries that mean a mark as it is kept now (pure).
 * @param {Entry[]} entries
 * @param {number} number under which it was kept
 * @param {{number: number, changed_at: string}} highlight
 */
export function followed(entries, number, { number: now, changed_at }) {
  return entries.map((entry) => {
    const { highlight } = entry.undo;
    if (highlight?.number !== number) return entry;
    return {
      ...entry,
      undo: { ...entry.undo, highlight: { ...highlight, number: now, changed_at } },
    };
  });
}

/** @param {any} highlight */
function contentsOf({ start, end, tags, note, starred }) {
  return { start, end, tags, note, starred };
}

export class Undoing {
  /**
   * @param {import("./desk.js").Desk} desk
   * @param {Storage} storage in which it outlasts a page that is loaded anew
   */
  constructor(desk, storage) {
    this.desk = desk;
    this.storage = storage;
    this.name = `relisten undo ${desk.recording}`;
    /** @type {Entry[]} */
    this.entries = this.#read();
    const { view } = desk;
    this.button = iconButton("undo", "Undo (Ctrl+Z)", { on: { click: () => void this.last() } });
    view.tools.prepend(this.button);
    view.keys.add({
      keys: ["Ctrl+z"],
      said: "Undo the last change",
      group: "Correct",
      does: () => void this.last(),
    });
    this.#show();
  }

  /** @type {Map<string, HTMLElement>} */
  #toasts = new Map();

  /**
   * Say what was done, and offer to take it back.
   * @param {string} said
   * @param {Undo | null} undo
   * @returns {HTMLElement} the toast
   */
  done(said, undo) {
    if (!undo) return toast(said);
    const id = crypto.randomUUID();
    this.#keep([...this.entries, { id, undo, said }].slice(-MOST));
    const shown = toast(said, { button: "Undo", does: () => void this.takeBack(id) });
    this.#toasts.set(id, shown);
    return shown;
  }

  /** Take back what was done last. */
  async last() {
    const entry = this.entries.at(-1);
    if (entry) await this.takeBack(entry.id);
    else say("There is nothing to undo");
  }

  /**
   * Take note of how a mark is kept now, so that what was done to it before can be taken back, too.
   * @param {number} number under which it was kept
   * @param {any} highlight
   */
  follow(number, highlight) {
    this.#keep(followed(this.entries, number, highlight));
  }

  /** @param {string} id of an entry */
  async takeBack(id) {
    const entry = this.entries.find((each) => each.id === id);
    if (!entry) return;
    this.#keep(this.entries.filter((other) => other !== entry));
    this.#toasts.get(id)?.remove();
    const { sending, recording } = this.desk;
    try {
      const answer = await sending.send(() => takingBack(entry.undo, recording), say);
      if ("highlight" in entry.undo && answer.number)
        this.follow(entry.undo.highlight.number, answer);
      toast(answer.said ?? `Taken back: ${entry.said}`, { seconds: 4 });
    } catch (failure) {
      toast(failure instanceof Error ? failure.message : String(failure));
      await this.desk.noticing.catchUp();
    }
  }

  /** @param {Entry[]} entries */
  #keep(entries) {
    this.entries = entries;
    try {
      this.storage.setItem(this.name, JSON.stringify(entries));
    } catch {
      // A browser that keeps nothing: it can still be taken back until the page is left.
    }
    this.#show();
  }

  /** @returns {Entry[]} */
  #read() {
    try {
      const kept = JSON.parse(this.storage.getItem(this.name) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  #show() {
    const last = this.entries.at(-1);
    this.button.disabled = !last;
    this.button.title = last ? `Undo (Ctrl+Z): ${last.said}` : "Nothing to undo";
  }
}

const MOST = 100; // changes that can be taken back from here
