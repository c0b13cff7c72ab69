/** The page that plays by itself: what the server's page fetches is in the page already. */

import { openTranscript } from "./view.js";

const AT_ONCE = 4 * 2 ** 18; // characters of base64: whole fours

/**
 * Return what stands in a part of the page, and let go of it: a sound is large.
 * @param {string} selector
 * @returns {string}
 */
function taken(selector) {
  const element = document.querySelector(selector);
  const text = element?.textContent ?? "";
  element?.remove();
  return text;
}

/**
 * Return bytes that are written in base64, piece by piece.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>[]}
 */
function pieces(text) {
  const found = [];
  for (let first = 0; first < text.length; first += AT_ONCE) {
    const binary = atob(text.slice(first, first + AT_ONCE));
    const bytes = new Uint8Array(binary.length);
    for (let place = 0; place < binary.length; place += 1) bytes[place] = binary.charCodeAt(place);
    found.push(bytes);
  }
  return found;
}

/**
 * Return the address of the sound: of what the page has within it for browsers without scripts, or
 * of the file beside it; null where there is none.
 * @param {string | null} beside
 * @returns {string | null}
 */
function addressOf(beside) {
  const player = taken("noscript");
  if (beside) return beside;
  const text = /base64,([^"]*)/.exec(player)?.[1];
  return text ? URL.createObjectURL(new Blob(pieces(text), { type: "audio/webm" })) : null;
}

/**
 * Say what can be done where the sound cannot be played.
 * @param {string | null} beside
 */
function troubleWith(beside) {
  const known = "Chrome, Edge, Firefox, and Safari from 17.5 on, do";
  const other = `This browser cannot play the sound (Opus). ${known}.`;
  return beside ? `Is ${decodeURIComponent(beside)} in the folder of this page? Else: ${other}` : other;
}

/**
 * Return a transcript as `relisten export --format json` writes it: its words are rows here.
 * @param {string[]} names of what a row holds
 * @param {any} contents
 */
function withWords(names, contents) {
  const word = (row) => Object.fromEntries(row.map((value, place) => [names[place], value]));
  const turns = contents.turns.map((turn) => ({ ...turn, words: turn.words.map(word) }));
  return { ...contents, turns };
}

const { word, beside, ...given } = JSON.parse(taken("#source"));
const source = {
  ...given,
  contents: withWords(word, given.contents),
  peaks: pieces(taken("#peaks"))[0]?.buffer ?? null,
  sound: addressOf(beside),
  trouble: troubleWith(beside),
};
const root = /** @type {HTMLElement} */ (document.getElementById("main"));
// For whoever looks in from outside: tests, and the browser's console.
Object.assign(globalThis, { relisten: openTranscript(root, source) });
