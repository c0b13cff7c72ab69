/** The page of all highlights: by tag or by recording, played, and changed where they stand. */

import { ask, asked } from "./api.js";
import { iconButton, make, say, toast } from "./dom.js";
import { unmarked } from "./empty.js";
import { names, replaceGroups } from "./filters.js";
import { counted } from "./format.js";
import { showPlaying } from "./hits.js";
import { Keeping } from "./keeping.js";
import { Keys } from "./keys.js";
import { Passages, barOf } from "./passages.js";
import { byRecording, byTag, card, passageOf } from "./quoting.js";

const GROUPS = { tag: "By tag", recording: "By recording" };

const leaving = new AbortController();
addEventListener("pagehide", (event) => event.persisted || leaving.abort());

const at = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const list = at("list");
const keys = new Keys(leaving.signal);
const passages = new Passages(leaving.signal);

const state = {
  /** @type {any[]} */ all: [],
  /** @type {any[]} */ recordings: [],
  /** @type {Record<string, string>} */ filter: {},
  grouped: "tag",
};

const context = {
  numberOf,
  play: (/** @type {string} */ key) => {
    const all = shownPassages();
    passages.toggle(
      all,
      all.findIndex((each) => each.key === key),
    );
  },
  choose: (/** @type {string} */ tag) => choose("tag", state.filter.tag === tag ? "" : tag),
  save: (/** @type {any} */ each, /** @type {any} */ change) => keeping.save(each, change),
  remove: (/** @type {any} */ each) => void remove(each),
};

const keeping = new Keeping({
  list,
  draw: (each) => card(each, context),
  drawn: () => {
    showFilters();
    showPlaying(list, passages.current, passages.playing);
  },
  load,
});

/**
 * @param {string} speaker
 * @param {string} recording
 */
function numberOf(speaker, recording) {
  const entry = state.recordings.find((each) => each.recording.id === recording);
  const place = entry ? entry.speakers.indexOf(speaker) : -1;
  return place < 0 ? 0 : (place % 8) + 1;
}

const { tag, project, starred } = Object.fromEntries(new URLSearchParams(location.search));
state.filter = { tag: tag ?? "", project: project ?? "", starred: starred ? "true" : "" };

function shown() {
  const { tag: one, project: of, starred: only } = state.filter;
  return state.all.filter(({ project: own, highlight }) => {
    const tagged = !one || highlight.tags.includes(one);
    return tagged && (!of || own === of) && (!only || highlight.starred);
  });
}

function groups() {
  const those = shown();
  if (state.grouped === "recording") return byRecording(those);
  return state.filter.tag ? /** @type {[string, any[]][]} */ ([[state.filter.tag, those]]) : byTag(those);
}

/** Return what plays, in the order in which it is shown, each once. */
function shownPassages() {
  const every = groups().flatMap(([, those]) => those.map(passageOf));
  return [...new Map(every.map((each) => [each.key, each])).values()];
}

function show() {
  const those = shown();
  const starred = those.filter((each) => each.highlight.starred).length;
  const many = counted(those.length, "passage") + (starred ? `, ${starred} starred` : "");
  at("many").textContent = those.length ? many : "";
  at("tools").replaceChildren(...(state.all.length ? tools() : []));
  showFilters();
  const sections = groups().map(([heading, own]) =>
    make(
      "section",
      { class: "group" },
      heading ? make("h2", {}, heading, make("span", { class: "count" }, ` ${own.length}`)) : null,
      make("ul", { class: "hits" }, ...own.map((each) => card(each, context))),
    ),
  );
  list.replaceChildren(...(those.length ? sections : [unmarked(state.all.length > 0, () => choose("", ""))]));
  list.setAttribute("aria-busy", "false");
  showPlaying(list, passages.current, passages.playing);
}

function tools() {
  const all = make(
    "button",
    { type: "button", class: "button", id: "play-all", on: { click: playAll } },
    "Play all",
  );
  const options = Object.entries(GROUPS).map(([value, said]) =>
    make("option", { value, selected: state.grouped === value }, said),
  );
  const changed = (/** @type {any} */ event) => (
    (state.grouped = event.target.value),
    show(),
    at("grouped").focus()
  );
  const order = make(
    "select",
    { class: "select", id: "grouped", "aria-label": "Grouped", on: { change: changed } },
    ...options,
  );
  const files = ["md", "csv"].map((kind) => {
    const href = `/api/highlights.${kind}${asked(state.filter)}`;
    return make(
      "a",
      {
        class: "button",
        href,
        download: `highlights.${kind}`,
        "aria-label": `Save these quotes as .${kind}`,
      },
      `.${kind}`,
    );
  });
  return [all, order, make("span", { class: "soft small" }, "Save as"), ...files];
}

/**
 * Count names, the most used first.
 * @param {(each: any) => string[]} of
 * @returns {import("./filters.js").Choice[]}
 */
function count(of) {
  const many = new Map();
  for (const name of state.all.flatMap(of)) many.set(name, (many.get(name) ?? 0) + 1);
  const found = [...many].map(([name, number]) => ({ name, count: number }));
  return found.sort((one, other) => other.count - one.count || one.name.localeCompare(other.name));
}

/**
 * Make a group of filters; of each there is one at a time.
 * @param {string} title
 * @param {string} field
 * @param {import("./filters.js").Choice[]} choices
 * @param {(name: string) => string} [valueOf] what a name stands for
 */
function group(title, field, choices, valueOf = (name) => name) {
  const chosen = (/** @type {string} */ name) => state.filter[field] === valueOf(name);
  const press = (/** @type {string} */ name) => choose(field, chosen(name) ? "" : valueOf(name));
  return names({ title, field, choices, chosen, press });
}

