/** Keeping the spoken word in sight, and bringing passages there, without taking the page away. */

import { listen } from "./dom.js";

// Of the free height between the header and the player: where what is spoken may be, and is put.
const [HIGHEST, LOWEST, PUT] = [0.08, 0.72, 0.3];
const FAR = 2; // windows: further away nobody sees anything of a smooth way
const SCROLLING = new Set(["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"]);

export class Scrolling {
  /**
   * @param {() => boolean} isPlaying
   * @param {(following: boolean) => void} changed
   * @param {AbortSignal} signal
   */
  constructor(isPlaying, changed, signal) {
    this.following = true;
    this.changed = changed;
    const left = () => isPlaying() && this.setFollowing(false);
    const pressed = (event) => SCROLLING.has(event.key) && event.target === document.body && left();
    listen(document, { touchmove: left, keydown: pressed }, signal);
    document.addEventListener("wheel", left, { signal, passive: true });
  }

  /** @param {boolean} following whether the page goes along with what is spoken */
  setFollowing(following) {
    if (following === this.following) return;
    this.following = following;
    this.changed(following);
  }

  /**
   * Scroll on if what is spoken leaves the middle of the window.
   * @param {Range} range
   */
  keep(range) {
    if (!this.following) return;
    const { top, height } = free();
    const box = range.getBoundingClientRect();
    if (box.top < top + HIGHEST * height || box.bottom > top + LOWEST * height) this.bring(range);
  }

  /**
   * Bring a passage into the window, its first line a third down; nothing moves if it is there.
   * @param {Range} range
   * @param {{always?: boolean}} [how]
   */
  bring(range, { always = true } = {}) {
    const { top, height } = free();
    const box = range.getBoundingClientRect();
    const seen = box.top > top && box.bottom < top + height;
    if (seen && !always) return;
    const by = box.top - top - PUT * height;
    if (Math.abs(by) < FAR * height) {
      window.scrollBy({ top: by, behavior: calm() ? "auto" : "smooth" });
      return;
    }
    window.scrollBy({ top: by, behavior: "instant" });
    // What comes near is only now laid out, and may be higher than it was thought to be.
    requestAnimationFrame(() => requestAnimationFrame(() => this.#correct(range)));
  }

  /** @param {Range} range */
  #correct(range) {
    const { top, height } = free();
    const by = range.getBoundingClientRect().top - top - PUT * height;
    if (Math.abs(by) > 2) window.scrollBy({ top: by, behavior: "instant" });
  }
}

/** Return the part of the window that neither the header nor what stands at the foot covers. */
function free() {
  const header = document.querySelector(".site")?.getBoundingClientRect().bottom ?? 0;
  const boxes = [...document.querySelectorAll(".deck, .beside")].map((each) =>
    each.getBoundingClientRect(),
  );
  // On a small screen what stands beside the text lies across it.
  const across = boxes.filter(({ width }) => width > 0.9 * innerWidth).map(({ top }) => top);
  const top = Math.max(0, header);
  return { top, height: Math.max(100, Math.min(innerHeight, ...across) - top) };
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
