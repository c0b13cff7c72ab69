"""Errors about speakers: pyannote.metrics counts seconds, meeteval counts words (pure).

All words are compared after Whisper's English normaliser. WER is meeteval's time-constrained ORC
over single words: each word of the reference may stand with any speaker, so nothing but the
recogniser's errors is in it, and words said at the same time may stand in either order. Over whole
utterances, as ORC is mostly taken, a word given to the neighbour would be an error of both, and
`cpWER - WER` would hide what it is to show.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.runs import Timed
from benchmarks.scoring import normalise
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmarks.speech import Said
    from pipeline.transcript import SpeakerSpan, Turn

COLLAR = 5.0  # seconds by which a word may lie elsewhere, in tcpWER and WER; meeteval's usual
NEAR = 1.0  # seconds from a change of speaker, in which a word is said to stand at it
SESSION = "recording"
NOBODY = "nobody"  # the speaker of words that were given to none


@dataclass(frozen=True, slots=True)
class Diarized:
    """Seconds of speech, and in how many of them who speaks is told wrongly, and how.

    Where two speak at once each second counts twice.
    """

    speech: float = 0.0
    missed: float = 0.0
    false_alarm: float = 0.0
    confusion: float = 0.0

    def __add__(self, other: Diarized) -> Diarized:
        return Diarized(
            self.speech + other.speech,
            self.missed + other.missed,
            self.false_alarm + other.false_alarm,
            self.confusion + other.confusion,
        )

    def percent(self, seconds: float) -> float:
        """Return seconds in percent of the speech."""
        return 100 * seconds / self.speech if self.speech else 0.0

    @property
    def rate(self) -> float:
        """Diarization error rate in percent."""
        return self.percent(self.missed + self.false_alarm + self.confusion)


@dataclass(frozen=True, slots=True)
class SpeakerErrors:
    """Words of the reference, and the errors among them as WER, cpWER and tcpWER count them."""

    words: int = 0
    heard: int = 0
    by_speaker: int = 0
    by_speaker_and_time: int = 0

    def __add__(self, other: SpeakerErrors) -> SpeakerErrors:
        return SpeakerErrors(
            self.words + other.words,
            self.heard + other.heard,
            self.by_speaker + other.by_speaker,
            self.by_speaker_and_time + other.by_speaker_and_time,
        )

    def percent(self, errors: int) -> float:
        """Return errors in percent of the words."""
        return 100 * errors / max(1, self.words)

    @property
    def wer(self) -> float:
        """Errors of the recogniser alone, in percent."""
        return self.percent(self.heard)

    @property
    def cpwer(self) -> float:
        """Errors with those of the speaker: a word under the wrong one is two."""
        return self.percent(self.by_speaker)

    @property
    def tcpwer(self) -> float:
        """Errors with those of the speaker and of the time."""
        return self.percent(self.by_speaker_and_time)


@dataclass(frozen=True, slots=True)
class Named(Span):
    """A normalised word, and who says it."""

    text: str
    speaker: str


def diarization_errors(
    reference: Iterable[SpeakerSpan], spans: Iterable[SpeakerSpan], duration: float
) -> Diarized:
    """Compare who spoke when over a whole recording: no collar, overlapping speech included."""
    from pyannote.core import Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    everywhere = Timeline([Segment(0, duration)])
    metric: Any = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    parts = metric(_annotation(reference), _annotation(spans), uem=everywhere, detailed=True)
    return Diarized(
        parts["total"], parts["missed detection"], parts["false alarm"], parts["confusion"]
    )


def _annotation(spans: Iterable[SpeakerSpan]) -> Any:
    from pyannote.core import Annotation, Segment

    made = Annotation()
    for number, span in enumerate(spans):
        made[Segment(span.start, span.end), number] = span.speaker
    return made.support()  # one who overlaps with themselves speaks once


def speaker_errors(reference: Iterable[Said], turns: Iterable[Turn]) -> SpeakerErrors:
    """Count word errors without regard to who said a word, with it, and with time too."""
    from meeteval.wer import cpwer, tcorcwer, tcpwer

    wanted, got = reference_words(reference), heard_words(turns)
    if not wanted or not got:
        return SpeakerErrors(len(wanted), *[len(wanted) + len(got)] * 3)
    both = _segments(wanted), _segments(got)
    # Each word is a segment with its own time, of which meeteval takes the middle in what is heard.
    counts = (tcorcwer(*both, collar=COLLAR), cpwer(*both), tcpwer(*both, collar=COLLAR))
    heard, by_speaker, with_time = (count[SESSION].errors for count in counts)
    # Words by speaker are one of the ways in which ORC may give words away: only its collar, by
    # which a word is too far from where it was said, can make it find more errors.
    return SpeakerErrors(len(wanted), min(heard, by_speaker), by_speaker, with_time)


def _segments(words: Iterable[Named]) -> Any:
    from meeteval.io import SegLST

    return SegLST(
        [
            {
                "session_id": SESSION,
                "speaker": word.speaker,
                "start_time": word.start,
                "end_time": word.end,
                "words": word.text,
            }
            for word in words
        ]
    )


def boundary_errors(reference: Iterable[Said], turns: Iterable[Turn]) -> tuple[int, int]:
    """Count words near a change of speaker that stand under another person, and all of those.

    Only words for which something was heard are counted; who is who is what most words say.
    """
    wanted, got = reference_words(reference), heard_words(turns)
    aligned = list(aligned_words(wanted, got))
    people = best_mapping(Counter((a.speaker, b.speaker) for a, b in aligned))
    changes = changes_of_speaker(wanted)
    near = [(a, b) for a, b in aligned if any(a.distance(change) <= NEAR for change in changes)]
    return sum(people.get(b.speaker) != a.speaker for a, b in near), len(near)


def changes_of_speaker(words: Sequence[Named]) -> tuple[Span, ...]:
    """Return the time between each word and the next one, where another person says that."""
    return tuple(
        Span(min(before.end, after.start), max(before.end, after.start))
        for before, after in pairwise(words)
        if before.speaker != after.speaker
    )


def aligned_words(wanted: Sequence[Named], got: Sequence[Named]) -> Iterator[tuple[Named, Named]]:
    """Yield each word of the reference with what was heard for it, rightly or not."""
    from rapidfuzz.distance import Levenshtein

    texts = [word.text for word in wanted], [word.text for word in got]
    for step in Levenshtein.opcodes(*texts):
        yield from zip(
            wanted[step.src_start : step.src_end],
            got[step.dest_start : step.dest_end],
            strict=False,  # what is inserted or deleted has nothing beside it
        )


def best_mapping(shared: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """Return which person each speaker is, one for one, so that they share most.

    shared : how much each person and speaker have in common: words, or seconds.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if not shared:
        return {}
    people, speakers = (sorted({pair[side] for pair in shared}) for side in (0, 1))
    table = np.array([[shared.get((p, s), 0) for s in speakers] for p in people])
    rows, columns = linear_sum_assignment(table, maximize=True)
    return {speakers[column]: people[row] for row, column in zip(rows, columns, strict=True)}


