"""How the library stands: what is unfinished, stale, lost or in want of room, and what mends it.

Nothing is changed by looking. What an older version or a lesser model made is not stale: it is
told apart, as worth knowing.
"""

from __future__ import annotations

import shlex
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from models.catalog import default_store, held_form, load_catalog, locate
from models.engines import LANGUAGE_MODELS, SENTENCES, VOICES, LocalEngines
from models.language import installed_package
from pipeline.annotating import annotated_before
from pipeline.filing import folded
from pipeline.library import EVERYTHING
from pipeline.process import Request, why_stale
from pipeline.relinking import missing
from pipeline.sighting import is_there
from pipeline.survey import spoken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipeline.library import Entry, Filters, Library
    from pipeline.recording import Recording
    from pipeline.telling import Able
    from pipeline.transcript import Made

EXAMPLES = 3  # recordings or folders that are named
LITTLE_ROOM = 1e9  # bytes: below it, the next long recording may find none
# By the first stage that has yet to run, what is missing; without the copy, which no text needs.
NOT_YET = {
    "transcribe": "not transcribed yet",
    "diarize": "unfinished: who speaks is not told yet",
    "attribute": "unfinished: whose the words are is not worked out yet",
    "annotate": "unfinished: entities and keyphrases are not looked for yet",
}
AS_BEFORE = Request()  # nothing is asked for otherwise
LACKING = "without questions, full names and the values of sums"
NEW_WORDS = "the words or the speakers are others since"


class Kind(StrEnum):
    """What a finding is about."""

    UNFINISHED = "unfinished"
    STALE = "stale"
    FAILED = "failed"
    MISSING = "original missing"
    UNFIT = "corrections that no longer fit"
    NO_COPY = "no listening copy"
    DOUBLE = "likely double"
    ROOM = "little room"
    MODEL = "lesser model"
    VERSION = "other version"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know, in words, and the command that mends it; "" where nothing needs to be.

    `concerns` are ids of recordings or paths of files, `examples` some of them as people know them.
    """

    kind: Kind
    said: str
    mend: str
    concerns: tuple[str, ...]
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a library stands, or what filters leave of it.

    `duration` is in seconds; `size`, `copies` and `free` are bytes: of the library's own files, of
    its listening copies, and what is free on their disk. `notes` are worth knowing, nothing more.
    """

    recordings: int
    finished: int
    duration: float
    projects: int
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    size: int
    copies: int
    free: int


@dataclass(frozen=True, slots=True)
class Models:
    """What of models decides how a library stands: the usual one, and how large each is."""

    usual: str
    parameters: Mapping[str, int]


class Installed:
    """Whether this machine has models for a stage, told without loading any."""

    def __init__(self) -> None:
        self._catalog, self._store = load_catalog(), default_store()

    @property
    def voices(self) -> object | None:
        """What tells voices apart, None where its weights are not on this machine."""
        return held_form(self._catalog.model(VOICES), self._store)

    @property
    def sentences(self) -> object | None:
        """What tells what sentences mean, None where its weights are not on this machine."""
        return held_form(self._catalog.model(SENTENCES), self._store)

    def language_model(self, language: str) -> object | None:
        """Return where a language's model is, None where nothing installed reads it."""
        name = LANGUAGE_MODELS.get(language)
        held = locate(self._catalog.model(name), self._store) if name else None
        return held or installed_package(language)

    def models(self) -> Models:
        """Return the model that this machine takes by itself, and how large all are."""
        sizes = {m.name: m.parameters for m in self._catalog.models if m.kind == "whisper"}
        return Models(LocalEngines().model_name, sizes)


def standing(library: Library, filters: Filters, machine: Able, models: Models) -> Standing:
    """Look at a library, or at what filters leave of it; files are looked at, not read."""
    entries = library.entries(filters)
    known = {entry.recording.id for entry in entries}
    made = {identity: all_ for identity, all_ in library.all_made().items() if identity in known}
    files, copies = library.file_sizes()
    free = shutil.disk_usage(library.folder).free
    found = (
        *unfinished(entries),
        *stale(entries, made, machine),
        *(failed(library) if filters == EVERYTHING else ()),
        *lost([entry.recording for entry in entries]),
        *unfit(entries, made),
        *without_copy(entries, made, copies),
        *doubles(entries, library.likely_doubles()),
        *little_room(free),
    )
    return Standing(
        recordings=len(entries),
        finished=sum(entry.complete for entry in entries),
        duration=round(sum(entry.recording.duration for entry in entries), 3),
        projects=len(set(map(folded, {e.recording.project or "" for e in entries})) - {""}),
        findings=found,
        notes=tuple(worth_knowing(entries, made, models)),
        size=sum(files.values()),
        copies=sum(copies.values()),
        free=free,
    )


