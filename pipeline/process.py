"""The plot: one recording through all stages, each stored when it ends.

A stage that is done is not done again, unless what is asked for differs from what made it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from models.weights import can_translate
from pipeline.annotate import annotate
from pipeline.attribute import attribute
from pipeline.diarize import DiarizeOptions, diarize_by_channel, renamed
from pipeline.errors import UsageError
from pipeline.listening import Listening
from pipeline.progress import Report, silent
from pipeline.recording import Layout
from pipeline.transcribe import TranscribeOptions, check_language, transcribe
from pipeline.transcript import Annotation, Made
from pipeline.vocabulary import vocabulary_digest

if TYPE_CHECKING:
    from pathlib import Path

    from models.recogniser import Recogniser
    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.recording import Recording
    from pipeline.transcript import Speech
    from pipeline.voice import Voice


UNREAD = "none"  # the engine of an annotation for which there was no model
NAMES_UNUSED = "the names that were listed for it before were not this time: add --vocabulary FILE"


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for in so many words; None (or empty) leaves what is there as it is.

    `digest` is that of a model asked for by its path: it is the same model wherever it lies, and
    another of its name will not do.
    """

    engine: str | None = None
    model: str | None = None
    language: str | None = None
    channels: tuple[str, ...] = ()
    project: str | None = None
    digest: str | None = None
    translate: bool | None = None
    vocabulary: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        DiarizeOptions(self.channels)  # refuses names that cannot be, before any work is done


@dataclass(frozen=True, slots=True)
class Processed:
    """A recording and the stages that ran for it this time: none, if all was done before."""

    recording: Recording
    ran: tuple[str, ...]


def process(
    path: Path, library: Library, engines: Engines, request: Request, report: Report = silent
) -> Processed:
    """Take one file through every stage that it still needs.

    Raises AudioError for a file that cannot be heard; what earlier stages stored stays.
    """
    with Listening(path, engines, report) as listening:
        return process_heard(listening, library, request)


def process_heard(listening: Listening, library: Library, request: Request) -> Processed:
    """Take a file that is being listened to through every stage that it still needs."""
    if request.language:
        check_language(request.language, listening.engines.recogniser)
    recording = take_in(listening, library, request)
    return Processed(recording, run_stages(recording, library, listening, request))


def run_stages(
    recording: Recording, library: Library, listening: Listening, request: Request
) -> tuple[str, ...]:
    """Run the stages that a recording still needs; return their names."""
    ran = []
    for name, run in STAGES.items():
        before = library.made(recording.id).get(name)
        if is_stale(name, recording, request, before, listening.engines):
            run(recording, library, listening, request)
            ran.append(name)
    return tuple(ran)


def take_in(listening: Listening, library: Library, request: Request) -> Recording:
    """Return the recording that a file is: the known one of the same content, or a new one."""
    known = library.get(listening.identity)
    recording = known or listening.described
    recording = replace(
        recording,
        path=listening.path.absolute(),
        project=request.project or recording.project,
        layout=layout_as_asked(recording, request),
    )
    if recording != known:
        library.put(recording)
    return recording


def layout_as_asked(recording: Recording, request: Request) -> Layout:
    """Return what the channels are; named one by one, they are people, unless they are all one."""
    named = 1 < len(request.channels) == recording.channels
    if named and recording.layout is Layout.ROOM:
        return Layout.CHANNEL_PER_SPEAKER
    return recording.layout


def is_stale(
    stage: str, recording: Recording, request: Request, before: Made | None, engines: Engines
) -> bool:
    """Tell whether a stage's result is missing, or made otherwise than is asked for."""
    if before is None:
        return True
    options = dict(before.options)
    match stage:
        case "transcribe":
            return (
                request.engine not in (None, before.engine)
                or _is_another_model(request, before)
                or request.language not in (None, options["language"])
                or request.translate not in (None, "translate" in options)
                or vocabulary_digest(request.vocabulary) not in ("", options.get("vocabulary"))
                or options["channels"] != _heard_as(recording)
            )
        case "diarize":
            asked = ",".join(usable_names(recording, request))
            other_names = asked not in ("", options["channel_names"])
            return other_names or options["channels"] != _heard_as(recording)
        case "annotate":
            unread = options["language"] if before.engine == UNREAD else ""
            return bool(unread) and engines.language_model(unread) is not None
        case _:
            return False


def _is_another_model(request: Request, before: Made) -> bool:
    if request.digest:
        return request.digest != before.digest
    return request.model not in (None, before.model)


def _transcribe(
    recording: Recording, library: Library, listening: Listening, request: Request
) -> None:
    before = library.made(recording.id).get("transcribe")
    asked = as_made(request, before)
    check_asked(asked, listening.engines.recogniser)
    speech, made = hear(recording, listening.voiced(recording), listening, asked)
    library.store_speech(recording.id, speech, with_notes(made, names_unused(asked, before)))


