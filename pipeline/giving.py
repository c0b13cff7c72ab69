"""A turn that is somebody else's, as passages given by hand (pure)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.correcting import folded, tidy, with_edits
from pipeline.errors import UsageError
from pipeline.speakers import EditKind, SpeakerEdit, turns_by_hand
from pipeline.timestamps import format_subtitle_time, format_timestamp
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.correcting import Scene
    from pipeline.transcript import Turn, Word

    TimedText = tuple[float, float, str]

MILLISECONDS = 3  # digits of a second
EDGE = 0.001  # second: times are kept to that


def turn_given(turn: Turn, name: str, standing: Scene, made_at: str) -> Scene:
    """Return a scene in which a turn is somebody else's: all its words, and no others."""
    name = tidy(name)
    if not name:
        raise UsageError('whose is it? Write --speaker "Ann Lee"')
    label = standing.find(name) or name
    said = who_says(standing)
    words = [timed(word) for word in turn.words]
    if turn.speaker and folded(standing.cast.get(label, label)) == folded(turn.speaker):
        raise UsageError(f"{turn.speaker} says that already.")
    for passages in passages_of(turn, [word for word, _ in said]):
        edits = [SpeakerEdit(EditKind.PASSAGE, label, passage=each) for each in passages]
        after = with_edits(standing, edits, made_at)
        given = Counter((word, after.cast[label]) for word in words)
        if who_says(after) == said - Counter((word, turn.speaker) for word in words) + given:
            return after
    shown = f"{format_timestamp(turn.start)}-{format_timestamp(turn.end)}"
    exact = f"{format_subtitle_time(turn.start, '.')}-{format_subtitle_time(turn.end, '.')}"
    raise UsageError(
        f"others speak at {shown} in {standing.recording.title}, and words cannot be told apart. "
        f'Name a passage: relisten speakers {standing.recording.id[:8]} --passage "{exact}={name}"'
    )


def who_says(standing: Scene) -> Counter[tuple[TimedText, str | None]]:
    """Return each word that is said, by its time and text, with whose it is."""
    turns = turns_by_hand(standing.segments, standing.spans, standing.edits)
    return Counter((timed(word), turn.speaker) for turn in turns for word in turn.words)


def timed(word: Word) -> TimedText:
    """Return a word by what it is known by: its text, and its time as times are kept."""
    return round(word.start, MILLISECONDS), round(word.end, MILLISECONDS), word.text


def passages_of(turn: Turn, words: Iterable[TimedText]) -> Iterator[list[Span]]:
    """Yield ways to say which time is a turn's: whole, or parted where others have a word."""
    yield [Span(turn.start, turn.end)]
    own = sorted(word.middle for word in turn.words)
    mine = {timed(word) for word in turn.words}
    others = sorted(
        (start + end) / 2 for start, end, text in words if (start, end, text) not in mine
    )
    parts = [[own[0]]]
    for before, after in pairwise(own):
        if any(before <= other <= after for other in others):
            parts.append([])
        parts[-1].append(after)
    edges = [(round(part[0] - EDGE, 3), round(part[-1] + EDGE, 3)) for part in parts]
    yield [Span(max(0.0, start), end) for start, end in edges]
