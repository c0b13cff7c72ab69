/**
 * A transcript to be read and heard at once. Knows nothing of a server: what it shows is given to
 * it, and what is done with that beyond hearing and finding is added to it from outside.
 *
 * @typedef {object} Source
 * @property {any} contents as `relisten export --format json` writes it
 * @property {string} [version]
 * @property {Record<string, string>} [labels]
 * @property {Record<string, string>} roles of speakers, by name
 * @property {any[]} highlights
 * @property {string} layout of the channels
 * @property {Record<string, number | null>} speaker_channels
 * @property {ArrayBuffer | Promise<ArrayBuffer | null> | null} peaks
 * @property {string | null} sound its address
 * @property {boolean} [gains] false where no volume of a channel can be set
 * @property {number} [channels] of the sound, where it has fewer than the recording
 * @property {string} [trouble] what is said where the sound cannot be played
 */

import { copyLink } from "./addresses.js";
import { Beside } from "./beside.js";
import { makeDeck } from "./deck.js";
import { make, say, toast } from "./dom.js";
import { Finder } from "./finder.js";
import { aloud, parseMoment } from "./format.js";
import { Keys } from "./keys.js";
import { addKeys } from "./keytable.js";
import { channelsOf, lanesOf } from "./lanes.js";
import { stretchesOf } from "./listening.js";
import { masthead } from "./masthead.js";
import { Painting } from "./painting.js";
import { Player } from "./player.js";
import { Pointing } from "./pointing.js";
import { Scrolling } from "./scrolling.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";
import { markedIn, passageOf, prepare } from "./words.js";

// The later ones lie above the earlier ones.
const LAYERS = ["name", "marked", "spoken", "sought", "found", "sought-now", "found-now"];
// Of these there are few, so that they are painted however far away they are, and printed.
const EVERYWHERE = new Set(["marked", "spoken", "sought-now", "found-now"]);
const MARKED = "marked";
const MOST_COLOURS = 8;
const CANNOT_PLAY =
  "The sound cannot be played. If its copy was lost, this makes it again: relisten process";

/**
 * Show a transcript in an element, in the place of what is there.
 * @param {HTMLElement} root
 * @param {Source} source
 * @returns {View}
 */
export function openTranscript(root, source) {
  return new View(root, source);
}

export class View extends EventTarget {
  #ending = new AbortController();

  /**
   * @param {HTMLElement} root
   * @param {Source} source
   */
  constructor(root, source) {
    super();
    this.root = root;
    this.source = source;
    this.signal = this.#ending.signal;
    this.prepared = prepare(source.contents);
    /** @type {((highlight: any) => void) | null} */
    this.onMark = null;
    const { duration } = source.contents.recording;
    const stretches = (only) => stretchesOf(this.prepared, only);
    const { signal } = this;
    this.player = new Player({
      sound: source.sound,
      duration,
      channels: channelsOf(source),
      stretches,
      signal,
    });
    this.paint = new Painting((turn) => this.transcript.saidNode(turn));
    this.transcript = new Transcript(this.paint, (name) => this.speakerNumber(name), signal);
    this.scrolling = new Scrolling(
      () => this.player.playing,
      () => this.deck.show(),
      signal,
    );
    this.keys = new Keys(signal);
    this.waveform = new Waveform(this.player, signal);
    this.pointing = new Pointing(this);
    this.finder = new Finder(this, signal);
    this.beside = new Beside(this);
    this.deck = makeDeck(this);
    this.tools = this.deck.tools;
    this.side = this.beside.element;
    this.head = make("div", { class: "masthead" });
    this.#addLayers();
    this.#build();
    this.#listen();
    addKeys(this);
    this.#showSource();
    void this.#loadPeaks();
    this.#goToAddress();
  }

