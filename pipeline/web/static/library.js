/** The library's page: its recordings, search as one types, adding recordings, what is at work. */

import { ask } from "./api.js";
import { iconButton, make, say } from "./dom.js";
import { takeDrops } from "./dropping.js";
import { nothing, welcome } from "./empty.js";
import { dates, names, replaceGroups } from "./filters.js";
import { items, manyHits, passageOf, showPlaying } from "./hits.js";
import { Importing } from "./importing.js";
import { Keys } from "./keys.js";
import { Passages, barOf } from "./passages.js";
import { summary, table } from "./recordings.js";
import { Asking, asksFor, isOnlyFields, ready, toggled, valuesIn } from "./searching.js";

const PAGE = 20; // hits
const SELDOM = 3000; // milliseconds between two times that the list is asked for anew by itself
const ORDERS = { best: "Best first", date: "Newest first", time: "Oldest first" };
const LOOKED_FOR = { both: "Words and meaning", words: "Words alone", meaning: "Meaning alone" };

const leaving = new AbortController();
addEventListener("pagehide", (event) => event.persisted || leaving.abort());

const at = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const [list, title, understood, notes, tools] = ["list", "found-title", "understood", "notes", "tools"].map(
  at,
);
const query = /** @type {HTMLInputElement} */ (at("query"));
const keys = new Keys(leaving.signal);
const passages = new Passages(leaving.signal);
const importing = new Importing(
  { place: at("activity"), dialog: /** @type {HTMLDialogElement} */ (at("import")) },
  leaving.signal,
);

const state = {
  /** @type {any} */ library: null, // all recordings, with what there is to filter by
  /** @type {any[]} */ hits: [],
  /** @type {any} */ found: null,
  page: 1,
  how: { order: "best", by: "both" },
  /** @type {import("./recordings.js").Order} */ order: { by: "date", down: true },
  /** @type {Set<string>} */ fresh: new Set(),
  version: "",
  working: false,
  asked: 0,
};

const asking = new Asking(answered, show, refuse);

/** @param {AbortSignal} signal */
async function answered(signal) {
  const wanted = ready(query.value);
  list.setAttribute("aria-busy", "true");
  if (!wanted && state.library) return { ...state.library, hits: null };
  if (isOnlyFields(wanted)) {
    const { recordings, notes: said } = await ask("/api/recordings", { query: { query: wanted }, signal });
    return { recordings, notes: said, hits: null };
  }
  const how = { query: wanted, limit: PAGE, ...state.how };
  return ask("/api/search", { query: how, signal });
}

/** @param {any} found */
function show(found) {
  list.setAttribute("aria-busy", "false");
  state.found = found;
  const note = (/** @type {string} */ said) => make("p", { class: "sentence small" }, said);
  notes.replaceChildren(...(found.notes ?? []).map(note));
  if (found.hits) showHits(found);
  else showRecordings(found.recordings);
  showFilters();
}

/** @param {any} error */
function refuse(error) {
  list.setAttribute("aria-busy", "false");
  notes.replaceChildren(make("p", { class: "sentence warn", role: "status" }, error.message));
}

/** @param {any[]} entries */
function showRecordings(entries) {
  title.textContent = query.value.trim() ? "These recordings" : "Recordings";
  understood.textContent = entries.length ? summary(entries) : "";
  tools.replaceChildren();
  if (!entries.length)
    return void list.replaceChildren(
      query.value.trim() ? nothing(() => set("")) : welcome(() => at("files").click(), importing.working),
    );
  const sort = (/** @type {any} */ order) => {
    state.order = order;
    showRecordings(entries);
    /** @type {HTMLElement} */ (list.querySelector(`[data-by="${order.by}"]`)).focus();
  };
  list.replaceChildren(
    table(entries, { order: state.order, sort, fresh: state.fresh, signal: leaving.signal }),
  );
}

/** @param {any} found */
function showHits(found) {
  [state.hits, state.page] = [found.hits, 1];
  title.textContent = manyHits(found);
  understood.textContent = found.understood ? `for ${found.understood}` : "";
  say(`${manyHits(found)} for ${found.understood}`);
  tools.replaceChildren(...hitTools(found.hits.length > 0));
  if (!found.hits.length) return void list.replaceChildren(nothing(() => set("")));
  list.replaceChildren(make("ol", { class: "hits" }, ...hitItems(found.hits)), moreButton(found.more));
  showPlaying(list, passages.current, passages.playing);
}

