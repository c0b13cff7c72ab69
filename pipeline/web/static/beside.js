/** What stands beside the text: names, topics, questions and marks, each leading to its mentions. */

import { badge, make } from "./dom.js";
import { clock, counted } from "./format.js";
import { grouped } from "./names.js";
import { markedIn, passageOf, timeOf } from "./words.js";

/** @typedef {import("./names.js").Item} Item */

const FEW = 12; // of a group, until more are asked for

export class Beside {
  /** @param {any} view as `openTranscript` makes it */
  constructor(view) {
    this.view = view;
    this.tabs = make("div", { role: "tablist", class: "tabs", "aria-label": "Beside the text" });
    this.body = make("div", {
      class: "tab-body",
      role: "tabpanel",
      tabindex: "-1",
      id: "beside-body",
    });
    this.element = make(
      "aside",
      { class: "beside", "aria-label": "Beside the text" },
      this.tabs,
      this.body,
    );
    /** @type {Map<string, {name: string, render: (body: HTMLElement, view: any) => void}>} */
    this.known = new Map();
    /** @type {Item | null} */
    this.sought = null;
    this.place = -1;
    this.tabs.addEventListener("keydown", (event) => this.#moved(event), { signal: view.signal });
    this.add({ id: "names", name: "Names", render: (body) => this.#names(body) });
    this.add({ id: "topics", name: "Topics", render: (body) => this.#topics(body) });
    this.add({ id: "questions", name: "Questions", render: (body) => this.#questions(body) });
    this.add({ id: "marks", name: "Marks", render: (body) => this.#marks(body) });
    this.open("names");
  }

  #shown = "";

  /**
   * Add a tab.
   * @param {{id: string, name: string, render: (body: HTMLElement, view: any) => void}} tab
   */
  add({ id, name, render }) {
    this.known.set(id, { name, render });
    const properties = {
      id: `tab-${id}`,
      type: "button",
      role: "tab",
      tabindex: "-1",
      "aria-controls": "beside-body",
    };
    const press = { click: () => this.open(id) };
    this.tabs.append(make("button", { ...properties, data: { tab: id }, on: press }, name));
  }

  /** @param {string} id of a tab */
  open(id) {
    this.#shown = id;
    for (const tab of this.tabs.children) {
      const chosen = /** @type {HTMLElement} */ (tab).dataset.tab === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.setAttribute("tabindex", chosen ? "0" : "-1");
    }
    this.body.setAttribute("aria-labelledby", `tab-${id}`);
    this.render();
  }

  /** Show anew what the open tab holds, after something has changed. */
  render() {
    const tab = this.known.get(this.#shown);
    if (!tab || !this.view.prepared) return;
    // To ask an empty one how far it is scrolled would lay out the whole page for nothing.
    const scrolled = this.body.childElementCount ? this.body.scrollTop : 0;
    this.body.replaceChildren();
    tab.render(this.body, this.view);
    if (scrolled) this.body.scrollTop = scrolled;
  }

  /** @param {KeyboardEvent} event */
  #moved(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const tabs = [...this.tabs.children];
    const at = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = /** @type {HTMLElement} */ (tabs[(at + step + tabs.length) % tabs.length]);
    this.open(/** @type {string} */ (next.dataset.tab));
    next.focus();
  }

  /**
   * Say that there is nothing, unless it is yet to be looked for: after a change it is, anew.
   * @param {string} kind
   */
  #nothing(kind) {
    const looked = this.view.source.contents.made.some(([stage]) => stage === "annotate");
    const none = `No ${kind} were found in this recording.`;
    return nothing(looked ? none : `This recording's ${kind} have not been looked for yet.`);
  }

  /** @param {HTMLElement} body */
  #names(body) {
    const groups = grouped(this.view.source.contents.entities, this.view.prepared);
    if (!groups.length) body.append(this.#nothing("names"));
    for (const [name, items] of groups) body.append(this.#group(name, items));
  }

  /** @param {HTMLElement} body */
  #topics(body) {
    const { keyphrases } = this.view.source.contents;
    const items = keyphrases.map((phrase) => ({
      name: phrase.text,
      passages: phrase.mentions.map((mention) => passageOf(this.view.prepared, mention)),
    }));
    if (!items.length) body.append(this.#nothing("topics"));
    else body.append(this.#group("What it is about", items, 30));
  }

  /**
   * @param {string} name
   * @param {Item[]} items
   * @param {number} [few]
   */
  #group(name, items, few = FEW) {
    const list = make(
      "ul",
      { class: "mentioned" },
      ...items.slice(0, few).map((item) => this.#item(item)),
    );
    const section = make("section", {}, make("h2", { class: "label" }, name), list);
    if (items.length <= few) return section;
    const more = make(
      "button",
      { type: "button", class: "button quiet" },
      `${items.length - few} more`,
    );
    more.addEventListener("click", () => {
      list.append(...items.slice(few).map((item) => this.#item(item)));
      /** @type {HTMLElement} */ (list.children[few]?.firstElementChild)?.focus();
      more.remove();
    });
    section.append(more);
    return section;
  }

  /** @param {Item} item */
  #item(item) {
    const count = make("span", { class: "count" }, String(item.passages.length));
    const button = make(
      "button",
      { type: "button", class: "mention", title: "Go to the next mention" },
      make("span", { class: "name" }, item.name),
      item.note ? make("span", { class: "note" }, item.note) : null,
      count,
    );
    button.setAttribute("aria-label", `${item.name}, ${counted(item.passages.length, "mention")}`);
    const press = (event) => this.seek(item, event.shiftKey ? -1 : 1, button);
    button.addEventListener("click", press);
    if (this.sought?.name === item.name && this.place < item.passages.length) {
      button.setAttribute("aria-current", "true");
      count.textContent = `${this.place + 1} of ${item.passages.length}`;
    }
    return make("li", {}, button);
  }

  /**
   * Go to the next mention of something, the first one after what is played now.
   * @param {Item} item
   * @param {1 | -1} step
   * @param {HTMLElement} [button]
   */
  seek(item, step, button) {
    const { prepared, player } = this.view;
    const times = item.passages.map((passage) => timeOf(prepared, passage).start);
    if (this.sought?.name !== item.name || this.sought.passages.length !== item.passages.length) {
      const later = times.findIndex((time) => time > player.time + 0.05);
      this.place = later < 0 ? 0 : later;
    } else {
      this.place = (this.place + step + times.length) % times.length;
    }
    this.sought = item;
    this.#showPlace(button);
    this.view.pointing.sought(item.passages, this.place, item.name);
  }

  /** @param {HTMLElement} [button] */
  #showPlace(button) {
    for (const other of this.body.querySelectorAll('.mention[aria-current="true"]')) {
      other.removeAttribute("aria-current");
      const count = other.querySelector(".count");
      if (count) count.textContent = count.textContent.replace(/^.* of /, "");
    }
    const count = button?.querySelector(".count");
    if (!button || !count || !this.sought) return;
    button.setAttribute("aria-current", "true");
    count.textContent = `${this.place + 1} of ${this.sought.passages.length}`;
  }

  /** @param {1 | -1} step to the next or previous mention of what was sought last */
  again(step) {
    const button = this.body.querySelector('.mention[aria-current="true"]');
    if (this.sought)
      this.seek(this.sought, step, /** @type {HTMLElement | undefined} */ (button ?? undefined));
  }

  /** Forget what was sought. */
  forget() {
    this.sought = null;
    this.#showPlace();
  }

  /** @param {HTMLElement} body */
  #questions(body) {
    const { questions, turns } = this.view.source.contents;
    if (!questions.length) body.append(this.#nothing("questions"));
    const list = make("ol", { class: "asked" });
    for (const question of questions)
      list.append(this.#question(question, turns[question.mention.turn]));
    body.append(list);
  }

  #question(question, turn) {
    const { prepared } = this.view;
    const passage = passageOf(prepared, question.mention);
    const text = prepared.turns[passage.turn].text.slice(passage.start, passage.end);
    const { answer } = question;
    const ask = make(
      "button",
      {
        type: "button",
        class: "question",
        on: { click: () => this.view.pointing.sought([passage], 0, text) },
      },
      badge(this.view.speakerNumber(turn.speaker), turn.speaker ?? "?"),
      make("span", { class: "text" }, text),
      make("span", { class: "time soft" }, clock(question.mention.start)),
    );
    const answered = answer
      ? make(
          "button",
          { type: "button", class: "answer", on: { click: () => this.view.jump(answer.start) } },
          `Answer ${clock(answer.start)}`,
        )
      : make("span", { class: "answer soft" }, "No answer");
    return make("li", {}, ask, answered);
  }

  /** @param {HTMLElement} body */
  #marks(body) {
    const { highlights } = this.view.source;
    if (!highlights.length)
      body.append(
        nothing(this.view.onMark ? "Select words and press M to mark them." : "Nothing is marked."),
      );
    body.append(
      make("ol", { class: "marks" }, ...highlights.map((highlight) => this.#mark(highlight))),
    );
  }

  #mark(highlight) {
    const { view } = this;
    const passages = markedIn(view.prepared, highlight.start, highlight.end);
    const now = passages.map(({ turn, start, end }) =>
      view.prepared.turns[turn].text.slice(start, end),
    );
    const go = { click: () => view.pointing.sought(passages, 0, "the mark", highlight.start) };
    const edit = view.onMark
      ? make(
          "button",
          {
            type: "button",
            class: "button quiet small",
            on: { click: () => view.onMark(highlight) },
          },
          "Edit",
        )
      : null;
    return make(
      "li",
      { class: "mark", data: { number: String(highlight.number) } },
      make(
        "button",
        { type: "button", class: "quote", on: go },
        make("q", {}, now.join(" … ") || highlight.text),
        make(
          "span",
          { class: "time soft" },
          `${highlight.starred ? "★ " : ""}${clock(highlight.start)}`,
        ),
      ),
      highlight.note ? make("p", { class: "note" }, highlight.note) : null,
      make(
        "div",
        { class: "row" },
        ...highlight.tags.map((tag) => make("span", { class: "chip" }, tag)),
        edit,
      ),
    );
  }
}

/** @param {string} sentence */
function nothing(sentence) {
  return make("p", { class: "soft nothing" }, sentence);
}
