/** Pointing at passages: those that were found in the text, and those to which a mention leads. */

import { say } from "./dom.js";
import { aloud } from "./format.js";
import { timeOf } from "./words.js";

/** @typedef {import("./words.js").Passage} Passage */

const HEADER = 80; // pixels of the window in which nobody reads

export class Pointing {
  /** @param {any} view as `openTranscript` makes it */
  constructor(view) {
    this.view = view;
  }

  /**
   * Paint what was found, and one of it more than the others.
   * @param {Passage[]} passages
   * @param {number} place
   */
  found(passages, place) {
    const { paint, waveform } = this.view;
    paint.set("found", passages);
    paint.set("found-now", passages[place] ? [passages[place]] : []);
    waveform.mark("found", this.#times(passages));
  }

  /**
   * Show one of what was found; where nothing plays, playing begins there.
   * @param {Passage} passage
   */
  reach(passage) {
    const { paint, player, prepared, scrolling } = this.view;
    paint.set("found-now", [passage]);
    if (player.playing) scrolling.setFollowing(false);
    else player.seek(timeOf(prepared, passage).start);
    this.#bring(passage);
  }

  /**
   * Go to one of the passages in which something is said, all painted.
   * @param {Passage[]} passages
   * @param {number} place
   * @param {string} name
   * @param {number} [start] seconds, where it is known better
   */
  sought(passages, place, name, start) {
    const { paint, player, prepared, scrolling, waveform } = this.view;
    const passage = passages[place];
    const time = start ?? (passage && timeOf(prepared, passage).start);
    if (time === undefined) return;
    paint.set("sought", passages);
    paint.set("sought-now", passage ? [passage] : []);
    waveform.mark("sought", this.#times(passages));
    player.seek(time);
    scrolling.setFollowing(true);
    if (passage) this.#bring(passage);
    const which = passages.length > 1 ? `, ${place + 1} of ${passages.length}` : "";
    say(`${name}${which}, at ${aloud(time)}`);
  }

  /** Point at nothing that was sought. */
  forget() {
    for (const layer of ["sought", "sought-now"]) this.view.paint.set(layer, []);
    this.view.waveform.mark("sought", []);
  }

  /** Return where the reader is: what is spoken if it can be seen, else the first turn that can. */
  inSight() {
    const { paint, transcript } = this.view;
    const box = (turn) => transcript.articles[turn]?.getBoundingClientRect();
    const isSeen = (turn) => box(turn)?.bottom > HEADER && box(turn)?.top < innerHeight;
    if (paint.near.has(transcript.spoken) && isSeen(transcript.spoken))
      return { turn: transcript.spoken, start: 0 };
    const near = [...paint.near].sort((one, other) => one - other);
    return { turn: near.find(isSeen) ?? 0, start: 0 };
  }

  /** @param {Passage[]} passages */
  #times(passages) {
    return passages.map((passage) => timeOf(this.view.prepared, passage));
  }

  /** @param {Passage} passage */
  #bring(passage) {
    const range = this.view.rangeOf(passage);
    if (range) this.view.scrolling.bring(range, { always: false });
  }
}
