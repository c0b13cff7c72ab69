"""The library read in full, and what is wrong with it in words: what, of which recording, and then.

Nothing is changed by looking.
"""

from __future__ import annotations

import contextlib
import shlex
from typing import TYPE_CHECKING

from pipeline.doctor import Check
from pipeline.errors import LibraryError, RelistenError
from pipeline.ingest import content_id
from pipeline.library import Library
from pipeline.library.examining import faults
from pipeline.library.preserving import kept_beside
from pipeline.progress import Progress, Report, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.library.examining import Fault
    from pipeline.recording import Recording

READ = "library, read in full"
MEND = "relisten recover"
LOOK_AGAIN = "See what is left of it: relisten doctor --deep. Then save that"
SAVE = "Save what is left of it"


def inspect(folder: Path, report: Report = silent, *, originals: bool = False) -> Iterator[Check]:
    """Read everything that a library keeps; with `originals`, the recordings themselves too."""
    try:
        found = list(faults(folder, report))
    except LibraryError as error:  # what mends it is in the sentence, but for this very look
        yield Check(READ, False, str(error).replace(LOOK_AGAIN, SAVE))
        return
    known = _recordings(folder)
    if found:
        yield from (_fault(each, known) for each in found)
    else:
        yield Check(READ, True, f"{len(known)} recordings, all as they were written")
    if not any(each.recording is None for each in found):
        yield from _copies(folder, known)
    if originals:
        yield from _originals(list(known.values()), report)
    for path in kept_beside(folder):
        found_there = f"{path} is from before; once all is well, it may be deleted"
        yield Check("kept beside it", True, found_there)


def _recordings(folder: Path) -> Mapping[str, Recording]:
    """Return the recordings by id: as many as can be read, which may be none."""
    with contextlib.suppress(LibraryError, ValueError), Library(folder) as library:
        return {each.id: each for each in library.recordings()}
    return {}


def _fault(fault: Fault, known: Mapping[str, Recording]) -> Check:
    name = _called(fault.recording, known) if fault.recording else "library"
    return Check(name, False, f"{fault.part}: {fault.reason}", MEND)


def _called(identity: str, known: Mapping[str, Recording]) -> str:
    """Return what people know a recording by."""
    recording = known.get(identity)
    if recording is None:
        return f"a recording without a name ({identity[:8]})"
    return f"{recording.title} ({recording.recorded_at[:10]})"


def _copies(folder: Path, known: Mapping[str, Recording]) -> Iterator[Check]:
    """Look at every byte of the copies for listening."""
    count = 0
    with Library(folder) as library:
        for wrong in library.copies_wrong(deep=True):
            count += 1
            name = _called(wrong.recording, known) if wrong.recording else "copies for listening"
            yield Check(
                name, False, f"{wrong.path} {wrong.reason}", _renewal(wrong.recording, known)
            )
    if not count:
        yield Check("copies for listening", True, "all as they were written")


def _renewal(identity: str | None, known: Mapping[str, Recording]) -> str:
    """Return how a copy is made again."""
    if identity is None or identity not in known:
        return "delete it"
    return f"delete it, then: relisten process {shlex.quote(str(known[identity].path))}"


def _originals(recordings: Sequence[Recording], report: Report) -> Iterator[Check]:
    """Read the recordings themselves; those that are elsewhere are only counted."""
    there, total = 0, sum(each.size for each in recordings)
    done = 0
    for each in recordings:
        report(Progress("read recordings", done, total))
        done += each.size
        if not each.path.exists():
            continue
        there += 1
        if reason := _changed(each):
            mend = "put the file back from a copy of yours; its text is not touched by this"
            yield Check(_called(each.id, {each.id: each}), False, f"{each.path} {reason}", mend)
    report(Progress("read recordings", total, total))
    away = len(recordings) - there
    said = f"{there} read" + (
        f", {away} not where they were: relisten relink FOLDER" if away else ""
    )
    yield Check("recordings themselves", True, said)


def _changed(recording: Recording) -> str:
    """Return what became of a recording's file, "" if nothing did."""
    try:
        same = content_id(recording.path) == recording.id
    except (RelistenError, OSError) as error:
        return f"cannot be read ({error})"
    return "" if same else "is not the file any more that was taken in"


def inspection_lines(checks: Sequence[Check]) -> Iterator[str]:
    """Yield what was looked at, and what to do."""
    for check in checks:
        mend = f"  ->  {check.mend}" if not check.well and check.mend else ""
        yield f"{'ok     ' if check.well else 'damaged'}  {check.name}: {check.found}{mend}"
    if any(check.mend == MEND for check in checks if not check.well):
        yield "`relisten recover` saves what can be read, and keeps the damaged file."
        yield "If you have a backup from before the damage, it has all: relisten restore FILE"
