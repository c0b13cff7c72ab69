"""Many recordings as files, in a folder or one zip; what fails is told, and the rest is written."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.errors import RelistenError, UsageError
from pipeline.exporting import (
    Failed,
    NoRoom,
    export_document,
    in_one,
    known_formats,
    of_notes,
    save,
)
from pipeline.file_names import safe_name
from pipeline.going_on import going_on
from pipeline.opening import document_of
from pipeline.pages import HEARD, INSIDE, Sound, Where
from pipeline.parallel import in_processes
from pipeline.zipped import zipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.export import Document, Format
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.redaction import Redaction
    from pipeline.zipped import Zipped

ZIP = ".zip"
# Hours of sound times formats from which on several processes are faster: each takes half a second
# to be there, and an hour in a format 50 ms.
WORTH_IT = 60
MOST_WORKERS = 8
SEVERAL = "interviews"  # what recordings of no project, or of many, are called together


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is asked for: the formats, and the folder or the zip in which the files come."""

    formats: tuple[Format, ...]
    place: Path
    sound: Sound = INSIDE
    force: bool = False
    speaker_tags: bool = True
    redact: bool = False

    @property
    def is_heard(self) -> bool:
        """Whether sound is wanted, and any of the formats holds some."""
        held = any(each.name in HEARD for each in self.formats)
        return held and self.sound.where is not Where.NOWHERE


def export_all(
    library: Library, recordings: Sequence[Recording], parcel: Parcel
) -> Iterator[Path | Failed]:
    """Write recordings in each format; yield the files written, and what failed.

    With a zip, that is yielded last, once it is whole, if anything is in it. Formats that hold
    several recordings in one file come after the others. Whether notes go along is told at the end.
    """
    check_place(parcel)
    redactions = redactions_for(library, recordings) if parcel.redact else {}
    if parcel.place.suffix.lower() == ZIP:
        yield from _into_zip(library, recordings, parcel, redactions)
    else:
        yield from _into_folder(library, recordings, parcel, redactions)
    marks = chain.from_iterable(library.highlights(each.id) for each in recordings)
    if told := of_notes(marks, parcel.formats):
        parcel.sound.tell(told)


def check_place(parcel: Parcel) -> None:
    """Raise UsageError for a folder that is called like a file, as nobody means one."""
    place = parcel.place
    if place.suffix.lower() in {each.suffix for each in parcel.formats} and not place.is_dir():
        raise UsageError(
            f"{place}: files are called after their recordings, so -o names their folder, or a "
            ".zip for all in one. Choose a folder, or leave -o out for this one."
        )


def redactions_for(
    library: Library, recordings: Sequence[Recording]
) -> dict[str | None, Redaction]:
    """Return what hides the names of each project; raises UsageError before anything is written."""
    from pipeline.redaction import redaction_of

    projects = dict.fromkeys(each.project for each in recordings)
    return {project: redaction_of(library, project) for project in projects}


def _into_folder(
    library: Library,
    recordings: Sequence[Recording],
    parcel: Parcel,
    redactions: Mapping[str | None, Redaction],
) -> Iterator[Path | Failed]:
    """Write the files of each recording, on several cores if that pays, then those of all."""
    workers = workers_for(recordings, parcel)
    if workers > 1:
        asked = (Errand.of(library, each, parcel) for each in recordings)
        for made in in_processes(written, asked, workers):
            yield from made
    else:
        yield from _one_by_one(library, recordings, parcel, redactions)


def workers_for(recordings: Sequence[Recording], parcel: Parcel) -> int:
    """Return how many processes write: more than one where there is text for seconds of work.

    Sound has to tell how far it is, and names are hidden by what this process has in memory.
    """
    here = parcel.redact or any(each.name in HEARD for each in parcel.formats)
    hours = sum(each.duration for each in recordings) / 3600 * len(parcel.formats)
    return (
        1 if here or hours < WORTH_IT else min(os.cpu_count() or 1, MOST_WORKERS, len(recordings))
    )


@dataclass(frozen=True, slots=True)
class Errand:
    """A recording to be written by another process: what can be sent there, and is enough."""

    library: Path
    recording: Recording
    formats: tuple[str, ...]
    place: Path
    force: bool
    speaker_tags: bool

    @classmethod
    def of(cls, library: Library, recording: Recording, parcel: Parcel) -> Errand:
        """Return what is asked for, as it can be sent."""
        names = tuple(each.name for each in parcel.formats)
        return cls(
            library.folder, recording, names, parcel.place, parcel.force, parcel.speaker_tags
        )


