/** What the page asks of its server: JSON back and forth, and every failure as one sentence. */

const UNREACHABLE =
  "relisten does not answer. It may have been ended: start it again with relisten serve, " +
  "and open the address that it prints.";

/** A request that failed, with the sentence to show, and all that the server said. */
export class Failure extends Error {
  /**
   * @param {string} sentence
   * @param {number} status of HTTP; 0 where no server answered
   * @param {any} [said] the JSON of the answer
   */
  constructor(sentence, status, said = null) {
    super(sentence);
    this.status = status;
    this.said = said;
  }
}

/**
 * Ask for JSON; `underway` is an answer that was asked for already.
 * @param {string} path as "/api/recordings"
 * @param {object} [how]
 * @param {string} [how.method]
 * @param {any} [how.body]
 * @param {Record<string, any>} [how.query]
 * @param {AbortSignal} [how.signal]
 * @param {Promise<Response> | null} [how.underway]
 * @returns {Promise<any>}
 */
export async function ask(path, { method = "GET", body, query, signal, underway } = {}) {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  /** @type {Record<string, string>} */
  const headers = sent === undefined ? {} : { "content-type": "application/json" };
  const answer = await fetched(
    path + asked(query),
    { method, body: sent, headers, signal },
    underway,
  );
  return answer.json();
}

/**
 * Ask for bytes; null where there are none.
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<ArrayBuffer | null>}
 */
export async function askBytes(path, signal) {
  try {
    return await (await fetched(path, { signal })).arrayBuffer();
  } catch (failure) {
    if (failure instanceof Failure && failure.status === 404) return null;
    throw failure;
  }
}

/**
 * Fetch, and raise the server's sentence where it refuses.
 * @param {string} address
 * @param {RequestInit} how
 * @param {Promise<Response> | null} [underway]
 * @returns {Promise<Response>}
 */
export async function fetched(address, how, underway = null) {
  let answer;
  try {
    answer = await (underway ?? fetch(address, how));
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Failure(UNREACHABLE, 0);
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => null);
  const sentence = said?.error ?? `relisten cannot do that just now (${answer.status}).`;
  throw new Failure(sentence, answer.status, said);
}

/**
 * Write a query; what is null, undefined or empty is left out.
 * @param {Record<string, any>} [query]
 * @returns {string}
 */
export function asked(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const written = new URLSearchParams(given.filter(([, value]) => value !== "")).toString();
  return written && `?${written}`;
}
