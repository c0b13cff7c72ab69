/** Addresses of moments: "…#t=12:34" is copied, and opens at that second. */

import { make, toast } from "./dom.js";
import { clock, momentHash } from "./format.js";

/**
 * Copy the address of a moment or a passage of this page, and say so.
 * @param {{start: number, end: number | null}} moment
 */
export async function copyLink({ start, end }) {
  const hash = momentHash(start, end);
  const address = location.href.split("#")[0] + hash;
  // Not an assignment to location.hash: that would jump.
  history.replaceState(history.state, "", hash);
  const copied = await copy(address);
  toast(
    copied
      ? `Copied the link to ${clock(start)}`
      : `The link to ${clock(start)} is in the address bar`,
  );
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelecting(text); // a page that is a file may have no clipboard
  }
}

/** @param {string} text */
function copyBySelecting(text) {
  const field = /** @type {HTMLTextAreaElement} */ (
    make("textarea", { class: "visually-hidden", "aria-hidden": "true" })
  );
  const before = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return copied;
}