  #addLayers() {
    for (const layer of LAYERS) this.paint.add(layer, { everywhere: EVERYWHERE.has(layer) });
  }

  #build() {
    const turns = make(
      "section",
      { class: "transcript", id: "transcript", tabindex: "-1", "aria-label": "Transcript" },
      this.transcript.element,
    );
    const columns = make("div", { class: "columns" }, turns, this.beside.element);
    this.root.replaceChildren(this.head, this.finder.element, columns, this.deck.element);
    this.root.classList.add("recording");
    const sized = new ResizeObserver(() => {
      document.documentElement.style.setProperty("--foot", `${this.deck.element.offsetHeight}px`);
    });
    sized.observe(this.deck.element);
    this.signal.addEventListener("abort", () => sized.disconnect());
  }

  #listen() {
    const own = { signal: this.signal };
    const pass = (event) =>
      this.dispatchEvent(new CustomEvent(event.type, { detail: event.detail }));
    this.player.addEventListener("time", (event) => (this.#follow(), pass(event)), own);
    this.player.addEventListener("state", pass, own);
    this.player.addEventListener("trouble", () => toast(this.source.trouble ?? CANNOT_PLAY), own);
    this.transcript.addEventListener("turn", pass, own);
    this.transcript.addEventListener(
      "sought",
      (event) => this.jump(/** @type {CustomEvent} */ (event).detail.time, { play: true }),
      own,
    );
    window.addEventListener("hashchange", () => this.#goToAddress(), own);
    document.addEventListener(
      "selectionchange",
      () => this.dispatchEvent(new CustomEvent("selection")),
      own,
    );
  }

  #showSource() {
    const { contents, highlights } = this.source;
    this.transcript.show(this.prepared, contents.turns);
    this.head.replaceChildren(...masthead(this));
    this.waveform.show(lanesOf(this));
    this.paint.set(
      "name",
      contents.entities.map((entity) => passageOf(this.prepared, entity.mention)),
    );
    this.paint.set(
      MARKED,
      highlights.flatMap(({ start, end }) => markedIn(this.prepared, start, end)),
    );
    this.waveform.mark(MARKED, highlights);
    this.beside.render();
    this.deck.show();
    this.transcript.follow(this.player.time);
  }

  /**
   * Show it as it is now: place, playback and all that has not changed stay.
   * @param {Source} source
   */
  update(source) {
    this.source = source;
    this.prepared = prepare(source.contents);
    this.beside.forget();
    this.pointing.forget();
    this.#showSource();
    this.finder.refresh();
    if (!source.contents.speakers.includes(this.player.only)) this.player.setOnly(null);
    this.player.refresh();
    this.dispatchEvent(new CustomEvent("update"));
  }

  /**
   * Listen to what happens: "update", "time", "state", "turn", "selection".
   * @param {string} type
   * @param {(event: any) => void} listener
   */
  on(type, listener) {
    this.addEventListener(type, listener, { signal: this.signal });
  }

  /** Leave the page as it was. */
  destroy() {
    this.#ending.abort();
    this.paint.destroy();
    this.root.replaceChildren();
  }

  // Speakers

  /**
   * Return which colour and shape a speaker has: 1 to 8, 0 where nobody is named.
   * @param {string | null} name
   * @returns {number}
   */
  speakerNumber(name) {
    const place = name === null ? -1 : this.source.contents.speakers.indexOf(name);
    return place < 0 ? 0 : (place % MOST_COLOURS) + 1;
  }

  /** @param {number} channel */
  speakerOfChannel(channel) {
    const found = Object.entries(this.source.speaker_channels).find(([, own]) => own === channel);
    return found ? found[0] : null;
  }

  /** @param {number} channel */
  nameOfChannel(channel) {
    return this.speakerOfChannel(channel) ?? `channel ${channel + 1}`;
  }

  // Hearing

  /**
   * Go to a second, and have it in sight.
   * @param {number} time
   * @param {{play?: boolean}} [how]
   */
  jump(time, { play = false } = {}) {
    this.player.seek(time);
    this.scrolling.setFollowing(true);
    this.bringSpoken(play);
    if (play) void this.player.play();
  }

  /** @param {boolean} [gently] whether it stays where it is if it can be seen */
  bringSpoken(gently = false) {
    const range = this.#spokenRange();
    if (!range) return;
    if (gently) this.scrolling.keep(range);
    else this.scrolling.bring(range);
  }

  #follow() {
    const before = this.paint.passages("spoken")[0];
    this.transcript.follow(this.player.time);
    const now = this.paint.passages("spoken")[0];
    const moved = now && (now.turn !== before?.turn || now.start !== before.start);
    if (moved && this.player.playing) this.bringSpoken(true);
  }

  /** Return the word that is spoken, else the beginning of the turn. */
  #spokenRange() {
    const [passage] = this.paint.passages("spoken");
    return this.rangeOf(passage ?? { turn: Math.max(0, this.transcript.spoken), start: 0, end: 1 });
  }

  /**
   * Return where a passage is on the page.
   * @param {import("./words.js").Passage} passage
   * @returns {Range | null}
   */
  rangeOf({ turn, start, end }) {
    const node = this.transcript.saidNode(turn);
    if (!node) return null;
    const range = document.createRange();
    range.setStart(node, Math.min(start, node.length));
    range.setEnd(node, Math.min(end, node.length));
    return range;
  }

  /** Loop what is selected, else the turn that is spoken; or loop no more. */
  toggleLoop() {
    const { player, transcript } = this;
    const selected = transcript.selection();
    if (player.loop && !selected) {
      player.setLoop(null);
      say("No loop");
      return;
    }
    const span = selected ?? this.prepared.turns[transcript.current];
    if (!span) return;
    player.setLoop(null);
    player.seek(span.start);
    player.setLoop(span);
    say(`Loop from ${aloud(span.start)} to ${aloud(span.end)}`);
    void player.play();
  }

  /** @param {boolean} skipping */
  setSkipping(skipping) {
    this.player.setSkipping(skipping);
    say(skipping ? "Pauses are skipped" : "Pauses are heard");
  }

  /** @param {string | null} name */
  setOnly(name) {
    this.player.setOnly(name);
    say(name === null ? "Everybody is heard" : `Only ${name} is heard`);
  }

  // Finding

  /** Copy the address of what is selected, else of what is played. */
  copyLink() {
    return copyLink(this.transcript.selection() ?? { start: this.player.time, end: null });
  }

  /** Show what stands beside the text, or hide it: at first it is shown where there is room. */
  toggleBeside() {
    const shown = getComputedStyle(this.side).display === "none";
    this.root.classList.toggle("beside-shown", shown);
    this.root.classList.toggle("beside-hidden", !shown);
    if (shown)
      /** @type {HTMLElement} */ (this.side.querySelector('[aria-selected="true"]')).focus();
    say(shown ? "Beside the text: shown" : "Beside the text: hidden");
  }

  /** Forget what was sought and found. */
  clear() {
    this.finder.close();
    this.beside.forget();
    this.pointing.forget();
  }

  #goToAddress() {
    const moment = parseMoment(location.hash);
    if (!moment) return;
    this.jump(moment.start);
    if (moment.end !== null) this.player.setLoop({ start: moment.start, end: moment.end });
    this.transcript.articles[this.transcript.spoken]?.focus({ preventScroll: true });
  }

  async #loadPeaks() {
    const peaks = await Promise.resolve(this.source.peaks).catch(() => null);
    if (!this.signal.aborted) this.waveform.setPeaks(peaks);
  }
}
