/**
 * Marking: what is selected is kept at once, then gets its tags, a note, a star. Every change is
 * saved by itself, a note while it is typed.
 */

import { button } from "./dialogs.js";
import { icon, make, say, toast } from "./dom.js";
import { aloud } from "./format.js";
import { markAt, markBeside } from "./marks.js";
import { openMark } from "./marksheet.js";
import { markedIn } from "./words.js";

const GROUP = "Mark";
const STARRED = "starred";
const SETTLES = 150; // ms after which a selection is one
const SOON = 3000; // ms: what was marked longer ago nobody expects to be asked about

/** @param {import("./desk.js").Desk} desk */
export function addMarking(desk) {
  desk.marking = new Marking(desk);
}

export class Marking {
  tools = make("div"); // by what is selected

  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.view = desk.view;
    this.view.onMark = (highlight) => this.open(highlight);
    this.view.paint.add(STARRED, { everywhere: true });
    this.view.on("update", () => this.#paintStars());
    this.#paintStars();
    this.#addKeys();
    this.#addTools();
    this.view.beside.render(); // which has an edit button for each mark now
  }

  get marks() {
    return this.view.source.highlights;
  }

  #addKeys() {
    const add = (key, said, does, when) =>
      this.view.keys.add({ keys: [key], said, group: GROUP, does, when });
    const any = () => this.marks.length > 0;
    add("m", "Mark what is selected, else the turn", () => void this.mark());
    add("M", "Tags, note and star of the mark at this moment", () => this.openAt(), any);
    add("*", "Star the mark at this moment, or take its star", () => void this.star(), any);
    add("]", "To the next mark", () => this.#go(1), any);
    add("[", "To the mark before", () => this.#go(-1), any);
  }

  /** The buttons that appear by what is selected. */
  #addTools() {
    const mark = button("Mark", () => void this.mark());
    mark.title = "Mark (M)";
    mark.prepend(icon("mark"));
    const give = button(
      "Whose?",
      () => this.desk.retelling.give(this.view.transcript.current),
      "quiet",
    );
    give.title = "Give it to another speaker (G)";
    const replace = button("Replace", () => this.desk.replacing.open(), "quiet");
    replace.title = "Replace it wherever it stands (R)";
    const properties = {
      class: "selection-tools no-print",
      role: "group",
      "aria-label": "What is selected",
    };
    this.tools = make("div", { ...properties, hidden: true }, mark, give, replace);
    // Pressing a button is not to take the selection away.
    this.tools.addEventListener("mousedown", (event) => event.preventDefault());
    this.view.root.append(this.tools);
    let waits = 0;
    const later = () => (
      clearTimeout(waits),
      (waits = window.setTimeout(() => this.#showTools(), SETTLES))
    );
    this.view.on("selection", later);
    this.view.on("update", later);
    const own = { signal: this.view.signal, passive: true };
    for (const name of ["scroll", "resize"]) window.addEventListener(name, later, own);
    this.view.signal.addEventListener("abort", () => this.tools.remove());
  }

  #showTools() {
    const isIn = this.tools.contains(document.activeElement);
    const isDialog = document.querySelector("dialog:modal") !== null;
    const selected = isDialog ? null : this.view.transcript.selection();
    this.tools.hidden = !selected && !isIn;
    if (!selected) return;
    const boxes = document.getSelection()?.getRangeAt(0).getClientRects() ?? [];
    const [first, last] = [boxes[0], boxes[boxes.length - 1]];
    if (!first || !last) return;
    const { offsetWidth: width, offsetHeight: height } = this.tools;
    const left = Math.min(
      Math.max(8, last.right - width / 2),
      document.documentElement.clientWidth - width - 8,
    );
    const deck = this.view.deck.element.getBoundingClientRect().top;
    this.tools.style.setProperty("left", `${left}px`);
    // Below what is selected, where a phone shows nothing of its own; above it where no room is.
    const below = last.bottom + 8;
    const top =
      below + height + 8 < deck ? below : Math.min(first.top - height - 8, deck - height - 8);
    this.tools.style.setProperty("top", `${Math.max(8, top)}px`);
  }

  #paintStars() {
    const starred = this.marks.filter((mark) => mark.starred);
    this.view.paint.set(
      STARRED,
      starred.flatMap(({ start, end }) => markedIn(this.view.prepared, start, end)),
    );
  }

