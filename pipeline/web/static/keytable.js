/** The keys for reading and hearing. What is added to the page adds its own. */

import { say, toast } from "./dom.js";
import { whereabouts } from "./deck.js";
import { speed } from "./format.js";

const [HEAR, READ, FIND] = ["Hear", "Read", "Find"];

/**
 * Enter the keys of a view in its table.
 * @param {any} view as `openTranscript` makes it
 */
export function addKeys(view) {
  const groups = [
    [HEAR, hearing(view)],
    [READ, reading(view)],
    [FIND, finding(view)],
  ];
  for (const [group, entries] of groups) {
    for (const [keys, said, does, when] of entries)
      view.keys.add({ keys, said, group, does, when });
  }
}

function hearing(view) {
  const { player } = view;
  const faster = (step) => () => (player.stepRate(step), say(`Speed ${speed(player.rate)}`));
  return [
    [[" ", "k"], "Play or pause", () => player.toggle()],
    [["ArrowLeft", "b"], "Back 3 seconds", () => player.back()],
    [["ArrowRight"], "On 3 seconds", () => player.back(-3)],
    [["Shift+ArrowLeft", ","], "To the word before", () => word(view, -1)],
    [["Shift+ArrowRight", "."], "To the next word", () => word(view, 1)],
    [["-", "<"], "Slower", faster(-1)],
    [["+", ">"], "Faster", faster(1)],
    [["="], "Normal speed", () => (player.setRate(1), say("Normal speed"))],
    [["l"], "Loop what is selected, or this turn; again to end it", () => view.toggleLoop()],
    [["s"], "Skip pauses, or hear them", () => view.setSkipping(!player.skipping)],
    [["o"], "Hear only the next speaker, at last everybody", () => nextOnly(view)],
    [
      ["v"],
      "Volume of each channel",
      () => document.getElementById("volumes")?.togglePopover(),
      () => player.volumes.length > 1,
    ],
    [["w"], "Say where it is", () => say(whereabouts(player))],
    [["z"], "Show less of the waveform, or all", () => zoomed(view)],
  ];
}

function reading(view) {
  const { transcript, scrolling } = view;
  return [
    [["j"], "To the next turn", () => transcript.focus(transcript.current + 1)],
    [["h"], "To the turn before", () => transcript.focus(transcript.current - 1)],
    [
      ["Enter"],
      "Play from the turn that has the focus",
      () => playTurn(view),
      () => transcript.focused !== null,
    ],
    [["t"], "Follow what is spoken, or stop following", () => follow(scrolling, view)],
    [["c"], "Copy a link to this moment, or to what is selected", () => view.copyLink()],
    [["i"], "Show or hide what stands beside the text", () => view.toggleBeside()],
    [["?"], "Show these keys", () => view.keys.show()],
  ];
}

function finding(view) {
  return [
    [["f", "/"], "Find in the text", () => view.finder.open()],
    [["n"], "Next match or mention", () => again(view, 1)],
    [["p"], "The match or mention before", () => again(view, -1)],
    [["q"], "To the next question", () => nextQuestion(view)],
    [
      ["Escape"],
      "Clear what was found; end the loop",
      () => clear(view),
      () => !document.querySelector(":popover-open"), // which the browser closes
    ],
  ];
}

/** @param {1 | -1} step */
function word(view, step) {
  const { prepared, player, transcript } = view;
  // Turns overlap: the next word by its start may be another's, but one goes on in a turn.
  const turn = prepared.turns[Math.max(0, transcript.spoken)];
  if (!turn) return;
  const at = lastBegun(prepared, turn, player.time);
  const next = Math.min(prepared.starts.length - 1, Math.max(0, at + step));
  view.jump(prepared.starts[next]);
  const owner = prepared.turns[prepared.owners[next]];
  const from = prepared.offsets[next];
  say(owner.text.slice(from, from + prepared.lengths[next]));
}

function lastBegun(prepared, turn, time) {
  let at = turn.first - 1;
  while (at + 1 < turn.first + turn.count && prepared.starts[at + 1] <= time + 0.01) at += 1;
  return at;
}

function nextOnly(view) {
  const choices = [null, ...view.source.contents.speakers];
  const at = choices.indexOf(view.player.only);
  view.setOnly(choices[(at + 1) % choices.length]);
}

function zoomed(view) {
  const seconds = view.waveform.zoom();
  say(seconds ? `The waveform shows ${seconds} seconds` : "The waveform shows all");
}

function playTurn(view) {
  view.jump(view.prepared.turns[view.transcript.focused].start, { play: true });
}

function follow(scrolling, view) {
  scrolling.setFollowing(!scrolling.following);
  if (scrolling.following) view.bringSpoken();
  say(scrolling.following ? "Follows what is spoken" : "Stays where it is");
}

/** @param {1 | -1} step */
function again(view, step) {
  if (view.finder.passages.length) view.finder.step(step);
  else view.beside.again(step);
}

function nextQuestion(view) {
  const { questions } = view.source.contents;
  const next =
    questions.find((question) => question.mention.start > view.player.time + 0.05) ?? questions[0];
  if (!next) {
    toast("No questions were found in this recording.");
    return;
  }
  view.jump(next.mention.start);
  say(
    view.prepared.turns[next.mention.turn].text.slice(
      next.mention.start_char,
      next.mention.end_char,
    ),
  );
}

function clear(view) {
  view.clear();
  if (view.player.loop) view.player.setLoop(null);
}
