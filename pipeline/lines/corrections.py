"""Corrections as lines of text: what was put right, what became of it, what would be (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.corrections import State, standing, unfit
from pipeline.corrections.atoms import is_mark, is_run_on
from pipeline.corrections.replaced import begins_with, ends_with
from pipeline.lines.view import short_id
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.corrections import Correction, Fit
    from pipeline.recording import Recording

NOTHING = "nothing"  # what is shown in the place of words that are not there
BACK = "Take it back: relisten correct --undo"


def correction_lines(recording: Recording, fits: Sequence[Fit]) -> Iterator[str]:
    """Yield a recording's corrections, each with what became of it, and what can be done."""
    yield f"{short_id(recording)}  {recording.title}"
    if not fits:
        yield (
            "No word of it was put right by hand. Do so: "
            f'relisten correct {short_id(recording)}@12:34 "acne" "Acme"'
        )
        return
    yield from (fit_line(fit) for fit in fits)
    if unfit(fits):
        yield (
            "What no longer fits is kept, and tried again whenever the recording is processed. "
            f"Hear it: relisten play {short_id(recording)}@"
            f"{format_timestamp(unfit(fits)[0].correction.start)}"
        )
    last = max((fit.correction.change for fit in standing(fits)), default=None)
    if last is not None:
        yield f"Take the last back: relisten correct --undo {last}"


def fit_line(fit: Fit) -> str:
    """Return one correction with its number, time and state."""
    made = fit.correction
    return (
        f"  {made.number}  [{format_timestamp(made.start)}] {said(made.before)} -> "
        f"{said(made.after)}  {fit.state}{when(fit)}"
    )


def when(fit: Fit) -> str:
    """Return when a correction was made, and when it was taken back, with the change it is of."""
    made = fit.correction
    gone = f", taken back {made.undone_at[:10]}" if made.undone_at else ""
    return f"  (change {made.change}, {made.made_at[:10]}{gone})"


def said(text: str) -> str:
    """Return words in quotes, or that there are none."""
    return f'"{text}"' if text else NOTHING


def place_lines(found: Iterable[tuple[Recording, Sequence[Correction]]]) -> Iterator[str]:
    """Yield places by recording and time: how it reads, and how it is to read."""
    for recording, made in found:
        yield f"{short_id(recording)}  {recording.title}"
        for each in made:
            yield f"  [{format_timestamp(each.start)}] {reads(each, each.before)}"
            yield f"  {' ' * len(format_timestamp(each.start))}-> {reads(each, each.after)}"


def reads(made: Correction, text: str) -> str:
    """Return words with some around them; those that are put right between ** marks."""
    mark, space, rest = made.trail.partition(" ")  # a mark goes with its word
    if not text:
        return f"{made.lead}{rest if mark and is_mark(mark) else made.trail}".strip()
    if text == made.before:
        return f"{made.lead}**{text}**{made.trail}".strip()
    before, gap, head = made.lead.rpartition(" ")
    lead = f"{before}{gap}" if begins_with(text, head) and made.before else made.lead
    if not made.before and lead and not is_run_on(lead[-1]):
        lead = f"{lead.rstrip()} "  # between two words, where nothing stood
    trail = f"{space}{rest}" if ends_with(text, mark) else made.trail
    return f"{lead}**{text}**{trail}".strip()


def preview_lines(
    found: Sequence[tuple[Recording, Sequence[Correction]]], words: str
) -> Iterator[str]:
    """Yield what would be changed, and that nothing is yet."""
    if not found:
        yield f"Nobody says {words!r} there, or it is put right already. Nothing is changed."
        return
    yield from place_lines(found)
    yield f"{amount(found)}. Nothing is changed yet: say the same with --yes to change them."


def amount(found: Sequence[tuple[Recording, Sequence[Correction]]]) -> str:
    """Return how many places there are, and in how many recordings."""
    places = sum(len(made) for _, made in found)
    where = "1 place" if places == 1 else f"{places} places"
    return f"{where} in " + ("1 recording" if len(found) == 1 else f"{len(found)} recordings")


def changed_lines(
    found: Sequence[tuple[Recording, Sequence[Correction]]], change: int
) -> Iterator[str]:
    """Yield what was changed, and how to take it back."""
    yield from place_lines(found)
    yield f"Corrected: {amount(found)}. {BACK} {change}"


def undone_lines(
    change: int, found: Sequence[tuple[Recording, Sequence[Correction]]], *, undone: bool
) -> Iterator[str]:
    """Yield what was taken back or given again, and how to have it the other way."""
    yield f"{'Taken back' if undone else 'Done again'}: change {change}, {amount(found)}."
    for recording, made in found:
        yield f"{short_id(recording)}  {recording.title}"
        for each in made:
            left, right = (each.after, each.before) if undone else (each.before, each.after)
            yield f"  [{format_timestamp(each.start)}] {said(left)} -> {said(right)}"
    other = "Do it again: relisten correct --redo" if undone else BACK
    yield f"{other} {change}"


def unfit_lines(fits: Mapping[str, Sequence[Fit]]) -> Iterator[str]:
    """Yield a line for each recording, by its short id, in which something no longer fits."""
    for identity, own in fits.items():
        if count := len(unfit(own)):
            many = "1 correction no longer fits" if count == 1 else f"{count} no longer fit"
            yield f"In {identity}, {many}, and kept: relisten correct {identity}"


def counted_fits(fits: Sequence[Fit]) -> str:
    """Return how many corrections stand, and how many of them do not fit; "" for none."""
    own = standing(fits)
    if not own:
        return ""
    many = "1 correction" if len(own) == 1 else f"{len(own)} corrections"
    lost = sum(fit.state is State.UNFIT for fit in own)
    return f"{many} by hand" + (f", {lost} of them no longer fitting" if lost else "")
