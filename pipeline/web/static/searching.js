/** What is typed into the search field: its fields, put in and taken out, and when it is asked. */

const FIELDS = "speaker|role|project|tag|participant|entity|in|after|before|since|until|is";
const VALUE = '[^\\s()",]*"[^"]*"?|[^\\s()",]+';
const TOKEN = new RegExp(
  `(?<field>(?<without>-?)(?<name>${FIELDS}):(?<values>(?:${VALUE})(?:,(?:${VALUE}))*)?(?=$|[\\s()]))` +
    '|-?"[^"]*"?|[()]|[^\\s()]+',
  "gi",
);
const ALIASES = { since: "after", until: "before" };

/**
 * A piece of a query, [start, end) of its characters. What is no field has no name; a field that
 * is only begun, as "project:", has no values.
 * @typedef {{text: string, start: number, end: number, name: string, without: boolean, values: string[]}} Piece
 */

/**
 * Cut a query into its pieces.
 * @param {string} query
 * @returns {Piece[]}
 */
export function piecesOf(query) {
  return [...query.matchAll(TOKEN)].map((match) => {
    const { name = "", without = "", values = "" } = match.groups ?? {};
    const known = name.toLowerCase();
    return {
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
      name: ALIASES[/** @type {keyof typeof ALIASES} */ (known)] ?? known,
      without: without === "-",
      values: valuesOf(values),
    };
  });
}

/** @param {string} values */
function valuesOf(values) {
  const found = values.match(new RegExp(VALUE, "g")) ?? [];
  return found.map((value) => value.replaceAll('"', "").trim()).filter(Boolean);
}

/**
 * Return what can be looked for already of a query that is being typed: without fields that are
 * only begun.
 * @param {string} query
 * @returns {string}
 */
export function ready(query) {
  const begun = piecesOf(query).filter((piece) => piece.name && !piece.values.length);
  return tidy(begun.reduceRight((rest, piece) => rest.slice(0, piece.start) + rest.slice(piece.end), query));
}

/**
 * Tell whether a query has fields alone: then it chooses recordings, not words.
 * @param {string} query
 * @returns {boolean}
 */
export function isOnlyFields(query) {
  return piecesOf(query).every((piece) => piece.name && piece.name !== "is");
}

/**
 * Return what a query asks for by a field.
 * @param {string} query
 * @param {string} name
 * @returns {string[]}
 */
export function valuesIn(query, name) {
  return piecesOf(query).flatMap((piece) => (piece.name === name && !piece.without ? piece.values : []));
}

/**
 * Tell whether a query asks for a value; names mean the same in any case and without accents.
 * @param {string} query
 * @param {string} name
 * @param {string} value
 * @returns {boolean}
 */
export function asksFor(query, name, value) {
  return valuesIn(query, name).some((each) => same(each, value));
}

/**
 * Return a query that asks for one more value; of dates there is one each.
 * @param {string} query
 * @param {string} name
 * @param {string} value
 * @returns {string}
 */
export function withField(query, name, value) {
  const cleared = name === "after" || name === "before" ? withoutField(query, name) : query;
  const plain = value.replaceAll('"', " ").trim();
  if (!plain || asksFor(cleared, name, plain)) return cleared;
  const before = piecesOf(cleared).find((piece) => piece.name === name && !piece.without);
  if (before) {
    const all = [...before.values, plain].map(quoted).join(",");
    return tidy(`${cleared.slice(0, before.start)}${name}:${all}${cleared.slice(before.end)}`);
  }
  return tidy(`${cleared} ${name}:${quoted(plain)}`);
}

/**
 * Return a query that no longer asks for a value, or for anything by that field.
 * @param {string} query
 * @param {string} name
 * @param {string} [value]
 * @returns {string}
 */
export function withoutField(query, name, value) {
  let rest = query;
  for (const piece of piecesOf(query).reverse()) {
    if (piece.name !== name || piece.without) continue;
    const kept = value === undefined ? [] : piece.values.filter((each) => !same(each, value));
    const anew = kept.length ? `${name}:${kept.map(quoted).join(",")}` : "";
    rest = rest.slice(0, piece.start) + anew + rest.slice(piece.end);
  }
  return tidy(rest);
}

/**
 * Return a query with a value put in, or taken out where it was there.
 * @param {string} query
 * @param {string} name
 * @param {string} value
 * @returns {string}
 */
export function toggled(query, name, value) {
  return asksFor(query, name, value) ? withoutField(query, name, value) : withField(query, name, value);
}

/** @param {string} value */
function quoted(value) {
  return /^[^\s()",:]+$/.test(value) ? value : `"${value}"`;
}

/** @param {string} text */
function tidy(text) {
  return text.replace(/\s+/g, " ").trim();
}

/** @param {string} one @param {string} other */
function same(one, other) {
  return plain(one) === plain(other);
}

/** @param {string} text */
function plain(text) {
  return tidy(text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase());
}

/**
 * Cut a snippet at its ** marks: every second piece is what was found.
 * @param {string} snippet
 * @returns {{text: string, found: boolean}[]}
 */
export function marked(snippet) {
  const parts = snippet.split("**");
  if (parts.length % 2 === 0) parts.push(parts.splice(-2).join("**")); // a mark of the text's own
  return parts.map((text, place) => ({ text, found: place % 2 === 1 })).filter((part) => part.text);
}

/**
 * Asks once the typing pauses; what is asked before the last answer has come takes its place.
 * @template T
 */
export class Asking {
  /**
   * @param {(signal: AbortSignal) => Promise<T>} ask
   * @param {(answer: T) => void} show
   * @param {(error: any) => void} refuse
   * @param {number} [pause] milliseconds
   */
  constructor(ask, show, refuse, pause = 150) {
    this.ask = ask;
    this.show = show;
    this.refuse = refuse;
    this.pause = pause;
  }

  #timer = 0;
  /** @type {AbortController | null} */
  #running = null;

  /** Ask after a pause, unless asked again before. */
  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), this.pause);
  }

  /** Ask at once. */
  async now() {
    this.stop();
    const own = (this.#running = new AbortController());
    try {
      const answer = await this.ask(own.signal);
      if (!own.signal.aborted) this.show(answer);
    } catch (error) {
      if (!own.signal.aborted) this.refuse(error);
    }
  }

  /** Let nothing come any more of what was asked. */
  stop() {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }
}
