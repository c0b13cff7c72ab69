/** Replacing words wherever they stand: all places are shown before anything is done. */

import { ask, Failure } from "./api.js";
import { button, field, openDialog } from "./dialogs.js";
import { listen, make, say, toast } from "./dom.js";
import { clock, counted } from "./format.js";

const PAUSE = 250; // ms after the last key until it is looked for
const AROUND = 1; // second before and after a place that is heard
const MOST_SHOWN = 300; // places

/** @param {import("./desk.js").Desk} desk */
export function addReplacing(desk) {
  desk.replacing = new Replacing(desk);
}

/**
 * Return what is asked of the server: to show places, or to replace what stands there.
 * @param {{stands: string, said: string, scope: string}} wanted
 * @param {{id: string, project: string | null}} recording
 * @param {boolean} apply
 */
export function asRequest({ stands, said, scope }, { id, project }, apply) {
  return {
    stands: stands.trim(),
    said: said.trim(),
    recording: scope === "recording" ? id : null,
    project: scope === "project" ? project : null,
    everywhere: scope === "everywhere",
    apply,
  };
}

export class Replacing {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.view = desk.view;
    const said = "Replace words wherever they stand";
    this.view.keys.add({ keys: ["r"], said, group: "Correct", does: () => this.open() });
  }

  /**
   * Tell whether words stand anywhere in this recording.
   * @param {string} stands
   * @returns {boolean}
   */
  isElsewhere(stands) {
    const escaped = stands.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/ /g, "\\s+");
    const whole = new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "iu");
    return this.view.prepared.turns.some((turn) => whole.test(turn.text));
  }

  /**
   * Ask what is to be replaced by what; at first what is selected.
   * @param {{stands?: string, said?: string}} [known]
   */
  open({ stands = this.view.transcript.selection()?.text ?? "", said = "" } = {}) {
    const form = this.#form(stands, said);
    const parts = { body: [form.element, form.places], buttons: [form.apply] };
    const dialog = openDialog({ title: "Replace everywhere", kind: "replacing", ...parts });
    let waits = 0;
    const typed = () => {
      clearTimeout(waits);
      form.apply.disabled = true;
      waits = window.setTimeout(() => void this.#preview(form), PAUSE);
    };
    listen(form.element, { input: typed });
    listen(form.apply, { click: () => void this.#apply(form, dialog) });
    (stands ? form.said : form.stands).focus();
    void this.#preview(form);
  }

  #form(stands, said) {
    const { project, id } = this.view.source.contents.recording;
    const inputs = [words(stands), words(said)];
    const scope = scopes(project);
    const fields = [
      field("Stands now", inputs[0]),
      field("Is to be", inputs[1]),
      field("In", scope),
    ];
    const apply = button("Replace", () => undefined, "primary");
    apply.disabled = true;
    const typed = () => ({ stands: inputs[0].value, said: inputs[1].value, scope: scope.value });
    return {
      element: make("div", { class: "replace-form" }, ...fields),
      places: make("div", { class: "places" }),
      apply,
      stands: inputs[0],
      said: inputs[1],
      asked: 0,
      wanted: (isDone) => asRequest(typed(), { id, project }, isDone),
    };
  }

  /** Show where it stands. Only the answer to what was asked last counts. */
  async #preview(form) {
    const asked = (form.asked += 1);
    const wanted = form.wanted(false);
    if (!wanted.stands) {
      form.places.replaceChildren(
        make("p", { class: "soft" }, "Type the words as they stand in the text."),
      );
      return;
    }
    try {
      const { places } = await ask("/api/replace", { method: "POST", body: wanted });
      if (asked === form.asked) this.#show(form, wanted, places);
    } catch (failure) {
      if (asked !== form.asked) return;
      const sentence = failure instanceof Failure ? failure.message : String(failure);
      form.places.replaceChildren(make("p", { class: "sentence warn", role: "status" }, sentence));
    }
  }

  #show(form, wanted, places) {
    const many = counted(places.length, "place");
    const calls = new Set(places.map((place) => place.recording_id)).size;
    const said = places.length
      ? `${many} in ${counted(calls, "recording")}`
      : "It stands nowhere as whole words.";
    say(said);
    form.apply.textContent = places.length ? `Replace in ${many}` : "Replace";
    form.apply.disabled = !places.length || wanted.stands === wanted.said;
    const isHere = (place) => Number(place.recording_id === this.desk.recording);
    const ordered = [...places].sort((one, other) => isHere(other) - isHere(one)); // those of here first
    const shown = ordered.slice(0, MOST_SHOWN).map((place) => this.#place(place));
    const left = places.length - shown.length;
    const rest = left ? make("p", { class: "soft" }, `and ${left} more`) : "";
    form.places.replaceChildren(
      make("p", { class: "label" }, said),
      make("ol", {}, ...shown),
      rest,
    );
  }

  #place({ recording_id: id, title, start, end, before, after, lead, trail }) {
    const isHere = id === this.desk.recording;
    const changed = [make("del", {}, before), after ? " " : "", make("ins", {}, after)];
    const words = [lead ? `${lead} ` : "", ...changed, trail ? ` ${trail}` : ""];
    const name = `Hear ${clock(start)}`;
    const hear = {
      type: "button",
      class: "button quiet small",
      on: { click: () => this.#hear(start, end) },
    };
    const link = { class: "time", href: `/recordings/${id}#t=${clock(start)}`, target: "_blank" };
    const time = isHere
      ? make("button", { ...hear, "aria-label": name }, `▸ ${clock(start)}`)
      : make("a", link, clock(start));
    const where = isHere ? null : make("span", { class: "soft small" }, title);
    return make("li", {}, time, make("span", { class: "in-words" }, ...words), where);
  }

  #hear(start, end) {
    const { player } = this.view;
    player.setLoop(null);
    player.seek(Math.max(0, start - AROUND));
    player.setLoop({ start: Math.max(0, start - AROUND), end: end + AROUND });
    void player.play();
  }

  async #apply(form, dialog) {
    const { sending, undoing, noticing } = this.desk;
    const wanted = form.wanted(true);
    form.apply.disabled = true;
    const tell = (sentence) =>
      form.places.replaceChildren(make("p", { class: "sentence warn", role: "status" }, sentence));
    try {
      const answer = await sending.send(
        () => ({ path: "/api/replace", method: "POST", body: wanted }),
        tell,
      );
      dialog.close();
      undoing.done(answer.said, answer.undo);
      noticing.channel.postMessage({ recording: null });
    } catch (failure) {
      toast(failure instanceof Error ? failure.message : String(failure));
      form.apply.disabled = false;
    }
  }
}

/** @param {string} value */
function words(value) {
  const properties = { class: "input", autocomplete: "off", spellcheck: "false", maxlength: "500" };
  return /** @type {HTMLInputElement} */ (make("input", { ...properties, value }));
}

/** @param {string | null} project */
function scopes(project) {
  const choices = [
    ["recording", "This recording"],
    ...(project ? [["project", `All of ${project}`]] : []),
    ["everywhere", "The whole library"],
  ];
  const options = choices.map(([value, name]) => make("option", { value }, name));
  return /** @type {HTMLSelectElement} */ (make("select", { class: "select" }, ...options));
}
