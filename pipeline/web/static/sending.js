/** Sending what is to be kept, again and again until the server has answered, in its order. */

import { ask, Failure } from "./api.js";

const FIRST_WAIT = 1000; // ms until it is tried again
const LONGEST_WAIT = 8000;
const LONGEST_TRY = 30_000;
// Of HTTP: a server that was started anew has another key; held by a batch; too many at once; on
// its way up or down. 0 where nobody answers.
const PASSING = new Set([0, 401, 423, 429, 502, 503, 504]);

/**
 * Tell whether it may go well later without anybody doing anything.
 * @param {unknown} failure
 * @returns {boolean}
 */
export function isPassing(failure) {
  return failure instanceof Failure && PASSING.has(failure.status);
}

/**
 * Say why something is not saved yet.
 * @param {unknown} failure
 * @returns {string}
 */
export function notYet(failure) {
  if (!(failure instanceof Failure) || failure.status === 0)
    return "Not saved yet: the server does not answer.";
  return `Not saved yet: ${failure.message}`;
}

/**
 * Return what stands where somebody else was first, if that is why a request failed.
 * @param {unknown} failure
 * @returns {string | null}
 */
export function standsThere(failure) {
  const stands = failure instanceof Failure && failure.status === 409 ? failure.said?.stands : null;
  return typeof stands === "string" ? stands : null;
}

export class Sending extends EventTarget {
  /**
   * @param {AbortSignal} signal ends it
   * @param {() => Promise<void>} after follows each request that went well, before the next
   */
  constructor(signal, after) {
    super();
    this.signal = signal;
    this.after = after;
    this.under = 0; // way: requests that nobody has answered yet
    window.addEventListener("online", () => this.tryNow(), { signal });
  }

  /** @type {Promise<any>} */
  #before = Promise.resolve();

  /**
   * Send something after all that was sent before; raises Failure where the server refuses it.
   * @param {() => {path: string, method: string, body?: any, query?: any}} request as it is by then
   * @param {(sentence: string) => void} [waits] is told why it is not there yet, at each try
   * @returns {Promise<any>} what the server says
   */
  send(request, waits = () => undefined) {
    const sent = this.#before.then(() => this.#sent(request, waits));
    this.#before = sent.catch(() => null);
    return sent;
  }

  /** Wait no longer with what is tried again. */
  tryNow() {
    this.dispatchEvent(new Event("again"));
  }

  async #sent(request, waits) {
    this.under += 1;
    try {
      for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
        const { path, ...how } = request();
        try {
          const signal = AbortSignal.any([this.signal, AbortSignal.timeout(LONGEST_TRY)]);
          const answer = await ask(path, { ...how, signal });
          await this.after().catch(reportError); // what was sent is kept, whatever comes after
          return answer;
        } catch (failure) {
          if (!isPassing(failure)) throw failure;
          waits(notYet(failure));
        }
        await this.#pause(wait);
      }
    } finally {
      this.under -= 1;
    }
  }

  /** @param {number} wait ms */
  #pause(wait) {
    const over = AbortSignal.any([this.signal, AbortSignal.timeout(wait)]);
    return new Promise((done) => {
      over.addEventListener("abort", () => done(null), { once: true });
      this.addEventListener("again", () => done(null), { once: true });
    });
  }
}
