"""Words in the place of others: with the marks that stood there, and in their time (pure)."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.corrections.anchoring import Token, time_of
from pipeline.corrections.atoms import atoms_of, folded, is_mark, is_run_on, pieces
from pipeline.transcript import Span, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.corrections.anchoring import Place

    Piece = tuple[str, bool]

HYPHENS = "-\u2010\u2011"


def replaced(tokens: Sequence[Token], place: Place, after: str, time: Span) -> list[Token]:
    """Return the words that take those of a place; `time` is that of words in a gap.

    What of its words lies outside the place stays: a comma, the "s" of "acne's", "-based". So does
    a mark that the machine wrote where the new text has none. A word that stays keeps its time.
    """
    old = tokens[place.first : place.last + 1]
    if not old:
        return _inserted(tokens, place, after, time)
    head = old[0].word.text[: place.start]
    tail = old[-1].word.text[place.end :]
    parts = [*pieces(written(head, after, tail))]
    if not parts:
        return []
    parts[0] = parts[0][0], old[0].word.spaced
    return timed(parts, [token.word for token in old], old[0].segment, _edge(tokens, place))


def written(head: str, after: str, tail: str) -> str:
    """Return a text between what stood before and after it within its words."""
    if not atoms_of(after):
        left = f"{head}{tail}"
        return "" if is_mark(left) else left.strip(HYPHENS)
    head = "" if begins_with(after, head) else head
    return f"{head}{after}{'' if ends_with(after, tail) else tail}"


def begins_with(text: str, head: str) -> bool:
    """Tell whether a text has what would stand before it in its word, or marks of its own."""
    return text.startswith(head) or (is_mark(head) and is_mark(text[0]))


def ends_with(text: str, tail: str) -> bool:
    """Tell whether a text has what would stand after it in its word, or marks of its own."""
    return text.endswith(tail) or (is_mark(tail) and is_mark(text[-1]))


def _edge(tokens: Sequence[Token], place: Place) -> float:
    """Return where the time of a place ends: with its words, but when the next begins."""
    end = time_of(tokens, place).end
    following = tokens[place.last + 1 : place.last + 2]
    return min([end, *(token.word.start for token in following)])


def timed(parts: Sequence[Piece], old: Sequence[Word], segment: int, edge: float) -> list[Token]:
    """Return words at the times of old ones: those that are alike keep theirs."""
    new: list[Token] = []
    for first, end, begin, stop in runs(parts, old):
        run = parts[begin:stop]
        if end - first == stop - begin:
            spans: list[Span] = list(old[first:end])
        else:
            spans = shared(_time(old, first, end, edge), [text for text, _ in run])
        new += [
            Token(Word(span.start, span.end, text, spaced=spaced), segment, by_hand=True)
            for span, (text, spaced) in zip(spans, run, strict=True)
        ]
    return new


def runs(parts: Sequence[Piece], old: Sequence[Word]) -> list[tuple[int, int, int, int]]:
    """Return which old words [first, end) have given way to which new ones [begin, stop).

    What is new between words that stay takes of the time of the one after it, else before it.
    """
    texts = [folded(word.text) for word in old], [folded(text) for text, _ in parts]
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    found: list[tuple[int, int, int, int]] = []
    taken = 0  # words that the run before took of this one
    for kind, first, end, begin, stop in matcher.get_opcodes():
        if kind != "insert":
            if first + taken < end:
                found.append((first + taken, end, begin + taken, stop))
            taken = 0
        elif first < len(old):
            taken = 1
            found.append((first, first + taken, begin, stop + taken))
        else:
            found += _lengthened(found.pop(), stop)
    return found


def _lengthened(run: tuple[int, int, int, int], stop: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield a run with new words after it, which take of the time of its last word."""
    first, end, begin, before = run
    if end - first == before - begin > 1:
        yield first, end - 1, begin, before - 1
        first, begin = end - 1, before - 1
    yield first, end, begin, stop


def _time(old: Sequence[Word], first: int, end: int, edge: float) -> Span:
    """Return the time of the old words [first, end), before the one that follows them."""
    if first == end:
        return Span(edge, edge)
    latest = old[end].start if end < len(old) else edge
    last = min(latest, max(word.end for word in old[first:end]))
    return Span(old[first].start, max(old[first].start, last))


def shared(time: Span, texts: Sequence[str]) -> list[Span]:
    """Return a time shared out among texts by their lengths; marks alone take none of it."""
    lengths = [0 if is_mark(text) else len(text) for text in texts]
    total = sum(lengths) or 1
    ends = [time.start + time.duration * done / total for done in accumulate(lengths)]
    ends = [min(end, time.end) for end in ends]
    return [Span(start, end) for start, end in zip([time.start, *ends], ends, strict=False)]


def _inserted(tokens: Sequence[Token], place: Place, after: str, time: Span) -> list[Token]:
    """Return words in the gap between two, as much in their time as there is of it."""
    parts = pieces(after)
    if not parts or not tokens:
        return []
    beside = tokens[place.first - 1 if place.first else 0]
    run_on = is_run_on(parts[0][0][0]) and is_run_on(beside.word.text[0])
    parts = ((parts[0][0], not run_on), *parts[1:])
    spans = shared(_within_gap(tokens, place, time), [text for text, _ in parts])
    return [
        Token(Word(span.start, span.end, text, spaced=spaced), beside.segment, by_hand=True)
        for span, (text, spaced) in zip(spans, parts, strict=True)
    ]


def _within_gap(tokens: Sequence[Token], place: Place, time: Span) -> Span:
    latest = tokens[place.first].word.start if place.first < len(tokens) else time.end
    earliest = tokens[place.last].word.end if place.first else 0.0
    start = min(max(time.start, earliest), max(latest, earliest))
    if place.first < len(tokens):
        start = min(start, latest)
    return Span(start, max(start, min(time.end, latest)))


def said_at(tokens: Sequence[Token], otherwise: Span) -> Span:
    """Return the time of words; of none, the one given."""
    if not tokens:
        return Span(otherwise.start, otherwise.end)
    return Span(tokens[0].word.start, max(token.word.end for token in tokens))
