/** The sheet of one mark: what it says, its edges, tags, note and star. */

import { button, field, openDialog } from "./dialogs.js";
import { icon, iconButton, listen, make, say } from "./dom.js";
import { ask } from "./api.js";
import { clock } from "./format.js";
import { forget, keep, kept } from "./notes.js";
import { changesOf, merged, stretched, suggested, tagsOf, together } from "./marks.js";
import { markedIn } from "./words.js";

const PAUSE = 500; // ms after the last key until a note is saved

/**
 * Open the sheet of a mark.
 * @param {import("./marking.js").Marking} marking
 * @param {import("./marks.js").Mark} mark as it is kept
 * @param {{back?: HTMLElement | null, isNew?: boolean}} [how] `back`: what has the focus afterwards
 */
export function openMark(marking, mark, how = {}) {
  new Sheet(marking, mark, how);
}

class Sheet {
  // Its parts, made by `#build`.
  quote = make("blockquote", { class: "quoted" });
  chips = make("ul", { class: "row tags", "aria-label": "Tags" });
  told = make("p", { class: "soft small", role: "status" });
  time = make("span", { class: "time soft" });
  choices = make("div", {
    class: "row suggested",
    role: "group",
    "aria-label": "Tags used before",
  });
  star = button("Star", () => this.#set({ starred: !this.wanted.starred }));
  /** @type {HTMLInputElement} */
  input = /** @type {any} */ (null);
  /** @type {HTMLTextAreaElement} */
  note = /** @type {any} */ (null);
  /** @type {HTMLDialogElement} */
  dialog = /** @type {any} */ (null);

  /**
   * @param {import("./marking.js").Marking} marking
   * @param {import("./marks.js").Mark} mark
   * @param {{back?: HTMLElement | null, isNew?: boolean}} how
   */
  constructor(marking, mark, { back = null, isNew = false }) {
    this.isNew = isNew;
    this.marking = marking;
    this.view = marking.view;
    this.kept = mark;
    this.before = mark;
    this.isGone = false;
    this.wanted = {
      start: mark.start,
      end: mark.end,
      tags: mark.tags,
      note: mark.note,
      starred: mark.starred,
    };
    /** @type {{name: string, count: number}[]} */
    this.known = [];
    this.draft = `relisten note ${marking.desk.recording} ${mark.number}`;
    this.#build(back);
    this.#showAll();
    this.#takeDraft();
    void this.#learn();
    this.input.focus();
  }

  #waits = 0;
  /** @type {Promise<void>} */
  #saving = Promise.resolve();

  #tags() {
    const label = make("span", { class: "label" }, "Tags");
    return make("div", { class: "field" }, label, this.chips, this.input, this.choices);
  }

