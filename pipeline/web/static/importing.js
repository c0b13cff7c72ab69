/** Adding recordings: chosen or dropped, sent one after the other, and what becomes of them. */

import { ask } from "./api.js";
import { make, say, toast } from "./dom.js";
import { counted, length, size } from "./format.js";

const BUSY = 1000; // milliseconds between two looks while something is being done
const IDLE = 5000;
// By stage, what is done then; what tells of none is work that takes moments.
const STAGES = {
  listen: "finding voices",
  transcribe: "writing down the words",
  speakers: "telling speakers apart",
  copy: "making a copy for listening",
};

/** @typedef {{path: string, name: string, reason: string}} Failed */
/**
 * One batch: the file it is at, the stage of that, in seconds of sound, and the whole of it.
 * @typedef {object} Running
 * @property {string} recording
 * @property {string} path
 * @property {string} stage
 * @property {number} done
 * @property {number} total
 * @property {number} files_done
 * @property {number} files
 * @property {number} whole from 0 to 1
 * @property {number | null} left seconds
 */
/** @typedef {{running: Running[], waiting: string[], failed: Failed[], finished: number, version: string}} Now */

/**
 * Tell files that may be recordings from others, by their names.
 * @template {{name: string}} F
 * @param {F[]} files
 * @param {string[]} endings as ".wav"
 * @returns {{taken: F[], refused: F[]}}
 */
export function sorted(files, endings) {
  const known = new Set(endings);
  const taken = files.filter(({ name }) => known.has(endingOf(name)));
  return { taken, refused: files.filter((file) => !taken.includes(file)) };
}

/** @param {string} name */
function endingOf(name) {
  const place = name.lastIndexOf(".");
  return place > 0 ? name.slice(place).toLowerCase() : "";
}

/**
 * Return a reason without the file's own name, which stands before it.
 * @param {Failed} failed
 * @returns {string}
 */
