"""Cue sheets: what is where in a reel, and where it comes from, for people and players (pure)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category

from pipeline.export import tables
from pipeline.export.as_markdown import escape
from pipeline.export.document import one_line
from pipeline.timestamps import format_subtitle_time, format_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipeline.reels.cues import Cue, Reel

COLUMNS = (
    *("number", "starts in the reel", "ends in the reel", "speaker", "words", "recording", "date"),
    *("project", "from", "to", "file", "id", "hear it there"),
)


def as_markdown(reel: Reel, sound: str) -> str:
    """Return what is in a reel as Markdown, with what plays each passage where it comes from."""
    heard = [f"Sound: {escape(sound)}"] if sound else []
    blocks = [f"# {escape(reel.title)}", reel.summary, *heard]
    return "\n\n".join([*blocks, *("\n".join(_block(cue)) for cue in reel.cues)]) + "\n"


def _block(cue: Cue) -> Iterator[str]:
    yield f"## {cue.number}. {escape(cue.heading)}"
    yield ""
    yield "\n>\n".join(_quoted(cue)) or "> (no words)"
    yield ""
    yield f"- In the reel: {_times(cue.start, cue.end)}"
    yield f"- In the recording: {_times(cue.words.start, cue.words.end)}"
    yield f"- Recording: {', '.join(_recording(cue))}"
    yield f"- Hear it there: `relisten play {cue.place}`"


def _quoted(cue: Cue) -> Iterator[str]:
    several = len(cue.said) > 1
    for said in cue.said:
        speaker = f"**{escape(said.speaker or 'Somebody')}:** " if several else ""
        yield f"> {speaker}{escape(said.text)}"


def _recording(cue: Cue) -> Iterator[str]:
    yield escape(cue.title)
    yield from (escape(each) for each in (cue.date, cue.project, cue.file_name) if each)


def _times(start: float, end: float) -> str:
    return f"{format_timestamp(start)}\u2013{format_timestamp(end)}"


def as_csv(reel: Reel, sound: str) -> str:
    """Return what is in a reel as a table with commas, which spreadsheets open."""
    del sound
    return tables.as_csv(COLUMNS, map(_row, reel.cues))


def _row(cue: Cue) -> tuple[str, ...]:
    return (
        str(cue.number),
        _clock(cue.start),
        _clock(cue.end),
        cue.speaker,
        cue.text,
        cue.title,
        cue.date,
        cue.project or "",
        _clock(cue.source.start),
        _clock(cue.source.end),
        cue.file or cue.file_name,
        cue.recording,
        f"relisten play {cue.place}",
    )


def _clock(seconds: float) -> str:
    """Return a time to the millisecond, with its hours, as spreadsheets read one."""
    return format_subtitle_time(seconds, ".")


def as_m3u(reel: Reel, sound: str) -> str:
    """Return a list that plays each passage where it comes from, in VLC and what knows its marks.

    Where sources are not to be known, it plays the passages of the reel itself.
    """
    lines = ["#EXTM3U", f"#PLAYLIST:{one_line(reel.title)}"]
    for cue in reel.cues:
        span = cue.source if cue.file else cue
        lines += [
            f"#EXTINF:{round(span.duration)},{one_line(cue.heading)}",
            f"#EXTVLCOPT:start-time={span.start:.3f}",
            f"#EXTVLCOPT:stop-time={span.end:.3f}",
            listed(cue.file or sound),
        ]
    return "\n".join(lines) + "\n"


def listed(file: str) -> str:
    """Return a file as a list may have it: by its address, if its name would be no line of it."""
    plain = not file.startswith("#") and not any(category(each) in {"Cc", "Cs"} for each in file)
    return file if plain else Path(file).absolute().as_uri()


WRITERS: Mapping[str, Callable[[Reel, str], str]] = {
    ".md": as_markdown,
    ".csv": as_csv,
    ".m3u": as_m3u,
    ".m3u8": as_m3u,
}