  #build(back) {
    this.input = /** @type {HTMLInputElement} */ (
      make("input", {
        class: "input",
        placeholder: "Add a tag, then Enter",
        autocomplete: "off",
        maxlength: "80",
        "aria-label": "Add a tag",
      })
    );
    const note = make("textarea", { class: "textarea", rows: "3", maxlength: "5000" });
    this.note = /** @type {HTMLTextAreaElement} */ (note);
    this.note.value = this.kept.note;
    this.star.prepend(icon("star"));
    listen(this.input, {
      input: () => this.#showChoices(),
      keydown: (event) => this.#typed(event),
    });
    listen(this.note, { input: () => this.#noted() });
    const remove = button("Remove", () => void this.#remove(), "quiet danger");
    const done = button("Done", () => this.dialog.close(), "primary");
    this.dialog = openDialog({
      title: "Mark",
      kind: "mark-sheet",
      back,
      body: [this.quote, this.#edges(), this.#tags(), field("Note", this.note)],
      buttons: [this.told, remove, this.star, done],
    });
    listen(this.dialog, {
      close: () => this.#closed(),
      keydown: (event) => event.key === "Enter" && event.ctrlKey && this.dialog.close(),
    });
  }

  /** What is heard of it, and its edges moved by a word. */
  #edges() {
    const play = iconButton("play", "Hear it", { on: { click: () => this.#play() } });
    const move = (name, edge, step, sign) => {
      const press = { click: () => this.#stretch(edge, step) };
      const properties = {
        type: "button",
        class: "button quiet small",
        title: name,
        "aria-label": name,
      };
      return make("button", { ...properties, on: press }, sign);
    };
    const both = (name, edge) => [
      move(`${name} a word earlier`, edge, -1, "←"),
      move(`${name} a word later`, edge, 1, "→"),
    ];
    return make(
      "div",
      { class: "row edges" },
      play,
      this.time,
      make("span", { class: "push row" }, "Begin", ...both("Begin", "start")),
      make("span", { class: "row" }, "End", ...both("End", "end")),
    );
  }

  #play() {
    const { player } = this.view;
    const { start, end } = this.wanted;
    player.setLoop(null);
    player.seek(start);
    player.setLoop({ start, end });
    void player.play();
  }

  #stretch(edge, step) {
    const span = { start: this.wanted.start, end: this.wanted.end };
    const moved = stretched(this.view.prepared, span, edge, step);
    this.#set(moved);
    say(this.quote.textContent ?? "");
  }

  // What is shown

  #showAll() {
    const { prepared } = this.view;
    const { start, end, starred } = this.wanted;
    const parts = markedIn(prepared, start, end).map((part) =>
      prepared.turns[part.turn].text.slice(part.start, part.end),
    );
    this.quote.textContent = parts.join(" … ") || this.kept.text;
    this.time.textContent = `${clock(start)} – ${clock(end)}`;
    this.star.setAttribute("aria-pressed", String(starred));
    this.star.querySelector(".icon")?.classList.toggle("filled", starred);
    this.#showChips();
    this.#showChoices();
  }

  #showChips() {
    const chips = this.wanted.tags.map((tag) => {
      const properties = { type: "button", class: "drop", "aria-label": `Take the tag ${tag} off` };
      const drop = make("button", { ...properties, on: { click: () => this.#drop(tag) } }, "×");
      return make("li", { class: "chip" }, tag, drop);
    });
    this.chips.replaceChildren(...chips);
    this.chips.hidden = !chips.length;
  }

  #showChoices() {
    const names = suggested(this.known, this.wanted.tags, this.input.value);
    const choice = (name) => ({
      type: "button",
      class: "chip",
      on: { click: () => this.#add([name]) },
    });
    const choices = names.map((name) => make("button", choice(name), name));
    this.choices.replaceChildren(...choices);
    this.choices.hidden = !choices.length;
  }

  /** Ask which tags are used. */
  async #learn() {
    try {
      this.known = (
        await ask("/api/highlights", { query: { recording: this.marking.desk.recording } })
      ).tags;
    } catch {
      return; // without suggestions, then
    }
    this.#showChoices();
  }

  // What is wanted

  /** @param {KeyboardEvent} event */
  #typed(event) {
    const typed = this.input.value.trim();
    if ((event.key === "Enter" && !event.ctrlKey) || event.key === ",") {
      event.preventDefault();
      if (typed) this.#add(tagsOf(typed));
      else if (event.key === "Enter") this.dialog.close();
    } else if (event.key === "Backspace" && !this.input.value && this.wanted.tags.length) {
      this.#drop(this.wanted.tags[this.wanted.tags.length - 1]);
    }
  }

  /** @param {string[]} tags */
  #add(tags) {
    this.input.value = "";
    this.#set({ tags: together([...this.wanted.tags, ...tags]) });
    this.input.focus();
  }

  /** @param {string} tag */
  #drop(tag) {
    this.#set({ tags: this.wanted.tags.filter((other) => other !== tag) });
    say(`${tag}: taken off`);
    this.input.focus();
  }

  #noted() {
    this.wanted.note = this.note.value;
    keep(this.draft, this.note.value);
    clearTimeout(this.#waits);
    this.#waits = window.setTimeout(() => this.#save(), PAUSE);
  }

  /** A note that was typed when the page or the server went. */
  #takeDraft() {
    const draft = kept(this.draft);
    if (draft === null || draft === this.kept.note) return;
    this.note.value = this.wanted.note = draft;
    this.told.textContent = "This note was not saved before; it is now.";
    this.#save();
  }

  /** @param {Partial<import("./marks.js").Mark>} wanted */
  #set(wanted) {
    Object.assign(this.wanted, wanted);
    this.#showAll();
    this.#save();
  }

  /** Save what differs, one change after the other. */
  #save() {
    clearTimeout(this.#waits);
    this.#saving = this.#saving.then(() => this.#saved());
    return this.#saving;
  }

  async #saved() {
    const wanted = changesOf(this.kept, this.wanted);
    if (!wanted) return;
    const changed = await this.marking.change(
      this.kept,
      wanted,
      (sentence) => (this.told.textContent = sentence),
    );
    if (!changed) {
      this.#wasFirst();
      return;
    }
    this.kept = changed;
    if (changed.note === this.wanted.note.trim() || changed.note === this.wanted.note)
      forget(this.draft);
    this.told.textContent = "Saved";
  }

  /** Somebody else changed it meanwhile: what both did is put together, but of two notes one. */
  #wasFirst() {
    const theirs = this.marking.marks.find((mark) => mark.number === this.kept.number);
    if (!theirs || theirs.changed_at === this.kept.changed_at) return; // gone, or refused
    const { wanted, clashes } = merged(this.kept, this.wanted, theirs);
    this.kept = theirs;
    this.wanted = wanted;
    this.#showAll();
    if (!clashes) {
      this.#save();
      return;
    }
    const mine = wanted.note;
    this.wanted.note = theirs.note; // until somebody says otherwise
    const keepMine = button("Keep mine", () => this.#set({ note: mine }));
    const keepTheirs = button("Keep theirs", () => {
      this.note.value = theirs.note;
      forget(this.draft);
      this.told.replaceChildren();
    });
    const sentence = `Somebody else wrote another note meanwhile: “${theirs.note}” `;
    this.told.replaceChildren(sentence, keepMine, " ", keepTheirs);
  }

  async #remove() {
    clearTimeout(this.#waits);
    this.wanted = { ...this.kept };
    await this.#saving;
    if (await this.marking.remove(this.kept)) {
      forget(this.draft);
      this.before = this.kept;
      this.isGone = true;
      this.dialog.close();
    }
  }

  async #closed() {
    const typed = tagsOf(this.input.value);
    if (typed.length) this.wanted.tags = together([...this.wanted.tags, ...typed]);
    await this.#save();
    const { before, kept: now } = this;
    if (this.isNew && !this.isGone) {
      this.marking.desk.undoing.done("Marked", { kind: "marked", highlight: now });
      return;
    }
    if (before.changed_at === now.changed_at) return;
    this.marking.desk.undoing.done("The mark is changed", {
      kind: "changed",
      before,
      highlight: now,
    });
  }
}
