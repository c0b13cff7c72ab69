/** Hearing a turn while it is typed: its buttons, and which word is spoken just now. */

import { icon, iconButton, make } from "./dom.js";

const AROUND = 3; // words on either side of the one that is spoken

/**
 * Return the buttons that hear a turn which is typed.
 * @param {import("./editing.js").Editing} editing
 * @param {import("./edit.js").Edit} edit
 * @returns {HTMLElement[]}
 */
export function hearing(editing, edit) {
  const { player } = editing.view;
  const play = iconButton("play", "Play or pause (Ctrl+Space)", {
    class: "icon-button hear-play",
    on: { click: () => player.toggle() },
  });
  const back = iconButton("back", "Back 3 seconds (F2)", { on: { click: () => player.back() } });
  const loop = iconButton("loop", "Loop this turn", {
    class: "icon-button hear-loop",
    on: { click: () => toggleLoop(editing, edit) },
  });
  const heard = make("span", { class: "heard", "aria-hidden": "true" });
  const made = [play, back, loop, heard];
  requestAnimationFrame(() => tellState(editing));
  return made;
}

/** Loop the turn that is typed, or loop no more. */
function toggleLoop(editing, edit) {
  const { player, prepared } = editing.view;
  const isLooping = player.loop !== null;
  player.setLoop(null);
  if (!isLooping) {
    const turn = prepared.turns[editing.positionOf(edit)];
    player.seek(turn.start);
    player.setLoop(turn);
    void player.play();
  }
  edit.input?.focus();
}

/**
 * Show in the edit that is open what its player does.
 * @param {import("./editing.js").Editing} editing
 */
export function hearAlong(editing) {
  editing.view.on("time", () => tellHeard(editing));
  editing.view.on("state", () => tellState(editing));
}

function tellHeard(editing) {
  const { open, view } = editing;
  const place = open?.element.querySelector(".heard");
  if (!place) return;
  const position = editing.positionOf(open);
  const spoken = view.paint.passages("spoken").find(({ turn }) => turn === position);
  if (!spoken || place.dataset.at === String(spoken.start)) return;
  place.dataset.at = String(spoken.start);
  const { text } = view.prepared.turns[position];
  const before = text
    .slice(0, spoken.start)
    .split(" ")
    .slice(-1 - AROUND)
    .join(" ");
  const after = text
    .slice(spoken.end)
    .split(" ")
    .slice(0, 1 + AROUND)
    .join(" ");
  place.replaceChildren(before, make("b", {}, text.slice(spoken.start, spoken.end)), after);
}

function tellState({ open, view }) {
  const { playing, loop } = view.player;
  const play = open?.element.querySelector(".hear-play");
  const wanted = playing ? "pause" : "play";
  if (play && !play.querySelector(`.icon-${wanted}`)) play.replaceChildren(icon(wanted));
  open?.element.querySelector(".hear-loop")?.setAttribute("aria-pressed", String(loop !== null));
}
