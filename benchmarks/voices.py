"""The same voice again: people confirmed in one recording, and who is suggested in the others.

python -m benchmarks.voices [FILE ...]

A recording is confirmed wholly, each of its people by one voiceprint, and every voice of every
other call is compared with them: once with that recording alone, once with everybody else's as
well, each from the first recording that has them. A call's other forms are never compared with it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import head, row
from benchmarks.speakers_cases import case_of
from benchmarks.speakers_scoring import best_mapping
from benchmarks.speech import call_of, speaker_recordings
from benchmarks.telling import tell_apart
from benchmarks.told import Task
from models.engines import LocalEngines
from pipeline.ingest import content_id
from pipeline.library import Library
from pipeline.people import MARGIN, THRESHOLD, Voiceprint, profile, score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.speakers_cases import Case
    from pipeline.transcript import SpeakerSpan

THRESHOLDS = tuple(round(0.3 + 0.05 * step, 2) for step in range(11))
ONE, ALL = "one recording", "everybody else"


@dataclass(frozen=True, slots=True)
class Voice:
    """A voiceprint of a recording, and whose it really is."""

    recording: str
    call: str
    person: str
    voiceprint: Voiceprint


@dataclass(frozen=True, slots=True)
class Guess:
    """The nearest of the people who are known, by how much, and how far the next one is.

    `known` tells whether the voice's own person is among them, `right` whether it is the nearest.
    """

    score: float
    margin: float
    known: bool
    right: bool

    def suggested(self, threshold: float) -> bool:
        """Tell whether this would be suggested from a score on."""
        return self.score >= threshold and self.margin >= MARGIN


def voices_of(case: Case, library: Library, engines: LocalEngines) -> list[Voice]:
    """Tell the speakers of a recording apart, and return their voices with their real names."""
    tell_apart(Task(str(case.path), case.speakers), library, engines)
    identity = content_id(case.path)
    people = real_names(case.spoken, library.spans(identity))
    return [
        Voice(case.name, call_of(case.path), people[each.speaker], each)
        for each in library.voiceprints()
        if each.recording == identity and each.usable and each.speaker in people
    ]


def real_names(spoken: Sequence[SpeakerSpan], told: Iterable[SpeakerSpan]) -> dict[str, str]:
    """Return who each speaker is: the one with whom they share most of the time."""
    shared: defaultdict[tuple[str, str], float] = defaultdict(float)
    for span in told:
        for real in spoken:
            shared[real.speaker, span.speaker] += real.overlap(span)
    return best_mapping(shared)


def confirmed(voices: Iterable[Voice]) -> list[Voice]:
    """Return the first voice of each person."""
    first: dict[str, Voice] = {}
    for voice in voices:
        first.setdefault(voice.person, voice)
    return list(first.values())


def guesses(voices: Sequence[Voice]) -> Iterator[tuple[str, Guess]]:
    """Compare each voice with those of each other call, and with all others, by what is known."""
    for voice in voices:
        others = [other for other in voices if other.call != voice.call]
        for recording in dict.fromkeys(other.recording for other in others):
            yield ONE, guess(voice, [other for other in others if other.recording == recording])
        if others:
            yield ALL, guess(voice, confirmed(others))


def guess(voice: Voice, known: Sequence[Voice]) -> Guess:
    """Return which of the people who are known (at least one) a voice is most like."""
    near = sorted(
        (
            (score(voice.voiceprint, profile(other.person, [other.voiceprint])), other.person)
            for other in known
        ),
        reverse=True,
    )
    best, person = near[0]
    return Guess(
        score=best,
        margin=best - (near[1][0] if len(near) > 1 else 0.0),
        known=voice.person in {other.person for other in known},
        right=voice.person == person,
    )


def cells(guessed: Sequence[Guess], threshold: float) -> list[str]:
    """Return how many of the people who are known are found, and how many suggestions are false."""
    known = [each for each in guessed if each.known]
    made = [each for each in guessed if each.suggested(threshold)]
    found = sum(each.right for each in made)
    return [f"{found} of {len(known)}", f"{len(made) - found} of {len(guessed)}"]


def print_curve(guessed: Iterable[tuple[str, Guess]]) -> None:
    """Print a row for each threshold."""
    by: dict[str, list[Guess]] = {ONE: [], ALL: []}
    for kind, each in guessed:
        by[kind].append(each)
    names = [f"{what}, {kind} known" for kind in by for what in ("found", "false")]
    print(f"Suggested from a score on, where the next person is {MARGIN} further away:\n")
    print(head("score", *names))
    for threshold in THRESHOLDS:
        mark = f"{threshold:.2f}" + (" (as it is)" if threshold == THRESHOLD else "")
        print(row(mark, *(cell for each in by.values() for cell in cells(each, threshold))))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    files = parser.parse_args().files or speaker_recordings("conversations")
    engines = LocalEngines()
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder), create=True) as library:
        voices = [each for path in files for each in voices_of(case_of(path), library, engines)]
        print_curve(guesses(voices))


if __name__ == "__main__":
    main()
