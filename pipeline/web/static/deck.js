/** The player at the foot of the page: the waveform, and a button for all that can be heard. */

import { badge, icon, iconButton, listen, make } from "./dom.js";
import { aloud, clock, parseClock, speed } from "./format.js";
import { RATES } from "./player.js";

/**
 * Make the bar, which shows at all times what its player and view do.
 * @param {any} view as `openTranscript` makes it
 * @returns {{element: HTMLElement, tools: HTMLElement, show: () => void}}
 */
export function makeDeck(view) {
  const { player, signal } = view;
  const parts = [transport(view), place(view), rate(view), hearing(view), volumes(view)];
  const tools = make("div", { class: "tools" });
  tools.append(
    iconButton("find", "Find in the text (F)", { on: { click: () => view.finder.open() } }),
    iconButton("link", "Copy a link to this moment (C)", { on: { click: () => view.copyLink() } }),
    iconButton("beside", "Names, topics, questions, marks (I)", {
      class: "icon-button beside-toggle",
      on: { click: () => view.toggleBeside() },
    }),
    iconButton("keys", "Keys (?)", {
      class: "icon-button keys-button",
      on: { click: () => view.keys.show() },
    }),
  );
  const bar = make("div", { class: "bar" }, ...parts.map((part) => part.element), tools);
  const element = make(
    "section",
    { class: "deck", "aria-label": "Player" },
    view.waveform.element,
    bar,
  );
  const show = () => parts.forEach((part) => part.show());
  for (const name of ["state", "time"]) player.addEventListener(name, show, { signal });
  element.classList.toggle("silent", !player.audible);
  show();
  return { element, tools, show };
}

function transport({ player, scrolling }) {
  const back = iconButton("back", "Back 3 seconds (←)", { on: { click: () => player.back() } });
  const play = iconButton("play", "Play (Space)", {
    class: "icon-button play",
    on: { click: () => player.toggle() },
  });
  const forward = iconButton("forward", "On 3 seconds (→)", {
    on: { click: () => player.back(-3) },
  });
  const follow = iconButton("follow", "Follow what is spoken (T)", {
    class: "icon-button follow",
    on: { click: () => scrolling.setFollowing(!scrolling.following) },
  });
  let shown = false;
  const show = () => {
    follow.setAttribute("aria-pressed", String(scrolling.following));
    if (player.playing === shown) return;
    shown = player.playing;
    const name = shown ? "Pause (Space)" : "Play (Space)";
    play.setAttribute("aria-label", name);
    play.title = name;
    play.replaceChildren(icon(shown ? "pause" : "play"));
  };
  return { element: make("div", { class: "transport" }, back, play, forward, follow), show };
}

/** The time, in which another can be typed. */
function place({ player, signal }) {
  const input = /** @type {HTMLInputElement} */ (
    make("input", {
      class: "now time",
      "aria-label": "Time; type another to go there",
      inputmode: "decimal",
      autocomplete: "off",
    })
  );
  const total = make("span", { class: "total time soft" }, `/ ${clock(player.duration)}`);
  input.size = Math.max(4, clock(player.duration).length);
  const show = () => {
    if (document.activeElement === input) return;
    const now = clock(player.time);
    if (input.value !== now) input.value = now;
  };
  const typed = (event) => {
    if (event.key === "Enter") {
      const time = parseClock(input.value);
      if (time !== null) player.seek(time);
    }
    if (event.key === "Enter" || event.key === "Escape") input.blur();
  };
  listen(input, { focus: () => input.select(), blur: show, keydown: typed }, signal);
  return { element: make("div", { class: "place" }, input, total), show };
}

function rate({ player, signal }) {
  const choices = RATES.map((each) => make("option", { value: String(each) }, speed(each)));
  const select = /** @type {HTMLSelectElement} */ (
    make(
      "select",
      { class: "select rate", "aria-label": "Speed", title: "Speed (− and +)" },
      ...choices,
    )
  );
  listen(select, { change: () => player.setRate(Number(select.value)) }, signal);
  const show = () => {
    const value = String(Number(player.rate.toFixed(2)));
    if (select.value !== value) select.value = value;
  };
  return { element: select, show };
}

