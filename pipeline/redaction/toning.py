"""Where a tone takes the place of a name, and the sound with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.audio import Audio, Block
    from pipeline.transcript import Turn, Word

# Seconds: a word is timed to a tenth of a second or so, and its first and last sounds are faint.
PADDING = 0.08
# In a pause beside it, a name may begin earlier and end later than it is timed.
IN_PAUSE = 0.25
AT_ONCE = 20.0  # seconds of sound that are held


def toned_spans(
    hidden: Iterable[tuple[Turn, Sequence[Word]]], heard: Iterable[Span], duration: float
) -> tuple[Span, ...]:
    """Return where a tone is to be: over hidden words of turns and what was heard, in order.

    Each is padded, further where the same person pauses; those that touch are one.
    """
    spans = [_padded(turn, words) for turn, words in hidden if words]
    spans += [Span(max(0.0, each.start - PADDING), each.end + PADDING) for each in heard]
    return tuple(_merged(spans, duration))


def _padded(turn: Turn, words: Sequence[Word]) -> Span:
    start, end = min(word.start for word in words), max(word.end for word in words)
    chosen = set(map(id, words))
    others = [word for word in turn.words if id(word) not in chosen]
    before = max((word.end for word in others if word.middle <= start), default=0.0)
    after = min((word.start for word in others if word.middle >= end), default=end + 1.0)
    room = (min(IN_PAUSE, start - before), min(IN_PAUSE, after - end))
    return Span(max(0.0, start - max(PADDING, room[0])), end + max(PADDING, room[1]))


def _merged(spans: Iterable[Span], duration: float) -> Iterator[Span]:
    last: Span | None = None
    for each in sorted(spans, key=lambda span: span.start):
        if each.start >= duration:
            continue
        end = min(each.end, duration)
        if last and each.start <= last.end:
            last = Span(last.start, max(last.end, end))
            continue
        if last:
            yield last
        last = Span(each.start, end)
    if last:
        yield last


def write_toned(copy: Path, spans: Sequence[Span], stem: Path) -> tuple[Path, Path]:
    """Write a listening copy with tones, and its waveform; return both."""
    from pipeline.listening_copy import write_copies

    sound, peaks = stem.with_name(f"{stem.name}.opus"), stem.with_name(f"{stem.name}.dat")
    with toned(copy, spans) as audio:
        write_copies(audio, sound, peaks)
    return sound, peaks


def toned(copy: Path, spans: Sequence[Span]) -> Audio:
    """Decode a recording with tones in it, in all its channels; close it when it is not needed."""
    from pipeline.audio import Audio, decode

    with decode(copy) as audio:
        return Audio.from_blocks(_toned(audio, spans))


def _toned(audio: Audio, spans: Sequence[Span]) -> Iterator[Block]:
    """Yield the sound in pieces that end between spans, so that a tone is of one piece."""
    import numpy as np

    from pipeline.audio import FULL_SCALE, SAMPLE_RATE
    from pipeline.clips import put_tones

    limits, done = np.iinfo(np.int16), 0
    for block in _apart(audio, spans):
        start, end = done / SAMPLE_RATE, (done + len(block)) / SAMPLE_RATE
        own = [
            Span(max(0.0, each.start - start), min(end, each.end) - start)
            for each in spans
            if each.start < end and start < each.end
        ]
        done += len(block)
        if not own:
            yield block
            continue
        samples = np.asarray(block / FULL_SCALE, dtype=np.float32)
        loud = np.rint(put_tones(samples, SAMPLE_RATE, own) * FULL_SCALE)
        yield np.clip(loud, limits.min, limits.max).astype(np.int16)


def _apart(audio: Audio, spans: Sequence[Span]) -> Iterator[Block]:
    """Yield the blocks of a recording, those together over whose edge a span reaches."""
    import numpy as np

    from pipeline.audio import SAMPLE_RATE

    held: list[Block] = []
    done = 0
    for block in audio.blocks(AT_ONCE):
        held.append(block)
        done += len(block)
        edge = done / SAMPLE_RATE
        if not any(each.start < edge < each.end for each in spans):
            yield np.concatenate(held)
            held = []
    if held:
        yield np.concatenate(held)