/** @param {any[]} hits */
function hitItems(hits) {
  return items(hits, { numberOf, play: (key) => passages.toggle(allPassages(), placeOf(key)) });
}

/**
 * @param {string} speaker
 * @param {string} recording
 */
function numberOf(speaker, recording) {
  const entry = state.library?.recordings.find((/** @type {any} */ each) => each.recording.id === recording);
  const place = entry ? entry.speakers.indexOf(speaker) : -1;
  return place < 0 ? 0 : (place % 8) + 1;
}

const allPassages = () => state.hits.map(passageOf);
const placeOf = (/** @type {string} */ key) => allPassages().findIndex((each) => each.key === key);

/**
 * Make what stands above hits: play all, their order, what is looked for.
 * @param {boolean} any whether there are any
 */
function hitTools(any) {
  const all = make(
    "button",
    { type: "button", class: "button", id: "play-all", on: { click: playAll } },
    "Play all",
  );
  return [any ? all : "", choose("order", "Order", ORDERS), choose("by", "What is looked for", LOOKED_FOR)];
}

/**
 * @param {"order" | "by"} name
 * @param {string} label
 * @param {Record<string, string>} of what is said for each value
 */
function choose(name, label, of) {
  const options = Object.entries(of).map(([value, said]) =>
    make("option", { value, selected: state.how[name] === value }, said),
  );
  const changed = (/** @type {any} */ event) => ((state.how[name] = event.target.value), void asking.now());
  return make("select", { class: "select", "aria-label": label, on: { change: changed } }, ...options);
}

function playAll() {
  if (state.hits.length) passages.play(allPassages(), 0, { on: true });
}

/** @param {boolean} more */
function moreButton(more) {
  const on = { click: () => void loadMore() };
  const button = make("button", { type: "button", class: "button", id: "more", on }, "Show more");
  return make("p", { class: "more" }, more ? button : null);
}

/** Load the next page of hits; return whether there was one. */
async function loadMore() {
  const found = state.found;
  if (!found?.more) return false;
  const wanted = { query: ready(query.value), limit: PAGE, page: state.page + 1, ...state.how };
  const next = await ask("/api/search", { query: wanted, signal: leaving.signal }).catch(() => null);
  if (!next || state.found !== found) return false;
  state.page += 1;
  found.more = next.more;
  const known = new Set(allPassages().map((each) => each.key));
  const hits = next.hits.filter((/** @type {any} */ hit) => !known.has(passageOf(hit).key));
  state.hits = [...state.hits, ...hits];
  list.querySelector(".hits")?.append(...hitItems(hits));
  list.querySelector(".more")?.replaceWith(moreButton(next.more));
  return true;
}

/** Go on with the next page where all of this one was played. */
async function goOn() {
  if (!passages.running || passages.place + 1 !== state.hits.length) return;
  const place = passages.place + 1;
  if (await loadMore()) passages.play(allPassages(), place, { on: true });
}

function showFilters() {
  const { projects = [], speakers = [], tags = [] } = state.library ?? {};
  const count = (/** @type {any} */ { name, project, recordings }) => ({
    name: name ?? project,
    count: recordings,
  });
  const group = (/** @type {string} */ heading, /** @type {string} */ field, /** @type {any[]} */ of) =>
    names({
      title: heading,
      field,
      choices: of.map(count).filter((each) => each.name),
      chosen: (name) => asksFor(query.value, field, name),
      press: (name) => set(toggled(query.value, field, name)),
    });
  const place = /** @type {HTMLElement} */ (at("filters").querySelector(".groups"));
  replaceGroups(place, [
    group("Projects", "project", projects),
    group("Tags", "tag", tags),
    group("Speakers", "speaker", speakers),
    state.library?.recordings.length ? dates(query.value, set) : null,
  ]);
  const many = ["project", "tag", "speaker", "after", "before"].flatMap((name) =>
    valuesIn(query.value, name),
  ).length;
  at("filtered").textContent = many ? `${many} chosen` : "";
  const option = (/** @type {any} */ each) => make("option", { value: each.project ?? "" });
  at("projects").replaceChildren(...projects.map(option));
}

/** @param {string} text */
function set(text) {
  query.value = text;
  remember();
  void asking.now();
}

function remember() {
  const address = query.value.trim()
    ? `?${new URLSearchParams({ query: query.value.trim() })}`
    : location.pathname;
  history.replaceState(null, "", address);
}

