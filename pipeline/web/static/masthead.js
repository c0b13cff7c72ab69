/** The head of a transcript: what recording it is, when it was made, and who speaks how much. */

import { badge, make } from "./dom.js";
import { counted, day, length } from "./format.js";

/**
 * Return what stands above a transcript.
 * @param {any} view as `openTranscript` makes it
 * @returns {HTMLElement[]}
 */
export function masthead(view) {
  const { recording } = view.source.contents;
  const over = [recording.project, day(recording.recorded_at)].filter(Boolean).join(" · ");
  const words = view.prepared.starts.length;
  const under = [
    length(recording.duration),
    counted(words, "word"),
    ...recording.tags.map((tag) => `#${tag}`),
  ];
  return [
    make("p", { class: "label" }, over),
    make("h1", {}, recording.title),
    cast(view),
    make("p", { class: "soft small facts" }, under.join(" · ")),
  ];
}

function cast(view) {
  const { contents, roles } = view.source;
  const seconds = talk(contents.turns);
  const all = [...seconds.values()].reduce((sum, each) => sum + each, 0);
  const list = make("ul", { class: "cast", "aria-label": "Speakers" });
  for (const name of contents.speakers) {
    const share = all ? Math.round((100 * (seconds.get(name) ?? 0)) / all) : 0;
    const role =
      roles[name] && roles[name].toLowerCase() !== name.toLowerCase() ? roles[name] : null;
    const about = [role, `${share} %`].filter(Boolean).join(", ");
    const number = view.speakerNumber(name);
    list.append(
      make(
        "li",
        { class: `speaker-${number}`, data: { speaker: name } },
        badge(number, name),
        make("span", { class: "who" }, name),
        make("span", { class: "soft small", title: "Share of what is said" }, about),
      ),
    );
  }
  return list;
}

/**
 * Return how many seconds each speaker's words take.
 * @param {any[]} turns
 * @returns {Map<string | null, number>}
 */
export function talk(turns) {
  const seconds = new Map();
  for (const { speaker, words } of turns) {
    const spoken = words.reduce((sum, word) => sum + word.end - word.start, 0);
    seconds.set(speaker, (seconds.get(speaker) ?? 0) + spoken);
  }
  return seconds;
}
