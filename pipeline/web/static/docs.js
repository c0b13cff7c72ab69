/** The page for programs: each route with what it takes and answers, from the server's own OpenAPI. */

import { Failure, ask, fetched } from "./api.js";
import { calledBy, fieldsOf, kindOf, routesOf } from "./describing.js";
import { make } from "./dom.js";

/** @typedef {import("./describing.js").Piece} Piece */
/** @typedef {ReturnType<typeof routesOf>[number]} Route */

const LONGEST = 20_000; // characters of an answer that are shown

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * Write a kind of value, with a link to each value that it names.
 * @param {Piece[]} pieces
 * @returns {HTMLElement}
 */
function written(pieces) {
  const parts = pieces.map(({ text, value }) =>
    value ? make("a", { href: `#value-${value}` }, text) : text,
  );
  return make("span", { class: "kind" }, ...parts);
}

/**
 * @param {string} name of the table, for who does not see it
 * @param {{name: string, kind: Piece[], limits: string, place?: string}[]} fields
 */
function table(name, fields) {
  const rows = fields.map(({ name: field, kind, limits, place }) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, make("code", {}, field)),
      make("td", {}, written(kind)),
      make("td", { class: "soft" }, [place, limits].filter(Boolean).join("; ")),
    ),
  );
  return make("table", { "aria-label": name }, make("tbody", {}, ...rows));
}

/**
 * @param {string} name
 * @param {Piece[] | null} pieces
 */
function line(name, pieces) {
  if (!pieces) return null;
  return make("p", {}, make("span", { class: "label" }, `${name} `), written(pieces));
}

/** @param {Route} route */
function described(route) {
  const method = `method method-${route.method.toLowerCase()}`;
  return make(
    "details",
    { class: "route card", id: route.id },
    make(
      "summary",
      {},
      make("span", { class: method }, route.method),
      make("code", { class: "path" }, route.path),
      make("span", { class: "soft said" }, ...inline(route.said)),
    ),
    make(
      "div",
      { class: "stack" },
      route.parameters.length ? table(`What ${route.path} takes`, route.parameters) : null,
      line("Body", route.body),
      line("Answer", route.answer),
      route.method === "GET" ? trial(route) : null,
    ),
  );
}

/**
 * Make what asks a route and shows its answer.
 * @param {Route} route
 */
function trial(route) {
  const id = `address-${route.id}`;
  const address = make("input", { class: "input", id, value: route.path, spellcheck: "false" });
  const shown = make("pre", { class: "answer", hidden: true, tabindex: "0", role: "status" });
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    shown.hidden = false;
    shown.textContent = await answerOf(/** @type {HTMLInputElement} */ (address).value);
  };
  const form = make(
    "form",
    { class: "trial", on: { submit } },
    make("label", { class: "label", for: id }, "Try it"),
    address,
    make("button", { class: "button" }, "Ask"),
  );
  return make("div", { class: "stack" }, form, shown);
}

/**
 * Ask, and return what to show of the answer.
 * @param {string} address
 * @returns {Promise<string>}
 */
async function answerOf(address) {
  try {
    const answer = await fetched(address, {});
    const kind = answer.headers.get("content-type") ?? "";
    if (!/json|text/.test(kind)) return `${kind}, ${(await answer.arrayBuffer()).byteLength} bytes`;
    const text = await answer.text();
    const shown = kind.includes("json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
    const cut = shown.length > LONGEST;
    return cut ? `${shown.slice(0, LONGEST)}\n… and ${shown.length - LONGEST} characters` : shown;
  } catch (failure) {
    if (failure instanceof Failure) return failure.message;
    throw failure;
  }
}

/**
 * @param {string} name
 * @param {any} schema
 */
function value(name, schema) {
  const fields = fieldsOf(schema);
  return make(
    "section",
    { class: "value", id: `value-${name}`, tabindex: "-1" },
    make("h3", {}, calledBy(name)),
    ...paragraphs(schema.description).map((text) => make("p", { class: "soft" }, ...inline(text))),
    fields.length ? table(`Fields of ${calledBy(name)}`, fields) : line("One of", kindOf(schema)),
  );
}

/** @param {string} [text] */
function paragraphs(text = "") {
  return text.split(/\n\s*\n/).filter((each) => each.trim());
}

/**
 * Return text with what stands in `backticks` as code.
 * @param {string} text
 */
function inline(text) {
  return text.split("`").map((part, place) => (place % 2 ? make("code", {}, part) : part));
}

/** Open the route that the address names, as a link to it or a reload does. */
function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
  named?.scrollIntoView();
}

async function open() {
  const opened = await ask("/openapi.json");
  element("routes").append(...routesOf(opened).map(described));
  const known = Object.entries(opened.components.schemas);
  const sorted = known.sort(([a], [b]) => calledBy(a).localeCompare(calledBy(b)));
  element("values").append(...sorted.map(([name, schema]) => value(name, schema)));
  for (const section of document.querySelectorAll("main > section[hidden]")) {
    section.removeAttribute("hidden");
  }
  element("state").hidden = true;
  openNamed();
  addEventListener("hashchange", openNamed);
}

element("example").textContent =
  `curl -H "Authorization: Bearer TOKEN" ${location.origin}/api/recordings`;
open().catch((failure) => {
  element("state").textContent = failure.message;
});
