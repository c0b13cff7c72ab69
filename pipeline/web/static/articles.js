/** The elements of turns: how one is made, which of them stay, and what in them is pointed at. */

import { badge, make } from "./dom.js";
import { clock, momentHash } from "./format.js";

const UNSURE = 0.6; // of who speaks, on average over a turn: below it the name is put in doubt
const NOBODY = "Speaker not told apart";

/** @type {Map<string, HTMLElement>} */
const blank = new Map(); // a turn without words of each speaker: a copy is made in a third of the time

/**
 * Return the element of a turn.
 * @param {import("./words.js").Turn} turn
 * @param {any} said the turn as JSON has it
 * @param {number} number of its speaker
 * @returns {HTMLElement}
 */
export function turnArticle(turn, said, number) {
  const name = turn.speaker ?? NOBODY;
  const unsure = isUnsure(said);
  const key = `${number} ${unsure} ${name}`;
  const known = blank.get(key) ?? blankTurn(number, name, unsure);
  blank.set(key, known);
  const article = /** @type {HTMLElement} */ (known.cloneNode(true));
  const [head, words] = article.children;
  const at = /** @type {HTMLAnchorElement} */ (head.lastElementChild);
  at.textContent = clock(turn.start);
  at.setAttribute("href", momentHash(turn.start));
  words.textContent = turn.text;
  article.setAttribute("aria-label", `${name}${unsure ? ", perhaps" : ""}, ${at.textContent}`);
  article.dataset.signature = signature(turn, said, number);
  article.dataset.characters = String(turn.text.length);
  return article;
}

/**
 * @param {number} number
 * @param {string} name
 * @param {boolean} unsure
 */
function blankTurn(number, name, unsure) {
  const doubt = unsure
    ? make("span", { class: "unsure", title: "Not sure who says this" }, "?")
    : null;
  const at = make("a", { class: "at time", tabindex: -1 });
  return make(
    "article",
    { class: `turn speaker-${number}`, tabindex: -1 },
    make(
      "div",
      { class: "turn-head" },
      badge(number, name),
      make("span", { class: "who" }, name),
      doubt,
      at,
    ),
    make("p", { class: "said" }),
  );
}

/**
 * Have an element hold these and no others, moving none that stands where it belongs.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children
 */
export function fillWith(parent, children) {
  children.forEach((child, place) => {
    if (parent.children[place] !== child)
      parent.insertBefore(child, parent.children[place] ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild?.remove();
}

/**
 * Return what finds the elements that stay: those of before and after the first and last change.
 * @param {HTMLElement[]} before
 * @param {string[]} signatures
 * @returns {(position: number) => HTMLElement | undefined}
 */
export function kept(before, signatures) {
  const is = (/** @type {number} */ old, /** @type {number} */ now) =>
    before[old]?.dataset.signature === signatures[now];
  let first = 0;
  while (first < signatures.length && is(first, first)) first += 1;
  const moved = before.length - signatures.length;
  let last = signatures.length;
  while (last > first && last + moved > first && is(last - 1 + moved, last - 1)) last -= 1;
  return (position) => {
    if (position < first) return before[position];
    if (position >= last) return before[position + moved];
    // As many as before: a turn between two changes may be the same as well.
    return moved === 0 && is(position, position) ? before[position] : undefined;
  };
}

/**
 * Return what tells whether a turn's element can stay as it is.
 * @param {import("./words.js").Turn} turn
 * @param {any} said
 * @param {number} number of its speaker
 */
export function signature(turn, said, number) {
  return `${turn.start} ${number} ${turn.speaker} ${isUnsure(said)} ${turn.text}`;
}

/** @param {any} said */
function isUnsure({ words }) {
  let [sum, known] = [0, 0];
  for (const { speaker_probability: sure } of words) {
    if (sure === null) continue;
    sum += sure;
    known += 1;
  }
  return known > 0 && sum / known < UNSURE;
}

/**
 * @param {Element} article
 * @returns {number}
 */
export function positionOf(article) {
  return Number(/** @type {HTMLElement} */ (article).dataset.turn);
}

/**
 * Return the turn in whose element something is; null outside.
 * @param {Node} node
 * @returns {number | null}
 */
export function turnOf(node) {
  const element = node instanceof Element ? node : node.parentElement;
  const article = element?.closest(".turn");
  return article ? positionOf(article) : null;
}

/**
 * Return the character of a text at a click; null beside it.
 * @param {{clientX: number, clientY: number, target: EventTarget | null}} event
 * @param {Text | null} node
 * @returns {number | null}
 */
export function offsetAt({ clientX, clientY, target }, node) {
  if (!node || target !== node.parentNode) return null;
  if (document.caretPositionFromPoint) {
    const caret = document.caretPositionFromPoint(clientX, clientY);
    return caret?.offsetNode === node ? caret.offset : null;
  }
  const range = document.caretRangeFromPoint?.(clientX, clientY);
  return range?.startContainer === node ? range.startOffset : null;
}
