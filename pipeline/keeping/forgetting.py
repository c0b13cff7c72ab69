"""A recording forgotten: all that the library has of it goes, and its bytes are looked for after.

What a recording is, its row, goes last: what was broken off is asked for again by the same name.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

from pipeline.asked import Asks
from pipeline.corrections.atoms import APOSTROPHES
from pipeline.errors import LibraryError, UsageError
from pipeline.journal import forget_lines
from pipeline.keeping.backing_up import read_manifest
from pipeline.keeping.traces import Pieces, found_among, left_in, pieces_of, rare_words
from pipeline.library.database import FILE_NAME
from pipeline.library.filters import Filters
from pipeline.library.preserving import kept_beside
from pipeline.library.safekeeping import identities_in
from pipeline.progress import Progress, Report, silent
from pipeline.running import sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.library import Library
    from pipeline.library.safekeeping import Holdings
    from pipeline.recording import Recording

MOST_PIECES = 20_000  # that are looked for: all of the text and the times of two hours
MOST_WORDS = 12
SHORTEST_NAME = 7  # bytes: a shorter title is in other things by chance
AGE = re.compile(r"(?P<number>[0-9]{1,4})\s*(?P<unit>[dwmy])", re.IGNORECASE)
SOUND = {".opus"}  # where single words may be by chance, in the midst of a voice


@dataclass(frozen=True, slots=True)
class Parting:
    """What would go with a recording: what hangs on it, and the bytes of its copies."""

    recording: Recording
    holdings: Holdings
    copies: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A backup, or a library that was moved aside, that has a forgotten recording.

    `sure` is false where the file cannot be looked into: it is not there, or not whole.
    """

    path: str
    made_at: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of it: how much was looked for in how many files, and where some is left.

    `lines` of the log went, and with them the `earlier` files of the library itself.
    """

    pieces: int
    words: int
    files: int
    left: tuple[Path, ...]
    lines: int
    earlier: tuple[Path, ...]
    elsewhere: tuple[Elsewhere, ...]


# Which ones


def older_than(age: str, today: date) -> date:
    """Return the day before which a recording is older than an age, as 365d, 18m or 2y."""
    match = AGE.fullmatch(age.strip())
    if match is None:
        raise UsageError(f"{age!r} is no age. Write days, weeks, months or years: 365d, 18m, 2y.")
    number, unit = int(match["number"]), match["unit"].lower()
    try:
        if unit in "dw":
            return today - timedelta(days=number * (7 if unit == "w" else 1))
        return _months_before(today, number * (12 if unit == "y" else 1))
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{age!r} is longer than there are dates.") from error


def _months_before(day: date, months: int) -> date:
    """Return the same day of an earlier month; where that month has none such, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1] if year > 0 else 1
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def recorded_before(library: Library, day: date, project: str | None) -> list[Recording]:
    """Return the recordings of before a day, the oldest first; of one project, if one is named.

    Raises NotFound for a project that there is not.
    """
    entries = library.entries(Filters(project=project))
    return [each.recording for each in entries if each.recording.recorded_at < day.isoformat()]


def parting(recording: Recording, library: Library) -> Parting:
    """Return what would go with a recording."""
    copies = (library.copy_path(recording.id), library.peaks_path(recording.id))
    sizes = (path.stat().st_size for path in copies if path.is_file())
    return Parting(recording, library.holdings(recording.id), sum(sizes))


# Forgetting


def forget(recordings: Sequence[Recording], library: Library, report: Report = silent) -> Forgotten:
    """Delete all that a library has of recordings, and look for their bytes in all its files.

    Raises LibraryError where another process has the library open, so that its log cannot be
    emptied: all but the recordings' names is out of the library then, and asking again ends it.
    """
    paths = _paths(recordings, library)
    wanted = _traces(recordings, paths, library)
    identities = {each.id for each in recordings}
    for identity in sorted(identities):
        library.drop_copy(identity)
    lines = forget_lines(library.folder, [*identities, *map(str, paths)])
    Asks.of(library.folder).forget(identities, paths)
    library.empty(identities)
    if not library.wipe():
        raise LibraryError(_still_open(library.folder))
    earlier = _drop_earlier(library.folder)
    if not library.erase(identities):
        raise LibraryError(_still_open(library.folder, names_only=True))
    sweep(library.folder)
    files = files_of(library.folder)
    left = search_files(files, wanted, library.contents, report)
    left |= {path for path in files if any(identity in path.name for identity in identities)}
    return Forgotten(
        pieces=len(wanted.pieces),
        words=len(wanted.words),
        files=len(files),
        left=tuple(sorted(left)),
        lines=lines,
        earlier=earlier,
        elsewhere=elsewhere(identities, library),
    )


def _still_open(folder: Path, *, names_only: bool = False) -> str:
    what = "the recording's name is" if names_only else "its words are"
    again = "look again: relisten forget --check NAME" if names_only else "run the same again"
    return (
        f"{folder}: deleted, but {what} still in the library's log, as another relisten has the "
        f"library open. Close that, then {again}"
    )


def _paths(recordings: Iterable[Recording], library: Library) -> list[Path]:
    """Return every path under which recordings were ever seen: moved ones, and their copies."""
    known = {each.id: {each.path} for each in recordings}
    for sighting, identity in library.places().items():
        known.get(identity, set()).add(sighting.path)
    return sorted(set().union(*known.values()))


