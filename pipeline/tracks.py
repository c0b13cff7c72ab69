"""Calls of which each participant has a file: which folders are such, and whose each file is.

Told by names alone; no file is opened. The files of one call begin together.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.kinds import MEDIA_SUFFIXES
from pipeline.recording import Track

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

MOST_TRACKS = 64
SAME_LENGTH = 2.0  # seconds by which the files of one call differ where a recorder ends them all
# Zoom's local recordings: "audio", the name without spaces, which one it is, and a number that
# all files of a meeting share. Older ones: "audio-Alice Smith-11".
ZOOM_FOLDER = "audio record"
ZOOM_FILE = re.compile(r"audio[-_ ]?(?P<name>[^\W\d_].*?)[-_ ]?\d+", re.DOTALL)
ZOOM_PREFIX = "audio"
SHORTEST_MEETING = 9  # digits of the shared number
BETWEEN_WORDS = re.compile(r"([\s._-]+)")
BETWEEN_PARTS = re.compile(r"([_-]+)")  # a space may stand within a name


def tracks_in(folder: Path) -> tuple[Track, ...]:
    """Return the recordings that lie directly in a folder as its tracks, by file name."""
    files = sorted(
        (each for each in folder.iterdir() if _is_recording(each)),
        key=lambda each: (each.name.casefold(), each.name),
    )
    names = participants([each.stem for each in files], folder.name)
    return tuple(Track(each.name, name) for each, name in zip(files, names, strict=True))


def _is_recording(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return not hidden and path.suffix.lower() in MEDIA_SUFFIXES and path.is_file()


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files that a recording is made of: itself, or the tracks in a folder."""
    return tuple(path / each.file for each in tracks_in(path)) if path.is_dir() else (path,)


def title_of(folder: Path) -> str:
    """Return what a folder of tracks is called; Zoom's own is called after the meeting's."""
    return folder.parent.name if folder.name.casefold() == ZOOM_FOLDER else folder.name


def gathered(files: Iterable[Path], known: Collection[Path]) -> Iterator[Path]:
    """Yield files, with the folder in their place where they are the tracks of one call.

    So it is where Zoom has named them, or where the folder is known: it was named as such before.
    A folder of which only some files are meant stays files.
    """
    files = list(files)
    by_folder: dict[Path, set[str]] = {}
    for file in files:
        by_folder.setdefault(file.parent, set()).add(file.name)
    tracks = {folder: _call(folder, names, known) for folder, names in by_folder.items()}
    told: set[Path] = set()
    for file in files:
        if file.name not in tracks[file.parent]:
            yield file
        elif file.parent not in told:
            told.add(file.parent)
            yield file.parent


def _call(folder: Path, names: set[str], known: Collection[Path]) -> set[str]:
    """Return the names of a folder's files that are one call: all of its recordings, or none."""
    tracks = {each.file for each in tracks_in(folder)}
    stems = [name.rpartition(".")[0] for name in tracks]
    is_call = folder.absolute() in known or named_by_zoom(folder.name, stems)
    return tracks if is_call and tracks <= names else set()


def named_by_zoom(folder: str, stems: Sequence[str]) -> bool:
    """Tell whether a folder's files are called as Zoom calls those of participants."""
    if len(stems) < 2 or not all(stem.startswith(ZOOM_PREFIX) for stem in stems):
        return False
    named = all(ZOOM_FILE.fullmatch(stem) for stem in stems)
    numbered = bool(_meeting(stems))
    return (named or numbered) if folder.casefold() == ZOOM_FOLDER else (named and numbered)


def _meeting(stems: Sequence[str]) -> str:
    """Return the number that all stems end in, "" if it is too short to be a meeting's."""
    last = zip(*(reversed(stem) for stem in stems), strict=False)
    shared = takewhile(lambda each: len(set(each)) == 1 and each[0].isdecimal(), last)
    digits = "".join(each[0] for each in shared)[::-1]
    others = all(len(stem) > len(ZOOM_PREFIX) + len(digits) for stem in stems)
    return digits if len(digits) >= SHORTEST_MEETING and others else ""


def participants(stems: Sequence[str], folder: str = "") -> tuple[str, ...]:
    """Return whose each file is, from its name without suffix: no name twice, none empty.

    What all files of the folder have in common at the beginning or the end is no name.
    """
    zoom = named_by_zoom(folder, stems)
    named = [_zoom_name(stem, _meeting(stems)) for stem in stems] if zoom else own_parts(stems)
    said = [_as_written(name) or _as_written(stem) for name, stem in zip(named, stems, strict=True)]
    return tuple(_told_apart(said))


def _zoom_name(stem: str, meeting: str) -> str:
    if match := ZOOM_FILE.fullmatch(stem):
        return _spaced(match["name"])
    return stem.removeprefix(ZOOM_PREFIX).removesuffix(meeting)[:-1]  # a telephone's number


def _spaced(name: str) -> str:
    """Return a name with the spaces that Zoom left out: AnnaMcKay is Anna McKay."""
    return re.sub(r"(?<=[^\W\d_A-Z])(?<!^.)(?<!Mc)(?=[A-Z])", " ", name)


def own_parts(stems: Sequence[str]) -> list[str]:
    """Return what is each stem's own, without the words that all share before and after it."""
    if len(stems) < 2:
        return list(stems)
    words = _without_shared([BETWEEN_WORDS.split(stem) for stem in stems])
    rests = [BETWEEN_PARTS.split("".join(each))[::-1] for each in words]
    own = ["".join(each[::-1]) for each in _without_shared(rests)]
    return own if all(_has_letter(each) for each in own) else list(stems)


def _without_shared(parts: Sequence[list[str]]) -> list[list[str]]:
    """Return lists of words, what parts them between, without those that all begin with."""
    most = min(len(each) for each in parts) - 1  # a word is left to each
    beside = list(zip(*parts, strict=False))[:most]
    shared = len(list(takewhile(lambda each: len(set(each)) == 1, beside)))
    return [each[shared // 2 * 2 :] for each in parts]


def _has_letter(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _as_written(name: str) -> str:
    """Return a name as it may stand before a turn and between commas."""
    return " ".join(re.sub(r"[_,\s]+", " ", name).strip(" -.").split())


def _told_apart(names: Iterable[str]) -> Iterator[str]:
    """Yield names, with a number after each that was there before."""
    taken: set[str] = set()
    for position, name in enumerate(names, start=1):
        plain = told = name or f"Speaker {position}"
        number = 2
        while told.casefold() in taken:
            told, number = f"{plain} {number}", number + 1
        taken.add(told.casefold())
        yield told


def may_be_tracks(stems: Sequence[str]) -> bool:
    """Tell whether files are called as one call's may be: alike but for a name in each."""
    own = own_parts(stems)
    alike = all(part != stem for part, stem in zip(own, stems, strict=True))
    return 2 <= len(stems) <= MOST_TRACKS and alike and len(set(own)) == len(own)


def suggestion(folder: Path, durations: Mapping[Path, float]) -> str:
    """Return the command that takes a folder's files as one call, "" where nothing suggests it.

    durations : in seconds, of all recordings that lie directly in the folder.
    """
    lengths = durations.values()
    if not may_be_tracks([each.stem for each in durations]) or min(lengths) <= 0:
        return ""
    if max(lengths) - min(lengths) > SAME_LENGTH:
        return ""
    named = ", ".join(each.participant for each in tracks_in(folder))
    return (
        f"{folder}: these files are equally long. If they are one call with a file for each "
        f"participant ({named}), stop this and run: relisten process {folder} --tracks"
    )
