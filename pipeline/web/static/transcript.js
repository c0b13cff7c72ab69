/** The text of a recording: turns, the spoken word followed, and where a click or selection lies. */

import {
  fillWith,
  kept,
  offsetAt,
  positionOf,
  signature,
  turnArticle,
  turnOf,
} from "./articles.js";
import { make } from "./dom.js";
import { placeOf, spokenAt, timeOf, turnAt, wordAtOffset } from "./words.js";

/** @typedef {import("./words.js").Passage} Passage */
/** @typedef {import("./words.js").Prepared} Prepared */

const NEAR = "50% 0%"; // of the window above and below, in which text is painted
const LEAF = 16; // turns
const JUMP = 1; // seconds that no frame takes at any speed

export class Transcript extends EventTarget {
  /**
   * @param {import("./painting.js").Painting} paint
   * @param {(name: string | null) => number} speakerNumber
   * @param {AbortSignal} signal
   */
  constructor(paint, speakerNumber, signal) {
    super();
    this.paint = paint;
    this.speakerNumber = speakerNumber;
    this.element = make("div", { class: "turns" });
    /** @type {HTMLElement[]} */
    this.articles = [];
    /** @type {HTMLElement[]} */
    this.leaves = [];
    /** @type {Prepared} */
    this.prepared = /** @type {any} */ (null);
    this.spoken = -1; // the turn that is spoken
    /** @type {((article: HTMLElement, turn: any) => void)[]} */
    this.decorators = [];
    this.near = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: NEAR });
    signal.addEventListener("abort", () => this.near.disconnect());
    this.element.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.element.addEventListener("focusin", (event) => this.#focused(event), { signal });
  }

  #held = new Set();
  #lit = "?"; // the words that are painted as spoken
  #time = 0;
  #goneOn = false; // whether the sound has gone on from the turn that has the focus
  #focusedLast = -1;

  /**
   * Show a transcript. Turns that say the same in the same place keep their elements.
   * @param {Prepared} prepared
   * @param {any[]} turns as in JSON
   */
  show(prepared, turns) {
    const before = this.articles;
    this.prepared = prepared;
    this.#lit = "?";
    const same = kept(
      before,
      prepared.turns.map((turn, position) =>
        signature(turn, turns[position], this.speakerNumber(turn.speaker)),
      ),
    );
    const made = [];
    this.articles = prepared.turns.map((turn, position) => {
      const old = same(position) ?? (this.#held.has(position) ? before[position] : undefined);
      if (old) return this.#renumber(old, position);
      const number = this.speakerNumber(turn.speaker);
      const article = this.#renumber(turnArticle(turn, turns[position], number), position);
      made.push([article, turn]);
      return article;
    });
    if (made.length || before.length !== this.articles.length) this.#place();
    for (const [article, turn] of made) {
      for (const decorate of this.decorators) decorate(article, turn);
    }
    this.#rove(Math.min(Math.max(0, this.focused ?? 0), this.articles.length - 1));
  }

  /**
   * Put turns on leaves, of which only those near the window are laid out and painted: to ask that
   * of each turn costs more than it saves.
   */
  #place() {
    const count = Math.ceil(this.articles.length / LEAF);
    while (this.leaves.length > count) this.leaves.pop()?.remove();
    while (this.leaves.length < count) this.leaves.push(make("div", { class: "leaf" }));
    this.leaves.forEach((leaf, place) => {
      const articles = this.articles.slice(place * LEAF, (place + 1) * LEAF);
      fillWith(leaf, articles);
      // Its height is estimated by its length until it is drawn, so that the scroll bar holds still.
      const characters = articles.reduce(
        (sum, article) => sum + Number(article.dataset.characters),
        0,
      );
      leaf.style.setProperty("--characters", String(characters));
      leaf.style.setProperty("--turns", String(articles.length));
    });
    fillWith(this.element, this.leaves);
    this.near.disconnect();
    this.paint.near.clear();
    for (const leaf of this.leaves) this.near.observe(leaf);
  }

  /**
   * @param {HTMLElement} article
   * @param {number} position
   */
  #renumber(article, position) {
    article.id = `turn-${position}`;
    article.dataset.turn = String(position);
    article.classList.toggle("goes-on", this.#goesOn(position));
    return article;
  }

  /** @param {number} position whose speaker has the turn before, too */
  #goesOn(position) {
    const { turns } = this.prepared;
    return position > 0 && turns[position - 1].speaker === turns[position].speaker;
  }

  /**
   * Have each turn's element passed by, now and whenever one is made.
   * @param {(article: HTMLElement, turn: import("./words.js").Turn) => void} decorate
   */
  decorate(decorate) {
    this.decorators.push(decorate);
    this.articles.forEach((article, position) => decorate(article, this.prepared.turns[position]));
  }

  /**
   * Keep a turn's element whatever changes, while something in it is edited.
   * @param {number} position
   * @param {boolean} held
   */
  hold(position, held) {
    if (held) this.#held.add(position);
    else this.#held.delete(position);
  }

  /** @param {number} position */
  article(position) {
    return this.articles[position];
  }

  /**
   * Return the text of a turn as the page holds it.
   * @param {number} position
   * @returns {Text | null}
   */
  saidNode(position) {
    const said = this.articles[position]?.querySelector(".said")?.firstChild;
    return said instanceof Text ? said : null;
  }

  /** The turn that has the focus, or null. */
  get focused() {
    const article = document.activeElement?.closest(".turn");
    return article && this.element.contains(article) ? positionOf(article) : null;
  }

  /** The turn that has the focus, unless the sound has gone on from it; else the one that is spoken. */
  get current() {
    return (this.#goneOn ? null : this.focused) ?? Math.max(0, this.spoken);
  }

  /**
   * Light up what is said at a time.
   * @param {number} time
   */
  follow(time) {
    const jumped = Math.abs(time - this.#time) > JUMP;
    this.#time = time;
    const words = spokenAt(this.prepared, time);
    const lit = words.join();
    // To paint the same again with each frame would cost each frame.
    if (lit !== this.#lit)
      this.paint.set(
        "spoken",
        words.map((word) => placeOf(this.prepared, word)),
      );
    this.#lit = lit;
    const turn = words.length ? this.prepared.owners[words[0]] : turnAt(this.prepared, time);
    if (turn === this.spoken) return;
    // Whoever listens on from where the focus is, or jumps away, means what is heard.
    if (jumped || this.focused === this.spoken) this.#goneOn = true;
    this.articles[this.spoken]?.removeAttribute("aria-current");
    this.articles[turn]?.setAttribute("aria-current", "true");
    this.spoken = turn;
    this.dispatchEvent(new CustomEvent("turn", { detail: { turn } }));
  }

  /**
   * Put the focus on a turn.
   * @param {number} position
   */
  focus(position) {
    const article = this.articles[Math.min(Math.max(0, position), this.articles.length - 1)];
    article?.focus({ preventScroll: true });
    this.#goneOn = false;
    if (article) article.scrollIntoView({ block: "nearest" });
  }

  /**
   * Return what is selected in the text, or null.
   * @returns {{start: number, end: number, text: string, passages: Passage[]} | null}
   */
  selection() {
    const selected = document.getSelection();
    if (!selected || selected.isCollapsed || !selected.rangeCount) return null;
    const range = selected.getRangeAt(0);
    const passages = this.#within(range);
    if (!passages.length) return null;
    const times = passages.map((passage) => timeOf(this.prepared, passage));
    const start = Math.min(...times.map((time) => time.start));
    const text = passages.map(({ turn, start: from, end }) =>
      this.prepared.turns[turn].text.slice(from, end),
    );
    return {
      start,
      end: Math.max(...times.map((time) => time.end)),
      text: text.join(" "),
      passages,
    };
  }

  /** @param {Range} range */
  #within(range) {
    const [from, to] = [range.startContainer, range.endContainer].map((node) => turnOf(node));
    if (!this.element.contains(range.commonAncestorContainer) || from === null) return [];
    const passages = [];
    for (let turn = from; turn <= (to ?? this.articles.length - 1); turn += 1) {
      const node = this.saidNode(turn);
      if (!node || !range.intersectsNode(node)) continue;
      const start = range.startContainer === node ? range.startOffset : 0;
      const end = range.endContainer === node ? range.endOffset : node.length;
      if (end > start) passages.push({ turn, start, end });
    }
    return passages;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const link = event.target instanceof Element ? event.target.closest("a.at") : null;
    const turn = event.target instanceof Node ? turnOf(event.target) : null;
    if (turn === null || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link) {
      event.preventDefault();
      this.#sought(this.prepared.turns[turn].start);
      return;
    }
    const offset = offsetAt(event, this.saidNode(turn));
    const selected = document.getSelection();
    if (offset === null || (selected && !selected.isCollapsed)) return;
    this.#sought(this.prepared.starts[wordAtOffset(this.prepared, turn, offset)]);
  }

  /** @param {number} time */
  #sought(time) {
    this.dispatchEvent(new CustomEvent("sought", { detail: { time } }));
  }

  /** @param {FocusEvent} event */
  #focused(event) {
    const turn = event.target instanceof Node ? turnOf(event.target) : null;
    if (turn === null) return;
    // A window that comes to the front again gives back the focus: nobody has put it there.
    if (turn !== this.#focusedLast || event.relatedTarget) this.#goneOn = false;
    this.#focusedLast = turn;
    this.#rove(turn);
  }

  /** @param {number} position the one turn that Tab leads to */
  #rove(position) {
    this.element.querySelector('.turn[tabindex="0"]')?.setAttribute("tabindex", "-1");
    this.articles[position]?.setAttribute("tabindex", "0");
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      for (const article of target.children) this.paint.seen(positionOf(article), isIntersecting);
    }
  }
}
