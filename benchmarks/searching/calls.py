"""Calls that nobody made: when, in which project, who speaks, what is said, what is found in it.

All of a call follows from its number and a seed: it can be made again, and is the same.
"""

from __future__ import annotations

import random as chance
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.searching.names import Names
from benchmarks.searching.text import ANSWERS, ASKS, ENDING, FORMS, LABELS, MARKS, Language
from pipeline.transcript import (
    Annotation,
    Answer,
    Entity,
    Keyphrase,
    Mention,
    Question,
    Turn,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.searching.text import Source

WORDS_AN_HOUR = 9_000
MINUTES, SPREAD, SHORTEST, LONGEST = 35, 0.5, 5, 150  # of a call: log-normal
FEWEST, MOST = 5, 500  # recordings of a project; log-uniform
HOURS_EACH = 5  # that there are at least for each recording of the largest
FIRST_DAY, LAST_DAY = date(2019, 1, 7), date(2026, 9, 1)
PROJECT_DAYS = (30, 720)
TAG_NAMES = (
    "pilot churned renewal onboarding enterprise startup retail health finance education "
    "follow-up discovery usability pricing interview lost won beta partner internal press "
    "north south east west phone video in-person urgent archive"
)
TAGS = TAG_NAMES.split()
INTERVIEWERS = 25  # of all projects together
SPEAKERS, SPEAKERS_ODDS = (2, 3, 4), (0.8, 0.13, 0.07)
UNNAMED = 0.2  # share of the calls in which nobody told who speaks
TOPICS, ON_TOPIC, UNCOMMON = 25, 0.05, 150  # words of a call, their share, and how rare they are
BOUNDARY = ",.?!"
WITH_MARK, BETWEEN = 0.35, 0.5  # seconds of pause after a sentence, and before another speaks


@dataclass(frozen=True, slots=True)
class Call:
    """A recording: its number, what it is filed under, and who speaks, the interviewer first."""

    number: int
    title: str
    project: str
    day: date
    duration: float
    speakers: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def identity(self) -> str:
        """Its id; ids begin as differently as hashes do."""
        return f"{self.number * 2654435761 % 2**32:08x}{self.number:056x}"


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody says until another takes the floor, without its times.

    `names` are (first word, word after the last, label); `topics` are the places of words that the
    call is about.
    """

    speaker: str
    texts: tuple[str, ...]
    names: tuple[tuple[int, int, str], ...] = ()
    topics: tuple[int, ...] = ()
    asks: bool = False

    def within(self, before: Sequence[str], after: Sequence[str]) -> Utterance:
        """Return it with more words before and after; what ends a sentence then no longer asks."""
        names = tuple((first + len(before), end + len(before), of) for first, end, of in self.names)
        topics = tuple(place + len(before) for place in self.topics)
        texts = (*before, *self.texts, *after)
        return Utterance(self.speaker, texts, names, topics, self.asks and not after)


class World:
    """All calls of some hours, and what is said in each."""

    def __init__(self, learnt: Source, hours: float, seed: int = 1, forms: int = FORMS) -> None:
        self.learnt, self.language = learnt, Language(learnt, forms)
        self.names = Names(learnt.names)
        self.seed = seed
        self.calls = planned(hours, self.names, seed)

    def said(self, call: Call) -> list[Utterance]:
        """Return what is said in a call, in order."""
        random = np.random.default_rng([self.seed, call.number])
        floors = list(_floors(call, self.language, random))
        count = sum(length for _, length, _ in floors)
        drawn = self.language.draw(random, count)
        topics = self.language.afresh(random, TOPICS, UNCOMMON)
        on_topic = random.random(count) < ON_TOPIC
        items = np.where(on_topic, random.choice(topics, count), drawn.words).tolist()
        writer = _Writer(self.language, self.names.cast(random), frozenset(topics.tolist()), call)
        marks, said, place = drawn.marks.tolist(), [], 0
        for speaker, length, asks in floors:
            upto = place + length
            marks[upto - 1] = MARKS.index("?" if asks else ".")
            said.append(writer.write(speaker, items[place:upto], marks[place:upto], asks))
            place = upto
        return said


class _Writer:
    """Puts words for numbers: names of the call for labels, capitals where sentences begin."""

    def __init__(
        self, language: Language, cast: dict[str, list[str]], topics: frozenset[int], call: Call
    ) -> None:
        self._words, self._cast, self._topics = language.words, cast, topics
        self._chance = chance.Random(call.number)

    def write(self, speaker: str, items: list[int], marks: list[int], asks: bool) -> Utterance:
        texts: list[str] = []
        names: list[tuple[int, int, str]] = []
        topics: list[int] = []
        begins = True
        for item, number in zip(items, marks, strict=True):
            mark = MARKS[number]
            if item >= len(self._words):
                label = LABELS[item - len(self._words)]
                named = self._chance.choice(self._cast[label]).split()
                names.append((len(texts), len(texts) + len(named), label))
                texts += [*named[:-1], named[-1] + mark]
            else:
                if item in self._topics:
                    topics.append(len(texts))
                word = self._words[item]
                texts.append((word[:1].upper() + word[1:] if begins else word) + mark)
            begins = mark in ENDING
        return Utterance(speaker, tuple(texts), tuple(names), tuple(topics), asks)


def planned(hours: float, names: Names, seed: int) -> tuple[Call, ...]:
    """Return calls of some hours in all, by their day; projects overlap in time."""
    random = np.random.default_rng(seed)
    hosts = names.some(random, "PERSON", INTERVIEWERS)
    calls: list[tuple[date, str, float]] = []
    left = hours * 3600
    for project, first, days, size in _projects(random, names, hours):
        for _ in range(size):
            length = 60 * MINUTES * np.exp(SPREAD * random.standard_normal())
            duration = min(float(np.clip(length, 60 * SHORTEST, 60 * LONGEST)), left)
            day = first + timedelta(days=int(random.integers(days)))
            calls.append((min(day, LAST_DAY), project, round(duration, 3)))
            left -= duration
            if left < 60:
                return tuple(
                    _call(number, each, names, hosts) for number, each in enumerate(sorted(calls))
                )
    raise AssertionError  # there are always more projects


def _projects(
    random: np.random.Generator, names: Names, hours: float
) -> Iterator[tuple[str, date, int, int]]:
    """Yield projects without end: name, first day, days, recordings."""
    known: set[str] = set()
    sizes = np.log((FEWEST, np.clip(hours / HOURS_EACH, FEWEST, MOST)))
    while True:
        name = f"{names.some(random, 'ORG', 1)[0]} {random.choice(TAGS)}"
        if name in known:
            continue
        known.add(name)
        first = FIRST_DAY + timedelta(days=int(random.integers((LAST_DAY - FIRST_DAY).days)))
        days = int(random.integers(*PROJECT_DAYS))
        yield name, first, days, round(np.exp(random.uniform(*sizes)))


def _call(number: int, drawn: tuple[date, str, float], names: Names, hosts: Sequence[str]) -> Call:
    day, project, duration = drawn
    own = chance.Random(f"{number} {project}")
    random = np.random.default_rng([number, 3])
    many = int(random.choice(SPEAKERS, p=SPEAKERS_ODDS))
    guests = dict.fromkeys(names.some(random, "PERSON", many - 1))
    speakers = (own.choice(hosts), *guests)
    if own.random() < UNNAMED:
        speakers = tuple(f"Speaker {each + 1}" for each in range(len(speakers)))
    tags = tuple(own.sample(TAGS, own.choice((0, 1, 1, 2, 3))))
    return Call(number, f"{project} {number:05}", project, day, duration, speakers, tags)


def _floors(
    call: Call, language: Language, random: np.random.Generator
) -> Iterator[tuple[str, int, bool]]:
    """Yield who speaks, how many words, and whether they ask: one who asks, one who answers."""
    left = int(call.duration / 3600 * WORDS_AN_HOUR)
    host, *guests = call.speakers
    while left > 0:
        for role in (ASKS, ANSWERS):
            length = min(left, int(random.choice(language.lengths[role])))
            if length > 0:
                guest = guests[random.integers(len(guests))]
                asks = length > 2 and random.random() < language.asking[role]
                yield (host if role == ASKS else guest), length, bool(asks)
                left -= length


# Times


def timed(said: Sequence[Utterance], call: Call) -> list[Turn]:
    """Return turns over the whole of a call: longer words take longer, sentences end in pauses."""
    texts = [text for each in said for text in each.texts]
    spoken = 0.1 + 0.05 * np.array([len(text) for text in texts])
    pauses = np.array([WITH_MARK if text[-1] in ENDING else 0.02 for text in texts])
    lasts = np.cumsum([len(each.texts) for each in said]) - 1
    pauses[lasts] += BETWEEN
    scale = call.duration / float((spoken + pauses).sum())
    ends = (np.cumsum(spoken + pauses) - pauses) * scale
    starts = (ends - spoken * scale).round(3).tolist()
    sure = np.random.default_rng(call.number).beta(12, 1, len(texts)).round(4).tolist()
    words = [Word(*each) for each in zip(starts, ends.round(3).tolist(), texts, sure, strict=True)]
    turns, place = [], 0
    for each in said:
        own = tuple(words[place : place + len(each.texts)])
        turns.append(Turn(own[0].start, own[-1].end, each.speaker, own))
        place += len(own)
    return turns


# What is found in it


def annotated(said: Sequence[Utterance], turns: Sequence[Turn]) -> Annotation:
    """Return the names, questions and keyphrases of a call, as if they were found."""
    places = [_Places(number, turn) for number, turn in enumerate(turns)]
    entities = (
        Entity(text, label, mention, text)
        for each, place in zip(said, places, strict=True)
        for first, end, label in each.names
        for text, mention in (place.of(first, end),)
    )
    return Annotation(tuple(entities), _keyphrases(said, places), tuple(_questions(said, places)))


class _Places:
    """Where the words of a turn stand in its text."""

    def __init__(self, number: int, turn: Turn) -> None:
        self._number, self._words = number, turn.words
        self.start, self.end = turn.start, turn.end
        self._offsets = [0, *accumulate(len(word.text) + 1 for word in turn.words)]

    def of(self, first: int, end: int) -> tuple[str, Mention]:
        """Return the text of words without the marks at its end, and where it stands."""
        words = self._words[first:end]
        text = " ".join(word.text for word in words).rstrip(BOUNDARY)
        start = self._offsets[first]
        span = (words[0].start, words[-1].end)
        return text, Mention(*span, self._number, start, start + len(text))

    def last_sentence(self) -> Mention:
        """Return where the last sentence stands, with its mark."""
        ends = [n + 1 for n, word in enumerate(self._words[:-1]) if word.text[-1] in ENDING]
        first, last = (ends[-1] if ends else 0), self._words[-1]
        place = (self._number, self._offsets[first], self._offsets[-1] - 1)
        return Mention(self._words[first].start, last.end, *place)


def _keyphrases(said: Sequence[Utterance], places: Sequence[_Places]) -> tuple[Keyphrase, ...]:
    mentions: dict[str, list[Mention]] = {}
    for each, place in zip(said, places, strict=True):
        for number in each.topics:
            text, mention = place.of(number, number + 1)
            mentions.setdefault(text.lower(), []).append(mention)
    ordered = sorted(mentions.items(), key=lambda item: -len(item[1]))
    return tuple(
        Keyphrase(text, 1 - place / len(ordered), tuple(found), text)
        for place, (text, found) in enumerate(ordered)
    )


def _questions(said: Sequence[Utterance], places: Sequence[_Places]) -> Iterator[Question]:
    asked = [number for number, each in enumerate(said) if each.asks]
    for number, following in zip(asked, [*asked[1:], len(said)], strict=False):
        mention = places[number].last_sentence()
        answer = None
        if following > number + 1:
            start, end = places[number + 1].start, places[following - 1].end
            answer = Answer(start, end, number + 1, following - 1)
        yield Question(mention, number % 2 == 0, answer)
