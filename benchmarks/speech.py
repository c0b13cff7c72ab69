"""Recordings with references, as they lie in the folder of speech beside the project."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.audio import probe

PROJECT = Path(__file__).resolve().parent.parent
SPEECH = Path(os.environ.get("RELISTEN_SPEECH", PROJECT.parent / "shared" / "speech"))
SETS = ("conversations", "interviews")
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


def is_mono(recording: Path) -> bool:
    """Tell whether all voices of a recording are in one channel."""
    return probe(recording).channels == 1


def reference(recording: Path) -> tuple[Said, ...]:
    """Return what is said in a recording, by start."""
    stem = recording.stem
    for mark in ("_mono", "_stereo", "_tel8k"):
        stem = stem.split(mark)[0]
    data = json.loads((recording.parent / f"{stem}.turns.json").read_text(encoding="utf-8"))
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
