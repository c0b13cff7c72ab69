/** What a search finds, as a list in which each hit plays in place. */

import { badge, icon, make } from "./dom.js";
import { clock, counted, day } from "./format.js";
import { placeOf } from "./passages.js";
import { marked } from "./searching.js";

/** @typedef {import("./passages.js").Passage} Passage */

/**
 * Return what is played of a hit: what is read of it; a question goes on to the end of its answer.
 * @param {any} hit
 * @returns {Passage}
 */
export function passageOf(hit) {
  const { id, title } = hit.recording;
  const read = spanOf(hit.snippet, hit.turn.words) ?? hit;
  const end = Math.max(read.end, hit.answer?.end ?? 0);
  const key = `${id}@${hit.start}-${hit.position}`;
  return { key, recording: id, start: read.start, end, title, speaker: hit.turn.speaker };
}

/**
 * Return when the words of a snippet are said; null where they are not among the turn's.
 * @param {string} snippet
 * @param {{text: string, spaced: boolean, start: number, end: number}[]} words
 * @returns {{start: number, end: number} | null}
 */
export function spanOf(snippet, words) {
  const read = snippet.replaceAll("**", "").replace(/^\.\.\. | \.\.\.$/g, "");
  let text = "";
  const ends = words.map((word) => (text += (word.spaced && text ? " " : "") + word.text).length);
  const from = read ? text.indexOf(read) : -1;
  if (from < 0) return null;
  const first = words[ends.findIndex((end) => end > from)];
  const last = words[ends.findIndex((end) => end >= from + read.length)] ?? words[words.length - 1];
  return { start: first.start, end: Math.max(first.end, last.end) };
}

/**
 * Say how many there are.
 * @param {{total: number, counted: boolean, hits: any[]}} found
 * @returns {string}
 */
export function manyHits({ total, counted: all }) {
  if (!total) return "Nothing is found";
  return `${all ? "" : "more than "}${counted(total, "hit")}`;
}

/**
 * Make the list's items.
 * @param {any[]} hits
 * @param {object} context
 * @param {(speaker: string, recording: string) => number} context.numberOf a speaker's
 * @param {(key: string) => void} context.play
 * @returns {HTMLElement[]}
 */
export function items(hits, { numberOf, play }) {
  return hits.map((hit) => {
    const passage = passageOf(hit);
    const item = make("li", { class: "hit", data: { key: passage.key } });
    item.append(playButton(passage, play), body(hit, numberOf));
    return item;
  });
}

/**
 * Make the button that plays a passage.
 * @param {Passage} passage
 * @param {(key: string) => void} play
 * @returns {HTMLElement}
 */
export function playButton(passage, play) {
  const who = passage.speaker ? `${passage.speaker}, ` : "";
  const name = `Play ${who}${clock(passage.start)}, ${passage.title}`;
  const on = { click: () => play(passage.key) };
  return make("button", { type: "button", class: "icon-button play", "aria-label": name, on }, icon("play"));
}

/**
 * Show in a list which passage plays.
 * @param {HTMLElement} list
 * @param {Passage | null} current
 * @param {boolean} playing
 */
export function showPlaying(list, current, playing) {
  /** @type {Element[]} */
  const begun = [];
  for (const item of list.querySelectorAll("[data-key]")) {
    const own = /** @type {HTMLElement} */ (item).dataset.key === current?.key;
    const [button, sounds] = [item.querySelector("button.play"), own && playing];
    item.classList.toggle("playing", own);
    if (!button || button.getAttribute("aria-pressed") === String(sounds)) continue;
    button.setAttribute("aria-pressed", String(sounds));
    button.replaceChildren(icon(sounds ? "pause" : "play"));
    if (sounds) begun.push(item);
  }
  // Under two tags there are two of it: where one of them was pressed, the page stays.
  const held = begun.some((item) => item.contains(document.activeElement));
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  if (!held) begun[0]?.scrollIntoView({ block: "nearest", behavior });
}

/**
 * @param {any} hit
 * @param {(speaker: string, recording: string) => number} numberOf
 */
function body(hit, numberOf) {
  const { id, title, recorded_at, project } = hit.recording;
  const { speaker } = hit.turn;
  const place = placeOf(id, hit.start);
  const meta = [
    speaker ? who(speaker, numberOf(speaker, id)) : null,
    make("a", { href: place }, `${title} `, make("span", { class: "time" }, clock(hit.start))),
    make("span", {}, day(recorded_at)),
    project ? make("span", {}, project) : null,
    hit.likeness === null ? null : make("span", { class: "chip" }, "means the like"),
  ];
  return make(
    "div",
    { class: "hit-body" },
    make("p", { class: "snippet" }, ...snippetOf(hit.snippet)),
    hit.said
      ? make("p", { class: "answer" }, make("span", { class: "label" }, "Answer "), ...snippetOf(hit.said))
      : null,
    make("p", { class: "meta" }, ...meta),
  );
}

/**
 * Make a speaker's name with their shape.
 * @param {string} speaker
 * @param {number} number
 * @returns {HTMLElement}
 */
export function who(speaker, number) {
  return make(
    "span",
    { class: `who-row speaker-${number}` },
    badge(number, speaker),
    make("span", { class: "who" }, speaker),
  );
}

/** @param {string} snippet */
function snippetOf(snippet) {
  return marked(snippet).map(({ text, found }) => (found ? make("mark", {}, text) : text));
}
