"""A transcript as HTML, to be read and printed where no script runs.

Its turns are as the page's own scripts make them, so that the text does not jump when they take
over.
"""

from __future__ import annotations

import re
from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.export.document import day, one_line
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.export.document import Document
    from pipeline.highlights import Highlight
    from pipeline.transcript import Entity, Keyphrase, Mention, Question, Transcript, Turn

COLOURS = 8  # of speakers; then they begin again
LEAF = 16  # turns
NUMBERED = re.compile(r"Speaker (\d+)")
NOBODY = "Speaker not told apart"


def text(raw: str) -> str:
    """Return text on one line that HTML shows as it stands, in an attribute too."""
    return escape(one_line(raw).replace("\0", "\N{REPLACEMENT CHARACTER}"))


def clock(seconds: float) -> str:
    """Write a time as the page does: "0:07", "12:34", "1:02:03"."""
    written = format_timestamp(seconds)
    return written[1:] if written.startswith("0") else written


def masthead(document: Document) -> str:
    """Return what stands above the transcript: what recording it is, and who speaks how much."""
    said = document.transcript.turns
    over = (document.project, day(document.recorded_at))
    words = sum(len(turn.words) for turn in said)
    tags = (f"#{tag}" for tag in document.tags)
    under = (clock(document.duration), f"{words:,} words", *tags)
    speakers = "".join(_speaker(*each) for each in _shares(document.transcript))
    return (
        f'<p class="label">{_row(over)}</p><h1>{text(document.title)}</h1>'
        f'<ul class="cast" aria-label="Speakers">{speakers}</ul>'
        f'<p class="soft small facts">{_row(under)}</p>'
    )


def _row(parts: Iterable[str | None]) -> str:
    return " \N{MIDDLE DOT} ".join(text(each) for each in parts if each)


def _shares(transcript: Transcript) -> Iterator[tuple[str, int, float]]:
    """Yield each speaker with their number, and their share of the time of all words."""
    seconds: dict[str | None, float] = {}
    for turn in transcript.turns:
        spoken = sum(word.duration for word in turn.words)
        seconds[turn.speaker] = seconds.get(turn.speaker, 0.0) + spoken
    whole = sum(seconds.values()) or 1.0
    for name, number in _numbers(transcript).items():
        yield name, number, seconds[name] / whole


def _speaker(name: str, number: int, share: float) -> str:
    return (
        f'<li class="speaker-{number}">{badge(name, number)}<span class="who">{text(name)}</span>'
        f'<span class="soft small">{share:.0%}</span></li>'
    )


def _numbers(transcript: Transcript) -> dict[str, int]:
    """Return the number by which each speaker's colour and shape goes."""
    return {name: place % COLOURS + 1 for place, name in enumerate(transcript.speakers)}


def badge(name: str, number: int) -> str:
    """Return the shape and the initial of a speaker, whose name stands beside it."""
    numbered = NUMBERED.fullmatch(name)  # "Speaker 2" is told from "Speaker 1" by its number
    initial = text(numbered[1] if numbered else name.strip()[:1].upper() or "?")
    return f'<span class="badge speaker-{number}" aria-hidden="true">{initial}</span>'


def turns(transcript: Transcript) -> Iterator[str]:
    """Yield the turns, some to a leaf: a browser lays out the leaves that are seen."""
    made = _turns(transcript)
    while leaf := "".join(islice(made, LEAF)):
        yield f'<div class="leaf">{leaf}</div>'


def _turns(transcript: Transcript) -> Iterator[str]:
    numbers, last = _numbers(transcript), ""
    for position, turn in enumerate(transcript.turns):
        name = turn.speaker or NOBODY
        kind = f"turn speaker-{numbers.get(name, 0)}{' goes-on' * (name == last)}"
        last = name
        yield (
            f'<article class="{kind}" id="turn-{position}"><div class="turn-head">'
            f'{badge(name, numbers.get(name, 0))}<span class="who">{text(name)}</span>'
            f'<a class="at time" href="#turn-{position}">{clock(turn.start)}</a></div>'
            f'<p class="said">{text(turn.text)}</p></article>'
        )


def notes(document: Document) -> Iterator[str]:
    """Yield what was marked and found: highlights, questions, names, topics; what there is."""
    transcript = document.transcript
    found = transcript.annotation
    yield from _section("Marks", (_mark(each) for each in document.highlights))
    yield from _section("Questions", (_asked(each, transcript.turns) for each in found.questions))
    yield from _section("Names", _names(found.entities))
    yield from _section("Topics", _topics(found.keyphrases))


def _section(name: str, items: Iterable[str]) -> Iterator[str]:
    listed = "".join(f"<li>{item}</li>" for item in items)
    if listed:
        yield f"<section><h2>{name}</h2><ul>{listed}</ul></section>"


def _mark(highlight: Highlight) -> str:
    tags = "".join(f' <span class="chip">{text(tag)}</span>' for tag in highlight.tags)
    note = f" {text(highlight.note)}" if highlight.note else ""
    star = "\N{BLACK STAR} " if highlight.starred else ""
    quote = f"<q>{text(highlight.text)}</q>"
    return f"{star}{quote}{_soft(clock(highlight.start))}{note}{tags}"


def _asked(question: Question, said: Sequence[Turn]) -> str:
    place, answer = question.mention, question.answer
    asked = said[place.turn].text[place.start_char : place.end_char]
    answered = f", answer {clock(answer.start)}" if answer else ""
    return f"{text(asked)}{_soft(clock(place.start) + answered)}"


def _names(entities: Iterable[Entity]) -> Iterator[str]:
    """Yield each name with the times at which it is said, in the order of first mention."""
    said: dict[str, list[Mention]] = {}
    for entity in sorted(entities, key=lambda each: each.mention.start):
        said.setdefault(entity.name or entity.text, []).append(entity.mention)
    yield from (_mentioned(name, mentions) for name, mentions in said.items())


def _topics(keyphrases: Iterable[Keyphrase]) -> Iterator[str]:
    """Yield the keyphrases with their times, the highest ranked first."""
    ranked = sorted(keyphrases, key=lambda each: -each.rank)
    yield from (_mentioned(phrase.text, phrase.mentions) for phrase in ranked)


def _mentioned(name: str, mentions: Iterable[Mention]) -> str:
    times = dict.fromkeys(clock(mention.start) for mention in mentions)
    return f"{text(name)}{_soft(', '.join(times))}"


def _soft(times: str) -> str:
    return f' <span class="soft">{times}</span>'
