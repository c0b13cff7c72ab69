"""The stage that annotates what the library keeps: from its turns, without any sound."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol

from pipeline.annotate import AnnotateOptions, annotate
from pipeline.transcript import Annotation, Made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.language import LanguageModel
    from pipeline.library import Library
    from pipeline.recording import Recording

UNREAD = "none"  # the engine of an annotation for which there was no model
FORM = "2"  # of what is looked for: questions, full names and values came with it
SURE = frozenset({"hand", "tag"})  # where a date comes from that other dates may rest on


class Readers(Protocol):
    """The models that read languages."""

    def language_model(self, language: str) -> LanguageModel | None:
        """Return what reads a language, None where nothing installed does."""
        ...


def annotate_kept(recording: Recording, library: Library, engines: Readers) -> None:
    """Annotate the turns of a recording, in the place of what was found in them before."""
    library.store_annotation(recording.id, *annotation_of(recording, library, engines))


def annotation_of(
    recording: Recording, library: Library, engines: Readers
) -> tuple[Annotation, Made]:
    """Return what is found in the turns of a recording, and what found it."""
    transcript = library.transcript(recording.id)
    language = transcript.language
    model = engines.language_model(language) if language else None
    if language and model is not None:
        options = AnnotateOptions(language, library.known_names(recording.id), day_of(recording))
        annotation, made = annotate(transcript.turns, model, options), model.made
    else:
        reason = f"no language model for {language!r}" if language else "nobody speaks"
        annotation, made = Annotation(), Made(UNREAD, "", notes=(reason,))
    return annotation, made.with_options(language=language or "", form=FORM)


def day_of(recording: Recording) -> date | None:
    """Return the day on which a recording surely was made; a file's time may be a copy's."""
    if recording.recorded_at_from not in SURE:
        return None
    return date.fromisoformat(recording.recorded_at[:10])


def annotated_before(made: Made) -> bool:
    """Tell whether a version annotated that knew no questions, full names and values yet."""
    return made.engine != UNREAD and dict(made.options).get("form", "1") < FORM


def annotate_again(
    recordings: Iterable[Recording], library: Library, engines: Readers
) -> Iterator[tuple[Recording, str]]:
    """Annotate recordings anew; yield each, with the reason where it stays as it was."""
    for recording in recordings:
        reason = _why_not(recording, library, engines)
        if not reason:
            annotate_kept(recording, library, engines)
        yield recording, reason


def _why_not(recording: Recording, library: Library, engines: Readers) -> str:
    """Say why a recording is not annotated: what was found before would only be lost."""
    if "attribute" not in library.made(recording.id):
        return "it is not transcribed yet"
    language = library.language(recording.id)
    if language and engines.language_model(language) is None:
        return f"no language model for {language!r} here"
    return ""
