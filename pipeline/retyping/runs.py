"""Which words of a turn are typed otherwise than they stood; which of them go together (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.corrections.atoms import is_mark
from pipeline.errors import Changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.corrections import Texts
    from pipeline.transcript import Turn, Word

    Spot = tuple[int | None, int]  # a channel, and a place among its words
    Key = tuple[float, float, str]  # a word by its time, rounded, and its text

MILLISECONDS = 3  # digits of a second, as times are kept
# What is typed in two places with so many words or fewer between them becomes one correction; at
# last the whole turn does.
EACH_ALONE = -1
CLOSE = (EACH_ALONE, 0, 2, 6, 1 << 30)


@dataclass(frozen=True, slots=True)
class Run:
    """Words [first, end) of a channel, and what is typed in their place: the same, if it `stays`.

    Where it stays it is one word, as spaces part words; else it may be many, or none on one side.
    """

    channel: int | None
    first: int
    end: int
    typed: tuple[str, ...]
    stays: bool = False


# What is other than it was


def stretches_of(texts: Texts, turn: Turn, typed: Sequence[str]) -> list[list[Run]]:
    """Return what of a turn stays and what does not, cut where others speak between its words."""
    stretches: list[list[Run]] = []
    for run in _compared(list(chunks_of(texts, turn)), typed):
        if stretches and _follows(stretches[-1][-1], run):
            stretches[-1].append(run)
        else:
            stretches.append([run])
    return stretches


def _follows(before: Run, after: Run) -> bool:
    return (before.channel, before.end) == (after.channel, after.first)


def chunks_of(texts: Texts, turn: Turn) -> Iterator[Run]:
    """Yield the words of a turn as spaces part them; in some scripts one is a whole sentence."""
    spots = spots_of(texts, turn)
    starts = [
        n
        for n, word in enumerate(turn.words)
        if n == 0 or word.spaced or spots[n] != (spots[n - 1][0], spots[n - 1][1] + 1)
    ]
    for begin, stop in pairwise([*starts, len(spots)]):
        text = "".join(word.text for word in turn.words[begin:stop])
        (channel, first), (_, last) = spots[begin], spots[stop - 1]
        yield Run(channel, first, last + 1, (text,), stays=True)


def spots_of(texts: Texts, turn: Turn) -> list[Spot]:
    """Return where each word of a turn is; raises Changed where the turns lag behind the words."""
    known: dict[Key, list[Spot]] = {}
    for channel, tokens in texts.items():
        for place, token in enumerate(tokens):
            if token.word.start <= turn.end + 1 and token.word.end >= turn.start - 1:
                known.setdefault(key_of(token.word), []).append((channel, place))
    found: dict[Spot, None] = {}
    before: Spot | None = None
    for word in turn.words:
        free = [each for each in known.get(key_of(word), ()) if each not in found]
        if not free:
            raise Changed("this turn is being worked out anew. Try again in a moment.", turn.text)
        here = before[0] if before else free[0][0]
        before = min(free, key=lambda each: (each[0] != here, each[1]))
        found[before] = None
    return list(found)


def key_of(word: Word) -> Key:
    """Return a word by what it is known by in turns, whose times are kept to the millisecond."""
    return round(word.start, MILLISECONDS), round(word.end, MILLISECONDS), word.text


def _compared(old: Sequence[Run], typed: Sequence[str]) -> Iterator[Run]:
    """Yield the words of a turn, and what is typed in the place of which."""
    matcher = SequenceMatcher(None, [each.typed[0] for each in old], typed, autojunk=False)
    for kind, first, end, begin, stop in matcher.get_opcodes():
        if kind == "equal":
            yield from old[first:end]
        elif first == end:
            beside = old[first - 1] if first else old[0]
            spot = beside.end if first else beside.first
            yield Run(beside.channel, spot, spot, tuple(typed[begin:stop]))
        else:
            yield from _shared_out(old[first:end], typed[begin:stop])


def _shared_out(old: Sequence[Run], typed: Sequence[str]) -> Iterator[Run]:
    """Yield what is typed in the place of words, in parts where others speak between them."""
    parted = (n for n, pair in enumerate(pairwise(old), 1) if not _follows(*pair))
    for first, end in pairwise([0, *parted, len(old)]):
        begin, stop = (round(len(typed) * each / len(old)) for each in (first, end))
        own = old[first], old[end - 1]
        yield Run(own[0].channel, own[0].first, own[1].end, tuple(typed[begin:stop]))


# Which words become one correction


def gathered(stretch: Sequence[Run], texts: Texts, close: int) -> list[Run]:
    """Return what is to be corrected in a stretch: one that is near another goes with it.

    What could not be found again by itself, such as a mark alone, takes a word beside it along.
    """
    alone = close == EACH_ALONE
    found: list[tuple[int, int]] = []
    for place, run in enumerate(stretch):
        if run.stays:
            continue
        first, end = _widened(stretch, place, texts, alone=alone)
        while found and first - found[-1][1] <= close:
            first = min(first, found.pop()[0])
        found.append((first, end))
    runs = [_one(stretch[first:end]) for first, end in found]
    return [_trimmed(run, texts) for run in runs] if alone else runs


def _widened(stretch: Sequence[Run], place: int, texts: Texts, *, alone: bool) -> tuple[int, int]:
    """Return which runs go together so that one is found again, by their places [first, end)."""
    first, end = place, place + 1
    while not _stands(_one(stretch[first:end]), texts, alone=alone):
        if first > 0:
            first -= 1
        elif end < len(stretch):
            end += 1
        else:
            break
    return first, end


def _stands(run: Run, texts: Texts, *, alone: bool) -> bool:
    """Tell whether a run can be found again: by words of its own, or by the gap if `alone`."""
    old, new = texts[run.channel][run.first : run.end], " ".join(run.typed)
    if not old:
        return alone and not is_mark(new)
    edges = old[0].word.text, old[-1].word.text
    return not any(map(is_mark, edges)) and not (new and is_mark(new))


def _one(runs: Sequence[Run]) -> Run:
    typed = tuple(word for run in runs for word in run.typed)
    return Run(runs[0].channel, runs[0].first, runs[-1].end, typed)


def _trimmed(run: Run, texts: Texts) -> Run:
    """Return a run of a script without spaces without what it begins and ends with as it was."""
    if len(run.typed) != 1 or run.end - run.first < 2:
        return run
    (text,), tokens = run.typed, texts[run.channel]
    first, end = run.first, run.end
    while first < end and text.startswith(tokens[first].word.text):
        text, first = text.removeprefix(tokens[first].word.text), first + 1
    while first < end and text.endswith(tokens[end - 1].word.text):
        text, end = text.removesuffix(tokens[end - 1].word.text), end - 1
    smaller = Run(run.channel, first, end, (text,) if text else ())
    return smaller if _stands(smaller, texts, alone=True) else run
