"""What the terminal shows of a project's list of pseudonyms, and of what was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.filing import folded
from pipeline.pseudonyms import Kind
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.pseudonyms import Candidate, HeardName
    from pipeline.redaction.checking import Checked
    from pipeline.redaction.review import Decision

SHORT_ID = 8  # characters of an id that are shown
WIDEST = 32  # characters of a name in its column
STAYS = "(stays)"
NONE_YET = "No name was found here. List one that no model found:"


def pseudonym_lines(found: Sequence[Candidate], again: str) -> Iterator[str]:
    """Yield a list: each name, what it is to be called, how often and where it is first said."""
    if not found:
        yield f"{NONE_YET} {again} --add NAME"
        return
    width = min(WIDEST, max(len(each.name) for each in found))
    calls = max((len(_called(each)) for each in found), default=0)
    for each in found:
        decided = " " if each.decided else "?"
        times = f"{each.mentions}x" if each.mentions else "-"
        called = f"{_called(each):<{calls}}"
        shown = f"{decided} {each.name:<{width}}  {called}  {times:>4}  {_first(each)}"
        yield f"{shown}{_perhaps(each, found)}".rstrip()
    yield ""
    left = sum(not each.decided for each in found)
    if not left:
        yield _all_decided(found)
        return
    yield f"{_only_proposed(left)} (?). Change what is wrong, then accept the rest:"
    yield f'  {again} --set "NAME=P07"   or --keep "NAME", --add "NAME"'
    yield f"  {again} --accept"


def left_lines(found: Sequence[Candidate], again: str) -> Iterator[str]:
    """Yield what is left of a list to be decided."""
    left = sum(not each.decided for each in found)
    yield f"{_only_proposed(left)}. See the list: {again}" if left else _all_decided(found)


def _only_proposed(left: int) -> str:
    return "One name is only proposed" if left == 1 else f"{left} names are only proposed"


def _all_decided(found: Sequence[Candidate]) -> str:
    stay = sum(each.pseudonym == "" for each in found)
    kept = {0: "", 1: "; one name stays as it is"}.get(stay, f"; {stay} names stay as they are")
    return (
        f"All names are decided on. Files written with --redact have the pseudonyms instead{kept}."
    )


def decided_lines(each: Decision, again: str) -> Iterator[str]:
    """Yield what was decided of a name, and of whom it makes one with it."""
    name, pseudonym = each.kept.name, each.kept.pseudonym
    yield f"{name}: {pseudonym or 'stays as it is'}{_not_listed(each)}"
    if not each.listed:
        yield f'  If it is spelt wrong: {again} --remove "{name}"'
    if not each.others:
        return
    shown = " and ".join(other.name for other in each.others)
    what = "" if each.kept.kind is Kind.NAME else f" {each.kept.kind}"
    verb = "is" if len(each.others) == 1 else "are"
    decided = "" if all(other.decided for other in each.others) else ", and decided with it"
    yield f"  {shown} {verb} {pseudonym}, too{decided}: they are one{what} from now on."
    yield f'  If not: {again} --set "{name}={each.instead}"'


def _not_listed(each: Decision) -> str:
    if each.listed:
        return ""
    near = f"; near: {', '.join(each.near)}" if each.near else ""
    return f" (no such name was in the list{near})"


def _perhaps(each: Candidate, found: Sequence[Candidate]) -> str:
    """Return a hint where another name is a part of one and has another pseudonym.

    A model may have taken Marcus for a place, and Marcus Delaney for a company.
    """
    words = folded(each.name).split()
    if each.decided or len(words) == 1:
        return ""
    parts = (other for other in found if folded(other.name) in words)
    other = next((other for other in parts if other.proposed != each.proposed), None)
    return f"  ({other.name} is {_called(other)})" if other else ""


def _called(each: Candidate) -> str:
    return (each.proposed if each.pseudonym is None else each.pseudonym) or STAYS


def _first(each: Candidate) -> str:
    if not each.recording:
        return "listed by you" if each.added else "not found any more"
    if each.start is None:
        return f"{each.recording[:SHORT_ID]}  (who takes part, or in a title, a tag or a note)"
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
