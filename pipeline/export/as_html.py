"""HTML: one page that shows and plays a recording by itself, from a disk, with no network.

Whatever it needs is within it, but for a sound that is to lie beside it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import asdict, fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipeline.export import as_json
from pipeline.export.heard import NOTHING, Heard
from pipeline.export.single import reading, static
from pipeline.transcript import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.export.document import Document

FIRST_SCRIPT = "single.js"
STYLES = ("style.css", "transcript.css", "single.css", "print.css")
WORD = [each.name for each in fields(Word)]
START = f'import "{FIRST_SCRIPT}";'
BYTES_AT_ONCE = 3 * 2**18  # whole threes, as base64 takes them
# What would end the script that JSON stands in, or begin a comment there; and two line ends that
# are none to JSON.
HARMLESS = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def write(document: Document) -> str:
    """Return a document as a page without sound."""
    return "".join(pieces(document))


def pieces(document: Document, heard: Heard = NOTHING) -> Iterator[str]:
    """Yield a page piece by piece: its sound is as large as all else ten times over."""
    styles = "".join(map(static.read, STYLES))
    modules = json.dumps({"imports": static.addresses(FIRST_SCRIPT)}, indent=0)
    parts = {
        "policy": [policy(styles, modules, heard)],
        "title": [reading.text(document.title)],
        "styles": [styles],
        "language": [reading.text(document.transcript.language or "")],
        "masthead": [reading.masthead(document)],
        "turns": reading.turns(document.transcript),
        "notes": reading.notes(document),
        "source": [source(document, heard)],
        "peaks": in_base64(heard.peaks),
        "modules": [modules],
        "start": [START],
        "sound": player(heard),
    }
    for place, text in enumerate(static.read("single.html").split("$$")):
        if place % 2:
            yield from parts[text]
        else:
            yield text


def policy(styles: str, modules: str, heard: Heard) -> str:
    """Return what the page may do: run and look as it was written, and connect to nothing.

    Its modules are addresses that hold them; the map that tells these is allowed by its hash.
    """
    sound = "data: blob:" if heard.webm else "'self' file:" if heard.beside else "'none'"
    rules = {
        "default-src": "'none'",
        "script-src": f"{digest(modules)} {digest(START)} data:",
        "style-src": digest(styles),
        "img-src": "data:",
        "media-src": sound,
        "connect-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {allowed}" for name, allowed in rules.items())


def digest(text: str) -> str:
    """Return the hash by which a policy knows a script or a style."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def source(document: Document, heard: Heard) -> str:
    """Return what the page's scripts are given, as JSON that is safe in HTML."""
    given = {
        "word": WORD,
        "contents": contents(document),
        "version": document.id,
        "labels": dict(document.labels),
        "roles": dict(document.roles),
        "highlights": [asdict(each) for each in document.highlights],
        "layout": document.layout,
        "speaker_channels": dict(document.speaker_channels),
        "beside": quote(heard.beside) or None,
        "channels": heard.channels,
    }
    written = json.dumps(given, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.translate(HARMLESS)


def contents(document: Document) -> dict[str, Any]:
    """Return a document as its JSON has it, but for how it came about, and with words as rows.

    What goes to others is what is said, not the words that stood there before, nor what nobody
    said. Each word's values alone, in the order of `WORD`, take a third of what they take by name.
    """
    shown = replace(document.transcript, made=(), removed=(), revisions=())
    data = as_json.as_data(replace(document, transcript=shown))
    for turn in data["turns"]:
        turn["words"] = [[_short(word[name]) for name in WORD] for word in turn["words"]]
    return data


def _short(value: Any) -> Any:
    """Return a probability without figures that say nothing."""
    return round(value, 3) if isinstance(value, float) else value


def player(heard: Heard) -> Iterator[str]:
    """Yield the sound as a browser plays it without scripts; theirs find it in there."""
    if not (heard.webm or heard.beside):
        return
    yield '<audio controls preload="none" src="'
    if heard.webm:
        yield "data:audio/webm;base64,"
        yield from in_base64(heard.webm)
    else:
        yield quote(heard.beside)
    yield '"></audio>'


def in_base64(data: bytes) -> Iterator[str]:
    """Yield bytes in base64, some at a time."""
    for first in range(0, len(data), BYTES_AT_ONCE):
        yield b64encode(data[first : first + BYTES_AT_ONCE]).decode()
