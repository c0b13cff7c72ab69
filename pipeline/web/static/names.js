/** The names in a recording by what they are, as people look for them (pure). */

import { passageOf } from "./words.js";

/**
 * @typedef {object} Item
 * @property {string} name
 * @property {import("./words.js").Passage[]} passages
 * @property {string} [note]
 */

// The labels of spaCy in the words and the order in which people look for them.
const GROUPS = [
  ["People", ["PERSON"]],
  ["Companies and groups", ["ORG", "NORP"]],
  ["Products and works", ["PRODUCT", "WORK_OF_ART", "LAW", "EVENT"]],
  ["Places", ["GPE", "LOC", "FAC"]],
  ["Sums and shares", ["MONEY", "PERCENT"]],
  ["Dates and times", ["DATE", "TIME"]],
  ["Numbers", ["CARDINAL", "ORDINAL", "QUANTITY"]],
];
const OTHER = "Other";

/**
 * Return named things by kind, the most mentioned first.
 * @param {any[]} entities
 * @param {import("./words.js").Prepared} prepared
 * @returns {[string, Item[]][]}
 */
export function grouped(entities, prepared) {
  /** @type {Map<string, Map<string, Item>>} */
  const groups = new Map(
    [...GROUPS.map(([name]) => name), OTHER].map((name) => [String(name), new Map()]),
  );
  for (const entity of entities) {
    const kind = GROUPS.find(([, labels]) => labels.includes(entity.label))?.[0] ?? OTHER;
    const name = entity.name || entity.text;
    const items = /** @type {Map<string, Item>} */ (groups.get(String(kind)));
    const note = isAlike(name, entity.value) ? "" : entity.value;
    /** @type {Item} */
    const item = items.get(name) ?? { name, passages: [], note };
    item.passages.push(passageOf(prepared, entity.mention));
    items.set(name, item);
  }
  return [...groups]
    .map(([name, items]) => /** @type {[string, Item[]]} */ ([name, sorted([...items.values()])]))
    .filter(([, items]) => items.length);
}

/**
 * Tell whether a value says nothing that is not in the name: "$450" and "USD 450" do not differ.
 * @param {string} name
 * @param {string} value
 */
function isAlike(name, value) {
  const plain = (/** @type {string} */ text) => text.replace(/^[A-Z]{3} |[\s$€£¥,.]/g, "");
  return plain(name) === plain(value);
}

/** @param {Item[]} items */
function sorted(items) {
  return items.sort((one, other) => other.passages.length - one.passages.length);
}
