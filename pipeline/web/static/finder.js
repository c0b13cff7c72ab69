/** The box that finds in the text: as one types, with how many there are and which one it is at. */

import { iconButton, listen, make, say } from "./dom.js";
import { counted, grouped } from "./format.js";
import { find, firstFrom, folded } from "./finding.js";

export class Finder {
  /**
   * @param {object} view as `openTranscript` makes it
   * @param {AbortSignal} signal
   */
  constructor(view, signal) {
    this.view = view;
    /** @type {import("./words.js").Passage[]} */
    this.passages = [];
    this.place = -1;
    this.input = /** @type {HTMLInputElement} */ (
      make("input", {
        class: "input",
        type: "search",
        placeholder: "Find in this recording",
        "aria-label": "Find in this recording",
        autocomplete: "off",
        spellcheck: "false",
      })
    );
    this.count = make("span", { class: "count" });
    this.element = make(
      "div",
      { class: "finder", role: "search", "aria-label": "Find in this recording", hidden: true },
      this.input,
      this.count,
      iconButton("up", "Previous match", { on: { click: () => this.step(-1) } }),
      iconButton("down", "Next match", { on: { click: () => this.step(1) } }),
      iconButton("close", "Close", { on: { click: () => this.close() } }),
    );
    listen(
      this.input,
      { input: () => this.#typed(), keydown: (event) => this.#pressed(event) },
      signal,
    );
  }

  /** @type {import("./finding.js").Folded[] | null} */
  #texts = null;
  /** @type {Element | null} */
  #before = null;

  /** Open the box, with what is selected in it. */
  open() {
    const selected = document.getSelection()?.toString().trim() ?? "";
    const at = this.view.transcript.selection()?.passages[0];
    if (this.element.hidden) this.#before = document.activeElement;
    this.element.hidden = false;
    if (selected && selected.length < 100 && !selected.includes("\n")) this.input.value = selected;
    this.input.focus();
    this.input.select();
    if (this.input.value) this.#typed(at);
  }

  /** Close it, and leave the focus where it was, or at the turn that was found. */
  close() {
    if (this.element.hidden) return;
    const at = this.passages[this.place];
    this.element.hidden = true;
    this.#show([], -1);
    if (at) this.view.transcript.focus(at.turn);
    else if (this.#before instanceof HTMLElement) this.#before.focus();
  }

  /** Find anew, after the text has changed. */
  refresh() {
    this.#texts = null;
    if (!this.element.hidden) this.#show(this.#found(), this.place);
  }

  /** @param {1 | -1} step to the next or previous match, round the end */
  step(step) {
    const { length } = this.passages;
    if (!length) return;
    this.place = (this.place + step + length) % length;
    this.#reach();
  }

  #found() {
    const texts = this.#texts ?? this.view.prepared.turns.map((turn) => folded(turn.text));
    this.#texts = texts;
    return find(texts, this.input.value);
  }

  /** @param {{turn: number, start: number}} [at] from where on it is found */
  #typed(at = this.passages[this.place] ?? this.view.pointing.inSight()) {
    const found = this.#found();
    this.#show(found, firstFrom(found, at));
    if (found.length) this.#reach();
    else if (this.input.value.trim()) say("No match");
  }

  /**
   * @param {import("./words.js").Passage[]} passages
   * @param {number} place
   */
  #show(passages, place) {
    this.passages = passages;
    this.place = Math.min(place, passages.length - 1);
    this.view.pointing.found(passages, this.place);
    this.#tell();
  }

  #tell() {
    const { length } = this.passages;
    const nothing = this.input.value.trim() ? "No match" : "";
    this.count.textContent = length ? `${this.place + 1} of ${grouped(length)}` : nothing;
    this.element.classList.toggle("none", nothing !== "" && !length);
  }

  #reach() {
    this.#tell();
    this.view.pointing.reach(this.passages[this.place]);
    say(`${this.place + 1} of ${counted(this.passages.length, "match", "matches")}`);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  }
}