function showFilters() {
  const tags = count((each) => each.highlight.tags);
  const starred = state.all.filter((each) => each.highlight.starred).length;
  const groups = [
    group("Stars", "starred", [{ name: "Starred", count: starred }], () => "true"),
    group("Tags", "tag", tags),
    group(
      "Projects",
      "project",
      count((each) => (each.project ? [each.project] : [])),
    ),
  ];
  const place = /** @type {HTMLElement} */ (at("filters").querySelector(".groups"));
  replaceGroups(place, state.all.length ? groups : []);
  const chosen = Object.values(state.filter).filter(Boolean).length;
  at("filtered").textContent = chosen ? `${chosen} chosen` : "";
  at("tags").replaceChildren(...tags.map(({ name }) => make("option", { value: name })));
}

/**
 * Filter by something; by nothing at all without a field.
 * @param {string} field
 * @param {string} value
 */
function choose(field, value) {
  if (field) state.filter[field] = value;
  else state.filter = { tag: "", project: "", starred: "" };
  history.replaceState(null, "", asked(state.filter) || location.pathname);
  show();
  say(at("many").textContent || "None");
}

function playAll() {
  if (shown().length) passages.play(shownPassages(), 0, { on: true });
}

/** @param {any} each */
async function remove(each) {
  const { recording_id: id, highlight } = each;
  const { number, changed_at: was, start, end, tags, note, starred: kept } = highlight;
  const back = async () => {
    await ask(`/api/recordings/${id}/highlights`, {
      method: "POST",
      body: { start, end, tags, note, starred: kept },
    });
    await load();
  };
  try {
    const { said } = await ask(`/api/highlights/${id}/${number}`, { method: "DELETE", query: { was } });
    toast(said, { button: "Undo", does: () => void back().catch(tell), seconds: 15 });
  } catch (failure) {
    tell(failure);
  }
  await load();
  list.querySelector("button")?.focus();
}

/** @param {any} failure */
function tell(failure) {
  toast(failure.message, { seconds: 15 });
}

async function load() {
  try {
    const [{ highlights }, { recordings }] = await Promise.all([
      ask("/api/highlights", { signal: leaving.signal }),
      ask("/api/recordings", { signal: leaving.signal }),
    ]);
    [state.all, state.recordings] = [highlights, recordings];
    at("notes").replaceChildren();
    show();
  } catch (failure) {
    if (leaving.signal.aborted) return;
    at("notes").replaceChildren(
      make("p", { class: "sentence warn", role: "status" }, /** @type {Error} */ (failure).message),
    );
    list.setAttribute("aria-busy", "false");
  }
}

/** @param {1 | -1} step */
function moveTo(step) {
  const places = [...list.querySelectorAll(".play")];
  const now = places.indexOf(
    /** @type {Element} */ (document.activeElement?.closest("li")?.querySelector(".play")),
  );
  const next = now < 0 ? (step > 0 ? 0 : places.length - 1) : now + step;
  /** @type {HTMLElement | undefined} */ (places[next])?.focus();
}

/** @param {string} kind of thing in the card that has the focus */
const inCard = (kind) =>
  /** @type {HTMLElement | undefined} */ (document.activeElement?.closest("li.quote")?.querySelector(kind));

function addKeys() {
  const [go, plays, change] = ["Go", "Play", "Change"];
  const any = () => passages.current !== null;
  const within = () => Boolean(document.activeElement?.closest("li.quote"));
  const toggle = () => (passages.playing ? passages.audio.pause() : passages.resume());
  keys.add({ keys: ["ArrowDown", "j"], said: "Next highlight", group: go, does: () => moveTo(1) });
  keys.add({ keys: ["ArrowUp", "k"], said: "The one before", group: go, does: () => moveTo(-1) });
  keys.add({ keys: [" "], said: "Play or pause", group: plays, does: toggle, when: any });
  keys.add({ keys: ["a"], said: "Play all", group: plays, does: playAll });
  keys.add({ keys: ["n"], said: "Next passage", group: plays, does: () => passages.step(1), when: any });
  keys.add({ keys: ["p"], said: "Passage before", group: plays, does: () => passages.step(-1), when: any });
  keys.add({ keys: ["Escape"], said: "Stop playing", group: plays, does: () => passages.stop(), when: any });
  keys.add({
    keys: ["s"],
    said: "Star it, or take the star away",
    group: change,
    does: () => inCard(".star")?.click(),
    when: within,
  });
  keys.add({
    keys: ["t"],
    said: "Edit its tags",
    group: change,
    does: () => inCard(".edit-tags")?.click(),
    when: within,
  });
  keys.add({
    keys: ["e"],
    said: "Write a note on it",
    group: change,
    does: () => inCard(".note")?.focus(),
    when: within,
  });
  keys.add({ keys: ["?"], said: "Show these keys", group: go, does: () => keys.show() });
}

const own = { signal: leaving.signal };
passages.addEventListener("state", () => showPlaying(list, passages.current, passages.playing), own);
passages.addEventListener(
  "trouble",
  (event) => toast(/** @type {CustomEvent} */ (event).detail.sentence),
  own,
);
addEventListener("beforeunload", (event) => keeping.unsaved.size && event.preventDefault(), own);
document.addEventListener(
  "visibilitychange",
  () => {
    const typing = document.activeElement?.matches("textarea, input");
    if (!document.hidden && !typing && !keeping.unsaved.size) void load();
  },
  own,
);
/** @type {HTMLDetailsElement} */ (at("filters")).open = matchMedia("(width >= 60rem)").matches;
at("keys-button").append(iconButton("keys", "Keys", { on: { click: () => keys.show() } }));
barOf(passages, leaving.signal);
Object.assign(globalThis, { relisten: { passages } });
addKeys();
void load();
