"""Sound to segments of timed words: voice packed into windows, recognised, checked, placed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from models.recogniser import Asked, in_order
from pipeline.audio import SAMPLE_RATE
from pipeline.channels.echo import without_echo
from pipeline.errors import UsageError
from pipeline.hearing.guards import guard
from pipeline.hearing.missed import missed_in, start_of, windows_around, with_missed
from pipeline.hearing.windows import Window, pack
from pipeline.hearing.word_times import bounded
from pipeline.progress import Progress, Report, silent
from pipeline.transcript import Removed, Segment, Speech, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.recogniser import Heard, Recogniser, Samples
    from pipeline.audio import Audio
    from pipeline.hearing.voice import Voice

DETECTION_WINDOWS = 3  # windows whose votes decide the language


@dataclass(frozen=True, slots=True)
class TranscribeOptions:
    """`language` is a code such as "en"; None has it detected, and told again for each window.

    `translate` has English written, whatever is spoken. `vocabulary` are names that may be said.
    """

    language: str | None = None
    translate: bool = False
    vocabulary: tuple[str, ...] = ()


def transcribe(
    audio: Audio,
    voices: Sequence[Voice],
    recogniser: Recogniser,
    options: TranscribeOptions,
    report: Report = silent,
) -> Speech:
    """Recognise what is said in each channel apart.

    Raises UsageError for a language that the recogniser's weights do not know.
    """
    check_language(options.language, recogniser)
    windows = [(voice, window) for voice in voices for window in pack(voice)]
    if not windows:
        return Speech(None, ())
    language = options.language or _language_of(audio, [each for _, each in windows], recogniser)
    asked = Asked(language, options.language is None, options.translate, options.vocabulary)
    first = _recognise(audio, windows, recogniser, asked, report)
    missed = [each for voice in voices for each in missed_in(voice, first.segments)]
    if not missed or options.translate:  # what is translated is not said where it is written
        return without_echo(audio, first)
    again = [(voice, window) for voice in voices for window in windows_around(missed, voice)]
    second = _recognise(audio, again, recogniser, asked, silent)
    return without_echo(audio, with_missed(first, missed, second))


def _recognise(
    audio: Audio,
    windows: Sequence[tuple[Voice, Window]],
    recogniser: Recogniser,
    asked: Asked,
    report: Report,
) -> Speech:
    """Return what is said in windows, in the order of time."""
    segments: list[Segment] = []
    removed: list[Removed] = []
    done, total = 0.0, sum(window.duration for _, window in windows)
    heard = recogniser.recognise((read_window(audio, window) for _, window in windows), asked)
    for (voice, window), each in zip(windows, heard, strict=True):
        for segment in place(each, window, read_window(audio, window)):
            kept, gone = guard(segment, each, voice.utterances)
            if kept is not None:
                words = bounded(kept.words, voice, partial(audio.read, channel=voice.channel))
                segments.append(kept.with_words(words))
            removed += gone
        done += window.duration
        report(Progress("transcribe", done, total))
    return Speech(
        _language_of_most(segments) or asked.language,
        tuple(sorted(segments, key=start_of)),
        tuple(sorted(removed, key=start_of)),
    )


def _language_of_most(segments: Iterable[Segment]) -> str | None:
    """Return the language in which is spoken longest."""
    spoken = Counter[str]()
    for segment in segments:
        if segment.language:
            spoken[segment.language] += round(1000 * segment.duration)
    return spoken.most_common(1)[0][0] if spoken else None


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


def place(heard: Heard, window: Window, samples: Samples) -> Iterator[Segment]:
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
            language=heard.language,
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
