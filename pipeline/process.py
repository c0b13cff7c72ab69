"""The plot: one recording through all stages, each stored when it ends.

A stage that is done is not done again, unless what is asked for differs from what made it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from models.weights import can_translate
from pipeline.annotate import annotate
from pipeline.clustering import SpeakerCount
from pipeline.diarize import DiarizeOptions
from pipeline.errors import NotTranscribed, UsageError
from pipeline.listening import Listening
from pipeline.progress import Report, silent
from pipeline.recording import Layout
from pipeline.speakers import turns_by_hand
from pipeline.telling import options_asked, tell, telling_is_stale
from pipeline.tracks import tracks_in
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
    another of its name will not do. `speakers` is how many people speak. `only` names a stage that
    runs again by itself, with those that rest on it.
    """

    engine: str | None = None
    model: str | None = None
    language: str | None = None
    channels: tuple[str, ...] = ()
    project: str | None = None
    digest: str | None = None
    translate: bool | None = None
    vocabulary: tuple[str, ...] = ()
    speakers: SpeakerCount = field(default_factory=SpeakerCount)
    only: str | None = None

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
    if request.only:
        check_words(listening, library, request.only)
    recording = take_in(listening, library, request)
    return Processed(recording, run_stages(recording, library, listening, request))


def run_stages(
    recording: Recording, library: Library, listening: Listening, request: Request
) -> tuple[str, ...]:
    """Run the stages that a recording still needs; return their names."""
    ran: list[str] = []
    for name, run in stages_asked(request).items():
        before = library.made(recording.id).get(name)
        again = name == request.only and name not in ran
        if again or is_stale(name, recording, request, before, listening.engines):
            run(recording, library, listening, request)
            ran.append(name)
    return tuple(ran)


def check_words(listening: Listening, library: Library, only: str) -> None:
    """Raise NotTranscribed where a stage that a stage rests on has not run, and keep nothing."""
    made = library.made(listening.identity)
    if not set(_stages_before(only)) <= set(made):
        raise NotTranscribed(
            f"{listening.path}: it has no words yet. Run: relisten process {listening.path}"
        )


def _stages_before(stage: str) -> list[str]:
    return list(STAGES)[: list(STAGES).index(stage)]


def stages_asked(request: Request) -> Mapping[str, Stage]:
    """Return the stages that may run."""
    before = _stages_before(request.only) if request.only else []
    return {name: stage for name, stage in STAGES.items() if name not in before}


def take_in(listening: Listening, library: Library, request: Request) -> Recording:
    """Return the recording that a file is: the known one of the same content, or a new one."""
    known = library.get(listening.identity)
    recording = known or listening.described
    recording = replace(
        recording,
        path=listening.path.absolute(),
        project=request.project or recording.project,
        layout=layout_as_asked(recording, request),
        tracks=tracks_in(listening.path) if listening.path.is_dir() else (),
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
                or options["channels"] != recording.heard_as
            )
        case "diarize":
            asked = options_asked(recording, request, before)
            return telling_is_stale(recording, asked, before, engines)
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
    library.store_speech(recording.id, speech, made.with_notes(*names_unused(asked, before)))


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
    made = recogniser.made.with_options(channels=recording.heard_as, language=language)
    return speech, made.with_options(**said_of(options))


def said_of(options: TranscribeOptions) -> dict[str, str]:
    """Return what of the options decides the words, by name; what is not asked for is not said."""
    said = {
        "language_asked": "yes" if options.language else "",
        "translate": "yes" if options.translate else "",
        "vocabulary": vocabulary_digest(options.vocabulary),
    }
    return {name: value for name, value in said.items() if value}


def _diarize(
    recording: Recording, library: Library, listening: Listening, request: Request
) -> None:
    tell(recording, library, listening, request)


def _attribute(recording: Recording, library: Library, *_: object) -> None:
    heard, spans = library.segments(recording.id), library.spans(recording.id)
    turns = turns_by_hand(heard, spans, library.edits(recording.id))
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
    made = made.with_options(language=language or "")
    library.store_annotation(recording.id, annotation, made)


# The stages in the order in which they run; each needs what those before it stored.
Stage = Callable[["Recording", "Library", "Listening", Request], None]
STAGES: dict[str, Stage] = {
    "transcribe": _transcribe,
    "diarize": _diarize,
    "attribute": _attribute,
    "annotate": _annotate,
}