/** What is heard: a loop, no pauses, only one speaker. */
function hearing(view) {
  const { player, signal } = view;
  const loop = toggle("loop", "Loop", "Loop what is selected, or this turn (L)", () =>
    view.toggleLoop(),
  );
  const skip = toggle("skip", "Skip pauses", "Skip pauses (S)", () =>
    view.setSkipping(!player.skipping),
  );
  const select = /** @type {HTMLSelectElement} */ (
    make("select", {
      class: "select only",
      "aria-label": "Whom to hear",
      title: "Whom to hear (O)",
    })
  );
  listen(select, { change: () => view.setOnly(select.value || null) }, signal);
  const shown = { speakers: "?" };
  const show = () => {
    loop.setAttribute("aria-pressed", String(player.loop !== null));
    skip.setAttribute("aria-pressed", String(player.skipping));
    const { speakers } = view.source.contents;
    if (shown.speakers !== speakers.join("\n")) {
      shown.speakers = speakers.join("\n");
      const everybody = make("option", { value: "" }, "All");
      select.replaceChildren(
        everybody,
        ...speakers.map((name) => make("option", { value: name }, `Only ${name}`)),
      );
      select.hidden = speakers.length < 2;
    }
    if (select.value !== (player.only ?? "")) select.value = player.only ?? "";
  };
  return { element: make("div", { class: "hearing" }, loop, skip, select), show };
}

function toggle(drawn, name, title, does) {
  const button = make("button", {
    type: "button",
    class: "button quiet",
    title,
    on: { click: does },
  });
  button.append(icon(drawn), make("span", { class: "text" }, name));
  button.setAttribute("aria-label", title);
  return button;
}

/** How loud each channel is, where there are several. */
function volumes(view) {
  const { player } = view;
  const element = make("div", { class: "volumes" });
  if (player.volumes.length < 2) return { element, show: () => undefined };
  const button = make("button", {
    type: "button",
    class: "button quiet",
    title: "Volume of each channel (V)",
    "aria-label": "Volume of each channel (V)",
    popovertarget: "volumes",
  });
  button.append(icon("volume"));
  const sliders = player.volumes.map((_, channel) => volume(view, channel));
  const menu = make("div", {
    class: "menu volume-menu",
    id: "volumes",
    popover: "auto",
    role: "group",
    "aria-label": "Volume of each channel",
  });
  menu.append(...sliders.map((slider) => slider.element));
  element.append(button, menu);
  return { element, show: () => sliders.forEach((slider) => slider.show()) };
}

function volume(view, channel) {
  const { player, signal } = view;
  const name = view.nameOfChannel(channel);
  const input = /** @type {HTMLInputElement} */ (
    make("input", {
      type: "range",
      min: "0",
      max: "2",
      step: "0.05",
      autofocus: channel === 0,
      "aria-label": `Volume of ${name}`,
    })
  );
  const said = make("span", { class: "count" });
  listen(input, { input: () => player.setVolume(channel, Number(input.value)) }, signal);
  const show = () => {
    const value = player.volumes[channel];
    if (Number(input.value) !== value) input.value = String(value);
    said.textContent = `${Math.round(value * 100)} %`;
    input.setAttribute("aria-valuetext", said.textContent);
  };
  const number = view.speakerNumber(view.speakerOfChannel(channel));
  return {
    element: make(
      "label",
      {},
      badge(number, name),
      make("span", { class: "name" }, name),
      input,
      said,
    ),
    show,
  };
}

/**
 * Say where a player is, for those who ask by a key.
 * @param {{time: number, duration: number}} player
 * @returns {string}
 */
export function whereabouts({ time, duration }) {
  return `${aloud(time)} of ${aloud(duration)}`;
}
