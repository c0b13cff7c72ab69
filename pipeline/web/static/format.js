/** Times, dates and sizes as they are written, and `#t=` addresses (pure). */

/**
 * Write seconds as a clock does: "0:07", "12:34", "1:02:03".
 * @param {number} seconds
 * @returns {string}
 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours, minutes, rest] = parts;
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/**
 * Write seconds so that reading them back loses no more than a hundredth: "12:34.5", "12:34".
 * @param {number} seconds
 * @returns {string}
 */
export function exactClock(seconds) {
  const hundredths = Math.round(Math.max(0, seconds) * 100);
  const rest = String(hundredths % 100)
    .padStart(2, "0")
    .replace(/0+$/, "");
  return clock(Math.floor(hundredths / 100)) + (rest && `.${rest}`);
}

const CLOCK = /^(?:(\d+):)?(?:([0-5]?\d):)?(\d+(?:\.\d*)?)$/;

/**
 * Read "1:02:03", "12:34.5" or "754" as seconds; null for what is no time.
 * @param {string} text
 * @returns {number | null}
 */
export function parseClock(text) {
  const found = CLOCK.exec(text.trim());
  if (!found) return null;
  const [, first, second, rest] = found;
  if (first !== undefined && Number(rest) >= 60) return null;
  const [hours, minutes] = second === undefined ? [0, first ?? 0] : [first, second];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}

/**
 * Write a moment or a passage as an address within a page: "#t=12:34", "#t=12:34,13:02".
 * @param {number} start
 * @param {number | null} [end]
 * @returns {string}
 */
export function momentHash(start, end = null) {
  return `#t=${exactClock(start)}${end === null ? "" : `,${exactClock(end)}`}`;
}

/**
 * Read what `momentHash` writes; null where the address names no time.
 * @param {string} hash
 * @returns {{start: number, end: number | null} | null}
 */
export function parseMoment(hash) {
  const found = /^#?(?:.*&)?t=([^&,]+)(?:,([^&]+))?/.exec(decoded(hash));
  const start = found && parseClock(found[1]);
  if (!found || start === null) return null;
  const end = found[2] === undefined ? null : parseClock(found[2]);
  return { start, end: end !== null && end > start ? end : null };
}

/** @param {string} hash */
function decoded(hash) {
  try {
    return decodeURIComponent(hash);
  } catch {
    return ""; // a lone % is no address of ours
  }
}

/**
 * Say a length in words: "42 s", "3 min 5 s", "1 h 2 min".
 * @param {number} seconds
 * @returns {string}
 */
export function length(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (hours) return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes) return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
  return `${rest} s`;
}

/**
 * Say a time as it is read aloud: "12 minutes 34 seconds".
 * @param {number} seconds
 * @returns {string}
 */
export function aloud(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  const parts = [
    counted(Math.floor(whole / 3600), "hour"),
    counted(Math.floor(whole / 60) % 60, "minute"),
    counted(whole % 60, "second"),
  ];
  return parts.filter((part) => !part.startsWith("0 ")).join(" ") || "0 seconds";
}

/**
 * Count things: "1 turn", "2 turns".
 * @param {number} number
 * @param {string} thing
 * @param {string} [things]
 * @returns {string}
 */
export function counted(number, thing, things = `${thing}s`) {
  return `${grouped(number)} ${number === 1 ? thing : things}`;
}

/**
 * Write a whole number with its thousands apart: "30,240". What a browser has for it takes as long
 * to get ready as a thousand turns.
 * @param {number} number
 * @returns {string}
 */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

const MONTHS =
  "January February March April May June July August September October November December";

/**
 * Write the day of a local ISO time as "3 September 2026"; as it is where it is none.
 * @param {string | null} iso
 * @returns {string}
 */
export function day(iso) {
  const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso ?? "");
  if (!found) return iso ?? "";
  const month = MONTHS.split(" ")[Number(found[2]) - 1] ?? found[2];
  return `${Number(found[3])} ${month} ${found[1]}`;
}

/**
 * Write a size in bytes as "820 kB", "12.4 MB".
 * @param {number} bytes
 * @returns {string}
 */
export function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [amount, unit] = [bytes, 0];
  while (amount >= 999.5 && unit < units.length - 1) [amount, unit] = [amount / 1000, unit + 1];
  const digits = unit && amount < 99.95 ? 1 : 0;
  return `${amount.toFixed(digits).replace(/\.0$/, "")} ${units[unit]}`;
}

/**
 * Write a speed: "1×", "1.25×".
 * @param {number} rate
 * @returns {string}
 */
export function speed(rate) {
  return `${Number(rate.toFixed(2))}×`;
}
