/** What every page makes elements with, and says to those who cannot see them. */

/**
 * Make an element. Properties: `class`, `data` (an object), `on` (an object of listeners), what
 * else begins with a letter goes in as an attribute; true is an attribute without a value, and
 * what is null, undefined or false is left out. Strings among the children become text.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "data") Object.assign(element.dataset, value);
    else if (name === "on") listen(element, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Listen to several events of one element, which take their listeners along when they go.
 * @param {EventTarget} target
 * @param {Record<string, (event: any) => void>} listeners
 * @param {AbortSignal} [signal]
 */
export function listen(target, listeners, signal) {
  for (const [name, listener] of Object.entries(listeners)) {
    target.addEventListener(name, listener, { signal });
  }
}

const SVG = "http://www.w3.org/2000/svg";

// Drawn for this project on a grid of 24, to be stroked.
const ICONS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M8 5v14M16 5v14",
  back: "M4 5v5h5M4.5 10a8 8 0 1 1-.6 5",
  forward: "M20 5v5h-5M19.5 10a8 8 0 1 0 .6 5",
  loop: "M17 3l3 3-3 3M4 11V9a3 3 0 0 1 3-3h13M7 21l-3-3 3-3M20 13v2a3 3 0 0 1-3 3H4",
  skip: "M4 12h3M17 12h3M10 12h.01M14 12h.01M7 7l3 5-3 5M17 7l-3 5 3 5",
  find: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20 20",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.6-5.6L12 7M14 10a4 4 0 0 0-6-.4l-3 3A4 4 0 0 0 10.6 18l1.4-1.4",
  keys: "M3 7h18v10H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M17 13.5h.01M8 13.5h6",
  close: "M6 6l12 12M18 6L6 18",
  up: "M6 15l6-6 6 6",
  down: "M6 9l6 6 6-6",
  beside: "M4 5h16v14H4zM14 5v14M16.5 9h1M16.5 12h1",
  volume: "M4 10v4h3l5 4V6l-5 4zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20c1-4 4-5.5 7.5-5.5s6.500 1.500 7.500 5.500",
  zoom: "M4 12h16M7 9l-3 3 3 3M17 9l3 3-3 3",
  follow: "M4 5h16M4 19h16M11 12h9M4 9.500l4 2.500-4 2.500z",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  mark: "M4 20h16M7 16l-1-3 9-9 4 4-9 9z",
  star: "M12 3.500l2.600 5.400 5.900.800-4.300 4.100 1 5.900-5.200-2.800-5.200 2.800 1-5.900L3.500 9.700l5.900-.800z",
  tag: "M4 4h8l8 8-8 8-8-8zM8 8h.01",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  undo: "M4 9h10a5 5 0 0 1 0 10H9M8 5L4 9l4 4",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  import: "M12 4v11M7 10l5 5 5-5M4 20h16",
  export: "M12 15V4M7 9l5-5 5 5M4 20h16",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
};

/**
 * Return a drawing that says nothing by itself: what it is on has a name.
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", `icon icon-${name}`);
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}

/**
 * Return a button with a drawing and a name, which is its tooltip too.
 * @param {keyof typeof ICONS} drawn
 * @param {string} name
 * @param {Record<string, any>} [properties]
 * @returns {HTMLButtonElement}
 */
export function iconButton(drawn, name, properties = {}) {
  const named = { type: "button", class: "icon-button", "aria-label": name, title: name };
  return /** @type {HTMLButtonElement} */ (
    make("button", { ...named, ...properties }, icon(drawn))
  );
}

/**
 * Return the shape and initial of a speaker; whoever puts it there writes the name beside it.
 * @param {number} number 1 to 8 by order of first speaking, 0 where nobody is told apart
 * @param {string} name
 * @returns {HTMLElement}
 */
export function badge(number, name) {
  // "Speaker 2" is told from "Speaker 1" by its number.
  const initial = /^Speaker (\d+)$/.exec(name)?.[1] ?? [...name.trim()][0] ?? "?";
  const kind = `badge speaker-${number}`;
  return make("span", { class: kind, "aria-hidden": "true" }, initial.toLocaleUpperCase());
}

/**
 * Say a sentence to screen readers, politely, in the page's one live region.
 * @param {string} sentence
 */
export function say(sentence) {
  let region = document.getElementById("said-aloud");
  if (!region) {
    region = make("div", { id: "said-aloud", class: "visually-hidden", "aria-live": "polite" });
    document.body.append(region);
  }
  // The same sentence twice is said twice only if it changes in between.
  region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
}

/**
 * Show a sentence for a while at the foot of the page and say it; with a button if `does` is given.
 * It stays while it is pointed at or has the focus.
 * @param {string} sentence
 * @param {{button?: string, does?: () => void, seconds?: number}} [options]
 * @returns {HTMLElement}
 */
export function toast(sentence, { button, does, seconds = 8 } = {}) {
  let holder = document.querySelector(".toasts");
  if (!holder) document.body.append((holder = make("div", { class: "toasts" })));
  const shown = make("div", { class: "toast" }, make("span", {}, sentence));
  if (button && does) {
    const press = () => (shown.remove(), does());
    shown.append(make("button", { type: "button", on: { click: press } }, button));
  }
  holder.append(shown);
  say(sentence);
  const go = () => (shown.matches(":hover, :focus-within") ? later() : shown.remove());
  const later = () => setTimeout(go, seconds * 1000);
  later();
  return shown;
}
