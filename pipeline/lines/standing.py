"""What the terminal shows of how a library stands (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lines.filing import in_hours
from pipeline.standing import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.standing import Finding, Standing


def standing_lines(stands: Standing) -> Iterator[str]:
    """Yield how a library stands: what it holds, what to do, what is worth knowing, its room."""
    yield _whole(stands)
    if stands.findings:
        yield from ("", "To do")
        yield from (line for each in stands.findings for line in _finding(each))
    elif stands.recordings:
        yield "Nothing is to be done."
    if stands.notes:
        yield from ("", "Worth knowing; what is done stays as it is")
        yield from (line for each in stands.notes for line in _finding(each))
    yield ""
    yield (
        f"Room: the library takes {in_bytes(stands.size)}, its copies for listening "
        f"{in_bytes(stands.copies)}; {in_bytes(stands.free)} are free on their disk."
    )


def _whole(stands: Standing) -> str:
    if not stands.recordings:
        return "There is no recording yet. Fill the library: relisten process FOLDER"
    many = "1 recording" if stands.recordings == 1 else f"{stands.recordings:,} recordings"
    places = {0: "in no project", 1: "in 1 project"}
    where = places.get(stands.projects, f"in {stands.projects:,} projects")
    rest = stands.recordings - stands.finished
    done = f"{stands.finished:,} finished, {rest:,} not" if rest else "all finished"
    return f"{many}, {in_hours(stands.duration)}, {where}: {done}."


def _finding(found: Finding) -> Iterator[str]:
    yield f"  {found.said}."
    for example in found.examples:
        yield f"      {example}"
    shown = len(found.examples) * (2 if found.kind is Kind.DOUBLE else 1)  # each names a pair
    if len(found.concerns) > shown > 0:
        yield "      ..."
    if found.mend:
        yield f"    ->  {found.mend}"


def in_bytes(size: float) -> str:
    """Return a size for people, in the decimal units that disks are sold by."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return (
                f"{size:.0f} {unit}"
                if unit in ("bytes", "kB") or size >= 10
                else f"{size:.1f} {unit}"
            )
        size /= 1000
    return f"{size:.1f} TB"