def reference_words(said: Iterable[Said]) -> tuple[Named, ...]:
    """Return the words of a reference by time, spread evenly by characters over their utterance."""
    words = [
        Named(word.start, word.end, word.text, each.speaker)
        for each in said
        for word in spread_out(normalise(each.text).split(), Span(each.start, each.end))
    ]
    return tuple(sorted(words, key=lambda word: word.start))


def heard_words(turns: Iterable[Turn]) -> tuple[Named, ...]:
    """Return the normalised words of turns by time."""
    words = [
        Named(word.start, word.end, word.text, turn.speaker or NOBODY)
        for turn in turns
        for word in normalised([Timed(word.text, word.start, word.end) for word in turn.words])
    ]
    return tuple(sorted(words, key=lambda word: word.start))


def normalised(words: Sequence[Timed]) -> list[Timed]:
    """Return words as the normaliser has them in their running text, with their times.

    What it makes of several words ("twenty five", "25") shares the time of them all.
    """
    from rapidfuzz.distance import Levenshtein

    alone = [
        Timed(text, word.start, word.end) for word in words for text in normalise(word.text).split()
    ]
    together = normalise(" ".join(word.text for word in words)).split()
    kept: list[Timed] = []
    opcodes = Levenshtein.opcodes([word.text for word in alone], together)
    for same, group in groupby(opcodes, lambda step: step.tag == "equal"):
        steps = list(group)
        old = alone[steps[0].src_start : steps[-1].src_end]
        new = together[steps[0].dest_start : steps[-1].dest_end]
        kept.extend(old if same else spread_out(new, _time_of(old, kept, words)))
    return kept


def _time_of(old: Sequence[Timed], before: Sequence[Timed], words: Sequence[Timed]) -> Span:
    """Return the time of words; of none, the moment at which the word before ends."""
    if old:
        return Span(old[0].start, max(word.end for word in old))
    at = before[-1].end if before else words[0].start
    return Span(at, at)


def spread_out(texts: Sequence[str], over: Span) -> list[Timed]:
    """Return words one after the other, each with a share of the time as of the characters."""
    lengths = list(accumulate((len(text) for text in texts), initial=0))
    scale = over.duration / max(1, lengths[-1])
    edges = [over.start + scale * length for length in lengths]
    return [Timed(text, *edge) for text, edge in zip(texts, pairwise(edges), strict=True)]
