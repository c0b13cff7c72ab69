"""What comes back from a file as lines of text: each change, and what is left over (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lines.corrections import BACK, place_lines, said
from pipeline.lines.view import short_id
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.taking_back.bringing import Brought, Mark
    from pipeline.taking_back.found import Left
    from pipeline.taking_back.working_out import Given

SHOWN = 90  # characters of a text that are shown
MOST = 40  # places that are left over, of which each is shown
UNTOLD = "     "  # in the place of a time


def brought_lines(brought: Brought, name: str, *, dry: bool) -> Iterator[str]:
    """Yield what a file changes, or would change, and what is left over."""
    if brought.corrections:
        yield from place_lines([(brought.recording, brought.corrections)])
    elif brought.given or brought.marks:
        yield f"{short_id(brought.recording)}  {brought.recording.title}"
    yield from (given_line(each) for each in brought.given)
    yield from (mark_line(each) for each in brought.marks)
    yield from kept_lines(brought)
    yield from left_lines(brought, name)
    yield from (dry_lines if dry else done_lines)(brought, name)


def given_line(given: Given) -> str:
    """Return whose a turn is now."""
    at = format_timestamp(given.start)
    return f"  [{at}] {given.was or 'nobody'} -> {given.speaker}: {short(given.text)}"


def mark_line(mark: Mark) -> str:
    """Return a highlight that comes back."""
    known = f"highlight {mark.number}" if mark.number else "new highlight"
    tags = f"[{', '.join(mark.tags)}]" if mark.tags else ""
    text = said(short(mark.text)) if mark.text else ""
    shown = " ".join(part for part in (known, tags, text) if part)
    note = f"; note: {short(mark.note)}" if mark.note else ""
    return f"  [{format_timestamp(mark.start)}] {shown}{note}"


def kept_lines(brought: Brought) -> Iterator[str]:
    """Yield what stands in the library already."""
    if count := brought.kept:
        many = "1 turn was" if count == 1 else f"{count} turns were"
        yield f"{many} put right in the library since the file was written, and stay so."
    if count := brought.known:
        many = "1 mark is" if count == 1 else f"{count} marks are"
        yield f"{many} there already, as {'a highlight' if count == 1 else 'highlights'}."


def left_lines(brought: Brought, name: str) -> Iterator[str]:
    """Yield what of a file cannot be brought back, with what stands there."""
    if not brought.left:
        return
    count = len(brought.left)
    yield f"Left over from {name}: {'1 place' if count == 1 else f'{count} places'}"
    for each in brought.left[:MOST]:
        yield from left_over_lines(each)
    if count > MOST:
        yield f"  and {count - MOST} more: --json lists all"


def left_over_lines(left: Left) -> Iterator[str]:
    """Yield one thing that is left over."""
    at = UNTOLD if left.start is None else format_timestamp(left.start)
    yield f"  [{at}] {left.why}"
    if left.stands:
        yield f"  {' ' * len(at)}   stands: {short(left.stands)}"
    if left.says:
        yield f"  {' ' * len(at)}   file:   {short(left.says)}"


def dry_lines(brought: Brought, name: str) -> Iterator[str]:
    """Yield that nothing is changed yet."""
    if brought.corrections or brought.given or brought.marks:
        yield f"{counted(brought)}. Nothing is changed yet: say the same without --dry-run."
    else:
        yield nothing(brought, name)


def done_lines(brought: Brought, name: str) -> Iterator[str]:
    """Yield what was changed, and how to take it back."""
    identity = short_id(brought.recording)
    if not (brought.corrections or brought.given or brought.marks):
        yield nothing(brought, name)
        return
    yield f"Brought back: {counted(brought)}."
    if brought.change is not None:
        yield f"{BACK} {brought.change}"
    if brought.given:
        yield f"Take who speaks back, one after the other: relisten speakers {identity} --undo"
    if brought.marks:
        yield f"See the highlights: relisten highlights --in {identity}"


def nothing(brought: Brought, name: str) -> str:
    """Return that a file changes nothing."""
    rest = "All else" if brought.left or brought.kept else "All"
    return f"{rest} in {name} is as the library has it. Nothing is changed."


def counted(brought: Brought) -> str:
    """Return how much comes back."""
    parts = []
    if count := len(brought.corrections):
        parts.append("1 correction" if count == 1 else f"{count} corrections")
    if count := len(brought.given):
        parts.append(
            "1 turn of another speaker" if count == 1 else f"{count} turns of another speaker"
        )
    if count := len(brought.marks):
        parts.append("1 highlight" if count == 1 else f"{count} highlights")
    return ", ".join(parts)


def short(text: str) -> str:
    """Return a text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN].rsplit(maxsplit=1)[0]} ..."
