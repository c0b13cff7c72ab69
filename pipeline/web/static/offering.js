/** What was typed in a tab that is gone, offered where it belongs. */

import { toast } from "./dom.js";
import { isTurnOf, openTabs, placeOfDraft } from "./drafts.js";
import { tidy } from "./wording.js";

const SECONDS = 15; // that the offer is to be seen; the drafts stand in the text for good

/**
 * Offer what was typed and not saved; what open tabs hold is theirs.
 * @param {import("./editing.js").Editing} editing
 */
export async function offerDrafts(editing) {
  for (const draft of editing.drafts.left(await openTabs())) offer(editing, draft);
  const offered = [...editing.edits].filter((edit) => edit.state === "kept");
  if (!offered.length) return;
  const many = offered.length === 1 ? "A draft was" : `${offered.length} drafts were`;
  const sentence = `${many} not saved when this page was closed.`;
  toast(sentence, { button: "Show", does: () => show(editing, offered[0]), seconds: SECONDS });
}

/**
 * @param {import("./editing.js").Editing} editing
 * @param {import("./drafts.js").Draft} draft
 */
function offer(editing, draft) {
  const { turns } = editing.view.prepared;
  const position = placeOfDraft(turns, draft);
  if (position === null || editing.of(draft.start)) return; // another time
  const turn = turns[position];
  editing.drafts.drop(draft.key);
  const stands = isTurnOf(turn, draft) ? turn.text : ""; // where it was taken out: nothing
  if (tidy(stands) === tidy(draft.text)) return; // the server had it
  const edit = editing.begun(draft);
  editing.drafts.keep(edit);
  edit.show("kept");
}

function show(editing, edit) {
  editing.view.transcript.focus(editing.positionOf(edit));
  edit.element.scrollIntoView({ block: "center" });
}
