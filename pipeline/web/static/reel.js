/** The page of a reel: its passages are in it already; what plays them is put together here. */

import { iconButton, make } from "./dom.js";
import { clock } from "./format.js";
import { soundWithin } from "./held.js";
import { after, before, heardAt } from "./reeling.js";

const sound = soundWithin();
const items = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".passage")]);
const starts = items.map((item) => Number(item.dataset.start));
const audio = new Audio();
audio.controls = true;
audio.preload = "metadata";
audio.setAttribute("aria-label", "The reel");

/** @param {number | null} time */
function playFrom(time) {
  if (time === null) return;
  audio.currentTime = time;
  // A pause before it began is no trouble, and a browser that wants a click first says so itself.
  audio.play().catch(() => {});
}

/** @param {HTMLElement} item */
function textOf(item) {
  const names = [...item.querySelectorAll(".who")].map((who) => who.textContent);
  return [...new Set(names)].join(", ");
}

const now = make("p", { class: "now small" });

/** Light up the passage that is heard, and keep it in sight while the reel plays. */
function show() {
  const place = heardAt(starts, audio.currentTime);
  const fresh = items.findIndex((item) => item.hasAttribute("aria-current")) !== place;
  if (!fresh || (!audio.played.length && audio.paused)) return;
  for (const [each, item] of items.entries()) {
    if (each === place) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
  now.textContent = `${place + 1} of ${items.length}: ${textOf(items[place])}`;
  if (!audio.paused) items[place].scrollIntoView({ block: "nearest", behavior: "smooth" });
}

for (const [place, item] of items.entries()) {
  const start = starts[place];
  const name = `Play passage ${place + 1}, at ${clock(start)}: ${textOf(item)}`;
  const button = iconButton("play", name, { on: { click: () => playFrom(start) } });
  item.querySelector(".number")?.prepend(button);
  for (const said of item.querySelectorAll(".said")) {
    said.addEventListener("click", () => {
      if (getSelection()?.isCollapsed !== false) playFrom(start); // else it is being copied
    });
  }
}

for (const name of ["timeupdate", "seeked", "play"]) audio.addEventListener(name, show);
audio.addEventListener("error", () => {
  now.textContent =
    "This browser cannot play the sound (Opus). Chrome, Edge, Firefox, and Safari from 17.5 on, do.";
});

const back = iconButton("up", "The passage before", {
  on: { click: () => playFrom(before(starts, audio.currentTime)) },
});
const next = iconButton("down", "The next passage", {
  on: { click: () => playFrom(after(starts, audio.currentTime)) },
});
const deck = make("section", { class: "deck", "aria-label": "Player" }, back, audio, next, now);
if (sound) {
  audio.src = sound;
  document.getElementById("main")?.append(deck);
}
// For whoever looks in from outside: tests, and the browser's console.
Object.assign(globalThis, { relisten: { audio, starts, items } });
