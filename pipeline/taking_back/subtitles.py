"""Cues read from SubRip and WebVTT files, as other programs write them too (pure)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.taking_back.settling import is_dashed
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TIME = r"(?:([0-9]{1,4}):)?([0-9]{1,3}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*-{{1,2}}>\s*{_TIME}(?:\s.*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>|</v>")
_TAG = re.compile(r"</?[^>]*>")  # of WebVTT, whose own "<" is written "&lt;"
_STYLING = re.compile(r"</?(?:[bius]|font|c|v|ruby|rt|span)\b[^>]*>|\{\\[^}]*\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cue(Span):
    """What is shown from `start` to `end`: lines, and who says them where the file tells."""

    lines: tuple[str, ...]
    speaker: str | None = None

    @property
    def text(self) -> str:
        """Its lines as one."""
        return " ".join(self.lines)


def cues_of(text: str, name: str) -> tuple[Cue, ...]:
    """Return the cues of a file by time; raises UsageError for text that is no subtitles."""
    is_vtt = text.lstrip().startswith("WEBVTT")
    lines = text.splitlines()
    timed = [n for n, line in enumerate(lines) if _TIMING.fullmatch(line)]
    if not timed and text.strip() not in ("", "WEBVTT"):
        raise UsageError(
            f"{name}: there is no subtitle in it, as no line says from when to when. Export it "
            "again as srt or vtt, and edit that."
        )
    found: list[Cue] = []
    for first, end in zip(timed, [*timed[1:], len(lines)], strict=False):
        own = lines[first + 1 : end]
        found += _cues(lines[first], _vtt_lines(own) if is_vtt else _srt_lines(own), is_vtt=is_vtt)
    return tuple(sorted(found, key=lambda cue: cue.start))


def _vtt_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of a cue: an empty one ends it, and what follows is a note or a name."""
    blank = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    return list(lines[:blank])


def _srt_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of a cue, without the number of the next one; some have empty lines."""
    written = [line for line in lines if line.strip()]
    follows = len(lines) > 1 and lines[-1].strip().isdecimal() and not lines[-2].strip()
    return written[:-1] if follows else written


def _cues(timing: str, lines: Sequence[str], *, is_vtt: bool) -> Iterator[Cue]:
    """Yield the cue of a timing line; one for each voice, or for each line that a dash opens."""
    match = _TIMING.fullmatch(timing)
    if match is None:
        return
    times = match.groups()
    start, end = _seconds(times[:4]), _seconds(times[4:8])
    for speaker, own in _voices(lines) if is_vtt else [(None, _plain(lines))]:
        written = [line for line in (" ".join(each.split()) for each in own) if line]
        dashed = len(written) > 1 and all(map(is_dashed, written))
        for part in [[line] for line in written] if dashed else [written]:
            if part:
                yield Cue(start, max(start, end), tuple(part), speaker)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return float(f"{whole}.{fraction or 0}")


def _plain(lines: Sequence[str]) -> list[str]:
    return _STYLING.sub("", "\n".join(lines)).split("\n")


def _voices(lines: Sequence[str]) -> Iterator[tuple[str | None, list[str]]]:
    """Yield who says which lines, by voice tags."""
    speaker: str | None = None
    last = 0
    text = "\n".join(lines)
    for voice in _VOICE.finditer(text):
        if before := _shown(text[last : voice.start()]):
            yield speaker, before
        speaker = " ".join(html.unescape(voice[1]).split()) or None if voice[1] else None
        last = voice.end()
    if rest := _shown(text[last:]):
        yield speaker, rest


def _shown(text: str) -> list[str]:
    plain = html.unescape(_TAG.sub("", text))
    return plain.split("\n") if plain.strip() else []
