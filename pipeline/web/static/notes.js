/** A note that is typed, kept in the browser until the server has it. */

/**
 * @param {string} name
 * @param {string} text
 */
export function keep(name, text) {
  try {
    localStorage.setItem(name, text);
  } catch {
    // A browser that keeps nothing: it is saved within half a second.
  }
}

/**
 * @param {string} name
 * @returns {string | null}
 */
export function kept(name) {
  return localStorage.getItem(name);
}

/** @param {string} name */
export function forget(name) {
  localStorage.removeItem(name);
}
