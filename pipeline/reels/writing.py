"""A reel to files: as sound with chapters, as cue sheets, as a page that plays by itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pipeline.clips import SUFFIXES, Chapter, Tags, check_target, saving, write_sound
from pipeline.errors import RelistenError, UsageError
from pipeline.reels import page
from pipeline.reels.sheets import WRITERS
from pipeline.reels.tape import RATE, blocks
from pipeline.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.progress import Report
    from pipeline.reels.cues import Reel

PAGE = ".html"
SHEET = ".md"  # what is written beside a sound, where nothing else is asked for
LISTS = (".m3u", ".m3u8")


def is_sound(target: Path) -> bool:
    """Tell whether a file is sound, by its name."""
    return target.suffix.lower() in SUFFIXES


def all_targets(asked: Iterable[Path]) -> tuple[Path, ...]:
    """Return what is written: what is asked for, with a cue sheet where sound is all of that.

    Raises UsageError for a kind of file that is not written.
    """
    targets = tuple(dict.fromkeys(asked))
    known = (*SUFFIXES, *WRITERS, PAGE)
    for target in targets:
        if target.suffix.lower() not in known:
            raise UsageError(
                f"{target}: a reel is written as {', '.join(known)}. Choose a name that ends in "
                "one, as in: -o reel.mp3"
            )
    if targets and all(map(is_sound, targets)):
        return (*targets, targets[0].with_suffix(SHEET))
    return targets


def check(targets: Sequence[Path], kept: Iterable[Path], *, force: bool, redact: bool) -> None:
    """Raise UsageError where files must stay as they are, or where a list would play sources."""
    kept = tuple(kept)
    for target in targets:
        if not target.parent.is_dir():
            raise UsageError(
                f"{target}: there is no folder {target.parent}. Make it, or choose another place."
            )
        if is_sound(target):
            check_target(target, kept, force=force)
        elif os.path.lexists(target) and not force:
            raise UsageError(f"{target}: it exists already; choose another name, or say --force.")
    lists = [target for target in targets if target.suffix.lower() in LISTS]
    if redact and lists and not any(map(is_sound, targets)):
        raise UsageError(
            f"{lists[0]}: with --redact it plays the reel, not the recordings. Write that too: "
            "-o reel.mp3"
        )


def sound_beside(target: Path, targets: Iterable[Path]) -> str:
    """Return the sound of a reel as a file beside it may name it; empty where there is none."""
    sounds = [each for each in targets if is_sound(each)]
    if not sounds:
        return ""
    try:
        return os.path.relpath(sounds[0], target.parent)
    except ValueError:  # on another drive of Windows
        return str(sounds[0].absolute())


def write(reel: Reel, tape: Path, target: Path, sound: str, report: Report) -> None:
    """Write a reel in the form that a file's name tells, whole or not at all."""
    if is_sound(target):
        with saving(target) as beside:
            write_sound(beside, blocks(tape), RATE, tags(reel), tuple(chapters(reel)))
        return
    if target.suffix.lower() == PAGE:
        text = page.pieces(reel, page.webm(tape, report))
    else:
        text = iter([WRITERS[target.suffix.lower()](reel, sound)])
    try:
        with replacing(target) as beside:
            _write(text, beside)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RelistenError(
            f"{target}: it cannot be written there ({reason}). Choose another place with -o."
        ) from error


def _write(text: Iterable[str], path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.writelines(text)


def tags(reel: Reel) -> Tags:
    """Return what players show of a reel; a project or a day only where it is that of all."""
    projects = {cue.project for cue in reel.cues}
    days = {cue.date for cue in reel.cues}
    return Tags(
        title=reel.title,
        artist=", ".join(reel.speakers),
        album=(projects.pop() or "") if len(projects) == 1 else "",
        date=days.pop() if len(days) == 1 else "",
        comment=reel.summary,
    )


def chapters(reel: Reel) -> Iterator[Chapter]:
    """Yield a chapter for each passage, which lasts until the next one begins."""
    starts = [cue.start for cue in reel.cues]
    for cue, end in zip(reel.cues, [*starts[1:], reel.duration], strict=True):
        yield Chapter(cue.start, end, cue.heading)
