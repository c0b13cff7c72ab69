"""A reel as one page that plays by itself, from a disk, with no network."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.export.as_html import digest, in_base64
from pipeline.export.document import day
from pipeline.export.single import static
from pipeline.export.single.reading import COLOURS, badge, clock, text
from pipeline.progress import Report, silent
from pipeline.reels.cues import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.highlights import Quoted
    from pipeline.reels.cues import Cue, Reel

FIRST_SCRIPT = "reel.js"
STYLES = ("style.css", "reel.css")
START = f'import "{FIRST_SCRIPT}";'
NOBODY = "Somebody"


def webm(tape: Path, report: Report = silent) -> bytes:
    """Return the sound of a reel as a browser plays it and jumps about in it: Opus in WebM."""
    from pipeline.audio import decode
    from pipeline.listening_copy import coding, encode

    made = io.BytesIO()
    with decode(tape) as audio:
        encode(audio, made, report, replace(coding(audio.channels), container="webm"))
    return made.getvalue()


def pieces(reel: Reel, sound: bytes) -> Iterator[str]:
    """Yield a page piece by piece: its sound is as large as all else ten times over."""
    styles = "".join(map(static.read, STYLES))
    modules = json.dumps({"imports": static.addresses(FIRST_SCRIPT)}, indent=0)
    parts = {
        "policy": [policy(styles, modules)],
        "title": [text(reel.title)],
        "styles": [styles],
        "masthead": [masthead(reel)],
        "passages": passages(reel),
        "modules": [modules],
        "start": [START],
        "sound": player(sound),
    }
    for place, part in enumerate(static.read("reel.html").split("$$")):
        if place % 2:
            yield from parts[part]
        else:
            yield part


def policy(styles: str, modules: str) -> str:
    """Return what the page may do: run and look as it was written, and connect to nothing."""
    rules = {
        "default-src": "'none'",
        "script-src": f"{digest(modules)} {digest(START)} data:",
        "style-src": digest(styles),
        "img-src": "data:",
        "media-src": "data: blob:",
        "connect-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {allowed}" for name, allowed in rules.items())


def masthead(reel: Reel) -> str:
    """Return what stands above the passages: of what they are, and how much of it."""
    facts = (
        counted(len(reel.cues), "passage"),
        counted(reel.recordings, "recording"),
        clock(reel.duration),
        dates(reel),
    )
    over = (*sorted({cue.project for cue in reel.cues if cue.project}), "Reel")
    return (
        f'<p class="label">{_row(over)}</p><h1>{text(reel.title)}</h1>'
        f'<p class="soft small facts">{_row(facts)}</p>'
    )


def dates(reel: Reel) -> str:
    """Return the day of all recordings, or the first and the last one."""
    days = sorted({cue.date for cue in reel.cues if cue.date})
    return " \N{EN DASH} ".join(day(each) for each in dict.fromkeys(days[:1] + days[-1:]))


def _row(parts: tuple[str, ...]) -> str:
    return " \N{MIDDLE DOT} ".join(text(part) for part in parts if part)


def passages(reel: Reel) -> Iterator[str]:
    """Yield the passages in their order, each with its own source."""
    numbers = {name: place % COLOURS + 1 for place, name in enumerate(reel.speakers)}
    for cue in reel.cues:
        said = "".join(_said(each, numbers) for each in cue.said)
        yield (
            f'<li class="passage" id="passage-{cue.number}" data-start="{cue.start:.3f}" '
            f'data-end="{cue.end:.3f}"><p class="number soft">{cue.number}</p>'
            f'<div class="what">{said or "<p>(no words)</p>"}'
            f'<p class="soft small from">{_source(cue)}</p></div></li>'
        )


def _said(said: Quoted, numbers: dict[str, int]) -> str:
    name = said.speaker or NOBODY
    number = numbers.get(said.speaker or "", 0)
    return (
        f'<p class="speaks speaker-{number}">{badge(name, number)}'
        f'<span class="who">{text(name)}</span></p>'
        f'<blockquote class="said">{text(said.text)}</blockquote>'
    )


def _source(cue: Cue) -> str:
    times = f"{clock(cue.words.start)}\N{EN DASH}{clock(cue.words.end)}"
    parts = (cue.title, day(cue.date), times)
    return f"{_row(parts)} <code>relisten play {text(cue.place)}</code>"


def player(sound: bytes) -> Iterator[str]:
    """Yield the sound as a browser plays it without scripts."""
    yield '<audio controls preload="metadata" src="data:audio/webm;base64,'
    yield from in_base64(sound)
    yield '"></audio>'
