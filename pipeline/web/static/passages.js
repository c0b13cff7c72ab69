/**
 * Playing passages of several recordings one after the other, with a bar at the foot of the page.
 *
 * Emits "state" when anything that a button shows has changed, "time" as it plays, "end" when the
 * last passage is over, "trouble" with a sentence.
 */

import { icon, iconButton, make, say } from "./dom.js";
import { aloud, clock, momentHash } from "./format.js";

const LEAD = 0.5; // seconds before the words, so that they do not begin in the middle
const TAIL = 0.6;
const SHOWN_ID = 16; // characters of an id in an address: enough for one among millions
const RATES = [1, 1.25, 1.5, 2, 0.75];
const CANNOT_PLAY =
  "This passage cannot be played: there is no listening copy. relisten process makes it again.";

/**
 * @typedef {object} Passage
 * @property {string} key by which the page knows it
 * @property {string} recording id
 * @property {number} start seconds
 * @property {number} end
 * @property {string} title of the recording
 * @property {string | null} speaker
 */

/**
 * Return the address of a recording's page at a moment.
 * @param {string} recording
 * @param {number} start
 * @returns {string}
 */
export function placeOf(recording, start) {
  return `/recordings/${recording.slice(0, SHOWN_ID)}${momentHash(start)}`;
}

export class Passages extends EventTarget {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    super();
    this.audio = new Audio();
    this.audio.preload = "auto";
    this.audio.preservesPitch = true;
    const own = { signal };
    this.audio.addEventListener("timeupdate", () => this.#heard(), own);
    this.audio.addEventListener("ended", () => this.#over(), own);
    for (const name of ["play", "pause", "waiting", "playing"]) {
      this.audio.addEventListener(name, () => this.#emit("state"), own);
    }
    this.audio.addEventListener("error", () => this.#trouble(), own);
    signal.addEventListener("abort", () => this.stop());
  }

  /** @type {Passage[]} */
  list = [];
  place = -1;
  running = false; // on to the next passage after this one
  rate = 1;
  #sound = "";

  /** @returns {Passage | null} */
  get current() {
    return this.list[this.place] ?? null;
  }

  get playing() {
    return this.current !== null && !this.audio.paused;
  }

  /** @returns {number} how far the passage is, from 0 to 1 */
  get fraction() {
    if (!this.current) return 0;
    const { start, end } = heardOf(this.current);
    return Math.min(1, Math.max(0, (this.audio.currentTime - start) / (end - start)));
  }

  /**
   * Play one of some passages, and then the others that follow it if `on`.
   * @param {Passage[]} list
   * @param {number} place
   * @param {{on?: boolean}} [options]
   */
  play(list, place, { on = false } = {}) {
    this.list = list;
    this.running = on;
    this.#go(place);
  }

  /**
   * Play a passage, or pause it where it is the one that plays.
   * @param {Passage[]} list
   * @param {number} place
   */
  toggle(list, place) {
    if (list[place]?.key !== this.current?.key) this.play(list, place);
    else if (this.playing) this.audio.pause();
    else this.resume();
  }

  /** Go on with the passage; from its beginning where it is over. */
  resume() {
    if (!this.current) return;
    if (this.fraction >= 1) this.audio.currentTime = heardOf(this.current).start;
    void this.#start();
  }

  /** @param {number} steps on, or back with a negative number */
  step(steps) {
    const place = this.place + steps;
    if (this.list[place]) this.#go(place);
  }

  /** @param {number} fraction of the passage to go to */
  seek(fraction) {
    if (!this.current) return;
    const { start, end } = heardOf(this.current);
    this.audio.currentTime = start + fraction * (end - start);
    this.#emit("time");
  }

  /** Play faster, and after the fastest slower than said. */
  stepRate() {
    this.rate = RATES[(RATES.indexOf(this.rate) + 1) % RATES.length];
    this.audio.playbackRate = this.audio.defaultPlaybackRate = this.rate;
    this.#emit("state");
  }

  stop() {
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
    [this.#sound, this.list, this.place] = ["", [], -1];
    this.#emit("state");
  }

  /** @param {number} place */
  #go(place) {
    this.place = place;
    const passage = this.list[place];
    const sound = `/api/recordings/${passage.recording}/sound`;
    if (sound !== this.#sound) this.audio.src = this.#sound = sound;
    this.audio.currentTime = heardOf(passage).start;
    this.#emit("state");
    void this.#start();
  }

  async #start() {
    try {
      await this.audio.play();
    } catch (error) {
      const names = ["AbortError", "NotAllowedError"];
      if (!(error instanceof DOMException && names.includes(error.name))) this.#trouble();
    }
  }

  #heard() {
    this.#emit("time");
    if (
      this.playing &&
      !this.audio.seeking &&
      this.current &&
      this.audio.currentTime >= heardOf(this.current).end
    ) {
      this.#over();
    }
  }

  #over() {
    if (this.running && this.list[this.place + 1]) this.step(1);
    else {
      this.audio.pause();
      this.#emit("end");
    }
  }

  #trouble() {
    if (!this.audio.getAttribute("src")) return;
    this.#sound = "";
    this.dispatchEvent(new CustomEvent("trouble", { detail: { sentence: CANNOT_PLAY } }));
  }

