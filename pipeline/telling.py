"""The stage that tells who speaks: as asked or as before, and without costing the text.

It may fail, for want of memory or of a model; the words are kept then, and it says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from pipeline.diarize import NO_MODEL, DiarizeOptions, diarize, keeping_labels, renamed
from pipeline.errors import ModelError, ModelMissing
from pipeline.people import Voiceprint
from pipeline.recording import Layout
from pipeline.transcript import Made
from pipeline.voices.by_voice import HeardVoice, ToldApart
from pipeline.voices.clustering import SpeakerCount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.library import Library
    from pipeline.listening import Listening
    from pipeline.process import Request
    from pipeline.recording import Recording

HEARD_OTHERWISE = "its channels are heard otherwise now"
UNTOLD = "none"  # the engine of speaker spans that nothing could tell
# What numpy, scipy and a network raise; whatever it is, the words are there already.
FAILURES = (ModelError, OSError, RuntimeError, ValueError, ArithmeticError, MemoryError)


def options_asked(recording: Recording, request: Request, before: Made | None) -> DiarizeOptions:
    """Return what to tell speakers by: as asked, else as before, else as the files are named.

    Where speakers are to be told again by themselves, no number is a number too: as heard.
    """
    names, count = request.channels, request.speakers
    options = dict(before.options) if before else {}
    kept = tuple(name for name in options.get("channel_names", "").split(",") if name)
    known = SpeakerCount.of(options.get("speakers", ""))
    chosen = (
        usable_names(recording, names) or kept or usable_names(recording, recording.track_names)
    )
    as_before = count == SpeakerCount() and not request.only
    return DiarizeOptions(chosen, known if as_before else count)


def usable_names(recording: Recording, names: Sequence[str]) -> tuple[str, ...]:
    """Return names for channels, if there is one for each speaker's channel; else none.

    A name too few or too many would stand under somebody else's words.
    """
    by_channel = recording.layout is Layout.CHANNEL_PER_SPEAKER
    return tuple(names) if by_channel and len(names) == recording.channels else ()


class Able(Protocol):
    """What tells whether this machine has models for a stage: any `Engines` can."""

    @property
    def voices(self) -> object | None:
        """What tells voices apart, None where its weights are not on this machine."""
        ...

    @property
    def sentences(self) -> object | None:
        """What tells what sentences mean, None where its weights are not on this machine."""
        ...

    def language_model(self, language: str) -> object | None:
        """Return what reads a language, None where nothing installed does."""
        ...


def why_told_again(recording: Recording, asked: DiarizeOptions, before: Made, engines: Able) -> str:
    """Say why speakers are to be told again: otherwise is asked, or they could not be told.

    It is "" where nothing is to be done.
    """
    options = dict(before.options)
    if before.engine == UNTOLD and NO_MODEL not in before.notes:
        return "speakers could not be told before"
    if before.engine == UNTOLD and engines.voices is not None:
        return "there is a model that tells voices apart now"
    by_voice = recording.layout is not Layout.CHANNEL_PER_SPEAKER
    reasons = {
        HEARD_OTHERWISE: options.get("channels", recording.heard_as) != recording.heard_as,
        "its channels are given other names": options.get("channel_names", "")
        != ",".join(asked.channel_names),
        "another number of speakers is asked for": by_voice
        and options.get("speakers", "") != str(asked.count),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def tell(
    recording: Recording,
    library: Library,
    listening: Listening,
    request: Request,
) -> None:
    """Tell who speaks, and keep it."""
    before = library.made(recording.id).get("diarize")
    asked = options_asked(recording, request, before)
    if before and not request.only and _only_names_differ(recording, before):
        told, made = _renamed(recording, library, asked), replace(before, notes=())
    else:
        told, made = _told(recording, library, listening, asked, must=bool(request.only))
    made = made.with_options(
        channels=recording.heard_as,
        channel_names=",".join(asked.channel_names),
        speakers=str(asked.count),
    )
    voiceprints = (
        Voiceprint(recording.id, voice.speaker, voice.embedding, voice.seconds, voice.digest)
        for voice in told.voices
    )
    made = made.with_notes(*notes(recording, request, told))
    library.store_speakers(recording.id, told.spans, tuple(voiceprints), made)


def _only_names_differ(recording: Recording, before: Made) -> bool:
    by_channel = recording.layout is Layout.CHANNEL_PER_SPEAKER
    heard_as = dict(before.options)["channels"]
    return by_channel and before.engine != UNTOLD and heard_as == recording.heard_as


def _renamed(recording: Recording, library: Library, asked: DiarizeOptions) -> ToldApart:
    """Return who was told by channel, under other names: nothing is listened to for that."""
    before = library.spans(recording.id)
    now = renamed(before, asked)
    labels = {old.speaker: new.speaker for old, new in zip(before, now, strict=True)}
    voices = (
        HeardVoice(labels[each.speaker], each.embedding, each.seconds, each.digest)
        for each in library.voiceprints()
        if each.recording == recording.id and each.speaker in labels
    )
    return ToldApart(now, tuple(voices))


def _told(
    recording: Recording,
    library: Library,
    listening: Listening,
    asked: DiarizeOptions,
    *,
    must: bool,
) -> tuple[ToldApart, Made]:
    """Return who speaks; where that fails, nobody, with a note.

    Raises what went wrong where it `must` be told, or was before: that stays then.
    """
    before = library.spans(recording.id)
    try:
        told, made = diarize(recording, listening, asked)
    except FAILURES as error:
        if before or must:
            raise
        if isinstance(error, ModelMissing):
            return ToldApart(), Made(UNTOLD, "", notes=(NO_MODEL,))
        reason = (
            f"who speaks is not told, as that failed ({error}). The words are all there. "
            f"Try again: relisten process {recording.id[:8]} --only speakers"
        )
        return ToldApart(), Made(UNTOLD, "", notes=(reason,))
    known = library.label_spans(recording.id), library.known_labels(recording.id)
    return keeping_labels(told, *known), made


def worth_saying(made: Made | None) -> str:
    """Return what to know of how speakers were told; that a model is missing was said before."""
    return "; ".join(note for note in made.notes if note != NO_MODEL) if made else ""


def notes(recording: Recording, request: Request, told: ToldApart) -> Iterator[str]:
    """Yield what to know of the speakers: what was asked for and could not be used."""
    names, count = request.channels, request.speakers
    by_channel = recording.layout is Layout.CHANNEL_PER_SPEAKER
    if names and not by_channel:
        yield f"its channels are not one person each ({recording.layout}): no name is used"
    elif names and not usable_names(recording, names):
        channels = len(recording.heard_channels)
        yield f"{len(names)} names were given for {channels} channels: none is used"
    if count != SpeakerCount() and by_channel:
        yield "each person has a channel: the number of speakers is not used"
    found = len({span.speaker for span in told.spans})
    if not by_channel and found and found < (count.least or 0):
        yield f"{count.least} speakers were asked for, and {found} could be told apart"
