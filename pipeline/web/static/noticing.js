/**
 * Noticing what is changed elsewhere (another tab, a command, a batch) and showing it: by asking
 * for the recording's version while the page is looked at, and by word from other tabs.
 */

import { ask, Failure } from "./api.js";

const EVERY = 3000; // ms
const CHANNEL = "relisten";
const SENTENCES = {
  0: "The server does not answer",
  401: "The server was started anew: open the address that it prints",
};

export class Noticing extends EventTarget {
  /**
   * Emits "lost" where the server does not answer, "found" when it does again.
   * @param {object} options
   * @param {string} options.address of the recording
   * @param {string} options.recording
   * @param {string} options.version that is shown
   * @param {() => Promise<any>} options.load
   * @param {(source: any, own: boolean) => void} options.show is told whether we wrote it
   * @param {() => boolean} options.isBusy whether something of ours is under way
   * @param {AbortSignal} options.signal
   */
  constructor({ address, recording, version, load, show, isBusy, signal }) {
    super();
    this.address = address;
    this.recording = recording;
    this.load = load;
    this.show = show;
    this.isBusy = isBusy;
    this.signal = signal;
    this.version = version;
    this.lost = ""; // why nothing is heard of the server
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.addEventListener("message", (event) => this.#told(event.data), { signal });
    document.addEventListener("visibilitychange", () => this.#tick(), { signal });
    const clock = setInterval(() => this.#tick(), EVERY);
    signal.addEventListener("abort", () => (clearInterval(clock), this.channel.close()));
  }

  /** @type {Promise<void> | null} */
  #showing = null;
  #isLooking = false;

  /** Show what we have written ourselves, and tell other tabs of it. */
  async wrote() {
    this.channel.postMessage({ recording: this.recording });
    await this.#refresh(true);
  }

  /** Show it as it is now, whatever has changed. */
  async catchUp() {
    await this.#refresh(false);
  }

  /** Show what has changed, if anything has. */
  async look() {
    if (this.#isLooking || this.isBusy() || this.#showing) return;
    this.#isLooking = true;
    try {
      const { version } = await ask(`${this.address}/version`, { signal: this.signal });
      this.#found();
      if (version !== this.version && !this.isBusy()) await this.#refresh(false);
    } catch (failure) {
      if (failure instanceof Failure) this.#failed(failure);
    } finally {
      this.#isLooking = false;
    }
  }

  #tick() {
    if (!document.hidden) void this.look();
  }

  /** @param {any} data */
  #told(data) {
    // A recording that is not named: all may have changed.
    if (data?.recording === this.recording || data?.recording === null) void this.look();
  }

  /** @param {boolean} own */
  async #refresh(own) {
    // One after the other: what is asked for now has what was written before now.
    const before = this.#showing ?? Promise.resolve();
    const showing = before.then(() => this.#shown(own));
    this.#showing = showing;
    await showing.finally(() => (this.#showing = this.#showing === showing ? null : this.#showing));
  }

  /** @param {boolean} own */
  async #shown(own) {
    try {
      const source = await this.load();
      this.version = source.version;
      this.#found();
      if (!this.signal.aborted) this.show(source, own);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.#failed(failure); // the next look shows it
    }
  }

  /** @param {Failure} failure */
  #failed(failure) {
    const sentence = SENTENCES[/** @type {0 | 401} */ (failure.status)] ?? "";
    if (sentence === this.lost) return;
    this.lost = sentence;
    this.dispatchEvent(new Event("lost"));
  }

  #found() {
    if (!this.lost) return;
    this.lost = "";
    this.dispatchEvent(new Event("found"));
  }
}