  /** @param {string} name */
  #emit(name) {
    this.dispatchEvent(new CustomEvent(name, { detail: {} }));
  }
}

/**
 * Return what is heard of a passage: a little before it and after.
 * @param {Passage} passage
 */
function heardOf(passage) {
  return { start: Math.max(0, passage.start - LEAD), end: passage.end + TAIL };
}

/**
 * Make the bar in which the passage that plays is shown, and put it at the foot of the page.
 * @param {Passages} passages
 * @param {AbortSignal} signal
 * @returns {HTMLElement}
 */
export function barOf(passages, signal) {
  const press = (/** @type {() => void} */ does) => ({ on: { click: does } });
  const before = iconButton(
    "back",
    "Passage before",
    press(() => passages.step(-1)),
  );
  const after = iconButton(
    "forward",
    "Next passage",
    press(() => passages.step(1)),
  );
  const toggle = iconButton("play", "Play", {
    class: "icon-button strong",
    ...press(() => toggled(passages)),
  });
  const rate = make("button", {
    type: "button",
    class: "button quiet number",
    ...press(() => passages.stepRate()),
  });
  const close = iconButton(
    "close",
    "Stop and close",
    press(() => passages.stop()),
  );
  const what = make("p", { class: "what" });
  const along = /** @type {HTMLInputElement} */ (
    make("input", { type: "range", min: 0, max: 1000, value: 0, "aria-label": "Place in the passage" })
  );
  along.addEventListener("input", () => passages.seek(Number(along.value) / 1000));
  const bar = make("section", { class: "tape", "aria-label": "What plays", hidden: true });
  bar.append(make("div", { class: "tape-row" }, before, toggle, after, what, along, rate, close));
  document.body.append(bar);
  const show = () => shown(passages, { bar, before, toggle, after, rate, what });
  passages.addEventListener("state", show, { signal });
  passages.addEventListener("time", () => (along.value = String(passages.fraction * 1000)), { signal });
  return bar;
}

/** @param {Passages} passages */
function toggled(passages) {
  if (passages.playing) passages.audio.pause();
  else passages.resume();
}

/**
 * @param {Passages} passages
 * @param {Record<string, HTMLElement>} parts
 */
function shown(passages, { bar, before, toggle, after, rate, what }) {
  const current = passages.current;
  bar.hidden = current === null;
  document.documentElement.style.setProperty("--foot", current ? `${bar.offsetHeight}px` : "0px");
  if (!current) return;
  const name = passages.playing ? "Pause" : "Play";
  if (toggle.title !== name) {
    toggle.replaceChildren(icon(passages.playing ? "pause" : "play"));
    toggle.title = name;
    toggle.setAttribute("aria-label", name);
  }
  /** @type {HTMLButtonElement} */ (before).disabled = passages.place === 0;
  /** @type {HTMLButtonElement} */ (after).disabled = passages.place + 1 >= passages.list.length;
  rate.textContent = `${passages.rate}×`;
  rate.setAttribute("aria-label", `Speed ${passages.rate}`);
  if (what.dataset.key === current.key) return;
  what.dataset.key = current.key;
  what.replaceChildren(...described(current, passages));
  const count = passages.list.length > 1 ? `${passages.place + 1} of ${passages.list.length}: ` : "";
  say(`${count}${current.speaker ?? ""} ${aloud(current.start)}, ${current.title}`);
}

/**
 * @param {Passage} passage
 * @param {Passages} passages
 */
function described(passage, { place, list }) {
  const count = list.length > 1 ? `${place + 1} of ${list.length}` : "";
  return [
    make("a", { href: placeOf(passage.recording, passage.start) }, passage.title),
    make("span", { class: "soft small time" }, clock(passage.start)),
    passage.speaker ? make("span", { class: "small" }, passage.speaker) : null,
    make("span", { class: "soft small number push" }, count),
  ].filter((part) => part !== null);
}
