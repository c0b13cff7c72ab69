"""What the terminal shows of backups, and of what is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lines.view import short_id
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.keeping.backing_up import Manifest
    from pipeline.keeping.forgetting import Elsewhere, Forgotten, Parting
    from pipeline.keeping.restoring import Restored
    from pipeline.recording import Recording

NOT_IN_IT = "The recordings themselves are not in it: keep a copy of those too."


def counted(number: int, thing: str) -> str:
    """Return a number of things, as 1 copy or 2,000 copies."""
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number:,} {thing if number == 1 else plural}"


def size(number: int) -> str:
    """Return bytes as people say them."""
    return f"{number / 1e6:,.1f} MB" if number >= 50_000 else f"{number / 1e3:,.1f} kB"


def backup_lines(path: Path, manifest: Manifest, *, audio: bool) -> Iterator[str]:
    """Yield what a backup that was written holds."""
    held = counted(len(manifest.recordings), "recording")
    copies = f"listening copies of {manifest.copies}" if audio and manifest.copies else "no sound"
    yield f"{path}: {held}, {copies}, {size(path.stat().st_size)}. Read back: all of it is right."
    yield f"{NOT_IN_IT} Nothing in it is encrypted."


def restored_lines(folder: Path, restored: Restored) -> Iterator[str]:
    """Yield what was put back, and where what stood there is."""
    manifest = restored.manifest
    held = counted(len(manifest.recordings), "recording")
    yield f"{folder}: {held}, as they were on {manifest.made_at[:16].replace('T', ' at ')} UTC."
    if restored.before:
        yield f"The library that stood there is kept: {restored.before}"
        yield "Delete that folder once you are sure that you do not need it."


def parting_lines(
    partings: Sequence[Parting], earlier: Sequence[Path], elsewhere: Iterable[Elsewhere]
) -> Iterator[str]:
    """Yield what would go with recordings, and what would stay."""
    yield "This would go from the library for good:"
    for each in partings:
        recording = each.recording
        length = format_timestamp(recording.duration)
        yield ""
        yield f"  {short_id(recording)}  {recording.recorded_at[:10]}  {recording.title}, {length}"
        yield f"            {', '.join(_holdings(each))}"
        if each.holdings.people:
            names = ", ".join(each.holdings.people)
            yield f"            known by voice from it alone, and no more then: {names}"
        yield f"            stays: {_original(recording)}"
    yield ""
    for path in earlier:
        yield f"With it goes what the library was before, all recordings of then: {path}"
    yield from _elsewhere_lines(elsewhere)


def _holdings(each: Parting) -> Iterator[str]:
    yield counted(each.holdings.words, "word")
    if each.holdings.corrections:
        yield counted(each.holdings.corrections, "correction")
    if each.holdings.highlights:
        yield counted(each.holdings.highlights, "highlight")
    if each.holdings.voiceprints:
        yield counted(each.holdings.voiceprints, "voiceprint")
    if each.copies:
        yield f"a listening copy of {size(each.copies)}"


def _original(recording: Recording) -> str:
    there = "" if recording.path.exists() else " (which is not there now)"
    return f"the recording itself, {recording.path}{there}"


def forgotten_lines(recordings: Sequence[Recording], forgotten: Forgotten) -> Iterator[str]:
    """Yield what became of recordings that were forgotten."""
    for each in recordings:
        yield f"Forgotten: {each.title} ({short_id(each)}). Not touched: {_original(each)}."
    if any(each.path.exists() for each in recordings):
        yield "It comes back if that file is processed again: delete it, or move it away."
    for path in forgotten.earlier:
        yield f"With it went what the library was before: {path}"
    looked = (
        f"Looked for {counted(forgotten.pieces, 'piece')} of what was kept, and "
        f"{counted(forgotten.words, 'rare word')} and names, in every byte of the library's "
        f"{counted(forgotten.files, 'file')}"
    )
    if forgotten.left:
        yield f"{looked}. Some are left in:"
        yield from (f"  {path}" for path in forgotten.left)
        yield "Close all other programs that use the library, and delete what of these is not its."
    else:
        yield f"{looked}: no byte of it is left."
    yield from _elsewhere_lines(forgotten.elsewhere)


def _elsewhere_lines(elsewhere: Iterable[Elsewhere]) -> Iterator[str]:
    for each in elsewhere:
        day = each.made_at[:10]
        if each.sure:
            yield f"Still in a copy of the library of {day}: {each.path}. Delete that too."
        else:
            yield f"A copy of the library of {day} may have it, and is not there now: {each.path}"


def check_lines(phrase: str, found: dict[Path, int], files: int) -> Iterator[str]:
    """Yield in which files a phrase is."""
    if not found:
        yield f"{phrase!r} is in none of the bytes of the library's {files:,} files."
        return
    for path, number in found.items():
        yield f"{path}: {phrase!r} is there {counted(number, 'time')}"
    yield f"Somebody may say it in a recording that is kept: relisten search '\"{phrase}\"'"
