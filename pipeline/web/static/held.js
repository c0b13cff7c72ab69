/** What a page that plays by itself holds within it, taken out: its texts, bytes and sound. */

const AT_ONCE = 4 * 2 ** 18; // characters of base64: whole fours

/**
 * Return what stands in a part of the page, and let go of it: a sound is large.
 * @param {string} selector
 * @returns {string}
 */
export function taken(selector) {
  const element = document.querySelector(selector);
  const text = element?.textContent ?? "";
  element?.remove();
  return text;
}

/**
 * Return bytes that are written in base64, piece by piece.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>[]}
 */
export function pieces(text) {
  const found = [];
  for (let first = 0; first < text.length; first += AT_ONCE) {
    const binary = atob(text.slice(first, first + AT_ONCE));
    const bytes = new Uint8Array(binary.length);
    for (let place = 0; place < binary.length; place += 1) bytes[place] = binary.charCodeAt(place);
    found.push(bytes);
  }
  return found;
}

/**
 * Return the address of the sound that the page has within it for browsers without scripts; null
 * where there is none.
 * @returns {string | null}
 */
export function soundWithin() {
  const text = /base64,([^"]*)/.exec(taken("noscript"))?.[1];
  return text ? URL.createObjectURL(new Blob(pieces(text), { type: "audio/webm" })) : null;
}
