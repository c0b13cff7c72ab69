"""How telling speakers apart came out: the figures of a recording, their sums, and the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.figures import head, row
from benchmarks.speakers_scoring import (
    Diarized,
    SpeakerErrors,
    boundary_errors,
    diarization_errors,
    speaker_errors,
)
from pipeline.transcript import SpeakerSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.speakers_cases import Case
    from benchmarks.told import Told
    from pipeline.transcript import Turn

TIMES = ("DER %", "missed", "false alarm", "confusion")
WORDS = ("WER %", "cpWER", "cpWER - WER", "tcpWER", "wrong at changes")


@dataclass(frozen=True, slots=True)
class Result:
    """How one recording, or the sum of several, came out.

    `miscounted` are recordings in which another number of speakers was found than there are;
    `wrong` and `near` are words at a change of speaker, as `boundary_errors` counts them.
    """

    diarized: Diarized = field(default_factory=Diarized)
    words: SpeakerErrors = field(default_factory=SpeakerErrors)
    wrong: int = 0
    near: int = 0
    found: int = 0
    real: int = 0
    miscounted: int = 0
    recordings: int = 0
    cpu: float = 0.0
    duration: float = 0.0

    def __add__(self, other: Result) -> Result:
        return Result(
            self.diarized + other.diarized,
            self.words + other.words,
            self.wrong + other.wrong,
            self.near + other.near,
            self.found + other.found,
            self.real + other.real,
            self.miscounted + other.miscounted,
            self.recordings + other.recordings,
            self.cpu + other.cpu,
            self.duration + other.duration,
        )


@dataclass(frozen=True, slots=True)
class Round:
    """One engine's way through all cases of a condition; `count` is how it was told the number.

    `peak` is the most memory that its process held, in bytes.
    """

    engine: str
    condition: str
    count: str
    results: tuple[tuple[str, Result], ...]
    peak: int

    @property
    def total(self) -> Result:
        """The sum over all recordings."""
        return sum((result for _, result in self.results), Result())


def spans_of(told: Told) -> tuple[SpeakerSpan, ...]:
    """Return who speaks when, as an engine told it."""
    return tuple(SpeakerSpan(*span) for span in told.spans)


def judge(case: Case, told: Told, turns: Sequence[Turn]) -> Result:
    """Compare what was told of a recording with its references."""
    spans = spans_of(told)
    found = len({span.speaker for span in spans})
    wrong, near = boundary_errors(case.said, turns) if case.said else (0, 0)
    return Result(
        diarized=diarization_errors(case.spoken, spans, told.duration),
        words=speaker_errors(case.said, turns) if case.said else SpeakerErrors(),
        wrong=wrong,
        near=near,
        found=found,
        real=case.speakers,
        miscounted=int(found != case.speakers),
        recordings=1,
        cpu=told.cpu,
        duration=told.duration,
    )


def of_times(result: Result) -> list[str]:
    """Return the cells that tell of seconds."""
    parts = result.diarized
    seconds = (parts.missed, parts.false_alarm, parts.confusion)
    return [f"{parts.rate:.1f}", *(f"{parts.percent(each):.1f}" for each in seconds)]


def of_words(result: Result) -> list[str]:
    """Return the cells that tell of words; where none were compared, dashes."""
    words = result.words
    if not words.words:
        return ["-"] * len(WORDS)
    rates = (words.wer, words.cpwer, words.cpwer - words.wer, words.tcpwer)
    share = 100 * result.wrong / max(1, result.near)
    return [*(f"{rate:.1f}" for rate in rates), f"{share:.1f} % of {result.near}"]


def speed(result: Result) -> str:
    """Return the CPU seconds for a second of sound."""
    return f"{result.cpu / result.duration:.4f}"


def print_recordings(rounds: Round) -> None:
    """Print a row for each recording, and their total."""
    print(f"\n{rounds.engine}, {rounds.condition}, number of speakers {rounds.count}:\n")
    print(head("recording", "speakers", *TIMES, *WORDS, "CPU s a second"))
    for name, result in rounds.results:
        count = f"{result.found} of {result.real}"
        print(row(name, count, *of_times(result), *of_words(result), speed(result)))
    total = rounds.total
    print(row("all", counted(total), *of_times(total), *of_words(total), speed(total)), flush=True)


def counted(total: Result) -> str:
    """Return in how many recordings the number of speakers is not the real one."""
    return f"wrong in {total.miscounted} of {total.recordings}"


def print_summary(rounds: Iterable[Round]) -> None:
    """Print a row for each round."""
    print("\nAll recordings together:\n")
    names = ("engine", "condition", "number of speakers", "found")
    print(head(*names, *TIMES, *WORDS, "CPU s a second", "peak memory"))
    for each in rounds:
        total, peak = each.total, f"{each.peak / 1e6:.0f} MB"
        start = (each.engine, each.condition, each.count, counted(total))
        print(row(*start, *of_times(total), *of_words(total), speed(total), peak), flush=True)
