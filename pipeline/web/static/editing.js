/**
 * Correcting while hearing: a turn is rewritten in its place, with the sound under the fingers.
 * What is typed is kept at every keystroke, saved on leaving, and lost by nothing.
 */

import { make, say } from "./dom.js";
import { Drafts, holdTab, isTurnOf, placeOfDraft } from "./drafts.js";
import { Edit } from "./edit.js";
import { addEditKeys } from "./editkeys.js";
import { hearAlong, hearing } from "./hearalong.js";
import { offerDrafts } from "./offering.js";
import { standsThere } from "./sending.js";
import { addTurnTools } from "./turntools.js";
import { replaced, tidy } from "./wording.js";

const MOST_TRIES = 3; // where turns have moved while it was on its way
const GONE = "This turn is not there any more: it was taken out elsewhere.";
const LEFT_OUT = ".edit, .deck, dialog, .toasts, .menu"; // going there leaves no turn

/** @param {import("./desk.js").Desk} desk */
export function addEditing(desk) {
  desk.editing = new Editing(desk);
}

export class Editing {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    const { view, recording } = desk;
    this.desk = desk;
    this.view = view;
    const tab = crypto.randomUUID();
    holdTab(tab, view.signal);
    this.drafts = new Drafts(localStorage, recording, tab);
    /** @type {Set<Edit>} */
    this.edits = new Set();
    addEditKeys(this);
    this.#listen();
    addTurnTools(desk);
    void offerDrafts(this);
  }

  #isMoving = false;
  /** @type {boolean | null} */
  #follows = null; // whether the page followed what is spoken before a turn was typed

  /** The edit that is typed in, if any is. */
  get open() {
    return [...this.edits].find((edit) => edit.state === "open") ?? null;
  }

  /** Whether it has the focus. */
  get isTyping() {
    return this.open?.element.contains(document.activeElement) ?? false;
  }

  #listen() {
    const { element } = this.view.transcript;
    const own = { signal: this.view.signal };
    element.addEventListener("dblclick", (event) => this.#doubled(event), own);
    document.addEventListener("mousedown", (event) => this.#pressed(event), own);
    document.addEventListener("focusin", (event) => this.#left(event), own);
    hearAlong(this);
  }

  /** @param {MouseEvent} event */
  #doubled(event) {
    const article = event.target instanceof Element ? event.target.closest(".turn") : null;
    const isText = event.target instanceof Element && event.target.closest(".said, .said-again");
    if (!article || !isText || event.target instanceof HTMLTextAreaElement) return;
    this.edit(Number(/** @type {HTMLElement} */ (article).dataset.turn));
  }

  /** @param {MouseEvent} event */
  #pressed(event) {
    const isPlayer = event.target instanceof Element && event.target.closest(".deck button");
    if (isPlayer && this.isTyping)
      event.preventDefault(); // the focus stays in the text
    else this.#left(event);
  }

  /** @param {Event} event by which something else may be turned to: then a turn is left */
  #left({ target }) {
    if (!this.open || this.#isMoving || !(target instanceof Element)) return;
    if (!target.closest(LEFT_OUT)) this.save(this.open, { focus: false });
  }

  /**
   * Begin to correct a turn, at the word that is selected or heard.
   * @param {number} position
   */
  edit(position) {
    const turn = this.view.prepared.turns[position];
    if (!turn) return;
    const known = this.of(turn.start);
    if (known?.state === "waiting" || known?.state === "conflict") return;
    if (this.open && this.open !== known) this.save(this.open, { focus: false });
    const caret = known ? null : this.#caret(turn);
    const edit =
      known ??
      this.begun({ start: turn.start, was: turn.text, text: turn.text, speaker: turn.speaker });
    this.#openEdit(edit, caret);
  }

  /**
   * Begin an edit, in no state yet.
   * @param {{start: number, was: string, text: string, speaker: string | null}} turn
   * @returns {Edit}
   */
  begun(turn) {
    const edit = new Edit(turn, this.#does());
    this.edits.add(edit);
    this.#place(edit);
    return edit;
  }

  /**
   * Return what is typed of a turn, null where nothing is.
   * @param {number} start of the turn
   * @returns {Edit | null}
   */
  of(start) {
    return [...this.edits].find((edit) => Math.abs(edit.start - start) < 0.005) ?? null;
  }

  #openEdit(edit, caret) {
    const { scrolling } = this.view;
    this.#follows ??= scrolling.following;
    scrolling.setFollowing(false); // what is typed stays in sight
    edit.show("open");
    if (edit.stands !== edit.was)
      edit.warn(
        "Somebody changed this turn meanwhile. When you save, you are asked which to keep.",
      );
    edit.input.focus({ preventScroll: true });
    edit.input.setSelectionRange(...(caret ?? [edit.text.length, edit.text.length]));
    edit.element.scrollIntoView({ block: "nearest" });
  }

  /** @returns {[number, number]} */
  #caret(turn) {
    const { transcript, paint } = this.view;
    const here = (passage) => passage.turn === turn.position;
    const selected = transcript.selection()?.passages.find(here);
    if (selected) return [selected.start, selected.end];
    const spoken = paint.passages("spoken").find(here);
    return spoken ? [spoken.start, spoken.start] : [0, 0];
  }

  /** @returns {import("./edit.js").Does} */
  #does() {
    return {
      typed: (edit) => this.#typed(edit),
      save: (edit) => this.save(edit),
      giveUp: (edit) => this.giveUp(edit),
      reopen: (edit) => this.#reopen(edit),
      discard: (edit) => this.#discard(edit),
      keepMine: (edit) => ((edit.was = edit.stands), this.save(edit)),
      hearing: (edit) => hearing(this, edit),
    };
  }

  /** @param {Edit} edit */
  #typed(edit) {
    if (!this.drafts.keep(edit))
      edit.warn("This browser keeps no drafts: save often, with Ctrl+Enter.");
  }

  /** @param {Edit} edit */
  #reopen(edit) {
    if (edit.state === "conflict") edit.was = edit.stands;
    if (this.open && this.open !== edit) this.save(this.open, { focus: false });
    this.#openEdit(edit, null);
  }

  /** @param {Edit} edit what is typed is of no use */
  #discard(edit) {
    this.#end(edit);
    say("Discarded");
  }

  /** @param {Edit} edit */
  giveUp(edit) {
    if (tidy(edit.text) === tidy(edit.stands)) {
      this.#end(edit);
      return;
    }
    this.drafts.keep(edit);
    edit.show("kept");
    this.#closed();
    this.#focusTurn(edit);
    say("Not saved. What you typed is kept as a draft.");
  }

  /** @param {Edit} edit @param {boolean} [focus] whether its turn has the focus then */
  #end(edit, focus = true) {
    this.drafts.drop(this.drafts.keyOf(edit.start));
    this.edits.delete(edit);
    const hadFocus = edit.element.contains(document.activeElement);
    edit.leave();
    if (focus || hadFocus) this.#focusTurn(edit);
    this.#closed();
  }

  /** A turn is typed no more: the page may go on with what is spoken. */
  #closed() {
    if (this.open || this.#follows === null) return;
    this.view.scrolling.setFollowing(this.#follows);
    this.#follows = null;
  }

  /** @param {Edit} edit */
  #focusTurn(edit) {
    this.view.transcript.article(this.positionOf(edit))?.focus({ preventScroll: true });
  }

  /** Save the turn that is typed, and correct the next one. */
  next() {
    const edit = this.open;
    if (!edit) return;
    const position = this.positionOf(edit) + 1;
    this.save(edit, { focus: false });
    if (this.view.prepared.turns[position]) this.edit(position);
  }

  /**
   * Save a turn; what it said before is kept on record by the library.
   * @param {Edit} edit
   * @param {{focus?: boolean}} [how] whether its turn has the focus afterwards
   */
  save(edit, { focus = true } = {}) {
    if (tidy(edit.text) === tidy(edit.stands)) {
      this.#end(edit, focus);
      return;
    }
    this.drafts.keep(edit);
    edit.show("waiting");
    this.#closed();
    if (focus) this.#focusTurn(edit);
    void this.#send(edit, MOST_TRIES);
  }

  /**
   * @param {Edit} edit
   * @param {number} tries
   */
  async #send(edit, tries) {
    const request = () => {
      const position = this.positionOf(edit);
      const turn = this.view.prepared.turns[position];
      if (!isTurnOf(turn, edit)) throw new Error(GONE); // another may say the same
      const body = { was: edit.was, text: edit.text, start: turn.start };
      return { path: `${this.desk.address}/turns/${position}`, method: "POST", body };
    };
    try {
      const answer = await this.desk.sending.send(request, (sentence) =>
        edit.show("waiting", sentence),
      );
      this.#saved(edit, answer);
    } catch (failure) {
      const sentence = failure instanceof Error ? failure.message : String(failure);
      if (standsThere(failure) !== null) await this.#wasFirst(edit, tries, sentence);
      else if (sentence === GONE) this.#isGone(edit);
      else edit.show("refused", sentence);
    }
  }

  /**
   * @param {Edit} edit
   * @param {any} answer
   */
  #saved(edit, answer) {
    const { undoing, replacing } = this.desk;
    this.#end(edit, false);
    const shown = undoing.done(answer.said, answer.undo);
    const words = replaced(edit.was, edit.text);
    const elsewhere = words && replacing.isElsewhere(words.stands);
    if (!words || !elsewhere) return;
    const all = { type: "button", on: { click: () => (shown.remove(), replacing.open(words)) } };
    shown.append(make("button", all, "Everywhere …"));
  }

  /**
   * Somebody else was first there, or the turns have moved: look again.
   * @param {Edit} edit
   * @param {number} tries
   * @param {string} sentence
   */
  async #wasFirst(edit, tries, sentence) {
    await this.desk.noticing.catchUp();
    if (!this.edits.has(edit)) return;
    if (edit.stands === edit.was && tries > 1) await this.#send(edit, tries - 1);
    else if (tidy(edit.stands) === tidy(edit.text)) this.#end(edit, false);
    else if (edit.stands === edit.was) edit.show("refused", sentence);
    else edit.show("conflict");
  }

  /** @param {Edit} edit its turn was taken out: it stands beside another, and is no part of that */
  #isGone(edit) {
    if (tidy(edit.text)) edit.show("kept", GONE);
    else this.#end(edit, false); // as was wanted
  }

  // What changes under the edits

  /**
   * Return the position of the turn that an edit is of, as turns are now.
   * @param {Edit} edit
   * @returns {number}
   */
  positionOf(edit) {
    return placeOfDraft(this.view.prepared.turns, { start: edit.start, was: edit.stands }) ?? 0;
  }

  /** @param {Edit} edit */
  #place(edit) {
    const position = this.positionOf(edit);
    const article = this.view.transcript.article(position);
    if (!article) return;
    edit.attach(article);
    const turn = this.view.prepared.turns[position];
    if (isTurnOf(turn, edit)) edit.follow(turn.text);
  }

  /**
   * Have the page shown anew, and the edits, the focus and what is selected in them stay.
   * @param {() => void} update
   */
  around(update) {
    const before = document.activeElement;
    const input = before instanceof HTMLTextAreaElement ? before : null;
    const selected = input && [input.selectionStart, input.selectionEnd, input.scrollTop];
    const focused = this.view.transcript.focused;
    const start = focused === null ? null : this.view.prepared.turns[focused].start;
    this.#isMoving = true;
    update();
    for (const edit of this.edits) this.#place(edit);
    if (input?.isConnected && selected && document.activeElement !== input) {
      input.focus({ preventScroll: true });
      input.setSelectionRange(selected[0], selected[1]);
      input.scrollTop = selected[2];
    } else if (start !== null && document.activeElement === document.body) {
      const position = placeOfDraft(this.view.prepared.turns, { start, was: "" });
      if (position !== null) this.view.transcript.article(position).focus({ preventScroll: true });
    }
    this.#isMoving = false;
  }
}
