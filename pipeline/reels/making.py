"""The plot of a reel: what is in it, put together passage by passage, written in each form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.clips import How, at_rate, clip_of, cut_points, with_channels
from pipeline.errors import AudioError, NotFound
from pipeline.progress import Progress, Report, silent
from pipeline.reels.cues import Reel, cue_of
from pipeline.reels.excerpts import ALL, Limits, Order, chosen, in_order
from pipeline.reels.finding import excerpts
from pipeline.reels.material import materials, redactions, with_sound
from pipeline.reels.tape import (
    RATE,
    Between,
    between,
    channels_for,
    seconds_between,
    tape,
)
from pipeline.reels.writing import sound_beside, write
from pipeline.timestamps import format_timestamp
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.audio import Samples
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.reels.cues import Cue
    from pipeline.reels.excerpts import Excerpt
    from pipeline.reels.finding import Sought
    from pipeline.reels.material import Material
    from pipeline.reels.tape import Tape
    from pipeline.search.meaning import Meant

# Seconds that a passage takes beside its words, with room on both sides; more where it must be cut
# further out, as somebody else speaks there.
EDGES = 0.5


@dataclass(frozen=True, slots=True)
class Shape:
    """How a reel is to be: how much of what is found, in which order, and what is between."""

    limits: Limits = ALL
    order: Order = Order.TIME
    between: Between = Between.TONE
    redact: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be in a reel, in its order, and what to know of it, in sentences."""

    title: str
    excerpts: tuple[Excerpt, ...]
    notes: tuple[str, ...]


def planned(library: Library, sought: Sought, shape: Shape, meant: Meant | None = None) -> Plan:
    """Return which passages are in a reel.

    Raises NotFound where there are none, AudioError where all of them cannot be heard.
    """
    found, notes = with_sound(library, excerpts(library, sought, meant))
    if not found:
        raise AudioError(notes[0])

    def length(span: Span) -> float:
        return span.duration + EDGES + seconds_between(shape.between)

    best = chosen(found, shape.limits, length)
    if not best:
        raise NotFound(none_left(shape.limits))
    title = sought.name
    if shape.redact:
        title = told_of(library, title, best)
    return Plan(title, in_order(best, shape.order), notes)


def none_left(limits: Limits) -> str:
    """Say why none of what was found is in a reel."""
    if limits.one_each:
        return (
            "none of those who are interviewed says it. Leave --one-per-person, or say who is who: "
            "relisten speakers ID --role NAME=customer"
        )
    return "every passage is longer than that. Allow more: --minutes 5"


def told_of(library: Library, title: str, found: Sequence[Excerpt]) -> str:
    """Return a title without the names that are not to be known in any of the projects."""
    redaction = redactions(library)
    for project in dict.fromkeys(each.recording.project for each in found):
        title = redaction(project).text(title)
    return title


def drafted(library: Library, plan: Plan, shape: Shape) -> Reel:
    """Return a reel as it will be, to about half a second a passage: nothing is cut yet."""
    ready, gap, at = materials(library, redact=shape.redact), seconds_between(shape.between), 0.0
    cues: list[Cue] = []
    for number, each in enumerate(plan.excerpts, 1):
        material = ready(each.recording)
        likely = cut_points(material.document.transcript.turns, each).likely
        place = Span(at, at + likely.duration)
        cues.append(cue_of(number, place, likely, each, material.told))
        at = place.end + gap
    return Reel(plan.title, tuple(cues), plan.notes)


def made(
    library: Library, plan: Plan, shape: Shape, targets: Sequence[Path], report: Report = silent
) -> Reel:
    """Put a reel together and write it: as sound, as cue sheets, as a page.

    What cannot be read is left out and told. Raises AudioError where nothing can be.
    """
    ready, notes = materials(library, redact=shape.redact), list(plan.notes)
    with TemporaryDirectory(prefix="relisten-") as folder:
        path = Path(folder, "reel.w64")
        with tape(path, channels_for(each.recording for each in plan.excerpts)) as opened:
            cues = tuple(recorded(reported(plan, report), ready, shape, opened, notes.append))
        if not cues:
            raise AudioError(notes[-1])
        reel = Reel(plan.title, cues, tuple(notes))
        for target in targets:
            write(reel, path, target, sound_beside(target, targets), report)
    return reel


def reported(plan: Plan, report: Report) -> Iterator[Excerpt]:
    """Yield the passages that are to be cut, and report how many are."""
    for done, each in enumerate(plan.excerpts):
        report(Progress("cutting", done, len(plan.excerpts)))
        yield each
    report(Progress("cutting", len(plan.excerpts), len(plan.excerpts)))


def recorded(
    wanted: Iterable[Excerpt],
    ready: Callable[[Recording], Material],
    shape: Shape,
    opened: Tape,
    tell: Callable[[str], None],
) -> Iterator[Cue]:
    """Put passages on a tape, and yield where each is; tell of those that cannot be read."""
    number = count(1)
    for each in wanted:
        try:
            material = ready(each.recording)
            sound, source = cut(material, each, opened.channels)
        except AudioError as error:
            tell(
                f"{each.recording.title} at {format_timestamp(each.start)} is left out, as {error}"
            )
            continue
        if opened.samples:
            opened.add(between(shape.between, opened.channels))
        yield cue_of(next(number), opened.add(sound), source, each, material.told)


def cut(material: Material, span: Span, channels: int) -> tuple[Samples, Span]:
    """Return a passage as a reel has it, and what was cut of its recording."""
    how = How(mixed=channels == 1, tones=material.tones)
    clip = clip_of(material.sound, material.document, span, how)
    samples = at_rate(clip.samples, clip.rate, RATE)
    return with_channels(samples, channels), clip.span
