"""Speakers put right by hand: what is typed becomes edits, and the turns and annotations follow."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline.corrections import corrected, note
from pipeline.errors import NotFound, UsageError
from pipeline.speakers import (
    EditKind,
    Role,
    SpeakerEdit,
    by_hand,
    cast,
    merges,
    turns_by_hand,
)
from pipeline.timestamps import format_timestamp, parse_timestamp
from pipeline.transcript import Made, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pipeline.corrections import Fit
    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.people import Recognised
    from pipeline.recording import Recording
    from pipeline.transcript import Segment, SpeakerSpan

ROUNDED = 1.0  # second: by how much a time that is shown may pass the end
# Characters of a name that would move the cursor, or that no file can hold.
UNWRITTEN = {"Cc", "Cs"}
DASH = "\u2013"  # a typed passage may have it in the place of a hyphen
NEEDS = "diarize"  # the stage after which speakers can be put right
RESTS = ("annotate", "embed")  # the stages that follow from other turns


@dataclass(frozen=True, slots=True)
class Wish:
    """One correction as it is typed: `--name "Speaker 1=Ann Lee"` and the like.

    Where its sides came `apart`, and not as one text, an "=" in them is a part of a name.
    """

    kind: EditKind
    left: str
    right: str
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A recording with who speaks in it, by the machine and by hand.

    The words of `segments` are as a person has corrected them; `fits` tells what became of that.
    """

    recording: Recording
    segments: tuple[Segment, ...]
    spans: tuple[SpeakerSpan, ...]
    edits: tuple[SpeakerEdit, ...]
    fits: tuple[Fit, ...] = ()

    @property
    def cast(self) -> dict[str, str]:
        """Each label with the name that is shown, by when they first speak."""
        return cast(self.spans, self.edits)

    def label(self, name: str) -> str:
        """Return the label of whom a name means: the name that is shown, or the label itself."""
        label = self.find(name)
        if label is None:
            title = self.recording.title
            raise NotFound(f"nobody is called {name!r} in {title}. {self._speakers()}")
        return label

    def find(self, name: str) -> str | None:
        """Return the label of whom a name means; None where it means nobody."""
        shown = self.cast
        known = [(other, label) for label, other in shown.items()]
        known += [(label, label) for label in shown]
        known += [(other, to) for other, to in merges(self.edits).items() if to in shown]
        return next((label for other, label in known if folded(other) == folded(name)), None)

    def _speakers(self) -> str:
        shown = self.cast
        if not shown:
            return "Nobody is told apart in it: give somebody a passage, --passage 12:34-13:02=Bob"
        named = [n if n == label else f"{n} ({label})" for label, n in shown.items()]
        return f"Its speakers: {', '.join(named)}."


def scene(recording: Recording, library: Library) -> Scene:
    """Return who speaks in a recording; raises UsageError where that is not worked out yet."""
    if NEEDS not in library.made(recording.id):
        raise UsageError(
            f"{recording.title}: it is not transcribed yet. Run: relisten process {recording.path}"
        )
    heard, spans = library.segments(recording.id), library.spans(recording.id)
    segments, fits = corrected(heard, library.corrections(recording.id))
    return Scene(recording, segments, spans, library.edits(recording.id), fits)


def with_wishes(standing: Scene, wishes: Iterable[Wish], made_at: str) -> Scene:
    """Return a scene after what is wished for: all names at once, then one wish after the other.

    Raises UsageError or NotFound for one that cannot be meant; then none is kept.
    """
    wishes = tuple(wishes)
    names = [wish for wish in wishes if wish.kind is EditKind.NAME]
    standing = with_edits(standing, names_given(names, standing), made_at)
    for wish in wishes:
        if wish.kind is not EditKind.NAME:
            standing = with_edits(standing, [as_edit(wish, standing)], made_at)
    return standing


def with_edits(standing: Scene, edits: Iterable[SpeakerEdit], made_at: str = "") -> Scene:
    """Return a scene after edits, numbered on from its last."""
    first = max((each.number for each in standing.edits), default=0) + 1
    new = (
        replace(edit, number=number, made_at=made_at)
        for number, edit in enumerate(edits, start=first)
    )
    return replace(standing, edits=(*standing.edits, *new))


