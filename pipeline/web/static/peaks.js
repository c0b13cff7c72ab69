/**
 * The stored waveform, read and reduced to what is drawn (pure): audiowaveform's data, version 2
 * at 8 bits, https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md
 *
 * @typedef {object} Peaks
 * @property {Int8Array} data least and greatest of each pixel, channel by channel
 * @property {number} channels
 * @property {number} count of pixels
 * @property {number} perSecond pixels
 */

const HEADER = 24; // bytes of version 2
const VERSION = 2;
const EIGHT_BITS = 1;

/**
 * Read a waveform; null for what is none, or another version, or cut off.
 * @param {ArrayBuffer} buffer
 * @returns {Peaks | null}
 */
export function parsePeaks(buffer) {
  if (buffer.byteLength < HEADER) return null;
  const view = new DataView(buffer);
  const [version, flags, rate, samples, count, channels] = [0, 4, 8, 12, 16, 20].map((place) =>
    view.getInt32(place, true),
  );
  if (version !== VERSION || flags !== EIGHT_BITS || Math.min(rate, samples, channels) < 1)
    return null;
  if (buffer.byteLength < HEADER + 2 * count * channels) return null;
  return { data: new Int8Array(buffer, HEADER), channels, count, perSecond: rate / samples };
}

/**
 * Return how far the sound swings in each of `width` columns from `start` to `end` seconds, in
 * [0, 1]; of one channel, or of the loudest where none is named or there is no such channel.
 * @param {Peaks} peaks
 * @param {number | null} channel
 * @param {{start: number, end: number}} span
 * @param {number} width
 * @returns {Float32Array}
 */
export function columns(peaks, channel, { start, end }, width) {
  const all = channel === null || channel >= peaks.channels;
  const [first, last] = all ? [0, peaks.channels - 1] : [channel, channel];
  const swings = new Float32Array(width);
  const step = ((end - start) * peaks.perSecond) / width;
  for (let column = 0; column < width; column += 1) {
    const from = Math.max(0, Math.floor(start * peaks.perSecond + column * step));
    const to = Math.min(
      peaks.count,
      Math.max(from + 1, Math.floor(start * peaks.perSecond + (column + 1) * step)),
    );
    swings[column] = swing(peaks, from, to, first, last);
  }
  return swings;
}

/**
 * @param {Peaks} peaks
 * @param {number} from
 * @param {number} to
 * @param {number} first channel
 * @param {number} last channel
 * @returns {number}
 */
function swing({ data, channels }, from, to, first, last) {
  let most = 0;
  for (let pixel = from; pixel < to; pixel += 1) {
    for (
      let place = 2 * (pixel * channels + first);
      place <= 2 * (pixel * channels + last) + 1;
      place += 1
    ) {
      const swung = Math.abs(data[place]);
      if (swung > most) most = swung;
    }
  }
  return Math.min(1, most / 127);
}

/**
 * Tell in which of `width` columns from `start` to `end` seconds any of the spans lies.
 * @param {{start: number, end: number}[]} spans
 * @param {{start: number, end: number}} window
 * @param {number} width
 * @returns {Uint8Array} 1 where one does
 */
export function covered(spans, { start, end }, width) {
  const columns = new Uint8Array(width);
  const perSecond = width / (end - start);
  for (const span of spans) {
    if (span.end < start || span.start > end) continue;
    const from = Math.max(0, Math.floor((span.start - start) * perSecond));
    const to = Math.min(width, Math.max(from + 1, Math.ceil((span.end - start) * perSecond)));
    columns.fill(1, from, to);
  }
  return columns;
}
