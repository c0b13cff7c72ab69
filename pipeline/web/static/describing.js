/** What OpenAPI says of routes and values, in words for people: pure, without the page. */

const PLAIN = { string: "text", integer: "whole number", number: "number", boolean: "true or false" };
const PREFIX = "#/components/schemas/";

/**
 * @typedef {{text: string, value?: string}} Piece some words; `value` names the value that they are
 */

/**
 * Return the name of a value for people: of two that are called alike, with where each is from.
 * @param {string} name as OpenAPI has it
 * @returns {string}
 */
export function calledBy(name) {
  const parts = name.split("__");
  return parts.length > 1 ? `${parts.at(-1)} (${parts.at(-2).replaceAll("_", " ")})` : name;
}

/**
 * Say what kind of value a schema means.
 * @param {any} schema
 * @returns {Piece[]}
 */
export function kindOf(schema) {
  if (!schema || Object.keys(schema).length === 0) return [{ text: "anything" }];
  if (schema.$ref) {
    const value = schema.$ref.slice(PREFIX.length);
    return [{ text: calledBy(value), value }];
  }
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return joined(either.map(kindOf), " or ");
  if (schema.enum) return [{ text: schema.enum.map((each) => `“${each}”`).join(" or ") }];
  if (schema.const !== undefined) return [{ text: `“${schema.const}”` }];
  if (schema.type === "array") return listOf(schema);
  if (schema.type === "object") return mapOf(schema);
  if (schema.format === "binary") return [{ text: "bytes" }];
  return [{ text: PLAIN[schema.type] ?? (schema.type === "null" ? "null" : String(schema.type)) }];
}

/** @param {any} schema */
function listOf(schema) {
  if (!schema.prefixItems) return [{ text: "list of " }, ...kindOf(schema.items)];
  return [{ text: "[" }, ...joined(schema.prefixItems.map(kindOf), ", "), { text: "]" }];
}

/** @param {any} schema */
function mapOf(schema) {
  const values = schema.additionalProperties;
  if (!values || values === true) return [{ text: "object" }];
  return [{ text: "by name: " }, ...kindOf(values)];
}

/**
 * @param {Piece[][]} lists
 * @param {string} between
 * @returns {Piece[]}
 */
function joined(lists, between) {
  return lists.flatMap((pieces, place) => (place ? [{ text: between }, ...pieces] : pieces));
}

/**
 * Say what a field may be beyond its kind: its limits and what it is where it is left out.
 * @param {any} schema
 * @param {boolean} required
 * @returns {string}
 */
export function limitsOf(schema, required) {
  const { minimum, maximum, maxLength, maxItems } = schema;
  const said = [
    required ? "" : schema.default === undefined ? "may be left out" : usually(schema.default),
    minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}` : "",
    minimum !== undefined && maximum === undefined ? `at least ${minimum}` : "",
    minimum === undefined && maximum !== undefined ? `at most ${maximum}` : "",
    maxLength === undefined ? "" : `up to ${maxLength} characters`,
    maxItems === undefined || schema.prefixItems ? "" : `up to ${maxItems}`,
  ];
  return said.filter(Boolean).join("; ");
}

/** @param {any} value */
function usually(value) {
  if (value === "" || value === null || (Array.isArray(value) && !value.length)) {
    return "may be left out";
  }
  return `else ${JSON.stringify(value)}`;
}

/**
 * Return the fields of a value; none where it has none of its own.
 * @param {any} schema
 * @returns {{name: string, kind: Piece[], limits: string}[]}
 */
export function fieldsOf(schema) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    kind: kindOf(field),
    limits: limitsOf(field, required.has(name)),
  }));
}

/**
 * Return the routes of a document in the order in which it has them.
 * @param {any} document of OpenAPI
 */
export function routesOf(document) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, said]) => ({
      id: `${method}${path.replaceAll(/[^a-z0-9]+/gi, "-")}`,
      method: method.toUpperCase(),
      path,
      said: said.description ?? said.summary ?? "",
      parameters: (said.parameters ?? []).map((/** @type {any} */ each) => ({
        name: each.name,
        place: each.in === "path" ? "in the address" : "after the ?",
        kind: kindOf(each.schema),
        limits: limitsOf(each.schema, each.required),
      })),
      body: contentOf(said.requestBody),
      answer: contentOf(said.responses["200"] ?? Object.values(said.responses)[0]),
    })),
  );
}

/**
 * Say what is sent or answered; null where nothing is.
 * @param {any} message
 * @returns {Piece[] | null}
 */
function contentOf(message) {
  const found = Object.entries(message?.content ?? {});
  if (!found.length) return null;
  const [type, { schema }] = found[0];
  if (type === "application/json") return kindOf(schema);
  return [{ text: type }];
}