  // Which one

  /** The moment that is meant: of the turn that has the focus, else what is played. */
  get #moment() {
    const { transcript, prepared, player } = this.view;
    const turn = prepared.turns[transcript.focused ?? -1];
    const isElsewhere = turn && (player.time < turn.start || player.time > turn.end);
    return isElsewhere ? turn.end : player.time;
  }

  /** @param {1 | -1} step */
  #go(step) {
    const mark = markBeside(this.marks, this.view.player.time, step);
    if (!mark) return;
    this.view.jump(mark.start);
    say(
      `${mark.starred ? "Starred mark" : "Mark"} at ${aloud(mark.start)}: ${mark.text}. ${mark.tags.join(", ")}`,
    );
  }

  /** Open the mark that is meant. */
  openAt() {
    const mark = markAt(this.marks, this.#moment);
    if (mark) this.open(mark);
  }

  /** @param {import("./marks.js").Mark} mark */
  open(mark) {
    openMark(this, mark);
  }

  /** Give the mark that is meant a star, or take it. */
  async star() {
    const mark = markAt(this.marks, this.#moment);
    if (!mark) return;
    const changed = await this.change(mark, { starred: !mark.starred });
    const said = mark.starred ? "No longer starred" : "Starred";
    if (changed)
      this.desk.undoing.done(said, { kind: "changed", before: mark, highlight: changed });
  }

  // Kept by the server

  /** Mark what is selected, else the turn that has the focus or is spoken; then ask for its tags. */
  async mark() {
    const { transcript, prepared } = this.view;
    const meant = transcript.selection() ?? prepared.turns[transcript.current];
    if (!meant) return;
    const back = transcript.article(transcript.selection()?.passages[0].turn ?? transcript.current);
    const { start, end } = meant;
    const path = `${this.desk.address}/highlights`;
    const asked = performance.now();
    const body = { start, end, tags: [], note: "", starred: false };
    const made = await this.#sent(() => ({ path, method: "POST", body }));
    if (!made) return;
    document.getSelection()?.removeAllRanges();
    this.tools.hidden = true;
    if (performance.now() - asked < SOON) openMark(this, made, { back, isNew: true });
    else this.desk.undoing.done("Marked", { kind: "marked", highlight: made });
  }

  /**
   * Change a mark; return it as it is kept, null where that did not go.
   * @param {import("./marks.js").Mark} mark
   * @param {Record<string, any>} wanted
   * @param {(sentence: string) => void} [tell]
   * @returns {Promise<any>}
   */
  async change(mark, wanted, tell) {
    const path = `/api/highlights/${this.desk.recording}/${mark.number}`;
    const changed = await this.#sent(
      () => ({ path, method: "PATCH", body: { was: mark.changed_at, ...wanted } }),
      tell,
    );
    if (changed) this.desk.undoing.follow(mark.number, changed);
    return changed;
  }

  /**
   * Take a mark away.
   * @param {import("./marks.js").Mark} mark
   * @returns {Promise<boolean>} whether it is gone
   */
  async remove(mark) {
    const path = `/api/highlights/${this.desk.recording}/${mark.number}`;
    const answer = await this.#sent(() => ({
      path,
      method: "DELETE",
      query: { was: mark.changed_at },
    }));
    if (answer) this.desk.undoing.done(answer.said, { kind: "removed", highlight: mark });
    return answer !== null;
  }

  /**
   * @param {() => any} request
   * @param {(sentence: string) => void} [tell] why it is not saved
   */
  async #sent(request, tell = toastOnce()) {
    try {
      return await this.desk.sending.send(request, tell);
    } catch (failure) {
      tell(failure instanceof Error ? failure.message : String(failure));
      await this.desk.noticing.catchUp();
      return null;
    }
  }
}

/** Return what shows each sentence once, however often it is tried again. */
function toastOnce() {
  let before = "";
  return (sentence) => {
    if (sentence !== before) toast((before = sentence));
  };
}
