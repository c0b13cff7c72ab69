"""Recordings of the library as pages that play by themselves, with their sound or without."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.export import as_html
from pipeline.export.heard import NOTHING, Heard
from pipeline.progress import Report, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pipeline.export import Document, Format

    Writing = tuple[Path, Callable[[Path], object]]

HEARD = {"html", "qdpx"}  # the formats that hold sound
COARSER = 4  # 40 ms a pixel: at 10 ms the waveform would be a tenth of the page


class Where(StrEnum):
    """Where the sound of a page is."""

    INSIDE = "inside"
    BESIDE = "beside"
    NOWHERE = "nowhere"


def unheard(sentence: str) -> None:
    """Tell nobody."""
    del sentence


@dataclass(frozen=True, slots=True)
class Sound:
    """What becomes of the sound in files; who is told how far it is, and what to know of them."""

    where: Where = Where.INSIDE
    report: Report = silent
    tell: Callable[[str], None] = unheard


INSIDE = Sound()


def where(chosen: Iterable[Format], *, nowhere: bool, beside: bool) -> Where:
    """Return where the sound is asked to be; raises UsageError where that cannot be meant."""
    if nowhere and beside:
        raise UsageError("the sound lies beside a page or nowhere, not both. Choose one of them.")
    names = {each.name for each in chosen}
    if beside and "html" not in names:
        raise UsageError(
            "--audio-beside is for pages alone. Say --format html with it, or leave it."
        )
    if nowhere and not names & HEARD:
        raise UsageError(
            "--no-audio is for pages and for coding software alone. Say --format html or qdpx "
            "with it, or leave it."
        )
    return Where.NOWHERE if nowhere else Where.BESIDE if beside else Where.INSIDE


def writings(document: Document, path: Path, sound: Sound) -> Iterator[Writing]:
    """Yield the files of a page, each with what writes it: its sound first, if that lies beside.

    The sound is read when it is written: of many recordings only one's is in memory.
    """
    place = sound.where
    if place is not Where.NOWHERE and not (document.copy and document.peaks):
        place = Where.NOWHERE
        sound.tell(
            f"{document.title}: its page has no sound, as there is no copy to listen to. See "
            "how it is made, then export again: relisten status"
        )
    if place is Where.BESIDE and document.copy:
        yield path.with_suffix(".opus"), partial(shutil.copyfile, document.copy)
    yield (
        path,
        partial(write, document, partial(heard_of, document, place, sound.report, path.stem)),
    )


def write(document: Document, heard: Callable[[], Heard], target: Path) -> None:
    """Write a page to a file."""
    page = as_html.pieces(document, heard())
    with target.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.writelines(page)


def heard_of(document: Document, place: Where, report: Report, name: str) -> Heard:
    """Return what is heard on a page of a name; it is made small, if it is to be in it."""
    if place is Where.NOWHERE or not (document.copy and document.peaks):
        return NOTHING
    # numpy and a codec, which other formats do without
    from pipeline.carried_copy import carried
    from pipeline.waveform import coarser, from_bytes, to_bytes

    drawn = from_bytes(document.peaks.read_bytes())
    peaks = to_bytes(coarser(drawn, COARSER))
    if place is Where.BESIDE:
        return Heard(beside=f"{name}.opus", channels=drawn.channels, peaks=peaks)
    webm, channels = carried(document.copy, document.layout, report)
    return Heard(webm=webm, channels=channels, peaks=peaks)
