/** The page that plays by itself: what the server's page fetches is in the page already. */

import { pieces, soundWithin, taken } from "./held.js";
import { openTranscript } from "./view.js";

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

const within = soundWithin();
const { word, beside, ...given } = JSON.parse(taken("#source"));
const source = {
  ...given,
  contents: withWords(word, given.contents),
  peaks: pieces(taken("#peaks"))[0]?.buffer ?? null,
  sound: beside ?? within,
  trouble: troubleWith(beside),
};
const root = /** @type {HTMLElement} */ (document.getElementById("main"));
// For whoever looks in from outside: tests, and the browser's console.
Object.assign(globalThis, { relisten: openTranscript(root, source) });
