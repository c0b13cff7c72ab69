/** Dialogs: a title, a body, buttons; the focus goes back to where it was when one closes. */

import { iconButton, make, say } from "./dom.js";

/**
 * Open a dialog; it is taken out of the page when it closes.
 * @param {object} parts
 * @param {string} parts.title
 * @param {string} parts.kind its class
 * @param {(Node | string | null)[]} parts.body
 * @param {Node[]} [parts.buttons]
 * @param {HTMLElement | null} [parts.back] what has the focus afterwards; else what has it now
 * @returns {HTMLDialogElement}
 */
export function openDialog({ title, kind, body, buttons = [], back = null }) {
  const goBack = wayBack(back ?? document.activeElement);
  const name = `${kind}-title`;
  const dialog = /** @type {HTMLDialogElement} */ (
    make("dialog", { class: kind, "aria-labelledby": name })
  );
  const close = iconButton("close", "Close", { on: { click: () => dialog.close() } });
  dialog.append(
    make("header", {}, make("h2", { id: name }, title), close),
    make("div", { class: "body stack" }, ...body),
  );
  if (buttons.length) dialog.append(make("footer", {}, ...buttons));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    takeAlong(document.querySelector("dialog:modal") ?? document.body);
    dialog.remove();
    goBack()?.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  takeAlong(dialog);
  return dialog;
}

/**
 * Put what is said in passing where it can be seen, pressed and heard: beside a dialog nothing can.
 * @param {Element} place
 */
function takeAlong(place) {
  const toasts = document.querySelector(".toasts") ?? make("div", { class: "toasts" });
  say(""); // which makes its region where there is none
  place.append(toasts, /** @type {HTMLElement} */ (document.getElementById("said-aloud")));
}

/**
 * Return what finds an element again, or what stands in its place where it was made anew meanwhile.
 * @param {Element | null} element
 * @returns {() => HTMLElement | null}
 */
function wayBack(element) {
  const turn = element?.closest(".turn")?.id;
  const mark = element?.closest("[data-number]")?.getAttribute("data-number");
  const known = [
    turn && `#${turn}`,
    mark && `[data-number="${mark}"] .row button`,
    element?.classList.contains("cast-button") && ".cast-button",
  ];
  const selector = known.find(Boolean);
  return () => {
    if (element instanceof HTMLElement && element.isConnected) return element;
    const same = selector ? document.querySelector(selector) : null;
    const found = same ?? document.querySelector('.turn[tabindex="0"]'); // that Tab leads to
    return found instanceof HTMLElement ? found : null;
  };
}

/**
 * Return a labelled field.
 * @param {string} label
 * @param {HTMLElement} control
 * @returns {HTMLElement}
 */
export function field(label, control) {
  return make("label", { class: "field" }, make("span", { class: "label" }, label), control);
}

/**
 * Return a button with a word on it.
 * @param {string} name
 * @param {() => void} does
 * @param {string} [kind] "primary", "quiet", "danger"
 * @returns {HTMLButtonElement}
 */
export function button(name, does, kind = "") {
  const properties = { type: "button", class: `button ${kind}`.trim(), on: { click: does } };
  return /** @type {HTMLButtonElement} */ (make("button", properties, name));
}
