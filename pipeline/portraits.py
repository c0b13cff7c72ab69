"""What there is to know a speaker by: how much they say, a sentence of theirs, a sample (pure)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from pipeline.speakers import Role
from pipeline.transcript import Span, join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.transcript import SpeakerSpan, Turn, Word

ROLES = {role.value: role for role in Role}
SENTENCE_ENDS = (".", "?", "!", "\u3002", "\uff1f", "\uff01")
PUNCTUATION = "".join(SENTENCE_ENDS) + ",;:-\"'()\u2026\u3001"
TITLES = ("Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Prof.")
SHORTEST, LONGEST = 7, 22  # words of a sentence to know somebody by
SURE = 0.6  # mean probability of its words, from which on it is likely what was said
TELLING = 4  # letters: shorter words are everybody's
# Seconds of a sample: enough to know a voice, not so much that one waits.
SHORTEST_SAMPLE, LONGEST_SAMPLE = 5.0, 8.0
BREATH = 0.6  # seconds: a pause that does not end a sample


@dataclass(frozen=True, slots=True)
class Portrait:
    """A speaker of one recording: `label` is the machine's, `name` is shown.

    `seconds` of talk, their `share` of all talk in the recording, `certainty` that what is theirs
    is theirs, both in [0, 1]. `role` may be a guess. `sample` is a passage of their voice alone.
    """

    label: str
    name: str
    role: Role | None
    role_guessed: bool
    seconds: float
    share: float
    turns: int
    certainty: float
    sentence: str
    sentence_at: float | None
    sample: Span | None


def surely_theirs(word: Word) -> float:
    """Return how sure it is who says a word; 1.0 for words of before, which do not say."""
    return 1.0 if word.speaker_probability is None else word.speaker_probability


@dataclass(frozen=True, slots=True)
class Parts:
    """Who has which role: as `given` by hand, by label, else as `guessed`, by name.

    Whoever is called by a role has it: somebody has named the channel so. It stays with them when
    they are given a name.
    """

    given: Mapping[str, Role]
    guessed: Mapping[str, Role]

    def of(self, label: str, name: str) -> tuple[Role | None, bool]:
        """Return a speaker's role, and whether it is a guess."""
        if label in self.given:
            return self.given[label], False
        for called in (name.casefold(), label.casefold()):
            if called in ROLES:
                return ROLES[called], False
        return self.guessed.get(name), name in self.guessed


@dataclass(frozen=True, slots=True)
class Sentence(Span):
    """Some words of a turn up to where a sentence ends."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The running text."""
        return join_words(self.words)

    @property
    def certainty(self) -> float:
        """How sure it is that these are the words, and this speaker's, on average, in [0, 1]."""
        return sum(word.probability * surely_theirs(word) for word in self.words) / len(self.words)


def portraits(
    cast: Mapping[str, str], turns: Sequence[Turn], spans: Sequence[SpeakerSpan], parts: Parts
) -> tuple[Portrait, ...]:
    """Return what each speaker is known by, in the order of the cast; who says nothing is left out.

    spans : who spoke when, by label, as put right by hand.
    """
    talk = {label: sum(span.duration for span in of(label, spans)) for label in cast}
    whole = sum(talk.values()) or 1.0
    often = Counter(word for turn in turns for word in telling(turn.words))
    made = []
    for label, name in cast.items():
        own = [turn for turn in turns if turn.speaker == name]
        if not own and not talk[label]:
            continue
        best = typical(own, often)
        role, guessed = parts.of(label, name)
        made.append(
            Portrait(
                label=label,
                name=name,
                role=role,
                role_guessed=guessed,
                seconds=talk[label],
                share=talk[label] / whole,
                turns=len(own),
                certainty=certainty(own, of(label, spans)),
                sentence=best.text if best else "",
                sentence_at=best.start if best else None,
                sample=sample(label, spans),
            )
        )
    return tuple(made)


def of(label: str, spans: Iterable[SpeakerSpan]) -> list[SpeakerSpan]:
    """Return a speaker's spans."""
    return [span for span in spans if span.speaker == label]