def written(errand: Errand) -> tuple[Path | Failed, ...]:
    """Write one recording in each format; return the files written, and what failed."""
    from pipeline.library import Library

    formats = tuple(known_formats(errand.formats))
    parcel = Parcel(formats, errand.place, force=errand.force, speaker_tags=errand.speaker_tags)
    with Library(errand.library) as library:
        return tuple(_one_by_one(library, [errand.recording], parcel, {}))


def _one_by_one(
    library: Library,
    recordings: Sequence[Recording],
    parcel: Parcel,
    redactions: Mapping[str | None, Redaction],
) -> Iterator[Path | Failed]:
    shared = [each for each in parcel.formats if each.together and len(recordings) > 1]
    alone = [each for each in parcel.formats if each not in shared]
    kept: list[Document] = []
    with ExitStack() as until_all_are_written:
        for recording in recordings:
            with ExitStack() as own:
                stack = until_all_are_written if shared else own
                made = _opened(library, recording, parcel, redactions.get(recording.project))
                documents: list[Document] = []
                failed: list[Failed] = []
                with going_on(partial(_note, failed, recording.title)):
                    documents.append(stack.enter_context(made))
                yield from failed
                for document in documents:
                    yield from _each(document, alone, parcel)
                kept += documents if shared else []
        for chosen in shared:
            yield from _together(kept, chosen, parcel)


@contextmanager
def _opened(
    library: Library, recording: Recording, parcel: Parcel, redaction: Redaction | None
) -> Iterator[Document]:
    """Lend a recording as it is to be written: made once, for all formats."""
    document = replace(document_of(library, recording), speaker_tags=parcel.speaker_tags)
    if not parcel.is_heard:
        document = replace(document, copy=None, peaks=None)
    if redaction is None:
        yield document
    elif document.copy is None:
        yield redaction.document(document, None)
    else:
        with TemporaryDirectory() as folder:  # of its sound, with tones where names are
            yield redaction.document(document, Path(folder))


def _each(document: Document, formats: Sequence[Format], parcel: Parcel) -> Iterator[Path | Failed]:
    """Write one recording in each format, whatever becomes of the others."""
    for chosen in formats:
        failed: list[Failed] = []
        with going_on(partial(_note, failed, f"{document.title} ({chosen.name})"), NoRoom):
            yield from export_document(
                document, [chosen], parcel.place, force=parcel.force, sound=parcel.sound
            )
        yield from failed


def _together(
    documents: Sequence[Document], chosen: Format, parcel: Parcel
) -> Iterator[Path | Failed]:
    """Write several recordings as one file."""
    if not documents:
        return
    name = _common(documents)
    path = parcel.place / f"{safe_name(name)}{chosen.suffix}"
    failed: list[Failed] = []
    with going_on(partial(_note, failed, f"{name} ({chosen.name})"), NoRoom):
        save(in_one(documents, chosen, name, parcel.sound), path, force=parcel.force)
        yield path
    yield from failed


def _common(documents: Sequence[Document]) -> str:
    """Return what recordings are called together: their project's name, if they have one."""
    projects = {each.project for each in documents}
    return (projects.pop() or SEVERAL) if len(projects) == 1 else SEVERAL


def _note(failed: list[Failed], what: str, error: Exception) -> None:
    """Put down what failed."""
    failed.append(_failed(what, error))


def _failed(what: str, error: Exception) -> Failed:
    """Return what failed, in its own sentence if it is one of ours."""
    if isinstance(error, RelistenError):
        return Failed(error)
    kind = type(error).__name__
    fault = RelistenError(
        f"{what}: a fault in relisten itself ({kind}: {error}). Leave that one out, or choose "
        "another format; the others are not touched by it."
    )
    fault.__cause__ = error
    return Failed(fault)


def _into_zip(
    library: Library,
    recordings: Sequence[Recording],
    parcel: Parcel,
    redactions: Mapping[str | None, Redaction],
) -> Iterator[Path | Failed]:
    """Write the files into a zip, and tell how much is in it."""

    def write(folder: Path) -> Iterator[Path | Failed]:
        inside = replace(parcel, place=folder, force=True)
        return _into_folder(library, recordings, inside, redactions)

    made = zipped(parcel.place, write, force=parcel.force)
    yield from made.failed
    if made.files:
        yield parcel.place
        parcel.sound.tell(f"{parcel.place}: {_contents(made, len(recordings))}")


def _contents(made: Zipped, count: int) -> str:
    """Return how much of how many recordings is in a zip."""
    files = "1 file" if made.files == 1 else f"{made.files} files"
    of = "1 recording" if count == 1 else f"{count} recordings"
    return f"{files} of {of}" + (", without what failed." if made.failed else ".")
