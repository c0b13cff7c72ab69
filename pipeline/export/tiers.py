"""A document as tiers of labels: what linguists' formats hold, whose labels never overlap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar

from pipeline.export.document import one_line
from pipeline.export.rows import asked_in, named
from pipeline.export.shown import writable
from pipeline.transcript import Span, join_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipeline.export.document import Document
    from pipeline.highlights import Highlighted
    from pipeline.transcript import Turn, Word

    Rounding = Callable[[float], float]

# Seconds. No format takes a label of no length, and a recogniser gives such times to a word.
LEAST = 0.001
_DIGITS = 9  # of a second, so that adding the least to a time leaves no noise of floats behind
_NOBODY = "Speech"  # the tier of turns whose speaker nobody told
# What XML has no place for, nor has any other text that is to be read.


@dataclass(frozen=True, slots=True)
class Label(Span):
    """A text of one line between two times, not empty."""

    text: str


@dataclass(frozen=True, slots=True)
class _Mark(Label):
    """A highlight, with what a person said of it."""

    tags: str
    notes: str


_Labelled = TypeVar("_Labelled", bound=Label)


class Kind(Enum):
    """What the labels of a tier are."""

    TURNS = auto()
    WORDS = auto()  # each within a label of the tier that it is inside
    FOUND = auto()
    TOLD = auto()  # each over the very time of the label that it is told of


@dataclass(frozen=True, slots=True)
class Tier:
    """Labels in order of time, none of which overlaps another; no two tiers have one name.

    `inside` names the tier that its labels belong to.
    """

    name: str
    kind: Kind
    labels: tuple[Label, ...]
    speaker: str | None = None
    inside: str | None = None


def tiers_of(document: Document, rounded: Rounding) -> tuple[Tier, ...]:
    """Return each speaker's turns and words, then what was found and marked in them.

    Times are rounded here, once. What begins at one instant begins a millisecond apart, and what
    still talks when the same speaker's next label begins ends there; a turn lasts from its first
    word to its last. What may well overlap, as highlights do, goes to as many tiers as it takes.
    """
    taken: set[str] = set()
    speech = [
        tier
        for speaker, turns in _by_speaker(document.transcript.turns).items()
        for tier in _spoken(speaker, turns, rounded, taken)
    ]
    return (*speech, *_found(document, rounded, taken))


def on_one_line(text: str) -> str:
    """Return text on one line, with a mark in the place of what no file can hold."""
    return one_line(writable(text))


def _by_speaker(turns: Iterable[Turn]) -> Mapping[str | None, Sequence[Turn]]:
    """Return turns by who speaks, in the order in which they first do."""
    spoken: dict[str | None, list[Turn]] = {}
    for turn in turns:
        spoken.setdefault(on_one_line(turn.speaker or "") or None, []).append(turn)
    return spoken


def _spoken(
    speaker: str | None, turns: Iterable[Turn], rounded: Rounding, taken: set[str]
) -> Iterator[Tier]:
    """Yield the tier of a speaker's turns, and that of their words."""
    together = _together(turns)
    words = iter(_in_a_row([_label(word, word.text, rounded) for own in together for word in own]))
    placed = [[next(words) for _ in own] for own in together]
    texts = [on_one_line(join_words(own)) for own in together]
    said = tuple(
        Label(own[0].start, own[-1].end, text) for own, text in zip(placed, texts, strict=True)
    )
    name = _unlike(speaker or _NOBODY, taken)
    yield Tier(name, Kind.TURNS, said, speaker)
    each = tuple(label for own in placed for label in own)
    yield Tier(_unlike(f"{name} words", taken), Kind.WORDS, each, speaker, name)


def _together(turns: Iterable[Turn]) -> list[list[Word]]:
    """Return the words of one speaker's turns in order of time; turns that overlap are one."""
    made: list[list[Word]] = []
    end = 0.0
    for turn in turns:
        if made and turn.start < end:
            made[-1] += turn.words
        else:
            made.append(list(turn.words))
        end = max(end, turn.end)
    return [sorted(words, key=lambda word: word.start) for words in made]


def _label(span: Span, text: str, rounded: Rounding) -> Label:
    start = rounded(span.start)
    return Label(start, max(rounded(span.end), _after(start)), on_one_line(text))


def _after(time: float) -> float:
    return round(time + LEAST, _DIGITS)


def _in_a_row(labels: Iterable[Label]) -> list[Label]:
    """Return labels, each from after the start of the one before, which ends by then."""
    placed: list[Label] = []
    for label in labels:
        if not placed:
            placed.append(label)
            continue
        start = max(label.start, _after(placed[-1].start))
        if placed[-1].end > start:
            placed[-1] = replace(placed[-1], end=start)
        placed.append(_from(start, label))
    return placed


def _from(start: float, label: Label) -> Label:
    """Return a label that begins no sooner."""
    if start == label.start:
        return label
    return replace(label, start=start, end=max(label.end, _after(start)))


def _unlike(name: str, taken: set[str]) -> str:
    """Return a name that no tier has yet, and take it."""
    wanted, number = name, 2
    while wanted in taken:
        wanted, number = f"{name} {number}", number + 1
    taken.add(wanted)
    return wanted


def _found(document: Document, rounded: Rounding, taken: set[str]) -> Iterator[Tier]:
    """Yield the tiers of entities, keyphrases, questions and highlights, where there are any."""
    turns, annotation = document.transcript.turns, document.transcript.annotation
    entities = [_label(each.mention, named(each), rounded) for each in annotation.entities]
    phrases = [
        _label(mention, phrase.text, rounded)
        for phrase in annotation.keyphrases
        for mention in phrase.mentions
    ]
    asked = [_label(each.mention, asked_in(turns, each), rounded) for each in annotation.questions]
    for name, labels in (("entities", entities), ("keyphrases", phrases), ("questions", asked)):
        for layer in _layers(labels):
            yield Tier(_unlike(name, taken), Kind.FOUND, tuple(layer))
    yield from _highlighted(document, rounded, taken)


def _highlighted(document: Document, rounded: Rounding, taken: set[str]) -> Iterator[Tier]:
    """Yield the tiers of highlights, each with those of their tags and notes."""
    for layer in _layers([_marked(each, rounded) for each in document.highlighted]):
        name = _unlike("highlights", taken)
        yield Tier(name, Kind.FOUND, tuple(layer))
        tags = tuple(replace(each, text=each.tags) for each in layer if each.tags)
        notes = tuple(replace(each, text=each.notes) for each in layer if each.notes)
        for what, told in (("tags", tags), ("notes", notes)):
            if told:
                yield Tier(_unlike(f"{name} {what}", taken), Kind.TOLD, told, inside=name)


def _marked(shown: Highlighted, rounded: Rounding) -> _Mark:
    mark = shown.highlight
    label = _label(mark, shown.text or mark.text or f"highlight {mark.number}", rounded)
    tags = ", ".join((*mark.tags, *(["starred"] if mark.starred else [])))
    return _Mark(label.start, label.end, label.text, on_one_line(tags), on_one_line(mark.note))


def _layers(labels: Iterable[_Labelled]) -> list[list[_Labelled]]:
    """Return labels in as few rows as hold them without an overlap, each in order of time."""
    layers: list[list[_Labelled]] = []
    for label in sorted(labels, key=lambda label: (label.start, label.end)):
        free = next((layer for layer in layers if layer[-1].end <= label.start), None)
        if free is None:
            layers.append([label])
        else:
            free.append(label)
    return layers