def certainty(turns: Iterable[Turn], spans: Sequence[SpeakerSpan]) -> float:
    """Return how sure it is that what is a speaker's is theirs: the mean over words.

    Where the words of before do not say, it is the mean over the time of spans.
    """
    words = [word for turn in turns for word in turn.words]
    sure = [each.speaker_probability for each in words if each.speaker_probability is not None]
    if sure:
        return sum(sure) / len(sure)
    whole = sum(span.duration for span in spans)
    return sum(span.duration * span.probability for span in spans) / whole if whole else 1.0


def typical(turns: Iterable[Turn], often: Counter[str]) -> Sentence | None:
    """Return the sentence to know a speaker by; None for who says nothing.

    It is one of a usual length, in words that were surely heard and that this call does not use
    all the time. Where no sentence has the length, it is the longest.

    often : how often each telling word is said in the call.
    """
    found = [sentence for turn in turns for sentence in sentences(turn)]
    usual = [each for each in found if SHORTEST <= len(each.words) <= LONGEST]
    sure = [each for each in usual if each.certainty >= SURE]
    if good := sure or usual:
        return max(good, key=lambda each: (distinction(each, often), -each.start))
    return max(found, key=lambda each: (len(each.words), -each.start), default=None)


def sentences(turn: Turn) -> Iterator[Sentence]:
    """Yield the sentences of a turn."""
    words: list[Word] = []
    for word in turn.words:
        words.append(word)
        ended = word.text.endswith(SENTENCE_ENDS) and word.text not in TITLES
        if ended or word is turn.words[-1]:
            yield Sentence(words[0].start, max(each.end for each in words), tuple(words))
            words = []


def distinction(sentence: Sentence, often: Counter[str]) -> float:
    """Return how much a sentence tells: what its words do, by how rare they are, and how sure."""
    whole = sum(often.values()) or 1
    told = sum(log(whole / often[word]) for word in telling(sentence.words))
    return told / len(sentence.words) * sentence.certainty


def telling(words: Iterable[Word]) -> set[str]:
    """Return the words that are long enough to tell something, as they are counted."""
    bare = {word.text.strip(PUNCTUATION).casefold() for word in words}
    return {word for word in bare if len(word) >= TELLING}


def sample(label: str, spans: Sequence[SpeakerSpan]) -> Span | None:
    """Return a passage in which a speaker speaks and nobody else does; None for who never does.

    It is the surest of those that are long enough, cut to `LONGEST_SAMPLE`; else the longest.
    """
    alone = runs(label, sorted(spans, key=lambda span: span.start))
    long = [(run, sure) for run, sure in alone if run.duration >= SHORTEST_SAMPLE]
    if long:
        run, _ = max(long, key=lambda each: (round(each[1], 2), each[0].duration, -each[0].start))
        return Span(run.start, min(run.end, run.start + LONGEST_SAMPLE))
    whole = (run for run, _ in alone)
    return max(whole, key=lambda run: (run.duration, -run.start), default=None)


def runs(label: str, spans: Iterable[SpeakerSpan]) -> list[tuple[Span, float]]:
    """Return the stretches in which a speaker speaks alone, with how sure the least sure part is.

    spans : of everybody, by start. A stretch goes on over a breath, and ends with somebody else.
    """
    found: list[tuple[Span, float]] = []
    going, heard = False, 0.0  # whether the last stretch goes on; how far others were heard
    for span in spans:
        if span.speaker != label:
            if found and found[-1][0].end > span.start:
                found[-1] = (_until(found[-1][0], span.start), found[-1][1])
            going, heard = False, max(heard, span.end)
        elif span.end > heard:
            start = max(span.start, heard)
            run, sure = found[-1] if found else (Span(0.0, 0.0), 1.0)
            going = going and start - run.end <= BREATH
            if going:
                found[-1] = (Span(run.start, max(run.end, span.end)), min(sure, span.probability))
            else:
                found.append((Span(start, span.end), span.probability))
            going = True
    return found


def _until(run: Span, end: float) -> Span:
    return Span(run.start, max(run.start, end))
