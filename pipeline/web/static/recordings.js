/** The table of recordings, sorted as is asked for, a part of it at a time. */

import { icon, make } from "./dom.js";
import { clock, counted, day, length } from "./format.js";
import { who } from "./hits.js";

const AT_ONCE = 60; // rows: what a screen does not show is made when it comes near
const MOST_PEOPLE = 4;
const STATES = { done: "Ready", running: "At work", partial: "Unfinished", failed: "Failed" };

/** @typedef {"date" | "title" | "project" | "length" | "state"} Column */
/** @typedef {{by: Column, down: boolean}} Order */

/** @type {Record<Column, (entry: any) => string | number>} */
const VALUES = {
  date: (entry) => entry.recording.recorded_at,
  title: (entry) => entry.recording.title.toLocaleLowerCase(),
  project: (entry) => (entry.recording.project ?? "\uffff").toLocaleLowerCase(),
  length: (entry) => entry.recording.duration,
  state: (entry) => entry.state,
};

/**
 * Return recordings in an order; of equals, the newest first.
 * @param {any[]} entries
 * @param {Order} order
 * @returns {any[]}
 */
export function ordered(entries, { by, down }) {
  const value = VALUES[by];
  const sign = down ? -1 : 1;
  return [...entries].sort((one, other) => {
    const [first, second] = [value(one), value(other)];
    if (first !== second) return first < second ? -sign : sign;
    return one.recording.recorded_at < other.recording.recorded_at ? 1 : -1;
  });
}

/**
 * Say how many there are and how long they are together.
 * @param {any[]} entries
 * @returns {string}
 */
export function summary(entries) {
  const all = entries.reduce((sum, entry) => sum + entry.recording.duration, 0);
  return `${counted(entries.length, "recording")}, ${length(all)}`;
}

/**
 * Make the table.
 * @param {any[]} entries
 * @param {object} context
 * @param {Order} context.order
 * @param {(order: Order) => void} context.sort
 * @param {Set<string>} context.fresh ids of those that have just come
 * @param {AbortSignal} context.signal
 * @returns {HTMLElement}
 */
export function table(entries, { order, sort, fresh, signal }) {
  const rows = ordered(entries, order);
  const body = make("tbody");
  const heads = /** @type {[Column, string][]} */ ([
    ["date", "Date"],
    ["title", "Recording"],
    ["project", "Project"],
    ["length", "Length"],
    ["state", "State"],
  ]).map(([by, name]) => head(by, name, order, sort));
  heads.splice(3, 0, make("th", { scope: "col" }, "People"));
  const caption = make("caption", { class: "visually-hidden" }, summary(entries));
  const whole = make(
    "table",
    { class: "recordings" },
    caption,
    make("thead", {}, make("tr", {}, ...heads)),
    body,
  );
  fill(body, rows, fresh, signal);
  return whole;
}

/**
 * Fill a table from the top, and on as its end comes near.
 * @param {HTMLElement} body
 * @param {any[]} rows
 * @param {Set<string>} fresh
 * @param {AbortSignal} signal
 */
function fill(body, rows, fresh, signal) {
  let made = 0;
  const end = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && go(), {
    rootMargin: "1500px",
  });
  const go = () => {
    end.disconnect();
    body.append(...rows.slice(made, made + AT_ONCE).map((entry) => row(entry, fresh)));
    made += AT_ONCE;
    if (made < rows.length && body.lastElementChild) end.observe(body.lastElementChild);
  };
  signal.addEventListener("abort", () => end.disconnect());
  go();
}

/**
 * @param {Column} by
 * @param {string} name
 * @param {Order} order
 * @param {(order: Order) => void} sort
 */
function head(by, name, order, sort) {
  const own = order.by === by;
  const down = own ? !order.down : by === "date" || by === "length";
  const sorted = own ? (order.down ? "descending" : "ascending") : null;
  const does = { click: () => sort({ by, down }) };
  const mark = own ? icon(order.down ? "down" : "up") : null;
  const button = make("button", { type: "button", data: { by }, on: does }, name, mark);
  return make("th", { scope: "col", "aria-sort": sorted, class: `of-${by}` }, button);
}

/**
 * @param {any} entry
 * @param {Set<string>} fresh
 */
function row(entry, fresh) {
  const { id, title, recorded_at, project, duration } = entry.recording;
  const link = make("a", { href: `/recordings/${id.slice(0, 16)}` }, title);
  const tags = entry.tags.map((/** @type {string} */ tag) => make("span", { class: "chip" }, tag));
  const dated = make("time", { datetime: recorded_at }, day(recorded_at));
  return make(
    "tr",
    { class: fresh.has(id) ? "fresh" : null, data: { id } },
    make("td", { class: "of-date" }, dated),
    make(
      "td",
      { class: "of-title" },
      link,
      ...(tags.length ? [make("span", { class: "tags" }, ...tags)] : []),
    ),
    make("td", { class: "of-project" }, project ?? ""),
    make("td", { class: "of-people" }, ...people(entry)),
    make("td", { class: "of-length number" }, clock(duration)),
    make("td", { class: "of-state" }, state(entry)),
  );
}

/** @param {any} entry */
function people(entry) {
  /** @type {string[]} */
  const names = entry.speakers.length ? entry.speakers : entry.participants;
  const shown = names
    .slice(0, MOST_PEOPLE)
    .map((name, place) => who(name, entry.speakers.length ? (place % 8) + 1 : 0));
  const rest = names.length - shown.length;
  return rest > 0 ? [...shown, make("span", { class: "soft small" }, `and ${rest} more`)] : shown;
}

/** @param {any} entry */
function state({ state: known }) {
  const name = STATES[/** @type {keyof typeof STATES} */ (known)] ?? known;
  return make("span", { class: `state ${known}` }, name);
}
