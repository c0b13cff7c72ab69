/**
 * Painting passages of text by the CSS Custom Highlight API: no element per word. Only what is
 * near the window is painted, so that a call of three hours costs no more than one of a minute.
 */

/** @typedef {import("./words.js").Passage} Passage */

/**
 * @typedef {object} Layer
 * @property {Highlight} highlight
 * @property {Map<number, Passage[]>} passages by turn
 * @property {Map<number, StaticRange[]>} painted by turn
 * @property {boolean} everywhere whether it is painted far from the window, too
 */

export class Painting {
  /** @param {(turn: number) => Text | null} nodeOf the text of a turn */
  constructor(nodeOf) {
    this.nodeOf = nodeOf;
    /** @type {Map<string, Layer>} */
    this.layers = new Map();
    /** @type {Set<number>} */
    this.near = new Set();
  }

  /**
   * Add a layer, which CSS calls ::highlight(name); the later it is added the further up it lies.
   * @param {string} name
   * @param {{everywhere?: boolean}} [options] for a few passages that are also printed
   */
  add(name, { everywhere = false } = {}) {
    if (!CSS.highlights) return; // a browser of before 2025: the text is read without
    const highlight = new Highlight();
    highlight.priority = this.layers.size;
    CSS.highlights.set(name, highlight);
    this.layers.set(name, { highlight, passages: new Map(), painted: new Map(), everywhere });
  }

  /**
   * Paint these passages in a layer, and no others.
   * @param {string} name
   * @param {Passage[]} passages
   */
  set(name, passages) {
    const layer = this.layers.get(name);
    if (!layer) return;
    layer.passages = byTurn(passages);
    layer.highlight.clear();
    layer.painted.clear();
    const turns = layer.everywhere ? layer.passages.keys() : this.near;
    for (const turn of turns) this.#paint(layer, turn);
  }

  /**
   * Return where a layer's passages are.
   * @param {string} name
   * @returns {Passage[]}
   */
  passages(name) {
    return [...(this.layers.get(name)?.passages.values() ?? [])].flat();
  }

  /**
   * Take note that a turn came near the window, or went.
   * @param {number} turn
   * @param {boolean} near
   */
  seen(turn, near) {
    if (near === this.near.has(turn)) return;
    if (near) this.near.add(turn);
    else this.near.delete(turn);
    for (const layer of this.layers.values()) {
      if (layer.everywhere) continue;
      if (near) this.#paint(layer, turn);
      else this.#clear(layer, turn);
    }
  }

  /** Paint all anew, after texts have changed. */
  again() {
    for (const name of this.layers.keys()) this.set(name, this.passages(name));
  }

  /** Leave nothing behind. */
  destroy() {
    for (const name of this.layers.keys()) CSS.highlights.delete(name);
    this.layers.clear();
  }

  /**
   * @param {Layer} layer
   * @param {number} turn
   */
  #paint(layer, turn) {
    const passages = layer.passages.get(turn);
    const node = passages && this.nodeOf(turn);
    if (!passages || !node) return;
    const ranges = passages.map((passage) => rangeOf(node, passage));
    for (const range of ranges) layer.highlight.add(range);
    layer.painted.set(turn, ranges);
  }

  /**
   * @param {Layer} layer
   * @param {number} turn
   */
  #clear(layer, turn) {
    for (const range of layer.painted.get(turn) ?? []) layer.highlight.delete(range);
    layer.painted.delete(turn);
  }
}

/**
 * Return the range of characters of a text, as far as it reaches.
 * @param {Text} node
 * @param {{start: number, end: number}} passage
 * @returns {StaticRange}
 */
function rangeOf(node, { start, end }) {
  return new StaticRange({
    startContainer: node,
    startOffset: Math.min(start, node.length),
    endContainer: node,
    endOffset: Math.min(end, node.length),
  });
}

/**
 * @param {Passage[]} passages
 * @returns {Map<number, Passage[]>}
 */
function byTurn(passages) {
  /** @type {Map<number, Passage[]>} */
  const together = new Map();
  for (const passage of passages) {
    const others = together.get(passage.turn);
    if (others) others.push(passage);
    else together.set(passage.turn, [passage]);
  }
  return together;
}