/** Ask for the whole library anew, and show what has come since. */
async function refresh() {
  state.asked = performance.now();
  const before = state.library;
  try {
    state.library = await ask("/api/recordings", { signal: leaving.signal });
  } catch (error) {
    if (!before && !leaving.signal.aborted) refuse(error);
    return;
  }
  if (before) tellOfNew(before);
  if (isOnlyFields(ready(query.value))) void asking.now();
  else showFilters();
}

/** @param {any} before */
function tellOfNew(before) {
  const complete = (/** @type {any} */ from) =>
    from.recordings.filter((/** @type {any} */ entry) => entry.complete);
  const known = new Set(complete(before).map((/** @type {any} */ entry) => entry.recording.id));
  const came = complete(state.library).filter((/** @type {any} */ entry) => !known.has(entry.recording.id));
  state.fresh = new Set(came.map((/** @type {any} */ entry) => entry.recording.id));
  for (const entry of came) say(`${entry.recording.title} is transcribed.`);
}

/** @param {any} event */
function looked({ detail: { version } }) {
  if (state.working !== importing.working && state.found?.recordings?.length === 0) showRecordings([]);
  state.working = importing.working;
  const first = !state.version;
  if (!first && (version === state.version || performance.now() - state.asked < SELDOM)) return;
  state.version = version;
  if (!first) void refresh();
}

/** @param {File[]} files */
function add(files) {
  if (files.length) void importing.choose(files, valuesIn(query.value, "project")[0] ?? "");
}

/** @param {1 | -1} step to the hit after or before */
function moveTo(step) {
  const places = [...list.querySelectorAll(".hits .play, .recordings tbody a")];
  const now = places.findIndex((each) => each === document.activeElement);
  const next = now < 0 ? (step > 0 ? 0 : places.length - 1) : now + step;
  if (now >= 0 && next < 0) query.focus();
  else /** @type {HTMLElement | undefined} */ (places[next])?.focus();
}

function addKeys() {
  const found = "Find";
  const plays = "Play";
  const any = () => passages.current !== null;
  const toggle = () => (passages.playing ? passages.audio.pause() : passages.resume());
  keys.add({ keys: ["/"], said: "Search", group: found, does: () => query.select() });
  keys.add({ keys: ["ArrowDown", "j"], said: "Next hit or recording", group: found, does: () => moveTo(1) });
  keys.add({ keys: ["ArrowUp", "k"], said: "The one before", group: found, does: () => moveTo(-1) });
  keys.add({ keys: [" "], said: "Play or pause", group: plays, does: toggle, when: any });
  keys.add({ keys: ["a"], said: "Play all hits", group: plays, does: playAll });
  keys.add({ keys: ["n"], said: "Next passage", group: plays, does: () => passages.step(1), when: any });
  keys.add({ keys: ["p"], said: "Passage before", group: plays, does: () => passages.step(-1), when: any });
  keys.add({ keys: ["Escape"], said: "Stop playing", group: plays, does: () => passages.stop(), when: any });
  keys.add({ keys: ["i"], said: "Add recordings", group: "Library", does: () => at("files").click() });
  keys.add({ keys: ["?"], said: "Show these keys", group: "Library", does: () => keys.show() });
}

function listenAll() {
  const own = { signal: leaving.signal };
  const files = /** @type {HTMLInputElement} */ (at("files"));
  query.addEventListener("input", () => (remember(), asking.soon()), own);
  query.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "ArrowDown") (event.preventDefault(), moveTo(1));
    },
    own,
  );
  at("search").addEventListener("submit", (event) => (event.preventDefault(), void asking.now()), own);
  at("add").addEventListener("click", () => files.click(), own);
  at("import-cancel").addEventListener("click", () => importing.dialog.close(), own);
  files.addEventListener("change", () => (add([...(files.files ?? [])]), (files.value = "")), own);
  takeDrops(at("veil"), add, leaving.signal);
  importing.addEventListener("now", looked, own);
  passages.addEventListener("state", () => showPlaying(list, passages.current, passages.playing), own);
  passages.addEventListener("end", () => void goOn(), own);
  const trouble = (/** @type {any} */ event) => refuse({ message: event.detail.sentence });
  passages.addEventListener("trouble", trouble, own);
}

query.value = new URLSearchParams(location.search).get("query") ?? "";
/** @type {HTMLDetailsElement} */ (at("filters")).open = matchMedia("(width >= 60rem)").matches;
at("keys-button").append(iconButton("keys", "Keys", { on: { click: () => keys.show() } }));
barOf(passages, leaving.signal);
Object.assign(globalThis, { relisten: { passages } });
addKeys();
listenAll();
void importing.look();
if (ready(query.value)) void asking.now();
void refresh();
