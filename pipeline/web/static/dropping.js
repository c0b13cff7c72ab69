/** Files that are dropped on the page. */

import { icon, make, toast } from "./dom.js";

/**
 * Take what is dropped anywhere on the page.
 * @param {HTMLElement} veil what is shown while files are held above the page
 * @param {(files: File[]) => void} take
 * @param {AbortSignal} signal
 */
export function takeDrops(veil, take, signal) {
  let depth = 0; // of elements that are entered and not left
  const holds = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  const over = (/** @type {number} */ change) => {
    depth = change ? Math.max(0, depth + change) : 0;
    veil.hidden = depth === 0;
  };
  /** @param {string} name @param {(event: DragEvent) => void} does */
  const on = (name, does) => {
    const heard = (/** @type {any} */ event) => holds(event) && does(event);
    document.addEventListener(name, heard, { signal });
  };
  on("dragenter", (event) => (event.preventDefault(), over(1)));
  on("dragleave", () => over(-1));
  on("dragover", (event) => event.preventDefault());
  on("drop", (event) => {
    event.preventDefault();
    over(0);
    const items = [...(event.dataTransfer?.items ?? [])];
    if (items.some((item) => item.webkitGetAsEntry?.()?.isDirectory)) {
      toast("A folder cannot be dropped here. Drop the files in it, or run: relisten process FOLDER", {
        seconds: 15,
      });
    } else take([...(event.dataTransfer?.files ?? [])]);
  });
  veil.replaceChildren(make("p", {}, icon("import"), "Drop recordings to add them"));
}
