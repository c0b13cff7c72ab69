/** Changes of highlights on their way to the server: in order, and none lost where it refuses. */

import { ask } from "./api.js";
import { make, say } from "./dom.js";
import { passageOf } from "./quoting.js";

/** @typedef {import("./api.js").Failure} Failure */

export class Keeping {
  /**
   * @param {object} page
   * @param {HTMLElement} page.list in which the cards are
   * @param {(each: any) => HTMLElement} page.draw makes a card
   * @param {() => void} page.drawn is called where cards were drawn anew
   * @param {() => Promise<void>} page.load reads all highlights anew
   */
  constructor({ list, draw, drawn, load }) {
    this.list = list;
    this.draw = draw;
    this.drawn = drawn;
    this.load = load;
  }

  /** @type {Map<string, any>} by key, what the server does not have yet */
  unsaved = new Map();
  /** @type {Map<string, Promise<void>>} */
  #saving = new Map();

  /**
   * Save a change, after those of the same highlight that are on their way.
   * @param {any} each
   * @param {any} change
   */
  save(each, change) {
    const { key } = passageOf(each);
    this.unsaved.set(key, { ...this.unsaved.get(key), ...change });
    const before = this.#saving.get(key) ?? Promise.resolve();
    const own = before.then(() => this.#send(each, key));
    this.#saving.set(key, own);
  }

  /**
   * @param {any} each
   * @param {string} key
   */
  async #send(each, key) {
    const change = this.unsaved.get(key);
    this.unsaved.delete(key);
    if (!change || !Object.keys(change).length) return;
    try {
      const body = { was: each.highlight.changed_at, ...change };
      each.highlight = await ask(`/api/highlights/${each.recording_id}/${each.highlight.number}`, {
        method: "PATCH",
        body,
      });
      say("Saved");
    } catch (failure) {
      this.unsaved.set(key, { ...change, ...this.unsaved.get(key) }); // what came since counts
      this.#refused(each, key, /** @type {Failure} */ (failure));
      return;
    }
    this.#drawAnew(each, key);
  }

  /**
   * Say that something is not saved, and let the person choose: nothing that was typed is lost.
   * @param {any} each
   * @param {string} key
   * @param {Failure} failure
   */
  #refused(each, key, failure) {
    const ways = /** @type {[string, () => void][]} */ (
      failure.status === 409 || failure.status === 404
        ? [
            ["Keep mine", () => void this.#takeTheirs(each, key, false)],
            ["Take what stands there", () => void this.#takeTheirs(each, key, true)],
          ]
        : [["Try again", () => this.save(each, {})]]
    );
    const clear = () => this.#cardsOf(key).forEach((item) => item.querySelector(".refused")?.remove());
    clear();
    for (const item of this.#cardsOf(key)) {
      const buttons = ways.map(([said, does]) =>
        make("button", { type: "button", class: "button", on: { click: () => (clear(), does()) } }, said),
      );
      const sentence = make("span", {}, `Not saved yet. ${failure.message}`);
      const box = make(
        "div",
        { class: "sentence warn small row refused", role: "alert" },
        sentence,
        ...buttons,
      );
      item.querySelector(".hit-body")?.append(box);
    }
  }

  /**
   * Read a highlight anew; and then save what was changed here, or give it up.
   * @param {any} each
   * @param {string} key
   * @param {boolean} theirs
   */
  async #takeTheirs(each, key, theirs) {
    const { highlights } = await ask("/api/highlights", { query: { recording: each.recording_id } });
    const found = highlights.find((/** @type {any} */ other) => passageOf(other).key === key);
    if (theirs || !found) this.unsaved.delete(key);
    if (!found) return void this.load();
    Object.assign(each, found);
    if (theirs) this.#drawAnew(each, key, true);
    else this.save(each, {});
  }

  /** @param {string} key */
  #cardsOf(key) {
    const items = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("li[data-key]")]);
    return items.filter((item) => item.dataset.key === key);
  }

  /**
   * Draw the cards of a highlight anew, but for one in which somebody types.
   * @param {any} each
   * @param {string} key
   * @param {boolean} [all]
   */
  #drawAnew(each, key, all = false) {
    for (const old of this.#cardsOf(key)) {
      const held = document.activeElement;
      if (!all && old.contains(held) && held?.matches("textarea, input")) {
        old.querySelector(".refused")?.remove();
        continue;
      }
      const label = old.contains(held) ? held?.getAttribute("aria-label") : null;
      const anew = this.draw(each);
      old.replaceWith(anew);
      const same =
        label &&
        [...anew.querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label") === label);
      if (same) /** @type {HTMLElement} */ (same).focus();
    }
    this.drawn();
  }
}
