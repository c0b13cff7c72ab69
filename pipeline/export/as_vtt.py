"""WebVTT subtitles: each cue carries its speaker in a voice tag, unless names are not wanted.

Highlights are in spans of a class `highlight`, for a page that plays them to colour. What was said
of them and what was found stands in comments before the first cue, so that the text is left to be
edited. There is no STYLE block: FFmpeg 5.1 finds no cue in a file that has one.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.export.cues import make_cues
from pipeline.export.document import one_line
from pipeline.export.rows import asked_in, named
from pipeline.timestamps import format_subtitle_time, format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.export.cues import Cue
    from pipeline.export.document import Document
    from pipeline.highlights import Highlight
    from pipeline.transcript import Mention, Span

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write(document: Document) -> str:
    """Return a document as WebVTT subtitles."""
    marked = _marked_turns(document)
    cues = make_cues(document.transcript.turns)
    blocks = (_block(cue, marked.get(cue.turn), named=document.speaker_tags) for cue in cues)
    return "\n".join(("WEBVTT\n", *_comments(document), *blocks))


def _comments(document: Document) -> Iterator[str]:
    """Yield a comment on each highlight, and one on what was found of each kind."""
    annotation, turns = document.transcript.annotation, document.transcript.turns
    for each in document.highlighted:
        yield _comment(f"Highlight at {_told(each.highlight)}")
    asked = [f"{_at(each.mention)} {asked_in(turns, each)}" for each in annotation.questions]
    entities = dict.fromkeys(named(each) for each in annotation.entities)
    phrases = [phrase.text for phrase in sorted(annotation.keyphrases, key=lambda each: -each.rank)]
    for heading, found in (("Questions", asked), ("Entities", entities), ("Keyphrases", phrases)):
        if found:
            yield _comment(f"{heading}: {'; '.join(found)}")


def _comment(text: str) -> str:
    """Return a comment on one line; an arrow in it would begin a cue."""
    return f"NOTE\n{one_line(text).replace('-->', '->')}\n"


def _told(highlight: Highlight) -> str:
    """Return when a highlight is, and what a person said of it."""
    tags = ", ".join((*highlight.tags, *(["starred"] if highlight.starred else [])))
    return (
        f"{_at(highlight)}{f' ({tags})' if tags else ''}{highlight.note and f': {highlight.note}'}"
    )


def _at(span: Span) -> str:
    return format_timestamp(span.start)


def _marked_turns(document: Document) -> dict[int, Iterator[bool]]:
    """Return whether each character but spaces is highlighted, by the turns in which some are.

    Spaces and line ends differ between turns and cues, all other characters are the same.
    """
    found: dict[int, list[Mention]] = defaultdict(list)
    for each in document.highlighted:
        for place in each.places:
            found[place.turn].append(place)
    turns = document.transcript.turns
    return {turn: iter(_marked(turns[turn].text, places)) for turn, places in found.items()}


def _marked(text: str, places: Iterable[Mention]) -> list[bool]:
    """Return whether each character of a text but spaces is in one of the places."""
    marked = [False] * len(text)
    for place in places:
        marked[place.start_char : place.end_char] = [True] * (place.end_char - place.start_char)
    return [own for own, character in zip(marked, text, strict=True) if not character.isspace()]


def _block(cue: Cue, marked: Iterator[bool] | None, *, named: bool) -> str:
    """Return a cue; its voice tag needs no end, since it holds for the whole cue."""
    start, end = (format_subtitle_time(time, mark=".") for time in (cue.start, cue.end))
    voice = f"<v {one_line(cue.speaker).translate(_ESCAPES)}>" if named and cue.speaker else ""
    lines = (_line(line, marked) for line in cue.lines)
    return "\n".join((f"{start} --> {end}", f"{voice}{next(lines)}", *lines, ""))


def _line(line: str, marked: Iterator[bool] | None) -> str:
    """Return a line with what is highlighted in spans; spaces are where what stands before is."""
    if marked is None:
        return line.translate(_ESCAPES)
    places: list[bool] = []
    for character in line:
        places.append(places[-1] if character == " " else next(marked))
    runs = groupby(zip(places, line, strict=True), key=lambda pair: pair[0])
    return "".join(_run("".join(c for _, c in run), inside=inside) for inside, run in runs)


def _run(text: str, *, inside: bool) -> str:
    """Return text as it is or in a span, which ends before a space."""
    shown = text.translate(_ESCAPES)
    if not inside:
        return shown
    bare = shown.rstrip(" ")
    return f"<c.highlight>{bare}</c>{shown[len(bare) :]}"
