"""Which recordings the speakers are told apart in, in which form, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.conditions import CLEAN, as_one_channel
from benchmarks.speech import beside, call_of, is_mono, reference, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.speech import Said
    from pipeline.transcript import SpeakerSpan


@dataclass(frozen=True, slots=True)
class Case:
    """A sound to be heard, and what is known of it: who speaks when and, of most, the words."""

    path: Path
    name: str
    spoken: tuple[SpeakerSpan, ...]
    said: tuple[Said, ...] = ()

    @property
    def speakers(self) -> int:
        """How many people speak."""
        return len({span.speaker for span in self.spoken})


def case_of(recording: Path) -> Case:
    """Return a recording with its references."""
    said = reference(recording) if beside(recording, ".turns.json").exists() else ()
    return Case(recording, recording.name, spoken(recording), said)


def by_channel(recordings: Iterable[Path]) -> list[Case]:
    """Return the recordings of two channels, of one person each."""
    cases = [case_of(recording) for recording in recordings if not is_mono(recording)]
    return [case for case in cases if case.speakers == 2]


def in_one_channel(recordings: Iterable[Path], folder: Path) -> list[Case]:
    """Return each call once: as it was recorded in one channel, else with its channels mixed.

    folder : where what is mixed is written.
    """
    calls: dict[tuple[Path, str], Path] = {}
    for recording in sorted(recordings, key=is_mono, reverse=True):
        calls.setdefault((recording.parent, call_of(recording)), recording)
    cases = [case_of(recording) for recording in sorted(calls.values())]
    return [
        case if is_mono(case.path) else under(case, CLEAN, folder, f"{case.name}, mixed")
        for case in cases
    ]


def under(case: Case, condition: str, folder: Path, name: str = "") -> Case:
    """Return a case as one channel in a condition."""
    path = as_one_channel(case.path, condition, case.spoken, folder)
    return replace(case, path=path, name=name or case.name)


def without_words(cases: Sequence[Case]) -> list[Case]:
    """Return cases of which only the times are compared."""
    return [replace(case, said=()) for case in cases]
