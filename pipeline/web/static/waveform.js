/** The waveform: a lane for each speaker on one canvas, marks above it, and a slider over both. */

import { badge, listen, make } from "./dom.js";
import { aloud, clock } from "./format.js";
import { columns, covered, parsePeaks } from "./peaks.js";

/** @typedef {{start: number, end: number}} Span */
/**
 * @typedef {{name: string | null, number: number, channel: number | null,
 *   spans: () => Span[]}} Lane `spans` is when they speak, worked out when it is drawn */

const MARKS = 9; // pixels above the lanes
const [TALLEST, LEAST] = [26, 10]; // pixels of a lane
const MOST_LANES = 112; // pixels of all lanes together
const WINDOWS = [0, 300, 60, 20]; // seconds that are shown; 0 for all
const FAINT = 0.28; // what a speaker's channel hears while they are silent
const LOUD = 0.97; // share of the columns of speech that are drawn whole
const MOST_KEPT = 24; // lanes that are reduced already
const DRAGGED = 4; // pixels from which on a click is a drag

export class Waveform {
  /**
   * @param {import("./player.js").Player} player
   * @param {AbortSignal} signal
   */
  constructor(player, signal) {
    this.player = player;
    /** @type {Lane[]} */
    this.lanes = [];
    /** @type {import("./peaks.js").Peaks | null} */
    this.peaks = null;
    /** @type {Record<string, Span[]>} */
    this.marks = {};
    this.window = 0; // of WINDOWS
    this.shown = { start: 0, end: player.duration };
    this.canvas = /** @type {HTMLCanvasElement} */ (make("canvas", { "aria-hidden": "true" }));
    this.head = make("div", { class: "playhead" });
    this.bubble = make("div", { class: "bubble time", hidden: true });
    this.slider = make("div", sliderOf(player.duration), this.canvas, this.head, this.bubble);
    this.names = make("div", { class: "lane-names", "aria-hidden": "true" });
    this.element = make("div", { class: "waveform" }, this.names, this.slider);
    this.#listen(signal);
  }

  #waiting = 0;
  /** @type {Map<string, {swings: Float32Array | null, talks: Uint8Array}>} */
  #drawn = new Map();
  /** @type {{x: number, time: number, loops: boolean} | null} */
  #held = null;

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const resized = new ResizeObserver(() => this.draw());
    resized.observe(this.slider);
    signal.addEventListener("abort", () => resized.disconnect());
    const pointer = {
      pointerdown: (event) => this.#down(event),
      pointermove: (event) => this.#moved(event),
      pointerup: (event) => this.#up(event),
      pointercancel: () => (this.#held = null),
      pointerleave: () => (this.bubble.hidden = true),
      keydown: (event) => this.#pressed(event),
    };
    listen(this.slider, pointer, signal);
    for (const query of ["(prefers-color-scheme: dark)", "(resolution: 1dppx)"]) {
      matchMedia(query).addEventListener("change", () => this.draw(), { signal });
    }
    this.player.addEventListener("time", () => this.follow(), { signal });
    this.player.addEventListener("state", () => this.draw(), { signal });
  }

  /**
   * Show lanes; the marks of before stay.
   * @param {Lane[]} lanes
   */
  show(lanes) {
    this.lanes = lanes;
    this.#drawn.clear();
    const height = laneHeight(lanes.length);
    const names = lanes.map(({ name, number }) => make("span", {}, badge(number, name ?? "?")));
    this.names.replaceChildren(...names);
    this.element.style.setProperty("--lane", `${height}px`);
    this.element.style.setProperty("--lanes", `${height * lanes.length + MARKS}px`);
    this.draw();
  }

  /** @param {ArrayBuffer | null} buffer the stored peaks; without, it is drawn who speaks when */
  setPeaks(buffer) {
    this.peaks = buffer && parsePeaks(buffer);
    this.#drawn.clear();
    this.draw();
  }

