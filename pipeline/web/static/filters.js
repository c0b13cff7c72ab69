/** Filters to be clicked: names with their counts, and a first and a last day. */

import { make } from "./dom.js";
import { valuesIn, withField, withoutField } from "./searching.js";

const SHOWN = 12; // names of a kind, before all of them are asked for

/** @typedef {{name: string, count: number}} Choice */

/**
 * Make a group of names to choose from; none where there is nothing to choose.
 * @param {object} group
 * @param {string} group.title
 * @param {string} group.field by which the group is known
 * @param {Choice[]} group.choices the most used first
 * @param {(name: string) => boolean} group.chosen
 * @param {(name: string) => void} group.press
 * @returns {HTMLElement | null}
 */
export function names({ title, field, choices, chosen, press }) {
  if (!choices.length) return null;
  const few = choices.filter(({ name }, place) => place < SHOWN || chosen(name));
  const buttons = few.map((choice) => button(choice, chosen(choice.name), () => press(choice.name)));
  const list = make("div", { class: "choices" }, ...buttons);
  if (few.length < choices.length) list.append(more(choices.length - few.length, field, choices, press));
  return make("fieldset", { data: { field } }, make("legend", { class: "label" }, title), list);
}

/**
 * @param {Choice} choice
 * @param {boolean} chosen
 * @param {() => void} does
 */
function button({ name, count }, chosen, does) {
  const properties = {
    type: "button",
    class: "chip",
    "aria-pressed": String(chosen),
    data: { name },
    on: { click: does },
  };
  return make("button", properties, make("span", {}, name), make("span", { class: "count" }, String(count)));
}

/**
 * @param {number} many
 * @param {string} field
 * @param {Choice[]} choices
 * @param {(name: string) => void} press
 */
function more(many, field, choices, press) {
  const id = `all-${field}`;
  const options = choices.map(({ name }) => make("option", { value: name }));
  const typed = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    if (choices.some(({ name }) => name === value)) press(value);
  };
  const label = `${many} more`;
  const input = make("input", {
    class: "input small",
    list: id,
    placeholder: label,
    "aria-label": `${label}: type a name`,
    on: { input: typed },
  });
  return make("span", {}, input, make("datalist", { id }, ...options));
}

/**
 * Make the fields for a first and a last day.
 * @param {string} query
 * @param {(query: string) => void} set
 * @returns {HTMLElement}
 */
export function dates(query, set) {
  const field = (/** @type {string} */ name, /** @type {string} */ label) => {
    const value = valuesIn(query, name).at(-1) ?? "";
    const changed = (/** @type {Event} */ event) => {
      const day = /** @type {HTMLInputElement} */ (event.target).value;
      set(day ? withField(query, name, day) : withoutField(query, name));
    };
    const input = make("input", {
      class: "input",
      type: "date",
      max: "9999-12-31",
      value,
      data: { name },
      on: { change: changed },
    });
    return make("label", { class: "field" }, make("span", { class: "label" }, label), input);
  };
  const both = make("div", { class: "dates" }, field("after", "From"), field("before", "To"));
  return make("fieldset", { data: { field: "date" } }, make("legend", { class: "label" }, "Recorded"), both);
}

/**
 * Put groups in the place of others, and the focus where it was; without any there are no filters.
 * @param {HTMLElement} place
 * @param {(HTMLElement | null)[]} groups
 */
export function replaceGroups(place, groups) {
  const held = /** @type {HTMLElement | null} */ (
    place.contains(document.activeElement) ? document.activeElement : null
  );
  const group = held?.closest("fieldset")?.dataset.field;
  const name = held?.dataset.name;
  place.replaceChildren(...groups.filter((each) => each !== null));
  const filters = /** @type {HTMLElement | null} */ (place.closest(".filters"));
  if (filters) filters.hidden = !place.childElementCount;
  if (!group) return;
  const same = [...place.querySelectorAll(`[data-field="${group}"] [data-name]`)];
  const found = same.find((each) => /** @type {HTMLElement} */ (each).dataset.name === name);
  /** @type {HTMLElement | undefined} */ (found)?.focus();
}