def _traces(recordings: Sequence[Recording], paths: Iterable[Path], library: Library) -> Pieces:
    """Return what to look for afterwards: pieces of all that is kept of recordings, and words."""
    identities = {each.id for each in recordings}
    contents = [value for each in recordings for value in library.contents_of(each.id)]

    def elsewhere_said(stem: str) -> bool:
        return library.said_elsewhere(f'"{stem}"*', identities)

    texts = (text for each in recordings for text in library.texts_of(each.id))
    words = rare_words(texts, MOST_WORDS, elsewhere_said)
    return Pieces(pieces_of(contents, MOST_PIECES), [*words, *_names(recordings, paths)])


def _names(recordings: Iterable[Recording], paths: Iterable[Path]) -> list[bytes]:
    """Return what recordings go by: the id, the title and the files' names, unless too short."""
    names = {name for each in recordings for name in (each.id, each.title)}
    names |= {path.name for path in paths}
    encoded = (name.encode("utf-8", "surrogateescape") for name in sorted(names))
    return [name for name in encoded if len(name) >= SHORTEST_NAME]


def files_of(folder: Path) -> list[Path]:
    """Return every file in a library's folder that has a byte in it."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in files if path.stat().st_size)


def _drop_earlier(folder: Path) -> tuple[Path, ...]:
    """Delete what the library itself was before: who is forgotten is in that too."""
    copies = kept_beside(folder)
    for path in copies:
        path.unlink()
    return tuple(copies)


def search_files(
    files: Sequence[Path],
    wanted: Pieces,
    contents: Callable[[], Iterable[bytes]],
    report: Report = silent,
) -> set[Path]:
    """Return the files with pieces in them that are in none of the contents of the library.

    Others may have said the same, or stored it under the same name: what is theirs stays theirs.
    """
    told = _telling(sum(path.stat().st_size for path in files), report)
    sound = [path for path in files if path.suffix in SOUND]
    found = left_in([path for path in files if path.suffix not in SOUND], wanted, told)
    found |= left_in(sound, Pieces(wanted.pieces), told)
    if not found:
        return set()
    common = found_among(contents(), wanted)
    return {path for path, pieces in found.items() if pieces - common}


def _telling(total: float, report: Report) -> Callable[[int], None]:
    done = 0

    def told(size: int) -> None:
        nonlocal done
        done += size
        report(Progress("search", done, max(total, done)))

    return told


def elsewhere(identities: set[str], library: Library) -> tuple[Elsewhere, ...]:
    """Return the copies of the library, of which it knows, that have one of some recordings."""
    found = []
    for backup in library.backups():
        held = _held_in(Path(backup.path))
        if held is None or held & identities:
            found.append(Elsewhere(backup.path, backup.made_at, held is not None))
    return tuple(found)


def _held_in(path: Path) -> set[str] | None:
    """Return the recordings in a copy of the library; None where that cannot be told."""
    try:
        if path.is_dir():
            return set(identities_in(path / FILE_NAME))
        return set(read_manifest(path).recordings)
    except (LibraryError, OSError):
        return None


# Looking for a phrase


def phrase_left(phrase: str, library: Library) -> dict[Path, int]:
    """Return how often a phrase is in the files of a library, in any of the forms it is kept in.

    That is as it is typed, and word by word with times, as in JSON; in small letters or large.
    """
    library.settle()
    pattern = phrase_pattern(phrase)
    counted = {path: _count(path, pattern) for path in files_of(library.folder)}
    return {path: number for path, number in counted.items() if number}


def phrase_pattern(phrase: str) -> re.Pattern[bytes]:
    """Return what finds a phrase in bytes; raises UsageError for a phrase without a word."""
    words = [_spelt(word) for word in phrase.split()]
    if not words:
        raise UsageError('what is to be looked for? Write it so: --check "a phrase"')
    between = rb'[.,;:!?-]{0,3}(?:\s+|",[^"\[\]]{0,80}\],\["\s?)'
    return re.compile(between.join(words), re.IGNORECASE)


def _spelt(word: str) -> bytes:
    """Return what finds a word as it is typed, and however its letters are written."""
    typed = re.escape(word.encode("utf-8", "surrogateescape"))
    written = b"".join(map(_letter, normalize("NFC", word)))
    return typed if written == typed else b"(?:%s|%s)" % (typed, written)


def _letter(character: str) -> bytes:
    """Return what finds a character in either case, in one piece or with its accent apart."""
    if character in APOSTROPHES:
        forms = set(APOSTROPHES)
    else:
        cases = (character, character.lower(), character.upper())
        forms = {normalize(form, case) for form in ("NFC", "NFD") for case in cases}
    found = (re.escape(form.encode("utf-8", "surrogateescape")) for form in sorted(forms))
    return b"(?:%s)" % b"|".join(found) if len(forms) > 1 else next(found)


def _count(path: Path, pattern: re.Pattern[bytes]) -> int:
    """Count a pattern in a file, which is mapped, not read: it may be larger than memory."""
    from mmap import ACCESS_READ, mmap

    if not path.stat().st_size:
        return 0
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
        return sum(1 for _ in pattern.finditer(mapped))
