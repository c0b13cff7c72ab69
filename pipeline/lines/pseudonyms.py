"""What the terminal shows of a project's list of pseudonyms, and of what was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.pseudonyms import Candidate, HeardName
    from pipeline.redaction.checking import Checked

SHORT_ID = 8  # characters of an id that are shown
WIDEST = 32  # characters of a name in its column
STAYS = "(stays)"
NONE_YET = "No name was found here. List one that no model found: relisten pseudonyms --add NAME"


def pseudonym_lines(found: Sequence[Candidate], again: str) -> Iterator[str]:
    """Yield a list: each name, what it is to be called, how often and where it is first said."""
    if not found:
        yield NONE_YET
        return
    width = min(WIDEST, max(len(each.name) for each in found))
    calls = max((len(_called(each)) for each in found), default=0)
    for each in found:
        decided = " " if each.decided else "?"
        times = f"{each.mentions}x" if each.mentions else "-"
        shown = (
            f"{decided} {each.name:<{width}}  {_called(each):<{calls}}  {times:>4}  {_first(each)}"
        )
        yield shown.rstrip()
    yield ""
    left = sum(not each.decided for each in found)
    if not left:
        yield "All names are decided on. What is exported with --redact has none of those hidden."
        return
    many = "One name is" if left == 1 else f"{left} names are"
    yield f"{many} only proposed (?). Change what is wrong, then accept the rest:"
    yield f'  {again} --set "NAME=P07"   or --keep "NAME", --add "NAME"'
    yield f"  {again} --accept"


def _called(each: Candidate) -> str:
    return (each.proposed if each.pseudonym is None else each.pseudonym) or STAYS


def _first(each: Candidate) -> str:
    if not each.recording:
        return "listed by you" if each.added else "not found any more"
    if each.start is None:
        return f"{each.recording[:SHORT_ID]}  (who takes part, or a title)"
    return f"{each.recording[:SHORT_ID]}@{format_timestamp(each.start)}"


def checked_lines(each: Checked) -> Iterator[str]:
    """Yield what was heard of names in a recording without them."""
    title = each.recording.title
    if each.found:
        yield f"{title}: still heard, and hidden now with a tone:"
        yield from _heard(each.recording.id, each.found)
    if each.left:
        yield f"{title}: heard even so. Listen, and hide what it is by hand:"
        yield from _heard(each.recording.id, each.left)
    if each.written:
        yield f"{title}: left in its text: {', '.join(each.written)}"
    if each.clean:
        yield f"{title}: no listed name is heard, and none is in its text."


def _heard(identity: str, found: Sequence[HeardName]) -> Iterator[str]:
    for each in found:
        start, end = format_timestamp(each.start), format_timestamp(each.end)
        yield f"  {each.name}  {identity[:SHORT_ID]}@{start}-{end}"
