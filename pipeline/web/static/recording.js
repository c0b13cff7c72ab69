/** The page of one recording in the library: what the server has of it, shown, heard and edited. */

import { ask, askBytes } from "./api.js";
import { make, toast } from "./dom.js";
import { openTranscript } from "./view.js";

const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? "");
const address = `/api/recordings/${encodeURIComponent(id)}`;

/**
 * Ask for a recording as `openTranscript` shows it.
 * @param {{peaks?: boolean}} [wanted] peaks stay the same: they are asked for once
 * @returns {Promise<any>}
 */
export async function load({ peaks = false } = {}) {
  const { underway } = /** @type {any} */ (globalThis); // by asking.js, while the page was loaded
  Object.assign(globalThis, { underway: null });
  const said = await ask(address, { underway });
  return {
    ...said,
    sound: said.sound ? `${address}/sound` : null,
    peaks: said.peaks && peaks ? askBytes(`${address}/peaks`) : null,
  };
}

/** @param {unknown} failure */
function tell(failure) {
  const sentence = failure instanceof Error ? failure.message : String(failure);
  const back = make("p", {}, make("a", { href: "/" }, "Back to the library"));
  const shown = make("p", { class: "sentence bad", role: "alert" }, sentence);
  document.querySelector("#main")?.replaceChildren(make("div", { class: "stack" }, shown, back));
}

async function open() {
  const root = /** @type {HTMLElement} */ (document.querySelector("#main"));
  const source = await load({ peaks: true });
  document.title = `${source.contents.recording.title} · relisten`;
  return openTranscript(root, source);
}

try {
  const view = await open();
  // For whoever looks in from outside: tests, and the browser's console.
  Object.assign(globalThis, { relisten: view });
  // What changes a recording is loaded once it is there to be read and heard, which it stays if
  // that cannot be had.
  await import("./desk.js").then(
    ({ addDesk }) => Object.assign(globalThis, { desk: addDesk(view, load) }),
    () => toast("This page cannot correct or mark just now. Load it again."),
  );
} catch (failure) {
  tell(failure);
}
