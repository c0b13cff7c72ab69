"""The values that travel between stages: frozen, validated, without I/O.

Time is float seconds from the start of the recording, everywhere.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: `start` <= `end`, both finite and not negative."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not (0 <= self.start <= self.end and math.isfinite(self.end)):
            raise ValueError(f"not a span of time: start={self.start!r}, end={self.end!r}")

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start

    @property
    def middle(self) -> float:
        """The point halfway between start and end."""
        return (self.start + self.end) / 2

    def overlap(self, other: Span) -> float:
        """Seconds shared with another span; 0.0 where they only touch."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))

    def distance(self, other: Span) -> float:
        """Seconds between two spans; 0.0 where they touch or overlap."""
        return max(0.0, self.start - other.end, other.start - self.end)


@dataclass(frozen=True, slots=True)
class Word(Span):
    """One written word with its punctuation, as heard between `start` and `end`.

    `spaced` tells whether a space stands before it in running text (not so in Chinese or
    Japanese). `probability` is the recogniser's own, in [0, 1]; `speaker_probability`, too, is how
    sure it is that the speaker of its turn says it, None where nobody was told apart.
    """

    text: str
    probability: float = 1.0
    spaced: bool = True
    speaker_probability: float | None = None

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        if not self.text or self.text != self.text.strip():
            raise ValueError(f"a word is text without outer white space, not {self.text!r}")
        for probability in (self.probability, self.speaker_probability):
            if probability is not None and not 0 <= probability <= 1:
                raise ValueError(f"a probability lies in [0, 1], not {probability!r}")


def join_words(words: Iterable[Word]) -> str:
    """Return the running text of words."""
    return "".join((" " if word.spaced else "") + word.text for word in words).strip()


def word_offsets(words: Iterable[Word]) -> tuple[int, ...]:
    """Return the character at which each word begins in `join_words(words)`."""
    words = tuple(words)
    gaps = [int(word.spaced and position > 0) for position, word in enumerate(words)]
    ends = accumulate(len(word.text) + gap for word, gap in zip(words, gaps, strict=True))
    return tuple(end - len(word.text) for word, end in zip(words, ends, strict=True))


@dataclass(frozen=True, slots=True)
class WordTimes:
    """When the characters of running text are said; counted out once, where many are asked for."""

    words: tuple[Word, ...]
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, words: tuple[Word, ...]) -> WordTimes:
        """Count out at which character each word begins."""
        return cls(words, word_offsets(words))

    def span_of(self, start_char: int, end_char: int) -> Span:
        """Return the time of the words that the characters [start_char, end_char) touch.

        A range that touches no character of a word (only a space, or nothing) takes the word
        before it.
        """
        first = max(0, bisect_right(self.offsets, start_char) - 1)
        last = max(first, bisect_right(self.offsets, max(start_char, end_char - 1)) - 1)
        if first < last and start_char >= self.offsets[first] + len(self.words[first].text):
            first += 1  # it begins in the space after that word
        touched = self.words[first : last + 1]
        return Span(touched[0].start, max(word.end for word in touched))


@dataclass(frozen=True, slots=True)
class Segment(Span):
    """What a recogniser emits in one piece: words in time order, from one channel.

    `channel` is the recording's channel that was heard, None for a mix of all.
    `average_logprob` (natural logarithm per token), `no_speech_probability` and `temperature`
    are the recogniser's own figures.
    """

    words: tuple[Word, ...]
    channel: int | None = None
    language: str | None = None
    average_logprob: float = 0.0
    no_speech_probability: float = 0.0
    temperature: float = 0.0

    @property
    def text(self) -> str:
        """The running text."""
        return join_words(self.words)

    def with_words(self, words: tuple[Word, ...]) -> Segment:
        """Return the segment with other words (at least one), from the first to the last."""
        end = max(word.end for word in words)
        return replace(self, start=words[0].start, end=end, words=words)


