/**
 * One turn that somebody rewrites, in its place: typed in, kept as a draft, on its way to the
 * server, refused by it, or beside what somebody else wrote there meanwhile.
 */

import { button } from "./dialogs.js";
import { make } from "./dom.js";
import { clock } from "./format.js";
import { difference } from "./wording.js";

/** @typedef {"open" | "kept" | "waiting" | "refused" | "conflict"} State */

/**
 * What is done with an edit, by whoever keeps them all.
 * @typedef {object} Does
 * @property {(edit: Edit) => void} typed
 * @property {(edit: Edit) => void} save
 * @property {(edit: Edit) => void} giveUp
 * @property {(edit: Edit) => void} reopen
 * @property {(edit: Edit) => void} discard
 * @property {(edit: Edit) => void} keepMine
 * @property {(edit: Edit) => HTMLElement[]} hearing makes what hears it
 */

export class Edit {
  /**
   * @param {{start: number, was: string, text: string, speaker: string | null}} turn
   * @param {Does} does
   */
  constructor({ start, was, text, speaker }, does) {
    this.start = start;
    this.was = was;
    this.text = text;
    this.does = does;
    this.speaker = speaker;
    this.stands = was; // what the turn says now
    this.sentence = "";
    /** @type {State} */
    this.state = "kept";
    const name = `${speaker ?? "Somebody"}, ${clock(start)}: correction`;
    this.element = make("div", { class: "edit", role: "group", "aria-label": name });
    /** @type {HTMLTextAreaElement | null} */
    this.input = null;
  }

  /**
   * Show it in a state.
   * @param {State} state
   * @param {string} [sentence] why it is so
   */
  show(state, sentence = "") {
    this.state = state;
    this.sentence = sentence;
    this.element.dataset.state = state;
    this.#mark();
    this.element.replaceChildren(...this.#parts());
  }

  /** @param {HTMLElement} article in which it is to stand */
  attach(article) {
    if (this.element.parentElement === article) return;
    this.leave();
    article.append(this.element);
    this.#mark();
  }

  /** Leave the turn as it was. */
  leave() {
    this.element.parentElement?.removeAttribute("data-edit");
    this.element.remove();
  }

  #mark() {
    this.element.parentElement?.setAttribute("data-edit", this.state);
  }

  /**
   * Take note of what the turn says now.
   * @param {string} stands
   */
  follow(stands) {
    if (stands === this.stands) return;
    this.stands = stands;
    if (this.state === "conflict") this.show("conflict");
    if (this.state === "open" && stands !== this.was) {
      this.warn(
        "Somebody changed this turn meanwhile. When you save, you are asked which to keep.",
      );
    }
  }

  /** @param {string} sentence to be read while typing */
  warn(sentence) {
    const place = this.element.querySelector(".edit-note");
    if (place) place.textContent = sentence;
  }

  #parts() {
    const made = {
      open: openParts,
      kept: keptParts,
      waiting: sentParts,
      refused: sentParts,
      conflict: conflictParts,
    };
    this.input = null;
    return made[this.state](this);
  }
}

/** @param {Edit} edit */
function openParts(edit) {
  const { does } = edit;
  const input = /** @type {HTMLTextAreaElement} */ (
    make("textarea", {
      class: "textarea said-again",
      rows: "1",
      spellcheck: "true",
      "aria-label": `What ${edit.speaker ?? "somebody"} says`,
    })
  );
  input.value = edit.text;
  input.addEventListener("input", () => ((edit.text = input.value), grow(input), does.typed(edit)));
  edit.input = input;
  requestAnimationFrame(() => grow(input));
  return [input, bar(edit), make("p", { class: "edit-note", role: "status" })];
}

/** Browsers that do not size fields by what is in them are helped. */
function grow(input) {
  if (CSS.supports("field-sizing", "content")) return;
  input.style.setProperty("block-size", "auto");
  input.style.setProperty("block-size", `${input.scrollHeight + 2}px`);
}

/** @param {Edit} edit */
function bar(edit) {
  const giveUp = button("Give up", () => edit.does.giveUp(edit), "quiet");
  giveUp.title = "Give up (Esc)";
  const save = button("Save", () => edit.does.save(edit), "primary");
  save.title = "Save (Ctrl+Enter)";
  return make("div", { class: "edit-bar" }, ...edit.does.hearing(edit), giveUp, save);
}

/** @param {Edit} edit */
function keptParts(edit) {
  const { lead, other, trail } = difference(edit.stands, edit.text);
  const shown = make(
    "p",
    { class: "draft-text" },
    ...spaced(lead, make("ins", {}, other || "…"), trail),
  );
  return [
    make("p", { class: "edit-label" }, edit.sentence || "A draft that is not saved"),
    shown,
    make(
      "div",
      { class: "row" },
      button("Edit on", () => edit.does.reopen(edit)),
      button("Save it", () => edit.does.save(edit)),
      button("Discard", () => edit.does.discard(edit), "quiet"),
    ),
  ];
}

/** @param {Edit} edit */
function sentParts(edit) {
  const text = make("p", { class: "said-again" }, edit.text);
  if (edit.state === "waiting" && !edit.sentence) return [text];
  const note = make("p", {
    class: `sentence small ${edit.state === "refused" ? "bad" : "warn"}`,
    role: "status",
  });
  const more =
    edit.state === "waiting"
      ? " It is kept in this browser, and tried again."
      : " It is kept in this browser.";
  note.textContent = edit.sentence + more;
  const again = edit.state === "refused" ? button("Try again", () => edit.does.save(edit)) : null;
  const on =
    edit.state === "refused" ? button("Edit on", () => edit.does.reopen(edit), "quiet") : null;
  const discard =
    edit.state === "refused" ? button("Discard", () => edit.does.discard(edit), "quiet") : null;
  return [
    text,
    note,
    make("div", { class: "row" }, ...[again, on, discard].filter((each) => each !== null)),
  ];
}

/** @param {Edit} edit */
function conflictParts(edit) {
  const differs = difference(edit.stands, edit.text);
  const text = (mark, own) =>
    make("p", {}, ...spaced(differs.lead, own ? make(mark, {}, own) : "", differs.trail));
  const part = (title, body, choose) =>
    make("section", {}, make("h3", { class: "label" }, title), body, choose);
  const { does } = edit;
  return [
    make(
      "p",
      { class: "sentence warn small", role: "alert" },
      "Somebody changed this turn while you did. Which is to stay?",
    ),
    make(
      "div",
      { class: "both" },
      part(
        "There now",
        text("del", differs.one),
        button("Keep what is there", () => does.discard(edit)),
      ),
      part(
        "Yours",
        text("ins", differs.other),
        button("Keep mine", () => does.keepMine(edit)),
      ),
    ),
    make(
      "div",
      { class: "row" },
      button("Edit mine on", () => does.reopen(edit), "quiet"),
    ),
  ];
}

/** @param {...(string | Node)} parts */
function spaced(...parts) {
  return parts
    .filter((part) => part !== "")
    .flatMap((part, place) => (place ? [" ", part] : [part]));
}