def as_made(request: Request, before: Made | None) -> Request:
    """Return a request in which what is not asked for is as it was made before.

    That is whether it was translated, and the language, if that was asked for and not detected.
    """
    options = dict(before.options) if before else {}
    language = options["language"] if "language_asked" in options else None
    translate = "translate" in options if request.translate is None else request.translate
    return replace(request, language=request.language or language, translate=translate)


def check_asked(request: Request, recogniser: Recogniser) -> None:
    """Raise UsageError for what a recogniser cannot do."""
    check_language(request.language, recogniser)
    made = recogniser.made
    if request.translate and not can_translate(made.model, made.digest):
        raise UsageError(
            f"the model {made.model} cannot translate. Say --model base, small, medium or large, "
            "or --no-translate."
        )


def names_unused(request: Request, before: Made | None) -> tuple[str, ...]:
    """Return what to know where names were listed before and are not now: a list is not kept."""
    listed = before is not None and "vocabulary" in dict(before.options)
    return (NAMES_UNUSED,) if listed and not request.vocabulary else ()


def hear(
    recording: Recording, voices: Sequence[Voice], listening: Listening, request: Request
) -> tuple[Speech, Made]:
    """Return what is said where somebody speaks, and what heard it."""
    recogniser = listening.engines.recogniser
    options = TranscribeOptions(request.language, request.translate or False, request.vocabulary)
    speech = transcribe(listening.audio, voices, recogniser, options, listening.report)
    language = request.language or speech.language or ""
    made = with_options(recogniser.made, channels=_heard_as(recording), language=language)
    return speech, with_options(made, **said_of(options))


def said_of(options: TranscribeOptions) -> dict[str, str]:
    """Return what of the options decides the words, by name; what is not asked for is not said."""
    said = {
        "language_asked": "yes" if options.language else "",
        "translate": "yes" if options.translate else "",
        "vocabulary": vocabulary_digest(options.vocabulary),
    }
    return {name: value for name, value in said.items() if value}


def usable_names(recording: Recording, request: Request) -> tuple[str, ...]:
    """Return the names asked for, if there is one for each speaker's channel; else none.

    A name too few or too many would stand under somebody else's words.
    """
    by_channel = recording.layout is Layout.CHANNEL_PER_SPEAKER
    return request.channels if by_channel and len(request.channels) == recording.channels else ()


def _diarize(
    recording: Recording, library: Library, listening: Listening, request: Request
) -> None:
    before = library.made(recording.id).get("diarize")
    options = dict(before.options) if before else {}
    kept = tuple(name for name in options.get("channel_names", "").split(",") if name)
    names = DiarizeOptions(usable_names(recording, request) or kept)
    heard_as = _heard_as(recording)
    if options.get("channels") == heard_as:
        spans = renamed(library.spans(recording.id), names)
    else:
        spans = diarize_by_channel(listening.voiced(recording), names)
    made = with_options(
        listening.engines.voice_detector.made,
        channels=heard_as,
        channel_names=",".join(names.channel_names),
    )
    library.store_spans(recording.id, spans, replace(made, notes=_notes(recording, request)))


def _notes(recording: Recording, request: Request) -> tuple[str, ...]:
    """Return what to know of the speakers: that names were given which could not be used."""
    asked, heard = len(request.channels), len(recording.heard_channels)
    if not asked or usable_names(recording, request):
        return ()
    if recording.layout is not Layout.CHANNEL_PER_SPEAKER:
        return (f"its channels are not one person each ({recording.layout}): no name is used",)
    return (f"{asked} names were given for {heard} channels: none is used",)


def _attribute(recording: Recording, library: Library, *_: object) -> None:
    turns = attribute(library.segments(recording.id), library.spans(recording.id))
    library.store_turns(recording.id, turns, Made("relisten", version("relisten")))


def _annotate(recording: Recording, library: Library, listening: Listening, _: Request) -> None:
    transcript = library.transcript(recording.id)
    language = transcript.language
    model = listening.engines.language_model(language) if language else None
    if model is not None:
        annotation, made = annotate(transcript.turns, model), model.made
    else:
        reason = f"no language model for {language!r}" if language else "nobody speaks"
        annotation, made = Annotation(), Made(UNREAD, "", notes=(reason,))
    library.store_annotation(recording.id, annotation, with_options(made, language=language or ""))


# The stages in the order in which they run; each needs what those before it stored.
Stage = Callable[["Recording", "Library", "Listening", Request], None]
STAGES: dict[str, Stage] = {
    "transcribe": _transcribe,
    "diarize": _diarize,
    "attribute": _attribute,
    "annotate": _annotate,
}


def _heard_as(recording: Recording) -> str:
    channels = recording.heard_channels
    return ",".join("mix" if channel is None else str(channel) for channel in channels)


def with_options(made: Made, **options: str) -> Made:
    """Return how something was made with more options, by name."""
    together = {**dict(made.options), **options}
    return replace(made, options=tuple(sorted(together.items())))


def with_notes(made: Made, notes: tuple[str, ...]) -> Made:
    """Return how something was made with more to know of it."""
    return replace(made, notes=(*made.notes, *notes))
