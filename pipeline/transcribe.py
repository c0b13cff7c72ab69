"""Sound to segments of timed words: find the voice, pack it into windows, have them recognised."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from models.recogniser import in_order
from pipeline.audio import SAMPLE_RATE
from pipeline.errors import UsageError
from pipeline.progress import Progress, Report, silent
from pipeline.transcript import Segment, Span, Word
from pipeline.windows import Window, pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.recogniser import Heard, Recogniser, Samples
    from models.vad import VoiceDetector
    from pipeline.audio import Audio

    Voiced = Mapping[int | None, tuple[Span, ...]]  # by channel; None is the mix of all

BLOCK = 300.0  # seconds of sound in which voice is looked for at once
DETECTION_WINDOWS = 3  # windows whose votes decide the language


@dataclass(frozen=True, slots=True)
class TranscribeOptions:
    """`language` is a code such as "en"; None has it detected."""

    language: str | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """All that was heard: segments of all channels in time order, and their language.

    `language` is None where nobody speaks.
    """

    language: str | None
    segments: tuple[Segment, ...]


def find_voice(
    audio: Audio, channels: Sequence[int | None], detector: VoiceDetector, report: Report = silent
) -> Voiced:
    """Return where somebody speaks, channel by channel."""
    total = audio.duration * len(channels)
    found: dict[int | None, tuple[Span, ...]] = {}
    for index, channel in enumerate(channels):
        spans: list[Span] = []
        for done, part in _voice_by_blocks(audio, channel, detector):
            spans.extend(part)
            report(Progress("listen", index * audio.duration + done, total))
        found[channel] = tuple(spans)
    return found


def _voice_by_blocks(
    audio: Audio, channel: int | None, detector: VoiceDetector
) -> Iterator[tuple[float, list[Span]]]:
    """Yield (seconds done, spans); a span cut by a block's end is looked for again in the next."""
    start = 0.0
    while start < audio.duration:
        end = min(start + BLOCK, audio.duration)
        spans = [
            Span(span.start + start, span.end + start)
            for span in detector.voiced(audio.read(Span(start, end), channel))
        ]
        # A span that fills the block is cut with it: looked for again, it would fill the next.
        cut = end < audio.duration and spans and spans[-1].end > end - 1
        again = cut and spans[-1].start > start + BLOCK / 2
        start = spans.pop().start if again else end
        yield start, spans


def transcribe(
    audio: Audio,
    voiced: Voiced,
    recogniser: Recogniser,
    options: TranscribeOptions,
    report: Report = silent,
) -> Speech:
    """Recognise the voiced stretches of each channel apart.

    Raises UsageError for a language that the recogniser's weights do not know.
    """
    check_language(options.language, recogniser)
    windows = [window for channel, spans in voiced.items() for window in pack(spans, channel)]
    if not windows:
        return Speech(None, ())
    language = options.language or _language_of(audio, windows, recogniser)
    segments: list[Segment] = []
    done, total = 0.0, sum(window.duration for window in windows)
    heard = recogniser.recognise((read_window(audio, window) for window in windows), language)
    for window, words in zip(windows, heard, strict=True):
        segments.extend(place(words, window, language, read_window(audio, window)))
        done += window.duration
        report(Progress("transcribe", done, total))
    return Speech(language, tuple(sorted(segments, key=lambda segment: segment.start)))


def check_language(language: str | None, recogniser: Recogniser) -> None:
    """Raise UsageError for a language that a recogniser's weights do not know."""
    if language and language not in recogniser.languages:
        raise UsageError(
            f"the model {recogniser.made.model} does not know the language {language!r}. Name it "
            "by its code, as en or de; a model whose name ends in .en knows English alone."
        )


def read_window(audio: Audio, window: Window) -> Samples:
    """Return a window's sound: (n_samples,) float32, its pieces one after the other."""
    return np.concatenate([audio.read(piece, window.channel) for piece in window.pieces])


def _language_of(audio: Audio, windows: Sequence[Window], recogniser: Recogniser) -> str:
    """Let the fullest windows vote, each with its probability."""
    votes: Counter[str] = Counter()
    fullest = sorted(windows, key=lambda window: -window.duration)[:DETECTION_WINDOWS]
    for window in fullest:
        language, probability = recogniser.detect_language(read_window(audio, window))
        votes[language] += round(1000 * probability)
    return votes.most_common(1)[0][0]


def place(heard: Heard, window: Window, language: str, samples: Samples) -> Iterator[Segment]:
    """Yield one window's words at their times in the recording, a segment for each piece of it.

    samples : the window's sound, as `read_window` gives it.
    """
    placed = list(zip(pieces_of(heard.words, window, samples), heard.words, strict=True))
    for index, group in groupby(placed, key=lambda each: each[0]):
        moved = [(window.place(word, index), word) for _, word in group]
        words = in_order(
            Word(span.start, span.end, word.text, word.probability, word.spaced)
            for span, word in moved
        )
        yield Segment(
            start=words[0].start,
            end=max(word.end for word in words),
            words=words,
            channel=window.channel,
            language=language,
            average_logprob=heard.average_logprob,
            no_speech_probability=heard.no_speech_probability,
            temperature=heard.temperature,
        )


def pieces_of(words: Sequence[Word], window: Window, samples: Samples) -> Iterator[int]:
    """Yield the piece in which each word sounds: of those that it touches, the loudest part.

    Whisper lets a word begin anywhere in the pause before it, so neither its start nor its middle
    tells; a word never goes back behind the one before it.
    """
    earliest = 0
    for word in words:
        touched = window.pieces_of(word)
        energies = {index: _energy(word, window, index, samples) for index in touched}
        earliest = max(earliest, max(energies, key=lambda index: energies[index]))
        yield earliest


def _energy(word: Word, window: Window, index: int, samples: Samples) -> float:
    begin = sum(piece.duration for piece in window.pieces[:index])
    start = max(word.start, begin)
    end = min(word.end, begin + window.pieces[index].duration)
    part = samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
    return float(np.square(part, dtype=np.float64).sum())
