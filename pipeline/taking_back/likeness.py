"""Whether a file is of a recording at all, by what is said in both (pure).

Subtitles and plain text do not tell of which recording they are. Those of another one would change
nearly every word of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.export import Document

# Characters without what is between words: about four words, and also right where a language writes
# no spaces. Of those in four interviews, 83 to 90 of 100 are in a transcript by another hand, and
# less than one in the interviews with somebody else after the same guide.
RUN = 15
LEAST = 0.1
TELLING = 200  # runs: fewer, as of some subtitles that were cut out, tell too little


def check_said(texts: Iterable[str], document: Document, name: str) -> None:
    """Raise UsageError where hardly anything of a file's texts is said in a recording."""
    runs = _runs(texts)
    said = frozenset(_runs(turn.text for turn in document.transcript.turns))
    if len(runs) >= TELLING and sum(run in said for run in runs) < LEAST * len(runs):
        raise UsageError(
            f"{name}: hardly anything in it is said in {document.title}, so it seems to be of "
            "another recording. Nothing is changed. See which there are: relisten list"
        )


def _runs(texts: Iterable[str]) -> list[str]:
    letters = "".join(c for text in texts for c in text.casefold() if c.isalnum())
    return [letters[n : n + RUN] for n in range(len(letters) - RUN + 1)]
