"""What a search shows: hits by recording, and what is said around one (pure)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.search.around import SLACK
from pipeline.timestamps import format_timestamp
from pipeline.transcript import join_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.recording import Recording
    from pipeline.search import Hit, Results
    from pipeline.search.around import Passage
    from pipeline.transcript import Turn

MARK = "**"
MARGIN = " " * 5


def note_lines(found: Results) -> Iterator[str]:
    """Yield how a query was understood, where that is more than its words, and what to know."""
    query = found.query
    if query.fields or query.notes:
        yield f"Looked for: {query.understood}"
    yield from found.notes


def hit_lines(found: Results) -> Iterator[str]:
    """Yield hits with their numbers by recording, each at the second where its words are said."""
    if not found.hits:
        text = found.query.text
        yield f"Nothing is said that matches {text!r}." if text else "Nothing passes these filters."
        return
    for _, hits in groupby(found.hits, lambda hit: hit.recording.id):
        yield from _recording_lines(list(hits))
    yield from _end_lines(found)


def _recording_lines(hits: list[Hit]) -> Iterator[str]:
    yield heading(hits[0].recording)
    for hit in hits:
        yield from (f"{MARGIN}{turn_line(turn)}" for turn in hit.before)
        yield f"{hit.number:>3}  {_said_at(hit.start, hit.turn.speaker)}{_how(hit)}{hit.snippet}"
        yield from (f"{MARGIN}{turn_line(turn)}" for turn in hit.after)
        if hit.answer:
            times = f"{format_timestamp(hit.answer.start)}-{format_timestamp(hit.answer.end)}"
            yield f"{MARGIN}answer [{times}]: {hit.said}"


def heading(recording: Recording) -> str:
    """Return what recording it is: title, date and project."""
    project = f"  {recording.project}" if recording.project else ""
    return f"{recording.title}  {recording.recorded_at[:10]}{project}"


def turn_line(turn: Turn) -> str:
    """Return a turn as a transcript shows it."""
    return f"{_said_at(turn.start, turn.speaker)}{turn.text}"


def _said_at(start: float, speaker: str | None) -> str:
    named = f" {speaker}:" if speaker else ""
    return f"[{format_timestamp(start)}]{named} "


def _how(hit: Hit) -> str:
    return "" if hit.likeness is None else f"(by meaning, {hit.likeness:.2f}) "


def _end_lines(found: Results) -> Iterator[str]:
    first, last = found.hits[0].number, found.hits[-1].number
    if found.more or first > 1:
        total = f"{found.total:,}" if found.counted else f"more than {found.total:,}"
        after = f" The next: --page {found.wanted.page + 1}" if found.more else ""
        yield f"{first}-{last} of {total}.{after}"
    yield f"Hear one: relisten play {first}"


def passage_lines(seen: Passage, number: int) -> Iterator[str]:
    """Yield what is said around a hit, its turns pointed at and its words marked."""
    yield heading(seen.recording)
    if not seen.own:
        yield "Its words were made anew since: search again."
    for place, turn in enumerate(seen.turns):
        pointer = ">" if place in seen.own else " "
        speaker = _said_at(turn.start, turn.speaker)
        text = marked(turn, seen) if place in seen.own else turn.text
        yield f"{pointer} {speaker}{text}"
    if seen.own:
        yield f"Hear it: relisten play {number}"


def marked(turn: Turn, seen: Passage) -> str:
    """Return a turn's text with the words of a passage between ** marks; all of them are not."""
    inside = [
        place
        for place, word in enumerate(turn.words)
        if word.start >= seen.start - SLACK and word.end <= seen.end + SLACK
    ]
    if not inside or len(inside) == len(turn.words):
        return turn.text
    first, last = inside[0], inside[-1] + 1
    before, words = join_words(turn.words[:first]), join_words(turn.words[first:last])
    gap = " " if turn.words[first].spaced and before else ""
    rest = turn.words[last:]
    tail = (" " if rest[0].spaced else "") + join_words(rest) if rest else ""
    return f"{before}{gap}{MARK}{words}{MARK}{tail}"
