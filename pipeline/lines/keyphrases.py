"""Keyphrases as tables, of one call and over calls, each with the place to hear it (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lines.view import short_id, table
from pipeline.recording import SHORT_ID
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.keyphrases import Widespread
    from pipeline.recording import Recording
    from pipeline.transcript import Keyphrase

NONE_HERE = "No keyphrases were found in this recording. What was done with it: relisten show"
NONE_ANYWHERE = "No keyphrases were found there, or nobody but an interviewer says them."


def keyphrase_table(recording: Recording, keyphrases: Sequence[Keyphrase]) -> Iterator[str]:
    """Yield the keyphrases of a recording, best first: how often each is said, and where first."""
    if not keyphrases:
        yield f"{NONE_HERE} {short_id(recording)}"
        return
    places = [_place(recording.id, each.mentions[0].start) for each in keyphrases]
    said = [str(len(each.mentions)) for each in keyphrases]
    phrases = [each.text for each in keyphrases]
    yield from table([("SAID", "FIRST AT", "PHRASE"), *zip(said, places, phrases, strict=True)])
    yield f"Hear one: relisten play {places[0]}"


def widespread_table(phrases: Sequence[Widespread]) -> Iterator[str]:
    """Yield the phrases of many calls, with how many people say each, and who said it first."""
    if not phrases:
        yield NONE_ANYWHERE
        return
    rows = [
        (
            str(each.people),
            str(each.calls),
            str(each.mentions),
            each.first,
            _place(each.recording, each.start),
            each.text,
        )
        for each in phrases
    ]
    yield from table([("PEOPLE", "CALLS", "SAID", "SINCE", "FIRST AT", "PHRASE"), *rows])
    yield f"Hear one: relisten play {rows[0][4]}"


def _place(recording: str, start: float) -> str:
    return f"{recording[:SHORT_ID]}@{format_timestamp(start)}"
