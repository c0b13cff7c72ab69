/** One highlight as a card, whose star, tags and note are changed where they stand. */

import { icon, iconButton, make } from "./dom.js";
import { clock, day } from "./format.js";
import { playButton, who } from "./hits.js";
import { placeOf } from "./passages.js";

const PAUSE = 700; // milliseconds without a key after which a note is kept

/**
 * Return what is played of a highlight.
 * @param {any} each
 * @returns {import("./passages.js").Passage}
 */
export function passageOf(each) {
  const { start, end, number } = each.highlight;
  const { recording_id: recording, title, speaker } = each;
  return { key: `${recording}/${number}`, recording, start, end, title, speaker };
}

/**
 * Return the tags in a text, each once.
 * @param {string} text with commas between
 * @returns {string[]}
 */
export function tagsIn(text) {
  const names = text.split(",").map((name) => name.replace(/\s+/g, " ").trim());
  const found = new Map(names.filter(Boolean).map((name) => [name.toLowerCase(), name]));
  return [...found.values()];
}

/**
 * Group highlights by their tags, the untagged last.
 * @param {any[]} highlights
 * @returns {[string, any[]][]}
 */
export function byTag(highlights) {
  const names = [...new Set(highlights.flatMap((each) => each.highlight.tags))];
  names.sort((one, other) => one.localeCompare(other));
  const groups = names.map(
    (name) =>
      /** @type {[string, any[]]} */ ([
        name,
        highlights.filter((each) => each.highlight.tags.includes(name)),
      ]),
  );
  const bare = highlights.filter((each) => !each.highlight.tags.length);
  return bare.length ? [...groups, [names.length ? "Without a tag" : "", bare]] : groups;
}

/**
 * Group highlights by their recordings, in the order of the list.
 * @param {any[]} highlights
 * @returns {[string, any[]][]}
 */
export function byRecording(highlights) {
  const ids = [...new Set(highlights.map((each) => each.recording_id))];
  return ids.map((id) => {
    const own = highlights.filter((each) => each.recording_id === id);
    return [`${own[0].title}, ${day(own[0].recorded_at)}`, own];
  });
}

/**
 * Make a card.
 * @param {any} each
 * @param {object} context
 * @param {(speaker: string, recording: string) => number} context.numberOf
 * @param {(key: string) => void} context.play
 * @param {(tag: string) => void} context.choose shows what has a tag
 * @param {(each: any, change: any) => void} context.save
 * @param {(each: any) => void} context.remove
 * @returns {HTMLElement}
 */
export function card(each, context) {
  const passage = passageOf(each);
  const body = make("div", { class: "hit-body" }, ...quote(each, context), meta(each));
  body.append(filed(each, context), note(each, context));
  return make(
    "li",
    { class: "hit quote", data: { key: passage.key } },
    playButton(passage, context.play),
    body,
    buttons(each, context),
  );
}

/** @param {any} each */
const name = (each) => `${each.title} ${clock(each.highlight.start)}`;

/**
 * Return a text without case and marks: what differs in these reads the same.
 * @param {string} text
 */
const bare = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** @param {any} each @param {any} context */
function quote(each, { numberOf }) {
  const said = each.said.map((/** @type {any} */ part) =>
    make(
      "p",
      { class: "snippet" },
      part.speaker ? who(part.speaker, numberOf(part.speaker, each.recording_id)) : null,
      part.speaker ? " " : null,
      part.text,
    ),
  );
  const { text } = each.highlight;
  if (bare(text) === bare(each.text)) return said;
  const now = said.length ? said : [make("p", { class: "soft" }, "Nothing is said there now.")];
  return [...now, make("p", { class: "soft small" }, "When it was marked: ", make("q", {}, text))];
}

/** @param {any} each */
function meta({ recording_id, title, recorded_at, project, highlight }) {
  const link = make(
    "a",
    { href: placeOf(recording_id, highlight.start) },
    `${title} `,
    make("span", { class: "time" }, clock(highlight.start)),
  );
  return make(
    "p",
    { class: "meta" },
    link,
    make("span", {}, day(recorded_at)),
    project ? make("span", {}, project) : null,
  );
}

/** @param {any} each @param {any} context */
function filed(each, { choose, save }) {
  const row = make("div", { class: "row filed" });
  /** @type {string[]} */
  let tags = each.highlight.tags;
  const show = () => {
    const chips = tags.map((tag) =>
      make(
        "button",
        { type: "button", class: "chip", title: `Show all with ${tag}`, on: { click: () => choose(tag) } },
        tag,
      ),
    );
    const said = tags.length ? "Edit tags" : "Add tags";
    const named = { class: "button quiet small edit-tags", "aria-label": `${said}: ${name(each)}` };
    row.replaceChildren(
      ...chips,
      make("button", { type: "button", ...named, on: { click: type } }, icon("tag"), said),
    );
  };
  const type = () => {
    const label = `Tags of ${name(each)}, with commas between`;
    const given = {
      class: "input",
      "aria-label": label,
      value: tags.join(", "),
      list: "tags",
      maxlength: 500,
    };
    const input = /** @type {HTMLInputElement} */ (make("input", given));
    const keep = () => {
      const before = tags;
      tags = tagsIn(input.value);
      show();
      if (tags.join() !== before.join()) save(each, { tags });
    };
    row.replaceChildren(input);
    input.focus();
    typed(input, {
      keep,
      leave: show,
      back: () => /** @type {HTMLElement} */ (row.querySelector(".edit-tags")).focus(),
    });
  };
  show();
  return row;
}

/**
 * Keep what is typed on Enter and when it is left; give it up on Escape.
 * @param {HTMLInputElement} input
 * @param {{keep: () => void, leave: () => void, back: () => void}} does
 */
function typed(input, { keep, leave, back }) {
  let over = false;
  const end = (/** @type {() => void} */ how) => {
    if (over) return;
    over = true;
    how();
  };
  input.addEventListener("blur", () => end(keep));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault(); // or Enter presses the button that gets the focus
    end(event.key === "Enter" ? keep : leave);
    back();
  });
}

/** @param {any} each @param {any} context */
function note(each, { save }) {
  const field = /** @type {HTMLTextAreaElement} */ (
    make("textarea", {
      class: "textarea note",
      rows: 1,
      maxlength: 20000,
      placeholder: "Add a note",
      "aria-label": `Note on ${name(each)}`,
    })
  );
  field.value = each.highlight.note;
  let [timer, kept] = [0, field.value];
  const keep = () => {
    clearTimeout(timer);
    if (field.value === kept) return;
    kept = field.value;
    save(each, { note: kept });
  };
  field.addEventListener("input", () => (clearTimeout(timer), (timer = setTimeout(keep, PAUSE))));
  field.addEventListener("blur", keep);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) field.blur();
  });
  return field;
}

/** @param {any} each @param {any} context */
function buttons(each, { save, remove }) {
  const { starred } = each.highlight;
  const star = iconButton("star", starred ? "Take the star away" : "Star it", {
    class: "icon-button star",
    "aria-pressed": String(starred),
    "aria-label": `Star ${name(each)}`,
    on: { click: () => save(each, { starred: !each.highlight.starred }) },
  });
  if (starred) star.firstElementChild?.classList.add("filled");
  const gone = iconButton("trash", "Remove it", {
    "aria-label": `Remove ${name(each)}`,
    on: { click: () => remove(each) },
  });
  return make("div", { class: "quote-buttons" }, star, gone);
}
