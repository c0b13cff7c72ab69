/** Asks for the recording before anything else of its page is there, as that takes the longest. */

const [, id] = /\/recordings\/([^/]+)/.exec(location.pathname) ?? ["", ""];
globalThis.underway = fetch(`/api/recordings/${id}`);
globalThis.underway.catch(() => null); // whoever shows it says so