def as_edit(wish: Wish, standing: Scene) -> SpeakerEdit:
    """Return what a wish says of whom."""
    wish = meant(wish, standing)
    match wish.kind:
        case EditKind.PASSAGE:
            return passage_given(wish, standing)
        case EditKind.NAME:
            return names_given([wish], standing)[0]
        case EditKind.MERGE:
            who, into = standing.label(wish.left), standing.label(wish.right)
            if who == into:
                raise UsageError(f"{wish.left!r} and {wish.right!r} are the same speaker already.")
            return SpeakerEdit(EditKind.MERGE, who, into)
        case EditKind.ROLE:
            return SpeakerEdit(EditKind.ROLE, standing.label(wish.left), role_called(wish.right))


def meant(wish: Wish, standing: Scene) -> Wish:
    """Return a wish cut at the "=" that leaves a speaker on its left: a name may have one too."""
    ways = tuple(readings(wish))
    return next((each for each in ways if _is_of_speakers(each, standing)), ways[0])


def readings(wish: Wish) -> Iterator[Wish]:
    """Yield a wish cut at its first "=", then at each further one; at none that came apart."""
    if wish.apart:
        yield replace(wish, left=wish.left.strip(), right=wish.right.strip())
        return
    parts = f"{wish.left}={wish.right}".split("=")
    for place in range(1, len(parts)):
        left, right = "=".join(parts[:place]), "=".join(parts[place:])
        yield Wish(wish.kind, left.strip(), right.strip())


def _is_of_speakers(wish: Wish, standing: Scene) -> bool:
    named = [wish.left, wish.right] if wish.kind is EditKind.MERGE else [wish.left]
    return wish.kind is EditKind.PASSAGE or None not in map(standing.find, named)


def names_given(wishes: Iterable[Wish], standing: Scene) -> list[SpeakerEdit]:
    """Return that speakers have names, which nobody else may have once all are given.

    Who is meant goes by the names of before, so that two may change theirs.
    """
    edits: list[SpeakerEdit] = []
    for wish in wishes:
        after = with_edits(standing, edits)
        scene = standing if standing.find(meant(wish, standing).left) else after
        edits.append(named(meant(wish, scene), scene))
    renamed = {edit.speaker for edit in edits}
    for edit in reversed(edits):
        others = with_edits(standing, (each for each in edits if each is not edit))
        refuse_taken(edit, others, renamed)
    return edits


def named(wish: Wish, standing: Scene) -> SpeakerEdit:
    """Return that a speaker has a name."""
    label, name = standing.label(wish.left), tidy(wish.right)
    if not name:
        raise UsageError("a name is empty: write --name 'Speaker 1=Ann Lee'.")
    return SpeakerEdit(EditKind.NAME, label, name)


def refuse_taken(edit: SpeakerEdit, standing: Scene, renamed: Collection[str]) -> None:
    """Raise UsageError where a name is another speaker's, or the label of one not `renamed`."""
    shown = standing.cast
    known = [(name, label) for label, name in shown.items()]
    known += [(label, label) for label in shown if label not in renamed]
    known += [(gone, to) for gone, to in merges(standing.edits).items() if to in shown]
    taken = (to for name, to in known if folded(name) == folded(edit.value))
    if other := next((to for to in taken if to != edit.speaker), None):
        raise UsageError(
            f"{edit.value!r} is another speaker of {standing.recording.title} already. If they "
            f'are one person: --merge "{shown[edit.speaker]}={shown[other]}"'
        )


def role_called(name: str) -> Role:
    """Return the role of a name; raises UsageError for another."""
    try:
        return Role(name.strip().lower())
    except ValueError:
        known = ", ".join(Role)
        raise UsageError(f"{name!r} is no role. Choose one of: {known}.") from None


