/**
 * Who says it: a turn, or what is selected of it, is given to another; and who is who: names, roles,
 * and one person under two names.
 */

import { ask } from "./api.js";
import { button, field, openDialog } from "./dialogs.js";
import { badge, iconButton, listen, make, say, toast } from "./dom.js";
import { length } from "./format.js";
import { pointsOf } from "./words.js";

const GROUP = "Correct";
const ROLES = [
  ["interviewer", "Interviewer"],
  ["customer", "Customer"],
  ["other", "Other"],
];
const LONGEST_QUOTE = 160; // characters

/** @param {import("./desk.js").Desk} desk */
export function addRetelling(desk) {
  desk.retelling = new Retelling(desk);
}

export class Retelling {
  /** What is said of speakers, one after the other. */
  #told = Promise.resolve();
  /** @type {Map<string, string>} the names that are shown or were given since, by label */
  #names = new Map();

  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.view = desk.view;
    const { keys, transcript } = this.view;
    const add = (names, said, does) => keys.add({ keys: names, said, group: GROUP, does });
    add(["g"], "Give the turn, or what is selected of it, to another speaker", () =>
      this.give(transcript.current),
    );
    add(["a"], "Who is who: names, roles, one person under two names", () => void this.openCast());
    this.view.on("update", () => this.#addButton());
    this.#addButton();
  }