@dataclass(frozen=True, slots=True)
class Removed(Span):
    """Words that a recogniser wrote and that nobody said, with the reason for which they went."""

    text: str
    reason: str
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Unheard(Span):
    """Voice in which no words were found, though it was listened to again."""

    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """All that was heard: segments of all channels in time order, and the language of most.

    `language` is None where nobody speaks. `removed` and `unheard` say where the text is not what
    the recogniser wrote at first, and where there may be words that it could not make out.
    """

    language: str | None
    segments: tuple[Segment, ...]
    removed: tuple[Removed, ...] = ()
    unheard: tuple[Unheard, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeakerSpan(Span):
    """Who spoke when: a line of an RTTM file. Spans of different speakers may overlap.

    `channel` is set where the speaker is known by it. `probability`, in [0, 1], is how sure it is
    that the speaker is who is named: 1.0 where the channel tells.
    """

    speaker: str
    channel: int | None = None
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn(Span):
    """One speaker's words until another takes the floor: what is read, indexed and cited.

    `speaker` is None where nobody was told apart.
    """

    speaker: str | None
    words: tuple[Word, ...]

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        if not self.words:
            raise ValueError("a turn has at least one word")

    @classmethod
    def of(cls, speaker: str | None, words: Iterable[Word]) -> Turn:
        """Make a turn that reaches from its first word's start to its last word's end."""
        words = tuple(words)
        if not words:
            raise ValueError("a turn has at least one word")
        start = min(word.start for word in words)
        return cls(start, max(word.end for word in words), speaker, words)

    @property
    def text(self) -> str:
        """The running text."""
        return join_words(self.words)

    def span_of(self, start_char: int, end_char: int) -> Span:
        """Return the time of characters; who asks for many of one turn asks its `WordTimes`."""
        return WordTimes.of(self.words).span_of(start_char, end_char)


@dataclass(frozen=True, slots=True)
class Mention(Span):
    """Where something is said: characters [start_char, end_char) of a turn, and their time."""

    turn: int
    start_char: int
    end_char: int

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        if not 0 <= self.start_char < self.end_char:
            raise ValueError(f"not a range of characters: {self.start_char}-{self.end_char}")


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing, labelled as spaCy names labels (PERSON, ORG, GPE, MONEY ...).

    `name` is what it goes by in its call, written in full: "Priya Raman" where `text` is "Priya";
    empty: as it is written. `value` is what a sum, a date or a share comes to, as "USD 450",
    "2026-06-09" or "25%"; empty where that is not sure, and for all that has none.
    """

    text: str
    label: str
    mention: Mention
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Keyphrase:
    """A phrase that a call is about, with all its mentions; `rank` in [0, 1], higher first.

    `lemma` is its words as a dictionary has them, which tells it in other calls.
    """

    text: str
    rank: float
    mentions: tuple[Mention, ...]
    lemma: str = ""


@dataclass(frozen=True, slots=True)
class Answer(Span):
    """What is said after a question: turns `first` to `last`, counted from 0, and their time."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Question:
    """Where something is asked, and the answer; None where nobody answers.

    An `open` question is one that more than yes, no or a choice would answer.
    """

    mention: Mention
    open: bool
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """How a stage's result was made: enough to tell whether it would come out the same today."""

    engine: str
    version: str
    model: str = ""
    digest: str = ""
    options: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def with_options(self, **options: str) -> Made:
        """Return it with more options, by name."""
        together = {**dict(self.options), **options}
        return replace(self, options=tuple(sorted(together.items())))

    def with_notes(self, *notes: str) -> Made:
        """Return it with more to know of it."""
        return replace(self, notes=(*self.notes, *notes))


@dataclass(frozen=True, slots=True)
class Annotation:
    """What was found in the turns of one recording."""

    entities: tuple[Entity, ...] = ()
    keyphrases: tuple[Keyphrase, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision(Span):
    """A passage that was recognised anew, by what, and the segments that stood there before.

    `number` counts a recording's revisions from 1; `made_at` is UTC as ISO 8601. One is `standing`
    until the whole recording is transcribed anew: its words are not in the transcript then.
    """

    number: int
    made: Made
    made_at: str
    before: tuple[Segment, ...]
    standing: bool = True


@dataclass(frozen=True, slots=True)
class Transcript:
    """One recording as it is read: turns in order, annotations, and how each stage was made.

    `languages` are those that are spoken, each with its seconds, the most spoken first.
    """

    recording: str
    language: str | None
    turns: tuple[Turn, ...]
    annotation: Annotation = field(default_factory=Annotation)
    made: tuple[tuple[str, Made], ...] = ()
    languages: tuple[tuple[str, float], ...] = ()
    removed: tuple[Removed, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    revisions: tuple[Revision, ...] = ()

    def __post_init__(self) -> None:
        if any(after.start < before.start for before, after in pairwise(self.turns)):
            raise ValueError("turns are in the order in which they start")

    @property
    def speakers(self) -> tuple[str, ...]:
        """Every speaker, in the order in which they first speak."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker))