def passage_given(wish: Wish, standing: Scene) -> SpeakerEdit:
    """Return that a passage is somebody's: one of the speakers, or a new one of that name."""
    name = tidy(wish.right)
    if not name:
        raise UsageError(f"whose is {wish.left}? Write --passage {wish.left}=Bob")
    passage = passage_typed(wish.left, standing.recording)
    edit = SpeakerEdit(EditKind.PASSAGE, standing.find(name) or name, passage=passage)
    if not says_something(edit, passage, standing):
        raise UsageError(
            f"no word is said at {wish.left} in {standing.recording.title}, so there is none to "
            f"give to {name}. Look at the times: relisten show {standing.recording.id[:8]}"
        )
    return edit


def says_something(edit: SpeakerEdit, passage: Span, standing: Scene) -> bool:
    """Tell whether an edit that gives a passage to somebody gives them a word."""
    given = by_hand(standing.spans, (*standing.edits, edit))
    own = [span for span in given if span.speaker == edit.speaker and span.overlap(passage)]
    return any(
        span.channel in (None, segment.channel) and span.start <= word.middle <= span.end
        for segment in standing.segments
        if segment.overlap(passage)
        for word in segment.words
        for span in own
    )


def passage_typed(text: str, recording: Recording) -> Span:
    """Return a passage that is typed as 12:34-13:02; its end may be the recording's, rounded."""
    begin, mark, end = text.replace(DASH, "-").partition("-")
    if not mark:
        raise UsageError(f"{text!r} is no passage. Write it as --passage 12:34-13:02=Bob")
    start, last = parse_timestamp(begin), parse_timestamp(end)
    if start >= min(last, recording.duration) or last > recording.duration + ROUNDED:
        length = format_timestamp(recording.duration)
        raise UsageError(
            f"{text!r} is no passage of {recording.title}, which is {length} long. "
            "Write an earlier time, then a later one: --passage 12:34-13:02=Bob"
        )
    return Span(start, min(last, recording.duration))


def tidy(name: str) -> str:
    """Return a name on one line, of what can be written."""
    written = (c for c in name if c.isspace() or unicodedata.category(c) not in UNWRITTEN)
    return " ".join("".join(written).split())


def folded(name: str) -> str:
    """Return a name as names are compared."""
    return tidy(name).casefold()


def keep(
    standing: Scene, library: Library, engines: Engines, decided: Recognised | None = None
) -> None:
    """Keep what is said of speakers, and let turns and annotations follow.

    Edits and turns are one transaction; what is broken off after it is made up for by the next
    correction or run.
    """
    recording = standing.recording
    keep_turns(standing, library, decided)
    done = library.made(recording.id)
    if lacking := [stage for stage in RESTS if stage not in done]:
        # 300 ms of imports that who only looks need not wait for
        from pipeline.listening import Listening
        from pipeline.process import STAGES, Request

        with Listening(recording.path, engines) as listening:
            for stage in lacking:
                STAGES[stage](recording, library, listening, Request())


def keep_turns(standing: Scene, library: Library, decided: Recognised | None = None) -> None:
    """Keep what is said of speakers, and the turns that follow from it, in one transaction."""
    turns = turns_by_hand(standing.segments, standing.spans, standing.edits)
    made = made_by_hand(standing.fits, standing.recording.id)
    library.store_edits(standing.recording.id, standing.edits, turns, made, decided)


def made_by_hand(fits: Iterable[Fit], identity: str) -> Made:
    """Return what makes turns, with what to know of corrections in a recording's words."""
    return Made("relisten", version("relisten"), notes=note(fits, identity[:8]))


def without_last(standing: Scene) -> Scene:
    """Return a scene without the last edit; raises UsageError where there is none."""
    if not standing.edits:
        raise UsageError(f"nothing was said of the speakers of {standing.recording.title} by hand.")
    return replace(standing, edits=standing.edits[:-1])


def without(standing: Scene, number: int | None) -> Scene:
    """Return a scene without the edit of a number."""
    kept: Sequence[SpeakerEdit] = [each for each in standing.edits if each.number != number]
    return replace(standing, edits=tuple(kept))
