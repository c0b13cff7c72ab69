"""A small reel for tests, as it would come out."""

from __future__ import annotations

from dataclasses import replace

from pipeline.highlights import Quoted
from pipeline.reels.cues import Cue, Reel
from pipeline.transcript import Span

NORA, RAY = "Nora", "Ray"


def cue(number: int, place: Span, source: Span, *said: tuple[str | None, str]) -> Cue:
    """Return a passage of a call, in which people say something one after another."""
    return Cue(
        place.start,
        place.end,
        number=number,
        source=source,
        recording="3f2a91c4" * 8,
        title="Bakery",
        date="2026-09-01",
        project="acme",
        file_name="bakery.m4a",
        file="/calls/bakery.m4a",
        said=tuple(Quoted(source.start, source.end, speaker, text) for speaker, text in said),
    )


def small_reel() -> Reel:
    """Return a reel of three passages of two recordings."""
    first = cue(1, Span(0.0, 4.25), Span(61.5, 65.75), (RAY, "The price is fair."))
    second = cue(2, Span(5.13, 9.0), Span(3725.0, 3728.87), (NORA, "Why?"), (RAY, "As we use it."))
    other = replace(
        cue(3, Span(9.88, 12.38), Span(0.75, 3.25), (None, "=Prices *rose*, | too.")),
        recording="53ae31d7" * 8,
        title="Bikes & <more>",
        date="2026-09-30",
        project=None,
        file_name="#bikes.wav",
        file="#bikes.wav",
    )
    return Reel("price", (first, second, other))
