"""The plot: one recording through all stages, each stored when it ends.

A stage that is done is not done again, unless what is asked for differs from what made it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from models.weights import can_translate
from pipeline.annotating import UNREAD, annotate_kept
from pipeline.correcting import made_by_hand, scene
from pipeline.diarize import DiarizeOptions
from pipeline.errors import NotTranscribed, UsageError
from pipeline.listening import Listening
from pipeline.listening_copy import copy
from pipeline.meaning.embedding import embed_kept, why_embedded_again
from pipeline.progress import Report, silent
from pipeline.speakers import turns_by_hand
from pipeline.taking_in import take_in
from pipeline.telling import HEARD_OTHERWISE, options_asked, tell, why_told_again
from pipeline.transcribe import TranscribeOptions, check_language, transcribe
from pipeline.vocabulary import spoken_terms, vocabulary_digest
from pipeline.voices.clustering import SpeakerCount

if TYPE_CHECKING:
    from pathlib import Path

    from models.recogniser import Recogniser
    from pipeline.hearing.voice import Voice
    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.recording import Recording
    from pipeline.telling import Able
    from pipeline.transcript import Made, Speech


NOT_RUN = "it has not run yet"
NAMES_UNUSED = "the names listed for it were not kept by an older version: add --vocabulary FILE"


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
    tags: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()

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
    new = library.get(listening.identity) is None
    if request.language and new:  # else it is checked where it is heard, and leaves no trace
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
        before = made_before(name, recording, library)
        again = name == request.only and name not in ran
        if again or is_stale(name, recording, request, before, listening.engines):
            run(recording, library, listening, request)
            ran.append(name)
    return tuple(ran)


def made_before(stage: str, recording: Recording, library: Library) -> Made | None:
    """Return what made a stage's result, None where there is none; a lost copy is none."""
    if stage == "copy" and not library.has_copy(recording.id):
        return None
    return library.made(recording.id).get(stage)


def check_words(listening: Listening, library: Library, only: str) -> None:
    """Raise NotTranscribed where a stage that a stage rests on has not run, and keep nothing."""
    made = library.made(listening.identity)
    if not set(_stages_before(only)) <= set(made):
        command = f"relisten process {shlex.quote(str(listening.path))}"
        raise NotTranscribed(f"{listening.path}: it has no words yet. Run: {command}")


def _stages_before(stage: str) -> list[str]:
    return list(STAGES)[: list(STAGES).index(stage)]


def stages_asked(request: Request) -> Mapping[str, Stage]:
    """Return the stages that may run."""
    before = _stages_before(request.only) if request.only else []
    return {name: stage for name, stage in STAGES.items() if name not in before}


def is_stale(
    stage: str, recording: Recording, request: Request, before: Made | None, engines: Able
) -> bool:
    """Tell whether a stage's result is missing, or made otherwise than is asked for."""
    return bool(why_stale(stage, recording, request, before, engines))


def why_stale(
    stage: str, recording: Recording, request: Request, before: Made | None, engines: Able
) -> str:
    """Say why a stage is to run: its result is missing, or made otherwise than is asked for.

    It is "" where nothing is to be done.
    """
    if before is None:
        return NOT_RUN
    match stage:
        case "transcribe":
            return _why_heard_again(recording, request, before)
        case "diarize":
            asked = options_asked(recording, request, before)
            return why_told_again(recording, asked, before, engines)
        case "annotate":
            unread = dict(before.options).get("language") if before.engine == UNREAD else ""
            able = unread and engines.language_model(unread) is not None
            return f"there is a language model for {unread!r} now" if able else ""
        case "embed":
            return why_embedded_again(before, engines)
        case _:
            return ""


def _why_heard_again(recording: Recording, request: Request, before: Made) -> str:
    options = dict(before.options)
    reasons = {
        "another engine is asked for": request.engine not in (None, before.engine),
        "another model is asked for": _is_another_model(request, before),
        "another language is asked for": request.language not in (None, options.get("language")),
        "a translation is asked for, or none any more": request.translate
        not in (None, "translate" in options),
        "another list of names is given": vocabulary_digest(request.vocabulary)
        not in ("", options.get("vocabulary")),
        HEARD_OTHERWISE: options.get("channels", recording.heard_as) != recording.heard_as,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _is_another_model(request: Request, before: Made) -> bool:
    if request.digest:
        return request.digest != before.digest
    return request.model not in (None, before.model)


def _transcribe(
    recording: Recording, library: Library, listening: Listening, request: Request
) -> None:
    before = library.made(recording.id).get("transcribe")
    asked = as_made(request, before, library.vocabulary(recording.id))
    check_asked(asked, listening.engines.recogniser)
    speech, made = hear(recording, listening.voiced(recording), listening, asked)
    library.store_speech(recording.id, speech, made.with_notes(*names_unused(asked, before)))


def as_made(request: Request, before: Made | None, listed: tuple[str, ...] = ()) -> Request:
    """Return a request in which what is not asked for is as it was made before.

    That is whether it was translated, the language, if that was asked for and not detected, and
    the names that are `listed` for it.
    """
    options = dict(before.options) if before else {}
    language = options["language"] if "language_asked" in options else None
    translate = "translate" in options if request.translate is None else request.translate
    return replace(
        request,
        language=request.language or language,
        translate=translate,
        vocabulary=request.vocabulary or listed,
    )


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
    """Return what to know where names were listed before and are not now: they were not kept."""
    listed = before is not None and "vocabulary" in dict(before.options)
    return (NAMES_UNUSED,) if listed and not request.vocabulary else ()


def hear(
    recording: Recording, voices: Sequence[Voice], listening: Listening, request: Request
) -> tuple[Speech, Made]:
    """Return what is said where somebody speaks, and what heard it."""
    recogniser = listening.engines.recogniser
    names = spoken_terms(request.vocabulary)
    options = TranscribeOptions(request.language, request.translate or False, names)
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
    standing = scene(recording, library)
    turns = turns_by_hand(standing.segments, standing.spans, standing.edits)
    library.store_turns(recording.id, turns, made_by_hand(standing.fits, recording.id))


def _annotate(recording: Recording, library: Library, listening: Listening, _: Request) -> None:
    annotate_kept(recording, library, listening.engines)


def _embed(recording: Recording, library: Library, listening: Listening, _: Request) -> None:
    embed_kept(recording, library, listening.engines)


def _copy(recording: Recording, library: Library, listening: Listening, _: Request) -> None:
    copy(recording, library, listening)


# The stages in the order in which they run; each needs what those before it stored. Nothing needs
# the copy: it comes last, when all words are kept.
Stage = Callable[["Recording", "Library", "Listening", Request], None]
STAGES: dict[str, Stage] = {
    "transcribe": _transcribe,
    "diarize": _diarize,
    "attribute": _attribute,
    "annotate": _annotate,
    "embed": _embed,
    "copy": _copy,
}
