"""One passage recognised anew: its words take the place of those that stood there, which are kept.

A word is of a passage if its middle lies in it. What lies outside stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.clips import original
from pipeline.errors import UsageError
from pipeline.listening import Listening
from pipeline.process import (
    STAGES,
    Request,
    as_made,
    check_asked,
    hear,
    is_stale,
    names_unused,
    run_stages,
)
from pipeline.progress import Report, silent
from pipeline.timestamps import format_timestamp
from pipeline.transcript import Segment, Span, Speech, Unheard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.hearing.voice import Voice
    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.recording import Recording
    from pipeline.transcript import Made, Revision, Word

BEYOND = 1.0  # seconds: lengths are shown in whole seconds, and may be typed as the next one
SHORTEST_LEFT = 0.5  # seconds: less of a stretch without words is none to listen to


@dataclass(frozen=True, slots=True)
class Revised:
    """A passage that was listened to anew: what stood there, and what is heard now, by what.

    `revision` is None where no word is heard now; what stood there stands there still.
    """

    recording: Recording
    passage: Span
    before: tuple[Segment, ...]
    heard: tuple[Segment, ...]
    made: Made
    revision: Revision | None


def passage_of(recording: Recording, start: float | None, end: float | None) -> Span:
    """Return the passage that is meant, to the end if no end is; raises UsageError for none."""
    begin, last = start or 0.0, recording.duration if end is None else end
    length = f"{recording.title} is {format_timestamp(recording.duration)} long"
    if begin >= recording.duration or last > recording.duration + BEYOND:
        beyond = format_timestamp(begin if begin >= recording.duration else last)
        raise UsageError(f"{length}: {beyond} is past its end. Name a time before that.")
    if begin >= last:
        times = f"{format_timestamp(begin)} is not before {format_timestamp(last)}"
        raise UsageError(f"{times}. Name a passage as --from 12:30 --to 13:10.")
    return Span(begin, min(last, recording.duration))


def revise(
    recording: Recording,
    passage: Span,
    library: Library,
    engines: Engines,
    request: Request,
    report: Report = silent,
) -> Revised:
    """Recognise a passage anew and put its words in the place of those that stood there.

    Raises AudioError where the file is gone, UsageError where there is nothing to revise yet.
    """
    whole = _made(recording, library, engines)
    before = library.speech(recording.id)
    stood = tuple(part for each in before.segments for part in inside(each, passage))
    request = replace(request, vocabulary=request.vocabulary or library.vocabulary(recording.id))
    asked = as_before(request, stood, whole)
    check_asked(asked, engines.recogniser)
    with Listening(original(recording), engines, report) as listening:
        voices = [
            voiced(voice, part)
            for voice in listening.voiced(recording)
            if (part := listened_to(passage, _words(before.segments, voice.channel)))
        ]
        heard, made = hear(recording, voices, listening, asked)
        made = made.with_notes(*names_unused(asked, whole))
        revision = None
        if heard.segments:
            speech = spliced(before, passage, heard)
            revision = library.store_revision(recording.id, speech, passage, made, stood)
            run_stages(recording, library, listening, Request())
    return Revised(recording, passage, stood, heard.segments, made, revision)


def _made(recording: Recording, library: Library, engines: Engines) -> Made:
    """Return what transcribed the whole; raises UsageError where nothing has, or not all of it."""
    (first, *_) = STAGES
    made = library.made(recording.id).get(first)
    if made is None or is_stale(first, recording, Request(), made, engines):
        raise UsageError(
            f"{recording.title}: it is not transcribed yet, so there is no passage to do again. "
            f"Run: relisten process {recording.path}"
        )
    return made


def as_before(request: Request, stood: Iterable[Segment], whole: Made) -> Request:
    """Return a request in which what is not asked for is as it was: language and translation.

    Of what was translated, the words tell only the translation's language: unless another was
    asked for, it is detected again.
    """
    spoken = None if was_translated(whole) else language_of(stood)
    kept = as_made(request, whole)
    return replace(kept, language=request.language or spoken or kept.language)


def was_translated(whole: Made) -> bool:
    """Tell whether a recording was translated as a whole."""
    return "translate" in dict(whole.options)


def language_of(segments: Iterable[Segment]) -> str | None:
    """Return the language of a passage, None where there are several or none is known."""
    languages = {segment.language for segment in segments}
    return languages.pop() if len(languages) == 1 else None


def _words(segments: Iterable[Segment], channel: int | None) -> tuple[Word, ...]:
    own = (segment for segment in segments if segment.channel == channel)
    return tuple(word for segment in own for word in segment.words)


def listened_to(passage: Span, words: Iterable[Word]) -> Span | None:
    """Return which sound is heard anew, given a channel's words: no word that stays is in it.

    So a word at the edge of the passage is neither cut in two nor heard twice. None where the
    words that stay leave nothing.
    """
    start, end = passage.start, passage.end
    earliest, latest = 0.0, float("inf")
    for word in words:
        if is_in(word, passage):
            start, end = min(start, word.start), max(end, word.end)
        elif word.middle < passage.start:
            earliest = max(earliest, word.end)
        else:
            latest = min(latest, word.start)
    start, end = max(start, earliest), min(end, latest)
    return Span(start, end) if start < end else None


def voiced(voice: Voice, sound: Span) -> Voice:
    """Return where somebody speaks in a stretch of sound, without the mere edges of more."""
    during = voice.during(sound)
    return during.within(
        region
        for region in during.regions
        if any(region.overlap(utterance) for utterance in during.utterances)
    )


def spliced(before: Speech, passage: Span, heard: Speech) -> Speech:
    """Return what was heard with what is heard in a passage now in its place (pure)."""
    segments = [part for each in before.segments for part in outside(each, passage)]
    removed = [each for each in before.removed if not is_in(each, passage)]
    unheard = [part for each in before.unheard for part in left(each, passage)]
    return Speech(
        before.language or heard.language,
        tuple(sorted((*segments, *heard.segments), key=_start)),
        tuple(sorted((*removed, *heard.removed), key=_start)),
        tuple(sorted((*unheard, *heard.unheard), key=_start)),
    )


def _start(span: Span) -> float:
    return span.start


def is_in(span: Span, passage: Span) -> bool:
    """Tell whether a word or the like is of a passage: its middle is, the edges included."""
    return passage.start <= span.middle <= passage.end


def outside(segment: Segment, passage: Span) -> Iterator[Segment]:
    """Yield the parts of a segment that stay: itself, if no word of it is in the passage."""
    return _parts(segment, passage, wanted=False)


def inside(segment: Segment, passage: Span) -> Iterator[Segment]:
    """Yield the parts of a segment that are of the passage."""
    return _parts(segment, passage, wanted=True)


def _parts(segment: Segment, passage: Span, *, wanted: bool) -> Iterator[Segment]:
    for within, group in groupby(segment.words, key=lambda word: is_in(word, passage)):
        words = tuple(group)
        if within is wanted:
            yield segment if words == segment.words else segment.with_words(words)


def left(unheard: Unheard, passage: Span) -> Iterator[Unheard]:
    """Yield what of a stretch without words lies outside the passage, if it is worth hearing."""
    if not unheard.overlap(passage):
        yield unheard
        return
    for start, end in ((unheard.start, passage.start), (passage.end, unheard.end)):
        if end - start >= SHORTEST_LEFT:
            yield Unheard(start, end, unheard.channel)
