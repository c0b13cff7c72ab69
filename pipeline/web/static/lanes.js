/** Which channel of a recording is whose: for the waveform, and for volumes. */

import { stretchesOf } from "./listening.js";

const PER_SPEAKER = "channel-per-speaker";

/**
 * Return a lane for each speaker; one for all where nobody is told apart.
 * @param {any} view as `openTranscript` makes it
 * @returns {import("./waveform.js").Lane[]}
 */
export function lanesOf(view) {
  const { source, prepared } = view;
  const { contents, layout, speaker_channels: channels } = source;
  const names = contents.speakers.length ? contents.speakers : [null];
  const isSplit = layout === PER_SPEAKER;
  return names.map((name) => ({
    name,
    number: view.speakerNumber(name),
    channel: isSplit && name !== null ? (channels[name] ?? null) : null,
    spans: () => stretchesOf(prepared, name),
  }));
}

/**
 * Return how many channels have a volume of their own: one for each speaker, or none.
 * @param {import("./view.js").Source} source
 * @returns {number}
 */
export function channelsOf({ layout, speaker_channels: speakers, gains = true, channels }) {
  const known = Object.values(speakers ?? {}).filter((channel) => channel !== null);
  const isSplit = gains && layout === PER_SPEAKER && known.length > 0;
  return isSplit ? Math.min(channels ?? Infinity, Math.max(...known) + 1) : 1;
}
