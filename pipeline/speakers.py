"""What a person says of the speakers of a recording, and what that makes of them (pure).

The machine's label of a speaker ("Speaker 1", or the name of a channel) is its key; what is shown
may be another name. Nothing here decides by itself who somebody is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.attribute import attribute
from pipeline.transcript import Span, SpeakerSpan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipeline.transcript import Segment, Turn


class EditKind(StrEnum):
    """What can be said of a speaker."""

    NAME = "name"
    MERGE = "merge"
    PASSAGE = "passage"
    ROLE = "role"


class Role(StrEnum):
    """What somebody is in a call."""

    INTERVIEWER = "interviewer"
    CUSTOMER = "customer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SpeakerEdit:
    """One thing that a person said of a speaker, by the speaker's label.

    `value` is the name that is shown, the label of whom it is merged into, or the role; a
    `passage` is what the speaker says, whoever the machine took it for. `number` counts from 1 in
    the order in which they were said; `made_at` is UTC as ISO 8601.
    """

    kind: EditKind
    speaker: str
    value: str = ""
    passage: Span | None = None
    number: int = 0
    made_at: str = ""

    def __post_init__(self) -> None:
        if (self.kind is EditKind.PASSAGE) != (self.passage is not None):
            raise ValueError(f"a passage is of its own kind of edit alone, not of {self.kind!r}")
        if not self.speaker.strip() or (self.passage is None and not self.value.strip()):
            raise ValueError(f"an edit is of somebody, and says something: {self!r}")


def turns_by_hand(
    segments: Iterable[Segment], spans: Sequence[SpeakerSpan], edits: Sequence[SpeakerEdit]
) -> tuple[Turn, ...]:
    """Return the turns of a recording under the names that are shown."""
    turns = attribute(segments, merged(spans, edits), by_hand(spans, edits))
    shown = cast(spans, edits)
    return tuple(
        replace(turn, speaker=shown[turn.speaker]) if turn.speaker else turn for turn in turns
    )


def cast(spans: Sequence[SpeakerSpan], edits: Sequence[SpeakerEdit]) -> dict[str, str]:
    """Return who speaks: each label with the name that is shown, by when they first speak.

    Somebody all of whose time was given to others is there still: a word beside it may be theirs.
    """
    known = sorted((*merged(spans, edits), *by_hand(spans, edits)), key=lambda span: span.start)
    return shown_names(dict.fromkeys(span.speaker for span in known), edits)


def edited(spans: Sequence[SpeakerSpan], edits: Sequence[SpeakerEdit]) -> tuple[SpeakerSpan, ...]:
    """Return who spoke when, as the machine has it and a person put it right, by start.

    Speakers are under their labels; passages that were given by hand are as sure as can be.
    """
    given = by_hand(spans, edits)
    left = [part for span in merged(spans, edits) for part in outside(span, given)]
    return tuple(sorted((*left, *given), key=lambda span: (span.start, span.end)))


def by_hand(spans: Sequence[SpeakerSpan], edits: Sequence[SpeakerEdit]) -> tuple[SpeakerSpan, ...]:
    """Return the passages that were given to somebody by hand, by start; no two overlap.

    Within one, every word of its channel (of all, if that is None) is that speaker's, whether
    the machine has a span there or not. A later passage goes before an earlier one.
    """
    given: list[SpeakerSpan] = []
    standing = list(spans)
    for edit in edits:
        if edit.kind is EditKind.MERGE:
            labels = {edit.speaker: edit.value}
            given = [under_label(span, labels) for span in given]
            standing = [under_label(span, labels) for span in standing]
        elif edit.passage is not None:
            now = [*given, *(part for span in standing for part in outside(span, given))]
            channel = channel_meant(now, edit.speaker, edit.passage)
            new = SpeakerSpan(edit.passage.start, edit.passage.end, edit.speaker, channel)
            given = [*(part for span in given for part in outside(span, [new])), new]
    return tuple(sorted(given, key=lambda span: (span.start, span.end)))


def channel_meant(spans: Iterable[SpeakerSpan], speaker: str, passage: Span) -> int | None:
    """Return the channel whose words a passage gives to a speaker; None for those of all.

    It is the one in which others than the speaker speak most in that time: what else is said
    then, in the channels of others, stays theirs.
    """
    spoken: dict[int, float] = {}
    for span in spans:
        if span.channel is not None and span.speaker != speaker:
            spoken[span.channel] = spoken.get(span.channel, 0.0) + span.overlap(passage)
    most = max(spoken, key=lambda channel: (spoken[channel], -channel), default=None)
    return most if most is not None and spoken[most] > 0 else None


def merged(spans: Iterable[SpeakerSpan], edits: Iterable[SpeakerEdit]) -> tuple[SpeakerSpan, ...]:
    """Return spans with those who were merged under one label."""
    labels = merges(edits)
    return tuple(under_label(span, labels) for span in spans)


def under_label(span: SpeakerSpan, labels: Mapping[str, str]) -> SpeakerSpan:
    """Return a span of a speaker who may go by another label now."""
    return replace(span, speaker=labels.get(span.speaker, span.speaker))


def merges(edits: Iterable[SpeakerEdit]) -> dict[str, str]:
    """Return the label under which each merged speaker goes now."""
    labels: dict[str, str] = {}
    for edit in edits:
        if edit.kind is EditKind.MERGE:
            labels = {who: edit.value if to == edit.speaker else to for who, to in labels.items()}
            labels[edit.speaker] = edit.value
    return {who: to for who, to in labels.items() if who != to}


def group(label: str, edits: Iterable[SpeakerEdit]) -> frozenset[str]:
    """Return all labels that were merged into one speaker with a label; itself among them."""
    labels = merges(edits)
    into = labels.get(label, label)
    return frozenset({label, into, *(who for who, to in labels.items() if to == into)})


def outside(span: SpeakerSpan, given: Iterable[SpeakerSpan]) -> Iterator[SpeakerSpan]:
    """Yield what of a span lies outside passages of its channel."""
    parts = [(span.start, span.end)]
    for cut in given:
        if None in (span.channel, cut.channel) or span.channel == cut.channel:
            parts = [left for part in parts for left in _without(part, cut)]
    for start, end in parts:
        yield replace(span, start=start, end=end)


def _without(part: tuple[float, float], cut: Span) -> Iterator[tuple[float, float]]:
    start, end = part
    if cut.end <= start or end <= cut.start:
        yield part
        return
    if start < cut.start:
        yield start, cut.start
    if cut.end < end:
        yield cut.end, end


def shown_names(labels: Collection[str], edits: Iterable[SpeakerEdit]) -> dict[str, str]:
    """Return the name under which each label is shown: as a person said last, else itself.

    No two are shown under one name: a label that is another's name by hand is numbered.
    """
    given = names(edits)
    shown: dict[str, str] = {}
    for label in sorted(labels, key=lambda each: each not in given):
        taken = {name.casefold() for name in shown.values()}
        shown[label] = _free(given.get(label, label), taken)
    return {label: shown[label] for label in labels}


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def names(edits: Iterable[SpeakerEdit]) -> dict[str, str]:
    """Return the names that were given by hand, by label."""
    return {edit.speaker: edit.value for edit in edits if edit.kind is EditKind.NAME}


def roles(edits: Iterable[SpeakerEdit]) -> dict[str, Role]:
    """Return the roles that were given by hand, by label."""
    return {edit.speaker: Role(edit.value) for edit in edits if edit.kind is EditKind.ROLE}


def relabelled(before: Iterable[SpeakerSpan], now: Iterable[SpeakerSpan]) -> dict[str, str]:
    """Return the new label of each speaker whose channel goes by another name now."""
    old = {span.channel: span.speaker for span in before if span.channel is not None}
    new = {span.channel: span.speaker for span in now if span.channel is not None}
    return {old[each]: new[each] for each in old.keys() & new.keys() if old[each] != new[each]}


def remembered(
    before: Iterable[SpeakerSpan], now: Iterable[SpeakerSpan], known: Collection[str]
) -> tuple[SpeakerSpan, ...]:
    """Return the spans of before of those who are known of and are not told any more."""
    told = {span.speaker for span in now}
    return tuple(span for span in before if span.speaker in known and span.speaker not in told)


def under_labels(edits: Iterable[SpeakerEdit], labels: Mapping[str, str]) -> list[SpeakerEdit]:
    """Return edits of speakers whose labels have changed."""
    return [
        replace(
            edit,
            speaker=labels.get(edit.speaker, edit.speaker),
            value=labels.get(edit.value, edit.value) if edit.kind is EditKind.MERGE else edit.value,
        )
        for edit in edits
    ]
