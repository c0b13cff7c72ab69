"""Recordings with references, as they lie in the folder of speech beside the project."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.audio import probe
from pipeline.transcript import SpeakerSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = Path(__file__).resolve().parent.parent
SPEECH = Path(os.environ.get("RELISTEN_SPEECH", PROJECT.parent / "shared" / "speech"))
SETS = ("conversations", "interviews")
SPEAKER_SETS = (*SETS, "calls", "meetings")
LONG = "long"  # not one of them: two of its calls give the same names to other people
MOST_SPEAKERS = 20  # in what is still a conversation
SOUND = frozenset({".flac", ".wav", ".mp3", ".opus"})


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance of a reference: who said it, when, and on which channel."""

    speaker: str
    channel: int
    start: float
    end: float
    text: str


def recordings(name: str) -> list[Path]:
    """Return every recording of a set that has a reference, or those of all sets, by name."""
    folders = [SPEECH / each for each in (SETS if name == "all" else (name,))]
    return [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in SOUND]


def speaker_recordings(name: str) -> list[Path]:
    """Return every conversation of a set, or of all sets, of which is known who speaks when."""
    folders = [SPEECH / each for each in (SPEAKER_SETS if name == "all" else (name,))]
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    known = [path for path in files if path.suffix in SOUND and beside(path, ".rttm").exists()]
    return [path for path in known if len({s.speaker for s in spoken(path)}) <= MOST_SPEAKERS]


def is_mono(recording: Path) -> bool:
    """Tell whether all voices of a recording are in one channel."""
    return probe(recording).channels == 1


def reference(recording: Path) -> tuple[Said, ...]:
    """Return what is said in a recording, by start."""
    data = json.loads(beside(recording, ".turns.json").read_text(encoding="utf-8"))
    rows = data["segments"] if isinstance(data, dict) else data
    said = [
        Said(
            speaker=row["speaker"],
            channel=row.get("channel", int(row["speaker"] != "interviewer")),
            start=row["start"],
            end=row["end"],
            text=row["text"],
        )
        for row in rows
    ]
    return tuple(sorted(said, key=lambda each: each.start))


def spoken(recording: Path) -> tuple[SpeakerSpan, ...]:
    """Return who speaks when in a recording, by its RTTM file."""
    lines = beside(recording, ".rttm").read_text(encoding="utf-8").splitlines()
    return tuple(span_of(line.split()) for line in lines if line.startswith("SPEAKER"))


def span_of(fields: Sequence[str]) -> SpeakerSpan:
    """Return what a line of RTTM says."""
    start, length = float(fields[3]), float(fields[4])
    return SpeakerSpan(start, start + length, fields[7])


def beside(recording: Path, suffix: str) -> Path:
    """Return the reference of a kind that a recording shares with its other forms.

    That of its own name comes first: a recording of one form may be called as a form is.
    """
    own = recording.with_name(recording.stem + suffix)
    return own if own.exists() else recording.with_name(call_of(recording) + suffix)


def call_of(recording: Path) -> str:
    """Return the name that all forms of a recording share: c01 of c01_mono16k.flac."""
    stem = recording.stem
    for mark in ("_mono", "_stereo", "_tel8k"):
        stem = stem.split(mark)[0]
    return stem
