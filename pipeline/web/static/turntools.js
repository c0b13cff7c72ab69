/** The buttons of a turn: one set for all, which goes to the turn that is pointed at or focused. */

import { iconButton, make } from "./dom.js";

/** @param {import("./desk.js").Desk} desk */
export function addTurnTools(desk) {
  const { transcript, signal } = desk.view;
  const at = (event) => Number(event.currentTarget.closest(".turn").dataset.turn);
  const tools = make(
    "div",
    { class: "turn-tools" },
    iconButton("edit", "Correct what is said here (E)", {
      on: { click: (event) => desk.editing.edit(at(event)) },
    }),
    iconButton("person", "Give this turn to another speaker (G)", {
      on: { click: (event) => desk.retelling.give(at(event)) },
    }),
  );
  const go = (event) => {
    const article = event.target instanceof Element ? event.target.closest(".turn") : null;
    if (!article || article === tools.parentElement || tools.contains(document.activeElement))
      return;
    const said = article.querySelector(".said");
    said?.after(tools);
  };
  // A click in the tools is none in the text: it plays nothing.
  tools.addEventListener("click", (event) => event.stopPropagation());
  transcript.element.addEventListener("pointerover", go, { signal });
  transcript.element.addEventListener("focusin", go, { signal });
}
