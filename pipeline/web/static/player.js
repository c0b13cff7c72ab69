/**
 * Playing a recording: one <audio>, and what is heard of it. Knows times, not words.
 *
 * Emits "time" with every frame while it plays and after every jump, "state" when anything that a
 * button shows has changed, "trouble" where the sound cannot be played.
 */

import { goOn } from "./listening.js";

export const SLOWEST = 0.5;
export const FASTEST = 3;
export const RATES = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];
export const STEP_BACK = 3; // seconds
const LOUDEST = 2;

/** @typedef {{start: number, end: number}} Span */

export class Player extends EventTarget {
  /**
   * @param {object} options
   * @param {string | null} options.sound address of the sound; null where there is none
   * @param {number} options.duration seconds
   * @param {number} [options.channels] as many as can be set apart in volume
   * @param {(only: string | null, skipping: boolean) => Span[] | null} [options.stretches]
   *   what is heard of it; null for all
   * @param {AbortSignal} [options.signal] ends it
   */
  constructor({ sound, duration, channels = 1, stretches = () => null, signal }) {
    super();
    this.duration = duration;
    this.audible = sound !== null;
    this.audio = new Audio();
    this.audio.preload = "metadata";
    this.audio.preservesPitch = true;
    if (sound) this.audio.src = sound;
    /** @type {Span | null} */
    this.loop = null;
    /** @type {string | null} */
    this.only = null;
    this.skipping = false;
    /** @type {number[]} */
    this.volumes = Array(canSplit(sound) ? channels : 0).fill(1);
    this.#stretchesOf = stretches;
    this.#listen(signal);
  }

  #stretchesOf;
  /** @type {Span[] | null} */
  #stretches = null;
  /** @type {GainNode[]} */
  #gains = [];
  /** @type {AudioContext | null} */
  #context = null;
  #still = 0; // where a recording without sound is
  #frame = 0;

  /** @param {AbortSignal} [signal] */
  #listen(signal) {
    const own = { signal };
    for (const name of ["play", "pause", "ratechange", "ended"]) {
      this.audio.addEventListener(name, () => this.#changed(), own);
    }
    this.audio.addEventListener("play", () => this.#tick(), own);
    // A hidden tab draws no frames, and yet skips and loops.
    for (const name of ["timeupdate", "seeked"]) {
      this.audio.addEventListener(name, () => this.#heard(), own);
    }
    this.audio.addEventListener("error", () => this.#trouble(), own);
    signal?.addEventListener("abort", () => this.destroy());
  }

  get time() {
    return this.audible ? this.audio.currentTime : this.#still;
  }

  get playing() {
    return this.audible && !this.audio.paused;
  }

  get rate() {
    return this.audio.playbackRate;
  }

  /** Play on; from the beginning where it has ended. */
  async play() {
    if (!this.audible) return;
    if (this.audio.ended || this.time >= this.duration - 0.05) this.seek(this.loop?.start ?? 0);
    await this.#context?.resume();
    try {
      await this.audio.play();
    } catch (error) {
      // A pause before it began is no trouble; a browser that wants a click first says so itself.
      const names = ["AbortError", "NotAllowedError"];
      if (!(error instanceof DOMException && names.includes(error.name))) this.#trouble();
    }
  }

  pause() {
    this.audio.pause();
  }

  toggle() {
    if (this.playing) this.pause();
    else void this.play();
  }

  /**
   * Go to a second; out of a loop, that ends it.
   * @param {number} time
   */
  seek(time) {
    const within = Math.min(Math.max(0, time), this.duration);
    if (this.loop && (within < this.loop.start - 0.05 || within > this.loop.end))
      this.setLoop(null);
    this.#go(within);
  }

  /**
   * Go back, or on with a negative number.
   * @param {number} [seconds]
   */
  back(seconds = STEP_BACK) {
    this.seek(this.time - seconds);
  }

  /** @param {number} rate from 0.5 to 3 */
  setRate(rate) {
    this.audio.playbackRate = Math.min(FASTEST, Math.max(SLOWEST, rate));
    this.audio.defaultPlaybackRate = this.audio.playbackRate;
  }

  /** @param {1 | -1} direction to the next faster or slower of `RATES` */
  stepRate(direction) {
    const others = RATES.filter((rate) => (rate - this.rate) * direction > 0.001);
    if (others.length) this.setRate(direction > 0 ? others[0] : others[others.length - 1]);
  }

  /** @param {Span | null} span what is played again and again */
  setLoop(span) {
    this.loop = span && span.end > span.start ? { start: span.start, end: span.end } : null;
    this.#changed();
  }

  /** @param {boolean} skipping whether pauses are left out */
  setSkipping(skipping) {
    this.skipping = skipping;
    this.refresh();
  }

  /** @param {string | null} speaker the only one who is heard; null for everybody */
  setOnly(speaker) {
    this.only = speaker;
    this.refresh();
  }

  /** Ask anew what is heard, after words or their speakers have changed. */
  refresh() {
    this.#stretches =
      this.only !== null || this.skipping ? this.#stretchesOf(this.only, this.skipping) : null;
    this.#changed();
    this.#heard();
  }

  /**
   * Set how loud a channel is: 1 as it is, 0 silent, up to 2.
   * @param {number} channel
   * @param {number} volume
   */
  setVolume(channel, volume) {
    if (channel >= this.volumes.length) return;
    this.volumes[channel] = Math.min(LOUDEST, Math.max(0, volume));
    if (!this.#context) this.#split();
    this.#gains[channel].gain.value = this.volumes[channel];
    this.#changed();
  }

  destroy() {
    cancelAnimationFrame(this.#frame);
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
    void this.#context?.close();
  }

  /** Lead each channel through a volume of its own; only when first asked for, as it costs delay. */
  #split() {
    this.#context = new AudioContext();
    const count = this.volumes.length;
    const source = this.#context.createMediaElementSource(this.audio);
    const [splitter, merger] = [
      this.#context.createChannelSplitter(count),
      this.#context.createChannelMerger(count),
    ];
    source.connect(splitter);
    this.#gains = this.volumes.map((volume, channel) => {
      const gain = new GainNode(/** @type {AudioContext} */ (this.#context), { gain: volume });
      splitter.connect(gain, channel);
      gain.connect(merger, 0, channel);
      return gain;
    });
    merger.connect(this.#context.destination);
    void this.#context.resume();
  }

  /** @param {number} time */
  #go(time) {
    if (this.audible) this.audio.currentTime = time;
    else this.#still = time;
    this.#emit("time", { time });
  }

  #tick() {
    cancelAnimationFrame(this.#frame);
    if (!this.playing) return;
    this.#heard();
    this.#frame = requestAnimationFrame(() => this.#tick());
  }

  /** Follow what is heard: skip, go round, stop, and tell the time. */
  #heard() {
    if (this.playing && !this.audio.seeking) {
      const next = goOn(this.time, { loop: this.loop, stretches: this.#stretches });
      if (next === "stop") this.pause();
      else if (next !== "on") this.#go(next);
    }
    this.#emit("time", { time: this.time });
  }

  #changed() {
    this.#emit("state", {});
  }

  #trouble() {
    if (this.audio.getAttribute("src")) this.#emit("trouble", {});
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/**
 * Tell whether a browser lets us at a sound's samples: not at a file beside a page that is a file.
 * @param {string | null} sound
 */
function canSplit(sound) {
  return sound !== null && new URL(sound, document.baseURI).protocol !== "file:";
}
