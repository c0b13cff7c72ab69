/** The keys for correcting, and those that work while a turn is typed. */

const GROUP = "Correct";

/** @param {import("./editing.js").Editing} editing */
export function addEditKeys(editing) {
  const { keys, player, transcript } = editing.view;
  const add = (names, said, does) => keys.add({ keys: names, said, group: GROUP, does });
  const typing = (names, said, does, when = () => editing.isTyping) =>
    keys.add({ keys: names, said, group: "While you type", does, when, typing: true });
  add(["e"], "Correct the turn that has the focus or is spoken", () =>
    editing.edit(transcript.current),
  );
  typing(["Ctrl+Enter"], "Save", () => editing.open && editing.save(editing.open));
  typing(["Ctrl+Shift+Enter"], "Save, and correct the next turn", () => editing.next());
  typing(
    ["Escape"],
    "Give up: what was typed is kept as a draft",
    () => editing.open && editing.giveUp(editing.open),
  );
  const anywhere = () => true;
  typing(["Ctrl+ ", "F4"], "Play or pause", () => player.toggle(), anywhere);
  typing(["F2"], "Back 3 seconds", () => player.back(), anywhere);
  const isPlain = () => editing.isTyping && !/Mac|iP/.test(navigator.platform); // there it moves by a word
  typing(["Alt+ArrowLeft"], "Back 3 seconds", () => player.back(), isPlain);
}
