"""The recordings that a reel is made of: how each is heard, and how it is told of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.clips import heard_from
from pipeline.errors import AudioError
from pipeline.opening import document_of
from pipeline.recording import SHORT_ID
from pipeline.reels.cues import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pipeline.export import Document
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.redaction import Redaction
    from pipeline.reels.excerpts import Excerpt
    from pipeline.transcript import Span

KEPT = 4  # recordings that are kept in memory, as passages of several may take turns


@dataclass(frozen=True, slots=True)
class Material:
    """A recording as it is cut, by its own words, and as it is told of, perhaps without names.

    `sound` is the file that it is heard from, `tones` are the seconds of it that nobody is to hear.
    """

    document: Document
    sound: Path
    told: Told
    tones: tuple[Span, ...] = ()


def with_sound(
    library: Library, found: Iterable[Excerpt]
) -> tuple[tuple[Excerpt, ...], tuple[str, ...]]:
    """Return the passages of recordings that can be heard, and what is to be said of the others."""
    found = tuple(found)
    gone: set[str] = set()
    notes = []
    for each in {each.recording.id: each.recording for each in found}.values():
        try:
            said = heard_from(each, library.copy_path(each.id)).said
        except AudioError as error:
            gone.add(each.id)
            said = f"left out, as {error}"
        if said:
            notes.append(f"{each.title}: {said}")
    return tuple(each for each in found if each.recording.id not in gone), tuple(notes)


def materials(library: Library, *, redact: bool) -> Callable[[Recording], Material]:
    """Return what gets a recording ready to be cut: it raises AudioError where it is gone."""
    redaction = redactions(library) if redact else None

    @lru_cache(maxsize=KEPT)
    def ready(recording: Recording) -> Material:
        document = document_of(library, recording)
        sound = heard_from(recording, library.copy_path(recording.id)).path
        if redaction is None:
            return Material(document, sound, Told(document, str(playable(library, recording))))
        pseudonyms = redaction(recording.project)
        shown = pseudonyms.document(replace(document, copy=None, peaks=None), None)
        return Material(document, sound, Told(nameless(shown)), pseudonyms.tones(document))

    return ready


def nameless(document: Document) -> Document:
    """Return a recording that goes by its id alone: a title is mostly the name of its file."""
    return replace(document, title=f"Recording {document.id[:SHORT_ID]}", file_name="")


def redactions(library: Library) -> Callable[[str | None], Redaction]:
    """Return what finds the pseudonyms of a project, once for each."""
    from pipeline.redaction import redaction_of

    return lru_cache(maxsize=None)(lambda project: redaction_of(library, project))


def playable(library: Library, recording: Recording) -> Path:
    """Return the one file that a player plays: of a folder of tracks, its copy where it has one."""
    copy = library.copy_path(recording.id)
    sound = heard_from(recording, copy).path
    return copy if sound.is_dir() and copy.is_file() else sound
