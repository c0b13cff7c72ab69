/** What stands where there is nothing: what to do. */

import { make } from "./dom.js";

const HOW_TO_BEGIN =
  "Drop recorded interviews anywhere on this page, or choose them. They are transcribed on this " +
  "machine, and nothing leaves it.";
const ON_THEIR_WAY = "Each recording stands here as soon as its words are written down.";

/**
 * Say that nothing matches.
 * @param {() => void} clear shows all
 * @returns {HTMLElement}
 */
export function nothing(clear) {
  const way = "Try fewer or other words, a star for all endings (pric*), or take a filter out.";
  return empty("Nothing matches that", [way], button("Show all recordings", clear));
}

/**
 * Welcome somebody who has no recordings yet, or is waiting for the first.
 * @param {() => void} choose
 * @param {boolean} working whether one is being copied or transcribed
 * @returns {HTMLElement}
 */
export function welcome(choose, working) {
  const shown = working
    ? empty("On their way", [ON_THEIR_WAY], button("Add more", choose))
    : empty("No recordings yet", [HOW_TO_BEGIN], button("Choose recordings", choose, "primary"));
  const folders = make(
    "p",
    { class: "small" },
    "For whole folders: ",
    make("code", {}, "relisten process FOLDER"),
  );
  shown.classList.add("drop-here");
  shown.append(folders);
  return shown;
}

/**
 * Say that nothing is marked yet, or that nothing of it is filed so.
 * @param {boolean} any whether there are others
 * @param {() => void} clear shows all
 * @returns {HTMLElement}
 */
export function unmarked(any, clear) {
  if (any) return empty("None is filed so", [], button("Show all highlights", clear));
  const key = make("kbd", {}, "m");
  const way = [
    "Open a recording, select some words and press ",
    key,
    ": they come together here, with their tags, notes and sound.",
  ];
  const library = make("a", { class: "button primary", href: "/" }, "To the library");
  return empty("Nothing is marked yet", way, library);
}

/**
 * @param {string} heading
 * @param {(string | HTMLElement)[]} way
 * @param {HTMLElement} next
 */
function empty(heading, way, next) {
  const told = way.length ? make("p", {}, ...way) : null;
  return make("div", { class: "empty" }, make("h2", {}, heading), told, make("p", { class: "more" }, next));
}

/**
 * @param {string} said
 * @param {() => void} does
 * @param {string} [kind]
 */
function button(said, does, kind = "") {
  return make("button", { type: "button", class: `button ${kind}`.trim(), on: { click: does } }, said);
}
