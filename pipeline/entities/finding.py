"""Entities of one call: what the model found, put right by what is sure (pure)."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from models.findings import Found
from pipeline.entities.amounts import amounts, worth
from pipeline.entities.contexts import NOBODY, begins_sentence, in_context, known_companies
from pipeline.entities.days import day_meant, days, days_within
from pipeline.entities.merging import NAMES, full_names, labels_by_name
from pipeline.entities.names import bare, key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from pipeline.entities.known import KnownName

# What a source of a name counts for its label over the call: known names, the words around, the
# companies that all know, and the model.
KNOWN, AROUND, FAMOUS, MODEL = 20, 3, 2, 1
FEWEST_LETTERS = 2
ENGLISH = "en"
AMOUNTS = frozenset({"MONEY", "PERCENT"})
# What the model finds only as numbers and is found again, surely, by how sums are written.
REPLACED = AMOUNTS | {"CARDINAL", "QUANTITY"}
_WORD = re.compile(r"\w[\w'\u2019-]*")


@dataclass(frozen=True, slots=True)
class Named:
    """What was found in a call: where, with its label, its full name and what it comes to."""

    found: Found
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """The texts of a call's turns, in what language, and the day on which it surely was."""

    texts: Sequence[str]
    language: str = ENGLISH
    recorded: date | None = None
    # The words that stand in it without a capital letter.
    small: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        words = (word[0] for text in self.texts for word in _WORD.finditer(text))
        object.__setattr__(self, "small", frozenset(filter(str.islower, words)))

    def written(self, found: Found) -> str:
        """Return the characters of what was found."""
        return self.texts[found.text][found.start : found.end]


def entities_of(
    call: Call, found: Sequence[Found], read: Sequence[Found], known: Sequence[KnownName] = ()
) -> tuple[Named, ...]:
    """Return the entities of a call in the order of its text.

    found : where names that are known beforehand stand; a label of "" is not known. `read` is what
    the language model found, and `known` are those names.
    """
    sums = [each for number, text in enumerate(call.texts) for each in _sums(call, text, number)]
    names = [sound for each in read for sound in _sound_name(each, call)]
    around = _widened(_of_texts(call, in_context), names)
    famous = _of_texts(call, known_companies)
    spans = apart(found, sums, around, _dates(call, read), famous, names, _others(read, call))
    votes = [
        *((call.written(each), each.label, KNOWN) for each in found if each.label),
        *((call.written(each), each.label, AROUND) for each in around),
        *((call.written(each), each.label, FAMOUS) for each in famous),
        *((call.written(each), each.label, MODEL) for each in (*names, *_under(found, read))),
        *((call.written(each), "ORG", 0) for each in found),
    ]
    labels = labels_by_name(votes)
    spans = apart(spans, _again(call, spans))
    return _named([_labelled(each, labels, call) for each in spans], call, known)


def _of_texts(call: Call, find: Callable[[str, int], Iterable[Found]]) -> list[Found]:
    if call.language != ENGLISH:
        return []
    return [found for number, text in enumerate(call.texts) for found in find(text, number)]


def _sums(call: Call, text: str, number: int) -> Iterable[Found]:
    return amounts(text, number, sterling=any("£" in each for each in call.texts))


def _dates(call: Call, read: Sequence[Found]) -> list[Found]:
    """Return what says when; in other languages than English, whatever the model says."""
    dates = [found for found in read if found.label == "DATE"]
    if call.language != ENGLISH:
        return dates
    within = [each for found in dates for each in days_within(call.texts[found.text], found)]
    return apart(_of_texts(call, days), within)


def _others(read: Sequence[Found], call: Call) -> list[Found]:
    """Return what is no name, no date and no sum: times, numbers."""
    return [found for found in read if found.label not in {*NAMES, "DATE", *AMOUNTS}] + [
        found
        for found in read
        if found.label in AMOUNTS and any(c.isdigit() for c in call.written(found))
    ]


def _under(known: Sequence[Found], read: Sequence[Found]) -> Iterator[Found]:
    """Yield known names with the labels that the model gives them."""
    for each in known:
        for found in read:
            if found.label in NAMES and _overlap(each, found):
                yield replace(each, label=found.label)


def _widened(around: Sequence[Found], names: Sequence[Found]) -> list[Found]:
    """Return names of known context, each as long as the model has it."""
    return [
        replace(next((name for name in names if _holds(name, each)), each), label=each.label)
        for each in around
    ]


def _holds(outer: Found, inner: Found) -> bool:
    return outer.text == inner.text and outer.start <= inner.start and outer.end >= inner.end


def _overlap(one: Found, other: Found) -> bool:
    return one.text == other.text and one.start < other.end and other.start < one.end


def apart(*sources: Iterable[Found]) -> list[Found]:
    """Return what does not overlap, by its place: earlier sources go first, then the longer."""
    taken: dict[int, list[Found]] = {}
    for source in sources:
        for found in sorted(source, key=lambda each: (each.start - each.end, each.start)):
            others = taken.setdefault(found.text, [])  # by their place, none over another
            place = bisect_left(others, found.start, key=attrgetter("start"))
            if not any(_overlap(found, other) for other in others[max(0, place - 1) : place + 1]):
                others.insert(place, found)
    every = (found for some in taken.values() for found in some)
    return sorted(every, key=lambda each: (each.text, each.start))


def _sound_name(found: Found, call: Call) -> Iterator[Found]:
    """Yield a name of the model's without what stands before it; nothing for what is none."""
    if found.label not in NAMES:
        return
    start = found.start
    for word in _WORD.finditer(call.written(found)):
        if word[0].lower() not in NOBODY:
            start = found.start + word.start()
            break
    else:
        return
    trimmed = replace(found, start=start)
    written = call.written(trimmed)
    if written.islower() or len(written) < FEWEST_LETTERS or _only_opens(trimmed, call):
        return
    yield trimmed


def _only_opens(found: Found, call: Call) -> bool:
    """Tell whether a word has its capital letter from the sentence: elsewhere it has none."""
    opens = begins_sentence(call.texts[found.text], found.start)
    return opens and call.written(found).lower() in call.small


def _again(call: Call, spans: Sequence[Found]) -> Iterator[Found]:
    """Yield the names that were found where they stand again, written the same."""
    names = {bare(call.written(each)): each.label for each in spans if each.label in NAMES}
    names = {name: label for name, label in names.items() if len(name) > FEWEST_LETTERS}
    if not names:
        return
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)")
    for number, text in enumerate(call.texts):
        for match in pattern.finditer(text):
            found = Found(number, *match.span(), names[match[0]])
            if not _only_opens(found, call):
                yield found


def _labelled(found: Found, labels: dict[str, str], call: Call) -> Found:
    if found.label and found.label not in NAMES:
        return found
    return replace(found, label=labels.get(key(call.written(found)), found.label or "ORG"))


def _named(spans: Sequence[Found], call: Call, known: Sequence[KnownName]) -> tuple[Named, ...]:
    full = full_names([(call.written(each), each.label) for each in spans], known)
    return tuple(
        Named(
            each,
            full[call.written(each)] if each.label in NAMES else "",
            value_of(call.written(each), each.label, call),
        )
        for each in spans
    )


def value_of(text: str, label: str, call: Call) -> str:
    """Return what a sum, a share or a date comes to; "" where it is not sure."""
    if label in AMOUNTS:
        return worth(text)
    return day_meant(text, call.recorded) if label == "DATE" and call.language == ENGLISH else ""