def unfinished(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield what has yet to run, by the first stage of each recording that has."""
    together: dict[tuple[Kind, str], list[Recording]] = defaultdict(list)
    for entry in entries:
        first = next((name for name in NOT_YET if name not in entry.stages), None)
        if first == "attribute" and entry.turns:
            stale = f"out of date ({spoken([first])}): {NEW_WORDS}"
            together[Kind.STALE, stale].append(entry.recording)
        elif first:
            together[Kind.UNFINISHED, NOT_YET[first]].append(entry.recording)
    for (kind, said), found in together.items():
        yield finding(kind, f"{counted(found)} {said}", process_again(found), found)


def stale(
    entries: Sequence[Entry], made: Mapping[str, Mapping[str, Made]], machine: Able
) -> Iterator[Finding]:
    """Yield what would be made again by itself when it is processed, and why."""
    together: dict[tuple[str, str], list[Recording]] = defaultdict(list)
    reasons: dict[tuple[object, ...], str] = {}  # thousands are alike in all that counts
    for entry in entries:
        heard = entry.recording
        for stage, before in made.get(heard.id, {}).items():
            alike = (stage, id(before), heard.layout, heard.channels, heard.track_names)
            if alike not in reasons:
                reasons[alike] = why_stale(stage, heard, AS_BEFORE, before, machine)
            if reasons[alike]:
                together[stage, reasons[alike]].append(heard)
    for (stage, why), found in together.items():
        said = f"{counted(found)} out of date ({spoken([stage])}): {why}"
        yield finding(Kind.STALE, said, process_again(found), found)


def failed(library: Library) -> Iterator[Finding]:
    """Yield the files of which nothing could be made."""
    failures = library.failures()
    if failures:
        many = "1 file" if len(failures) == 1 else f"{len(failures):,} files"
        yield Finding(
            Kind.FAILED,
            f"{many} could not be transcribed",
            "relisten process --retry-failed",
            tuple(str(each.path) for each in failures),
            tuple(each.reason for each in failures[:EXAMPLES]),
        )


def lost(recordings: Sequence[Recording]) -> Iterator[Finding]:
    """Yield the recordings whose files are not where they were."""
    found = missing(recordings)
    if found:
        said = f"{counted(found, 'have', 'has')} no original where it was, or another file is there"
        where = tuple(f"{label(each)}, last seen as {each.path}" for each in found[:EXAMPLES])
        told = finding(Kind.MISSING, said, "relisten relink FOLDER", found)
        yield replace(told, examples=where)


def unfit(entries: Sequence[Entry], made: Mapping[str, Mapping[str, Made]]) -> Iterator[Finding]:
    """Yield the recordings with corrections that no longer fit: whose turns were made says so."""
    found = [
        entry.recording
        for entry in entries
        if (before := made.get(entry.recording.id, {}).get("attribute")) and before.notes
    ]
    if found:
        said = f"{counted(found, 'have', 'has')} corrections that no longer fit what was heard"
        yield finding(Kind.UNFIT, said, f"relisten correct {found[0].id[:8]}", found)


def without_copy(
    entries: Sequence[Entry],
    made: Mapping[str, Mapping[str, Made]],
    files: Collection[str],
) -> Iterator[Finding]:
    """Yield the recordings, done but for that, that can be heard only from the original."""
    refused, lacking = [], []
    for entry in entries:
        copied = made.get(entry.recording.id, {}).get("copy")
        if copied and copied.notes:
            refused.append(entry.recording)
        elif "annotate" in entry.stages and f"{entry.recording.id}.opus" not in files:
            lacking.append(entry.recording)
    if lacking:
        said = f"{counted(lacking, 'have', 'has')} no small copy for listening yet"
        yield finding(Kind.NO_COPY, said, process_again(lacking), lacking)
    if refused:
        said = f"{counted(refused, 'have', 'has')} no small copy for listening: making it failed"
        yield finding(Kind.NO_COPY, said, f"relisten show {refused[0].id[:8]} --details", refused)


def doubles(entries: Sequence[Entry], pairs: Sequence[tuple[str, str, float]]) -> Iterator[Finding]:
    """Yield the recordings that seem to be one call in two files."""
    known = {entry.recording.id: entry.recording for entry in entries}
    found = [(known[one], known[other]) for one, other, _ in pairs if {one, other} <= known.keys()]
    if found:
        many = "1 pair of recordings" if len(found) == 1 else f"{len(found):,} pairs of recordings"
        yield Finding(
            Kind.DOUBLE,
            f"{many} may be one call twice: as long, and the same is said",
            f"relisten show {found[0][1].id[:8]}",
            tuple(dict.fromkeys(each.id for pair in found for each in pair)),
            tuple(f"{label(one)} and {label(other)}" for one, other in found[:EXAMPLES]),
        )


def little_room(free: int) -> Iterator[Finding]:
    """Yield that the disk of the library is nearly full."""
    if free < LITTLE_ROOM:
        said = "the library's disk is nearly full: make room before the next recordings"
        yield Finding(Kind.ROOM, said, "", ())


def worth_knowing(
    entries: Sequence[Entry], made: Mapping[str, Mapping[str, Made]], models: Models
) -> Iterator[Finding]:
    """Yield what another model or version would make of the words today, perhaps better."""
    by_model: dict[str, list[Recording]] = defaultdict(list)
    by_version: dict[tuple[str, str], list[Recording]] = defaultdict(list)
    for entry in entries:
        heard = made.get(entry.recording.id, {}).get("transcribe")
        if heard:
            by_model[heard.model].append(entry.recording)
            by_version[heard.engine, heard.version].append(entry.recording)
    usual = models.parameters.get(models.usual, 0)
    for model, found in by_model.items():
        if models.parameters.get(model, usual) < usual:
            heard_by = f"{counted(found, 'were', 'was')} heard by {model}"
            said = f"{heard_by}; by itself relisten takes {models.usual} here"
            yield finding(Kind.MODEL, said, process_again(found, f"--model {models.usual}"), found)
    for (engine, before), found in by_version.items():
        if (now := installed(engine)) not in (None, before):
            said = f"{counted(found, 'were', 'was')} heard by {engine} {before}; it is {now} now"
            yield finding(Kind.VERSION, said, "", found)
    if earlier := [
        entry.recording
        for entry in entries
        if (read := made.get(entry.recording.id, {}).get("annotate")) and annotated_before(read)
    ]:
        said = f"{counted(earlier, 'were', 'was')} annotated by an older version: {LACKING}"
        yield finding(Kind.VERSION, said, "relisten process --only annotations", earlier)


def installed(package: str) -> str | None:
    """Return the version of a package, None where it is not on this machine."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def finding(kind: Kind, said: str, mend: str, found: Sequence[Recording]) -> Finding:
    """Return what was found of recordings, with some of them as examples."""
    ids = tuple(recording.id for recording in found)
    return Finding(kind, said, mend, ids, tuple(label(each) for each in found[:EXAMPLES]))


def label(recording: Recording) -> str:
    """Return a recording as people know it."""
    return f"{recording.id[:8]} {recording.title}"


def counted(found: Sequence[object], several: str = "are", one: str = "is") -> str:
    """Return how many recordings there are, with the verb that follows."""
    return f"1 recording {one}" if len(found) == 1 else f"{len(found):,} recordings {several}"


def process_again(found: Sequence[Recording], option: str = "") -> str:
    """Return the command that goes on with recordings: by file where few, else by folder.

    Of very many folders it names those that hold the most; the others are for the next time. What
    is not where it was is left out, unless all is.
    """
    there = [each for each in found if is_there(each.path)] or found
    single = [each for each in there if not each.tracks]
    paths: Iterable[str] = [str(each.path) for each in (single or there)]
    if single and len(single) > EXAMPLES:
        folders = Counter(str(each.path.parent) for each in single)
        paths = [folder for folder, _ in folders.most_common(EXAMPLES)]
    tracks = [] if single else ["--tracks"]
    options = option.split()
    return shlex.join(["relisten", "process", *list(paths)[:EXAMPLES], *tracks, *options])
