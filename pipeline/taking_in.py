"""What is kept of a file before any stage runs: what it is, where it lies, how it is filed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.filing import Filing, folded
from pipeline.recording import Layout
from pipeline.sighting import sight
from pipeline.tracks import tracks_in

if TYPE_CHECKING:
    from pipeline.library import Library
    from pipeline.listening import Listening
    from pipeline.process import Request
    from pipeline.recording import Recording


def take_in(listening: Listening, library: Library, request: Request) -> Recording:
    """Return the recording that a file is: the known one of the same content, or a new one.

    A known one is where it was, as long as it is still there: the file is a copy of it then.
    """
    known = library.get(listening.identity)
    recording = known if known and known.size else listening.described  # 0: it was lost
    recording = replace(
        recording,
        project=request.project or recording.project,
        layout=layout_as_asked(recording, request),
    )
    if known is None or not is_where_it_was(known, library):
        path = listening.path
        tracks = tracks_in(path) if path.is_dir() else ()
        recording = replace(recording, path=path.absolute(), tracks=tracks)
    if recording != known:
        library.put(recording)
    file_as_asked(recording, library, request)
    if request.vocabulary and request.vocabulary != library.vocabulary(recording.id):
        library.set_vocabulary(recording.id, request.vocabulary)
    return recording


def layout_as_asked(recording: Recording, request: Request) -> Layout:
    """Return what the channels are; named one by one, they are people, unless they are all one."""
    named = 1 < len(request.channels) == recording.channels
    if named and recording.layout is Layout.ROOM:
        return Layout.CHANNEL_PER_SPEAKER
    return recording.layout


def is_where_it_was(recording: Recording, library: Library) -> bool:
    """Tell whether a recording's file is where it was last seen, and not another in its place."""
    sighting = sight(recording.path)
    known = library.place(sighting)
    return sighting.size == recording.size and known in (None, recording.id)


def file_as_asked(recording: Recording, library: Library, request: Request) -> None:
    """File a recording under what is asked for; where it is so already, nothing is written."""
    project = None if request.project == recording.project else request.project
    tags = {folded(tag) for tag in library.tags(recording.id)} if request.tags else set()
    new = tuple(tag for tag in request.tags if folded(tag) not in tags)
    people: tuple[str, ...] | None = request.participants or None
    if people and tuple(people) == library.participants(recording.id):
        people = None
    filing = Filing(project=project, participants=people, tags=new)
    if filing != Filing():
        library.file_under(recording, filing)
