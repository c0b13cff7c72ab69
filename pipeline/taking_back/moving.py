"""Words that went from one turn to another where a file's turns are cut otherwise (pure).

So they are where somebody joined paragraphs, or where the library has turns that became one or two
since: typed as they stand, those words would be lost, or said twice.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.corrections.atoms import folded as atoms
from pipeline.taking_back.settling import opcodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOVED = (
    "the file has its words and those of a turn beside it in other paragraphs than the library; "
    "it stays. Put it right by hand"
)
SAME = 0.8  # of the words: some may have been put right as well
TELLING = 4  # words: fewer tell nothing, unless they are all that there is of a text


def gained_or_lost(stands: str, says: str, gone: Sequence[str], nowhere: Sequence[str]) -> bool:
    """Tell whether a turn would get the words of one that is gone, or lose those that are nowhere.

    gone : the texts of turns that no paragraph is about; nowhere : of paragraphs that are no turn's
    """
    if not (gone or nowhere):
        return False
    old, new = stands.split(), says.split()
    changes = [change for change in opcodes(old, new) if change[0] != "equal"]
    return any(
        _is_among(new[begin:stop], gone) or _is_among(old[first:end], nowhere)
        for _, first, end, begin, stop in changes
    )


def _is_among(words: Sequence[str], texts: Iterable[str]) -> bool:
    """Tell whether words are those of a text, a part of them, or hold all of it."""
    said = atoms(" ".join(words))
    return any(_is_of(said, atoms(text)) for text in texts)


def _is_of(said: Sequence[str], text: Sequence[str]) -> bool:
    least = min(len(said), len(text))
    shared = (Counter(said) & Counter(text)).total()
    return 0 < least >= min(TELLING, len(text)) and shared >= SAME * least
