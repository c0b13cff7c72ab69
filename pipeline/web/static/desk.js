/** Where everything that changes a recording is put together, beside what shows and plays it. */

import { make, toast } from "./dom.js";
import { placeOfDraft } from "./drafts.js";
import { addEditing } from "./editing.js";
import { counted } from "./format.js";
import { addMarking } from "./marking.js";
import { Noticing } from "./noticing.js";
import { addReplacing } from "./replacing.js";
import { addRetelling } from "./retelling.js";
import { Sending } from "./sending.js";
import { Undoing } from "./undoing.js";
import { changes } from "./wording.js";

/**
 * What everything that changes a recording works with.
 * @typedef {object} Desk
 * @property {any} view as `openTranscript` makes it
 * @property {string} recording its whole id
 * @property {string} address under which the server has it
 * @property {Sending} sending
 * @property {Noticing} noticing
 * @property {Undoing} undoing
 * @property {any} [editing]
 * @property {any} [retelling]
 * @property {any} [replacing]
 * @property {any} [marking]
 */

/**
 * Add to a view what changes its recording.
 * @param {any} view
 * @param {() => Promise<any>} load asks for the recording as it is now
 * @returns {Desk}
 */
export function addDesk(view, load) {
  const { signal, source } = view;
  const recording = source.contents.recording.id;
  const desk = /** @type {Desk} */ ({ view, recording, address: `/api/recordings/${recording}` });
  desk.sending = new Sending(signal, () => desk.noticing.wrote());
  desk.noticing = new Noticing({
    address: desk.address,
    recording,
    version: source.version,
    load,
    show: (now, own) => show(desk, now, own),
    isBusy: () => desk.sending.under > 0,
    signal,
  });
  desk.undoing = new Undoing(desk, sessionStorage);
  showWhetherThere(desk);
  addEditing(desk);
  addRetelling(desk);
  addReplacing(desk);
  addMarking(desk);
  return desk;
}

/**
 * @param {Desk} desk
 * @param {any} source
 * @param {boolean} own
 */
function show(desk, source, own) {
  const changed = changes(desk.view.source, source);
  const stay = placeOf(desk.view);
  desk.editing.around(() => desk.view.update(source));
  stay();
  document.title = `${source.contents.recording.title} · relisten`;
  if (own || !(changed.turns || changed.marks)) return;
  const what = [changed.turns ? counted(changed.turns, "turn") : "", changed.marks ? "marks" : ""];
  toast(`Changed elsewhere, and shown as it is now: ${what.filter(Boolean).join(" and ")}.`, {
    seconds: 5,
  });
}

/**
 * Return what brings the turn that is read back to where it was in the window: the browser's own
 * anchoring does not see what grows far above, where nothing is drawn.
 * @param {any} view
 * @returns {() => void}
 */
function placeOf(view) {
  const isFollowing = view.scrolling.following && view.player.playing;
  if (window.scrollY === 0 || isFollowing) return () => undefined;
  const place = view.pointing.inSight().turn;
  const turn = view.prepared.turns[place];
  const topOf = (position) => view.transcript.article(position)?.getBoundingClientRect().top ?? 0;
  const before = topOf(place);
  const stay = () => {
    const now = turn && placeOfDraft(view.prepared.turns, { start: turn.start, was: turn.text });
    if (typeof now === "number") window.scrollBy({ top: topOf(now) - before, behavior: "instant" });
  };
  return () => (stay(), void requestAnimationFrame(stay));
}

/** @param {Desk} desk */
function showWhetherThere({ noticing, sending, view }) {
  const shown = make("p", { class: "lost", role: "status" });
  document.querySelector("#page-tools")?.append(shown);
  noticing.addEventListener("lost", () => (shown.textContent = noticing.lost), {
    signal: view.signal,
  });
  noticing.addEventListener("found", () => ((shown.textContent = ""), sending.tryNow()), {
    signal: view.signal,
  });
}