  /**
   * Mark stretches above the lanes, in the colour of what is painted so in the text.
   * @param {"marked" | "found" | "sought"} layer
   * @param {Span[]} spans
   */
  mark(layer, spans) {
    this.marks[layer] = spans;
    this.draw();
  }

  /** Show less of the recording, then all of it again. */
  zoom() {
    const last = WINDOWS.length - 1;
    do this.window = this.window === last ? 0 : this.window + 1;
    while (WINDOWS[this.window] >= this.player.duration);
    this.#turnPage(true);
    this.draw();
    return WINDOWS[this.window];
  }

  /** Put the playhead where the player is. */
  follow() {
    this.#turnPage(false);
    const { time } = this.player;
    const { start, end } = this.shown;
    this.head.style.setProperty("--at", String((time - start) / Math.max(end - start, 0.001)));
    const second = String(Math.floor(time));
    if (this.slider.getAttribute("aria-valuenow") === second) return;
    this.slider.setAttribute("aria-valuenow", second);
    this.slider.setAttribute("aria-valuetext", aloud(time));
  }

  /**
   * Show the part that the player is in.
   * @param {boolean} anew
   */
  #turnPage(anew) {
    const [seconds, { time, duration }] = [WINDOWS[this.window], this.player];
    if (!seconds) {
      this.shown = { start: 0, end: duration };
    } else if (anew || time < this.shown.start || time > this.shown.end) {
      const start = Math.max(0, Math.min(time - seconds / 8, duration - seconds));
      this.shown = { start, end: start + seconds };
      this.draw();
    }
  }

  /** Draw with the next frame, once, however often it is asked for. */
  draw() {
    cancelAnimationFrame(this.#waiting);
    // After the frame, not before it: the text is not to wait for it.
    this.#waiting = requestAnimationFrame(() => setTimeout(() => this.#draw()));
  }

  #draw() {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const { width, height } = this.slider.getBoundingClientRect();
    if (!width || !height) return;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const brush = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    const pen = { brush, ratio, width: this.canvas.width };
    const lane = laneHeight(this.lanes.length) * ratio;
    this.#drawLoop(pen);
    this.lanes.forEach((each, place) =>
      this.#drawLane(pen, each, { top: MARKS * ratio + place * lane, height: lane }),
    );
    this.#drawMarks(pen);
    this.follow();
  }

  /**
   * Return what is drawn of a lane: its sound and its speech, column by column.
   * @param {Lane} lane
   * @param {number} width
   */
  #columns(lane, width) {
    const { start, end } = this.shown;
    const key = [this.lanes.indexOf(lane), start, end, width].join(" ");
    const known = this.#drawn.get(key);
    if (known) return known;
    const swings = this.peaks ? columns(this.peaks, lane.channel, this.shown, width) : null;
    const reduced = { swings, talks: covered(lane.spans(), this.shown, width) };
    if (this.#drawn.size > MOST_KEPT) this.#drawn.clear();
    this.#drawn.set(key, reduced);
    return reduced;
  }

  #drawLane(pen, lane, { top, height }) {
    const { brush, width } = pen;
    const { channel, number } = lane;
    const { swings, talks } = this.#columns(lane, width);
    const loudest = swings ? usual(swings, talks) : 1;
    const [middle, reach] = [top + height / 2, height / 2 - 1];
    brush.fillStyle = this.#colour(`speaker-${number}`);
    for (let column = 0; column < width; column += 1) {
      if (!talks[column] && (!swings || channel === null)) continue;
      const swing = swings ? Math.min(1, swings[column] / loudest) : 0.55;
      const half = Math.max(0.75, swing * reach);
      brush.globalAlpha = talks[column] ? 1 : FAINT;
      brush.fillRect(column, middle - half, 1, 2 * half);
    }
    brush.globalAlpha = 1;
  }

  #drawMarks({ brush, ratio, width }) {
    for (const [layer, spans] of Object.entries(this.marks)) {
      brush.fillStyle = this.#colour(`tick-${layer}`);
      for (const span of spans) {
        const [from, to] = this.#columnsOf(span, width);
        if (to < 0 || from > width) continue;
        const least = 2 * ratio;
        brush.fillRect(
          from,
          layer === "marked" ? 0 : ratio,
          Math.max(least, to - from),
          (MARKS - 3) * ratio,
        );
      }
    }
  }

  #drawLoop({ brush, width }) {
    const { loop } = this.player;
    if (!loop) return;
    const [from, to] = this.#columnsOf(loop, width);
    brush.fillStyle = this.#colour("tick-loop");
    brush.globalAlpha = 0.25;
    brush.fillRect(from, 0, Math.max(2, to - from), this.canvas.height);
    brush.globalAlpha = 1;
  }

  /**
   * @param {Span} span
   * @param {number} width
   */
  #columnsOf(span, width) {
    const { start, end } = this.shown;
    return [span.start, span.end].map((time) => ((time - start) / (end - start)) * width);
  }

  /**
   * Return a colour of the style sheet as a canvas reads it.
   * @param {string} kind a class that sets --speaker or --tick
   */
  #colour(kind) {
    const probe = make("span", { class: `probe ${kind}` });
    this.element.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  /** @param {{clientX: number}} event */
  #timeAt({ clientX }) {
    const { left, width } = this.slider.getBoundingClientRect();
    const { start, end } = this.shown;
    const share = Math.min(1, Math.max(0, (clientX - left) / width));
    return start + share * (end - start);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0) return;
    this.slider.setPointerCapture(event.pointerId);
    this.#held = { x: event.clientX, time: this.#timeAt(event), loops: event.shiftKey };
    if (!event.shiftKey) this.player.seek(this.#held.time);
  }

  /** @param {PointerEvent} event */
  #moved(event) {
    const [time, held] = [this.#timeAt(event), this.#held];
    this.bubble.hidden = event.pointerType === "touch" && !held;
    this.bubble.textContent = clock(time);
    const { left, width } = this.slider.getBoundingClientRect();
    this.bubble.style.setProperty("--at", String((event.clientX - left) / width));
    if (!held || Math.abs(event.clientX - held.x) < DRAGGED) return;
    if (held.loops)
      this.player.setLoop({ start: Math.min(time, held.time), end: Math.max(time, held.time) });
    else this.player.seek(time);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const held = this.#held;
    this.#held = null;
    if (held?.loops && this.player.loop) this.player.seek(this.player.loop.start);
    else if (held && Math.abs(event.clientX - held.x) >= DRAGGED)
      this.player.seek(this.#timeAt(event));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { time, duration } = this.player;
    const page = Math.max(10, duration / 20);
    const steps = { Home: -time, End: duration - time, PageUp: page, PageDown: -page };
    const more = { ArrowUp: 3, ArrowDown: -3 };
    const step = { ...steps, ...more }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.player.seek(time + step);
  }
}

/**
 * Return what makes an element the slider of a recording.
 * @param {number} duration
 */
function sliderOf(duration) {
  return {
    class: "slider",
    role: "slider",
    tabindex: "0",
    "aria-label": "Place in the recording",
    "aria-valuemin": "0",
    "aria-valuemax": String(Math.round(duration)),
  };
}

/** @param {number} count */
function laneHeight(count) {
  return Math.max(LEAST, Math.min(TALLEST, Math.floor(MOST_LANES / Math.max(1, count))));
}

/**
 * Return how far speech usually swings at its loudest: one bang would make all else small.
 * @param {Float32Array} swings
 * @param {Uint8Array} talks
 */
function usual(swings, talks) {
  const spoken = swings.filter((_, place) => talks[place]).sort();
  return Math.max(0.03, spoken[Math.floor(spoken.length * LOUD)] ?? 0);
}
