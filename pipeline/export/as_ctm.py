"""CTM: a line per word with its time and how sure the recogniser is of it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.export.fields import channel_field, file_field, seconds
from pipeline.timestamps import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.export.document import Document
    from pipeline.transcript import Word


def write(document: Document) -> str:
    """Return a document as CTM: channel by channel in order of time, as its readers want it."""
    name = file_field(document)
    placed = sorted(
        (channel_field(document, turn.speaker), *timed)
        for turn in document.transcript.turns
        for word in turn.words
        for timed in _timed(word)
    )
    lines = (
        f"{name} {channel} {seconds(start)} {seconds(end - start)} {text} {probability:.2f}\n"
        for channel, start, end, text, probability in placed
    )
    return "".join(lines) or "\n"


def _timed(word: Word) -> Iterator[tuple[int, int, str, float]]:
    """Yield a word with its milliseconds; in parts of the same length where it holds a space."""
    start, end = milliseconds(word.start), milliseconds(word.end)
    parts = word.text.split()
    edges = (start + (end - start) * place // len(parts) for place in range(len(parts) + 1))
    for (first, last), part in zip(pairwise(edges), parts, strict=True):
        text = part.replace(";;", ";")  # which would begin a comment, were it the first
        yield first, last, text, word.probability
