/** The keys of a page: one table, from which they work and are shown with "?". */

import { iconButton, make } from "./dom.js";

/**
 * @typedef {object} Key
 * @property {string[]} keys as `nameOf` names them: "m", "?", "Ctrl+z", "Alt+ArrowLeft"
 * @property {string} said what it does: "Play or pause"
 * @property {string} group under which it is shown
 * @property {(event: KeyboardEvent) => void} does
 * @property {(event: KeyboardEvent) => boolean} [when] whether it does it just now
 * @property {boolean} [typing] whether it works while text is typed, too
 */

const SHOWN = {
  " ": "Space",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/**
 * Name what was pressed. Shift is named only with keys that write nothing: "?" is "?".
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} event
 * @returns {string}
 */
export function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const held = (ctrlKey || metaKey ? "Ctrl+" : "") + (altKey ? "Alt+" : "");
  const writes = key.length === 1;
  const shift = shiftKey && (held || !writes) ? "Shift+" : "";
  return held + shift + (writes && held ? key.toLowerCase() : key);
}

/**
 * Tell whether a key means something to what has the focus, so that the page leaves it alone.
 * @param {EventTarget | null} target
 * @param {string} key
 * @returns {boolean}
 */
export function ownsKey(target, key) {
  if (!(target instanceof Element)) return false;
  if ((key === " " || key === "Enter") && target.closest("button, a[href], summary, input"))
    return true;
  const moves = key.startsWith("Arrow") || key === "Home" || key === "End";
  return moves && target.closest("[role=tab], input, [role=menu], [role=listbox]") !== null;
}

/**
 * Tell whether somebody types into what has the focus.
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return (
    target.closest("textarea, select, input:not([type=range], [type=checkbox], [type=radio])") !==
    null
  );
}

export class Keys {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    /** @type {Set<Key>} */
    this.table = new Set();
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    signal.addEventListener("abort", () => this.dialog?.remove());
  }

  /** @type {HTMLDialogElement | null} */
  dialog = null;

  /**
   * Enter a key in the table; the one entered last comes first.
   * @param {Key} entry
   * @returns {() => void} takes it out again
   */
  add(entry) {
    this.table.add(entry);
    return () => void this.table.delete(entry);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.defaultPrevented || event.isComposing) return;
    const name = nameOf(event);
    const typing = isTyping(event.target);
    const inDialog = document.querySelector("dialog:modal") !== null;
    for (const entry of [...this.table].reverse()) {
      if (!entry.keys.includes(name) || ((typing || inDialog) && !entry.typing)) continue;
      if (ownsKey(event.target, event.key) && !entry.typing) continue;
      if (entry.when && !entry.when(event)) continue;
      event.preventDefault();
      entry.does(event);
      return;
    }
  }

  /** Show all keys. */
  show() {
    this.dialog?.remove();
    const close = iconButton("close", "Close", { on: { click: () => this.dialog?.close() } });
    const title = make("h2", { id: "keys-title" }, "Keys");
    const dialog = /** @type {HTMLDialogElement} */ (
      make(
        "dialog",
        { class: "keys", "aria-labelledby": "keys-title" },
        make("header", {}, title, close),
        make("div", { class: "body" }, ...this.#groups()),
      )
    );
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append((this.dialog = dialog));
    dialog.showModal();
  }

  #groups() {
    /** @type {Map<string, Key[]>} */
    const groups = new Map();
    for (const entry of this.table) {
      groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
    }
    return [...groups].map(([name, entries]) =>
      make(
        "section",
        {},
        make("h3", { class: "label" }, name),
        make("dl", {}, ...entries.flatMap(line)),
      ),
    );
  }
}

/** @param {Key} entry */
function line(entry) {
  const keys = entry.keys.flatMap((key, position) => [position ? " or " : "", ...pressed(key)]);
  return [make("dt", {}, ...keys), make("dd", {}, entry.said)];
}

/** @param {string} name */
function pressed(name) {
  const parts = name.split(/(?<=.)\+(?=.)/);
  return parts.flatMap((part, position) => [
    position ? "+" : "",
    make("kbd", {}, SHOWN[/** @type {keyof typeof SHOWN} */ (part)] ?? part),
  ]);
}
