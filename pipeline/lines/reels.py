"""What the terminal shows of a reel: its passages, and what was written (pure)."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.reels.cues import Reel

WORDS = 90  # characters of a passage that are shown


def reel_lines(reel: Reel, written: Sequence[Path]) -> Iterator[str]:
    """Yield each passage with where it is in the reel, then how much it is and where it lies."""
    for cue in reel.cues:
        said = shorten(cue.text, WORDS, placeholder=" ...") or "(no words)"
        yield f"{cue.number:>3}  {format_timestamp(cue.start)}  {cue.heading}: {said}"
    if written:
        yield f"{written[0]}: {reel.summary}"
        yield from map(str, written[1:])
    else:
        yield (
            f"{reel.counts}, about {format_timestamp(reel.duration)}. Nothing is written yet: say "
            "-o reel.mp3 without --dry-run."
        )