export function reasonOf({ path, reason }) {
  const rest = reason.startsWith(`${path}: `) ? reason.slice(path.length + 2) : reason;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/**
 * Say how far a batch is.
 * @param {Running} batch
 * @returns {string}
 */
export function stateOf({ stage, done, total, files, files_done, left }) {
  const known = STAGES[/** @type {keyof typeof STAGES} */ (stage)];
  const part = known && total ? ` ${Math.round((Math.min(done, total) / total) * 100)} %` : "";
  const many = files > 1 ? `${files_done + 1} of ${files} · ` : "";
  const rest = left === null ? "" : ` · about ${roughly(left)} left`;
  return `${many}${known ?? (stage || "beginning")}${part}${rest}`;
}

/** @param {number} seconds */
function roughly(seconds) {
  if (seconds < 60) return "a minute";
  return length(Math.ceil(seconds / 60) * 60);
}

/** One file on its way, with a request that tells how much of it is sent. */
class Sending {
  /**
   * @param {File} file
   * @param {Record<string, string>} how it is taken: project, channels
   */
  constructor(file, how) {
    this.file = file;
    this.how = how;
    this.sent = 0;
    /** @type {XMLHttpRequest | null} */
    this.request = null;
  }

  /**
   * @param {() => void} tell
   * @returns {Promise<any>} what the server says; raises its sentence
   */
  send(tell) {
    const request = (this.request = new XMLHttpRequest());
    const { name, lastModified } = this.file;
    const asked = new URLSearchParams({ name, ...this.how, modified: String(lastModified) });
    request.open("POST", `/api/imports?${asked}`);
    request.upload.addEventListener("progress", (event) => ((this.sent = event.loaded), tell()));
    return new Promise((resolve, reject) => {
      request.addEventListener("load", () => answered(request, resolve, reject));
      request.addEventListener("error", () =>
        reject(new Error(`${name}: it could not be sent. Add it again.`)),
      );
      request.addEventListener("abort", () => reject(new Error(`${name}: stopped; nothing of it was kept.`)));
      request.send(this.file);
    });
  }
}

/**
 * @param {XMLHttpRequest} request
 * @param {(said: any) => void} resolve
 * @param {(error: Error) => void} reject
 */
function answered(request, resolve, reject) {
  let said = null;
  try {
    said = JSON.parse(request.responseText);
  } catch {
    // it is said below that there is no answer
  }
  if (request.status === 200 && said) resolve(said);
  else reject(new Error(said?.error ?? `relisten cannot take it just now (${request.status}).`));
}

/** What is sent, what is being transcribed, what waits and what failed; emits "now" with each look. */
export class Importing extends EventTarget {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.place where it is shown
   * @param {HTMLDialogElement} parts.dialog in which it is asked how files are to be taken
   * @param {AbortSignal} signal
   */
  constructor({ place, dialog }, signal) {
    super();
    this.place = place;
    this.dialog = dialog;
    this.signal = signal;
    const own = { signal };
    addEventListener("beforeunload", (event) => this.sending.length && event.preventDefault(), own);
    document.addEventListener("visibilitychange", () => document.hidden || void this.look(), own);
    dialog.addEventListener("close", () => this.#closed(), own);
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** @type {Sending[]} */
  sending = [];
  /** @type {File[]} */
  chosen = [];
  /** @type {Now | null} */
  now = null;
  /** @type {{endings: string[], room: number}} */
  taken = { endings: [], room: Infinity };
  #timer = 0;
  #busy = false;

  /** Whether anything is being sent or transcribed, or waits for it. */
  get working() {
    return this.sending.length + (this.now?.running.length ?? 0) + (this.now?.waiting.length ?? 0) > 0;
  }

  /** Look at what is being done, now and then for as long as the page is seen. */
  async look() {
    clearTimeout(this.#timer);
    try {
      this.now = await ask("/api/running", { signal: this.signal });
      this.show();
      this.dispatchEvent(new CustomEvent("now", { detail: this.now }));
    } catch {
      if (this.signal.aborted) return;
    }
    if (!document.hidden) this.#timer = setTimeout(() => void this.look(), this.working ? BUSY : IDLE);
  }

  /**
   * Ask how files are to be taken, and say which cannot be.
   * @param {File[]} files
   * @param {string} project that is offered
   */
  async choose(files, project) {
    this.taken = await ask("/api/imports").catch(() => this.taken);
    const { taken, refused } = sorted(files, this.taken.endings);
    this.chosen = taken;
    const list = /** @type {HTMLElement} */ (this.dialog.querySelector(".chosen"));
    list.replaceChildren(...taken.map(chosenLine), ...refused.map(refusedLine));
    const all = taken.reduce((sum, file) => sum + file.size, 0);
    const much = /** @type {HTMLElement} */ (this.dialog.querySelector(".room"));
    much.hidden = all <= this.taken.room;
    const [room, wanted] = [size(this.taken.room), size(all)];
    much.textContent = `There is room for ${room}, and these are ${wanted}. Make room on the disk first.`;
    const add = /** @type {HTMLButtonElement} */ (this.dialog.querySelector("button.primary"));
    add.disabled = !taken.length || !much.hidden;
    add.textContent = taken.length > 1 ? `Add ${taken.length} recordings` : "Add it";
    const field = /** @type {HTMLInputElement} */ (this.dialog.querySelector("[name=project]"));
    if (project) field.value = project;
    this.dialog.returnValue = "";
    this.dialog.showModal();
  }

  #closed() {
    if (this.dialog.returnValue !== "add") return void (this.chosen = []);
    const form = new FormData(/** @type {HTMLFormElement} */ (this.dialog.querySelector("form")));
    const how = { project: String(form.get("project") ?? ""), channels: String(form.get("channels") ?? "") };
    this.sending.push(...this.chosen.map((file) => new Sending(file, how)));
    this.chosen = [];
    void this.#sendAll();
    this.place.scrollIntoView({ block: "nearest" });
  }

  async #sendAll() {
    this.show();
    if (this.#busy) return; // whoever is at it takes these too
    this.#busy = true;
    while (this.sending.length) {
      const one = this.sending[0];
      try {
        const { said, recording } = await one.send(() => this.show());
        if (recording) toast(said);
        else say(said);
      } catch (error) {
        toast(String(/** @type {Error} */ (error).message), { seconds: 20 });
      }
      this.sending.shift();
      void this.look();
    }
    this.#busy = false;
    this.show();
  }

  /** @param {string} path */
  async again(path) {
    try {
      toast((await ask("/api/again", { method: "POST", body: { path } })).said);
    } catch (error) {
      toast(String(/** @type {Error} */ (error).message));
    }
    void this.look();
  }

  /** Show all of it; what stays as it is keeps its element, and so the focus. */
  show() {
    const { running = [], waiting = [], failed = [] } = this.now ?? {};
    const lines = [
      ...this.sending.map((one) => sendingLine(one)),
      ...running.map(runningLine),
      waiting.length ? waitingLine(waiting) : null,
    ].filter((line) => line !== null);
    const list = /** @type {HTMLElement} */ (this.place.querySelector(".works"));
    list.replaceChildren(...lines);
    /** @type {HTMLElement} */ (this.place.querySelector("h2")).hidden = !lines.length;
    this.#showFailed(failed);
    this.place.hidden = !lines.length && !failed.length;
  }

  /** @param {Failed[]} failed */
  #showFailed(failed) {
    const box = /** @type {HTMLDetailsElement} */ (this.place.querySelector("details"));
    const known = JSON.stringify(failed);
    box.hidden = !failed.length;
    if (box.dataset.known === known) return;
    box.dataset.known = known;
    const title = make("summary", {}, `${counted(failed.length, "file")} could not be transcribed`);
    const lines = failed.map((each) => failedLine(each, () => void this.again(each.path)));
    box.replaceChildren(title, make("ul", { class: "stack" }, ...lines));
  }
}

/** @param {File} file */
function chosenLine(file) {
  const much = make("span", { class: "soft small number push" }, size(file.size));
  return make("li", {}, make("span", {}, file.name), much);
}

/** @param {File} file */
function refusedLine(file) {
  const why = "left out: its ending is none of a recording";
  return make(
    "li",
    { class: "refused" },
    make("span", {}, file.name),
    make("span", { class: "small push" }, why),
  );
}

/** @param {Sending} one */
function sendingLine({ file, sent }) {
  const part = file.size ? sent / file.size : 1;
  const how = sent ? `copying ${Math.round(part * 100)} %` : "waits to be copied";
  const said = `${how} · keep this page open`;
  return work(file.name, said, sent ? part : null);
}

/** @param {Running} batch */
function runningLine(batch) {
  const part = batch.stage ? Math.max(0.01, batch.whole) : null;
  return work(batch.recording, stateOf(batch), part);
}

/** @param {string[]} waiting */
function waitingLine(waiting) {
  const named = waiting.slice(0, 3).join(", ") + (waiting.length > 3 ? " …" : "");
  return make("li", { class: "work soft small" }, `${waiting.length} waiting: ${named}`);
}

/**
 * @param {string} name
 * @param {string} said
 * @param {number | null} part from 0 to 1; null where it is not known
 */
function work(name, said, part) {
  const bar = make("progress", { max: 1, value: part, "aria-label": `${name}: ${said}` });
  const how = make("span", { class: "soft small push number" }, said);
  const words = make("p", { class: "row" }, make("strong", {}, name), how);
  return make("li", { class: "work" }, words, bar);
}

/**
 * @param {Failed} failed
 * @param {() => void} again
 */
function failedLine(failed, again) {
  const label = `Try ${failed.name} again`;
  const button = make(
    "button",
    { type: "button", class: "button", "aria-label": label, on: { click: again } },
    "Try again",
  );
  return make(
    "li",
    { class: "failed row" },
    make(
      "p",
      {},
      make("strong", {}, failed.name),
      make("br"),
      make("span", { class: "small" }, reasonOf(failed)),
    ),
    make("span", { class: "push" }, button),
  );
}
