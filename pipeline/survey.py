"""What there is to do for some files before any is heard: what is done, moved, new or stale.

What lies where it was seen is known without being read. Of the rest, only a file that is just as
long as a known one is read: it may have been moved or copied.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import AudioError
from pipeline.ingest import claimed_duration, content_id
from pipeline.library.copies import FOLDER, SUFFIXES
from pipeline.process import STAGES, is_stale, stages_asked
from pipeline.progress import Progress, Report, silent
from pipeline.sighting import Sighting, sight
from pipeline.taking_in import layout_as_asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.process import Request
    from pipeline.recording import Recording
    from pipeline.transcript import Made

LOOKING = "looking at files"  # the stage under which it is told how far this is
HEARING = {"transcribe", "diarize"}  # the stages that listen


@dataclass(frozen=True, slots=True)
class Task:
    """One file and what is to be done for it.

    `recording` is None for a new one. `missing` are stages that have not run, `stale` those that
    were made otherwise than is asked for now. `duration` is that of the file, in seconds; 0.0
    where it cannot be opened. `project` is the one that its folder stands for. At a `suspect` one
    relisten ended by force the last time.
    """

    path: Path
    sighting: Sighting
    recording: Recording | None = None
    seen_here: bool = False
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    duration: float = 0.0
    project: str | None = None
    suspect: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is to be done for it, not even to take note of where it is."""
        return self.seen_here and not self.stages

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that are to run; those that rest on them follow."""
        return (*self.missing, *self.stale)

    @property
    def sound(self) -> float:
        """The seconds of sound that are to be listened to."""
        return self.duration if HEARING & set(self.stages) else 0.0


def surveyed(
    paths: Sequence[Path],
    library: Library,
    request: Request,
    engines: Engines,
    report: Report = silent,
) -> list[Task]:
    """Return what is to be done for each file, in their order; no engine is loaded for it.

    Files at which relisten was killed come last: they may do so again.
    """
    places, made = library.places(), made_and_there(library)
    known = {each.id: each for each in library.recordings()}
    sizes = {each.size for each in known.values()}
    suspects = {each.sighting for each in library.failures() if each.broken_off}
    tasks = []
    for number, path in enumerate(paths):
        sighting = sight(path)
        identity = places.get(sighting)
        task = Task(path, sighting, seen_here=identity is not None, suspect=sighting in suspects)
        if identity is None:
            report(Progress(LOOKING, number, len(paths)))
            identity = _read(task) if sighting.size in sizes else None
        recording = known.get(identity or "")
        if recording is None:
            tasks.append(_new(task, request))
        else:
            tasks.append(of_known(task, recording, made[recording.id], request, engines))
    report(Progress(LOOKING, len(paths), len(paths)))
    return sorted(tasks, key=lambda task: task.suspect)


def made_and_there(library: Library) -> dict[str, dict[str, Made]]:
    """Return what each recording has been through; a listening copy that was lost is none.

    Only whether its files are there is looked at: how long they are is for `relisten doctor`.
    """
    there = files_of_copies(library.folder)
    made = library.all_made()
    for identity, stages in made.items():
        copy = stages.get("copy")
        lost = not all(f"{identity}{suffix}" in there for suffix in SUFFIXES)
        if copy is not None and lost and not copy.notes:  # with notes, there was none to begin with
            del stages["copy"]
    return made


def files_of_copies(folder: Path) -> set[str]:
    """Return the names of the files in which listening copies and waveforms are."""
    with contextlib.suppress(FileNotFoundError), os.scandir(folder / FOLDER) as found:
        return {entry.name for entry in found}
    return set()


def _read(task: Task) -> str | None:
    with contextlib.suppress(AudioError):  # said when its turn comes
        return content_id(task.path)
    return None


def _new(task: Task, request: Request) -> Task:
    stages = tuple(stages_asked(request))
    return replace(task, missing=stages, duration=claimed_duration(task.path))


def of_known(
    task: Task,
    recording: Recording,
    made: Mapping[str, Made],
    request: Request,
    engines: Engines,
) -> Task:
    """Return a file's task where its recording and the stages that it has been through are known.

    A stage that rests on a stale one is not named: it follows.
    """
    layout, stages = layout_as_asked(recording, request), stages_asked(request)
    asked = recording if layout is recording.layout else replace(recording, layout=layout)
    missing = tuple(name for name in stages if name not in made)
    stale = tuple(
        name
        for name in stages
        if name in made
        and (name == request.only or is_stale(name, asked, request, made[name], engines))
    )
    return replace(
        task, recording=recording, missing=missing, stale=stale, duration=recording.duration
    )


def of_folders(tasks: Iterable[Task], roots: Sequence[Path]) -> list[Task]:
    """Return tasks with the project that each file's folder stands for.

    That is the first folder below one that is named; what lies directly in that is in none.
    """
    return [replace(task, project=_project(task.path, roots)) for task in tasks]


def _project(path: Path, roots: Sequence[Path]) -> str | None:
    path = path.absolute()  # as a file that failed before is known
    for root in (each.absolute() for each in roots):
        if path != root and path.is_relative_to(root):
            first, *rest = path.relative_to(root).parts
            return first if rest else None
    return None


def words_for(task: Task, failed: str = "") -> str:
    """Say what would be done for a file, and why; `failed` is why it failed before."""
    if task.recording is None:
        reason = failed.rpartition(f"{task.path.name}: ")[2].rstrip(".")
        return f"again, it failed before ({reason})" if reason else "new"
    elsewhere = not task.seen_here and task.recording.path != task.sighting.path
    place = f"the same as {task.recording.path}" if elsewhere else ""
    if set(task.missing) >= set(STAGES):
        return "new, it was only begun"
    if task.stale:
        return f"again ({spoken(task.stale)}): asked for otherwise than it was made"
    if task.missing:
        return f"goes on with what is missing ({spoken(task.missing)})"
    return f"done already; {place}" if place else "done already"


def spoken(stages: Iterable[str]) -> str:
    """Name stages as people do."""
    words = {
        "transcribe": "the words",
        "diarize": "who speaks",
        "attribute": "whose the words are",
        "annotate": "entities and keyphrases",
        "embed": "what is meant",
    }
    return ", ".join(words.get(name, name) for name in stages)