  /** The list of speakers is made anew with each change, and its button with it. */
  #addButton() {
    const open = button("Who is who", () => void this.openCast(), "quiet");
    open.title = "Names, roles, one person under two names (A)";
    open.classList.add("cast-button");
    this.view.head.querySelector(".cast")?.append(make("li", { class: "no-print" }, open));
  }

  // A turn, or a part of it

  /**
   * Ask who says what is selected, else a turn.
   * @param {number} position
   */
  give(position) {
    const { prepared, transcript } = this.view;
    const turn = prepared.turns[position];
    const parts =
      transcript.selection()?.passages ??
      (turn ? [{ turn: position, start: 0, end: turn.text.length }] : []);
    if (!parts.length) return;
    const meant = parts.map(({ turn: at, start, end }) => partOf(prepared.turns[at], start, end));
    const quote = meant.map(({ text, from, to }) => text.slice(from, to)).join(" … ");
    const back = transcript.article(parts[0].turn);
    document.getSelection()?.removeAllRanges();
    const input = newName();
    const choose = (name) => (dialog.close(), void this.#give(meant, name));
    const typed = (event) => {
      if (event.key !== "Enter" || !input.value.trim()) return;
      event.preventDefault();
      choose(input.value.trim());
    };
    const speakers = this.view.source.contents.speakers;
    const owners = new Set(meant.map(({ speaker }) => speaker));
    const others = speakers.filter((name) => !(owners.size === 1 && owners.has(name)));
    const choices = others.map((name, place) => this.#choice(name, place + 1, choose));
    const dialog = openDialog({
      title: "Who says this?",
      kind: "give",
      back,
      body: [
        make("blockquote", { class: "quoted" }, shortened(quote)),
        make("div", { class: "choices" }, ...choices),
        field("Not in this list", input),
      ],
    });
    listen(input, { keydown: typed });
    listen(dialog, {
      keydown: (event) => event.target !== input && choices[Number(event.key) - 1]?.click(),
    });
    (choices[0] ?? input).focus();
  }

  #choice(name, number, choose) {
    const speaker = this.view.speakerNumber(name);
    const key = number <= 9 ? make("kbd", { "aria-hidden": "true" }, String(number)) : null;
    const properties = {
      type: "button",
      class: `button choice speaker-${speaker}`,
      on: { click: () => choose(name) },
    };
    return make(
      "button",
      properties,
      badge(speaker, name),
      make("span", { class: "who" }, name),
      key,
    );
  }

  /**
   * @param {Part[]} meant
   * @param {string} name
   */
  async #give(meant, name) {
    // The last first: where a turn is parted, those before it stay where they are.
    for (const part of meant.filter(({ speaker }) => speaker !== name).reverse()) {
      if (!(await this.#sent(() => this.#giving(part, name)))) return;
    }
  }

  /** @param {Part} part */
  #giving({ position, start, speaker, text, from, to }, name) {
    const isWhole = from === 0 && to === text.length;
    const [start_char, end_char] = isWhole
      ? [null, null]
      : [pointsOf(text, from), pointsOf(text, to)];
    const path = `${this.desk.address}/turns/${position}/speaker`;
    const body = { was: speaker, text, start, speaker: name, start_char, end_char };
    return { path, method: "POST", body };
  }

  /** @param {() => any} request @returns {Promise<boolean>} whether it went well */
  async #sent(request) {
    const { sending, undoing } = this.desk;
    try {
      const answer = await sending.send(request, say);
      undoing.done(answer.said, answer.undo);
      return true;
    } catch (failure) {
      toast(failure instanceof Error ? failure.message : String(failure));
      await this.desk.noticing.catchUp();
      return false;
    }
  }

  // Who is who

  /** Show all speakers, to be named and told apart. */
  async openCast() {
    const list = make("ol", { class: "people" });
    const dialog = openDialog({ title: "Who is who", kind: "cast-dialog", body: [list] });
    const show = async () => {
      const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.field;
      const { speakers } = await ask(`${this.desk.address}/speakers`);
      const before = /** @type {NodeListOf<HTMLSelectElement>} */ (
        list.querySelectorAll("[data-field^=same]")
      );
      const chosen = [...before].map((each) => [each.dataset.field, each.value]);
      list.replaceChildren(
        ...speakers.map(({ portrait }) => this.#person(portrait, speakers, show)),
      );
      this.#names = new Map(speakers.map(({ portrait }) => [portrait.label, portrait.name]));
      for (const [name, value] of chosen) choose(list, name, value);
      if (!speakers.length)
        list.append(make("li", { class: "soft" }, "Nobody is told apart in this recording."));
      const again = focused
        ? list.querySelector(`[data-field="${CSS.escape(focused)}"]`)
        : list.querySelector("input");
      if (dialog.open) /** @type {HTMLElement | null} */ (again)?.focus();
    };
    try {
      await show();
    } catch (failure) {
      list.replaceChildren(
        make("li", { class: "sentence bad" }, failure instanceof Error ? failure.message : ""),
      );
    }
  }

  #person(portrait, speakers, show) {
    const { label, name, share, seconds, turns } = portrait;
    const number = this.view.speakerNumber(name);
    const tell = (kind, what) => {
      const next = async () => {
        await this.#tell(portrait, kind, what);
        await show();
      };
      this.#told = this.#told.then(next, next);
    };
    const facts = `${Math.round(100 * share)} % · ${length(seconds)} · ${turns} ${turns === 1 ? "turn" : "turns"}`;
    const hear = iconButton("play", `Hear ${name}`, { on: { click: () => this.#hear(portrait) } });
    hear.disabled = !portrait.sample;
    return make(
      "li",
      { class: `person speaker-${number}` },
      make(
        "div",
        { class: "row" },
        badge(number, name),
        make("span", { class: "soft small" }, facts),
        hear,
      ),
      make(
        "div",
        { class: "person-fields" },
        field(
          "Name",
          nameInput(label, name, (typed) => tell("name", typed)),
        ),
        field(
          "Role",
          roleSelect(portrait, (role) => tell("role", role)),
        ),
        ...same(portrait, speakers, (other) => tell("merge", other)),
      ),
    );
  }

  /**
   * Say something of a speaker: of one who was named a moment ago, by that name.
   * @param {any} portrait
   * @param {string} kind
   * @param {string} what
   */
  async #tell({ label, name }, kind, what) {
    const body = { kind, who: this.#names.get(label) ?? name, what };
    const path = `${this.desk.address}/speakers`;
    if ((await this.#sent(() => ({ path, method: "POST", body }))) && kind === "name")
      this.#names.set(label, what);
  }

  /** @param {any} portrait */
  #hear({ sample }) {
    const { player } = this.view;
    player.setLoop(null);
    player.seek(sample.start);
    void player.play();
  }
}

/**
 * Return a part of a turn, without the spaces at its edges.
 * @typedef {object} Part
 * @property {number} position of its turn
 * @property {number} start of its turn, in seconds
 * @property {string | null} speaker
 * @property {string} text of the whole turn
 * @property {number} from character
 * @property {number} to
 * @param {import("./words.js").Turn} turn
 * @param {number} from
 * @param {number} to
 * @returns {Part}
 */
function partOf({ position, start, speaker, text }, from, to) {
  const trimmed = text.slice(from, to);
  const [before, after] = [
    trimmed.length - trimmed.trimStart().length,
    trimmed.length - trimmed.trimEnd().length,
  ];
  return { position, start, speaker, text, from: from + before, to: to - after };
}

/** Where the name of somebody who is not in the list is typed. */
function newName() {
  const properties = { class: "input", autocomplete: "off", maxlength: "200" };
  const named = { "aria-label": "A new name", placeholder: "Somebody else: type a name" };
  return /** @type {HTMLInputElement} */ (make("input", { ...properties, ...named }));
}

function shortened(text) {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)} …` : text;
}

function nameInput(label, name, tell) {
  const properties = { class: "input", value: name, autocomplete: "off", maxlength: "200" };
  const input = /** @type {HTMLInputElement} */ (
    make("input", { ...properties, data: { field: `name ${label}` } })
  );
  const changed = () =>
    input.value.trim() && input.value.trim() !== name && void tell(input.value.trim());
  listen(input, { change: changed });
  return input;
}

function roleSelect({ label, role, role_guessed: isGuessed }, tell) {
  const none = role ? [] : [make("option", { value: "", selected: true }, "Not known")];
  const guess = (value) => (isGuessed && value === role ? " (a guess)" : "");
  const options = ROLES.map(([value, shown]) =>
    make("option", { value, selected: value === role }, shown + guess(value)),
  );
  const properties = { class: "select", data: { field: `role ${label}` } };
  const select = /** @type {HTMLSelectElement} */ (make("select", properties, ...none, ...options));
  listen(select, { change: () => void tell(select.value) });
  return select;
}

/** Choose again what was chosen before a list was made anew, if it is still there. */
function choose(list, name, value) {
  const select = list.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (!value || ![...(select?.options ?? [])].some((option) => option.value === value)) return;
  select.value = value;
  select.dispatchEvent(new Event("change"));
}

/** What says that somebody is another; there is none where there is nobody else. */
function same({ label, name }, speakers, tell) {
  const others = speakers.map(({ portrait }) => portrait).filter((other) => other.label !== label);
  if (!others.length) return [];
  const options = others.map((other) => make("option", { value: other.name }, other.name));
  const select = /** @type {HTMLSelectElement} */ (
    make(
      "select",
      { class: "select", data: { field: `same ${label}` } },
      make("option", { value: "" }, "Nobody else"),
      ...options,
    )
  );
  const merge = button("Merge", () => select.value && void tell(select.value), "quiet");
  merge.setAttribute("aria-label", `Merge ${name} into who is chosen`);
  merge.disabled = true;
  listen(select, { change: () => (merge.disabled = !select.value) });
  return [field("Is the same as", make("span", { class: "row nowrap" }, select, merge))];
}
