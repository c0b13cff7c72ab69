"""Which turns ask something, what answers them, and who raised what first, on the interviews.

python -m benchmarks.annotations_questions --library FOLDER [FOLDER ...]

Each folder is a library of the interviews, heard in whatever way. A copy of it is read; it itself
stays as it is. Turns of the reference are found among those that were heard by their times.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import head, row
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from pipeline.mentioning import find_mentions
from pipeline.mentions import How
from pipeline.questions import find_questions
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pipeline.transcript import Question, Turn

GOLD = Path("../shared/speech/interviews")
# What is asked of `relisten mentions` for each topic of the references: the rivals' names, and
# what the product costs in dollars and pounds.
TOPICS = {
    "competitor": "Quickcrate OR DropBee OR Mailmoth",
    "price": 'price OR "$450" OR "£380"',
}
ALIKE = 0.8  # of two answers' time, shared: they are the same answer


@dataclass(frozen=True, slots=True)
class Reference:
    """What is known of an interview: who says something when, and which of these turns ask."""

    spans: tuple[Span, ...]
    speakers: tuple[str, ...]
    questions: tuple[int, ...]
    interview: tuple[int, ...]
    guide: tuple[int, ...]
    unprompted: frozenset[str]

    @classmethod
    def of(cls, call: str) -> Reference:
        """Read the reference of an interview."""
        gold = json.loads((GOLD / f"{call}.gold.json").read_text(encoding="utf-8"))
        turns = json.loads((GOLD / f"{call}.turns.json").read_text(encoding="utf-8"))
        asked = (each["turn_index"] for each in gold["guide"])
        return cls(
            tuple(Span(each["start"], each["end"]) for each in turns),
            tuple(each["speaker"] for each in turns),
            tuple(gold["questions"]),
            tuple(gold["interview_questions"]),
            tuple(each for each in asked if each is not None),
            frozenset(each["topic"] for each in gold["unprompted"]),
        )

    def answer(self, question: int) -> Span | None:
        """Return when others speak after a turn that asks, up to its speaker's next of these."""
        after = (each for each in self.questions if each > question)
        same = (each for each in after if self.speakers[each] == self.speakers[question])
        until = next(same, len(self.spans))
        others = [
            self.spans[each]
            for each in range(question + 1, until)
            if self.speakers[each] != self.speakers[question]
        ]
        return Span(others[0].start, max(each.end for each in others)) if others else None


@dataclass(frozen=True, slots=True)
class Score:
    """Turns that ask: how many are found, invented and missed; and of which kinds are found."""

    found: int = 0
    invented: int = 0
    missed: int = 0
    interview: tuple[int, int] = (0, 0)
    guide: tuple[int, int] = (0, 0)
    answers: tuple[int, int] = (0, 0)

    def __add__(self, other: Score) -> Score:
        return Score(
            self.found + other.found,
            self.invented + other.invented,
            self.missed + other.missed,
            _sum(self.interview, other.interview),
            _sum(self.guide, other.guide),
            _sum(self.answers, other.answers),
        )

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.found / max(1, 2 * self.found + self.invented + self.missed)


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def report(libraries: Sequence[tuple[str, Library]]) -> Iterator[str]:
    """Yield a table of questions with a line for each call, and one of unprompted mentions."""
    yield head("heard by", "call", "found", "invented", "missed", "F1", *KINDS)
    for name, library in libraries:
        total = Score()
        for call, turns in called(library):
            one = score(Reference.of(call), turns, find_questions(turns))
            total += one
            yield line(name, call, one)
        yield line(name, "all", total)
    yield ""
    yield head("heard by", "topic", "unprompted in", "as the reference says", "right")
    for name, library in libraries:
        for topic in TOPICS:
            yield raised_line(name, topic, library)


KINDS = ("of the interview's", "of the guide's", "same answer")


def line(name: str, call: str, one: Score) -> str:
    """Return a line of the table of questions."""
    kinds = (f"{part} of {whole}" for part, whole in (one.interview, one.guide, one.answers))
    return row(name, call, one.found, one.invented, one.missed, f"{one.f1:.2f}", *kinds)


def score(reference: Reference, turns: Sequence[Turn], questions: Sequence[Question]) -> Score:
    """Return how well questions are found in the turns of an interview."""
    by_turn = {each.mention.turn: each for each in questions}
    wanted = {heard(reference.spans[each], turns): each for each in reference.questions}
    found = wanted.keys() & by_turn.keys()
    alike = sum(same(by_turn[each].answer, reference.answer(wanted[each])) for each in found)
    return Score(
        len(found),
        len(by_turn.keys() - wanted.keys()),
        len(wanted.keys() - by_turn.keys()),
        _among(reference.interview, reference, turns, by_turn),
        _among(reference.guide, reference, turns, by_turn),
        (alike, len(found)),
    )


def _among(
    asking: Sequence[int], reference: Reference, turns: Sequence[Turn], found: Collection[int]
) -> tuple[int, int]:
    there = sum(heard(reference.spans[each], turns) in found for each in asking)
    return there, len(asking)


def heard(span: Span, turns: Sequence[Turn]) -> int:
    """Return the turn, of those that were heard, that is most like one of the reference in time."""
    return max(range(len(turns)), key=lambda each: likeness(span, turns[each]))


def likeness(one: Span, other: Span) -> float:
    """Return the share of the time of two spans that both have."""
    shared = one.overlap(other)
    return shared / max(1e-9, one.duration + other.duration - shared)


def same(answer: Span | None, wanted: Span | None) -> bool:
    """Tell whether an answer is that of the reference, or there is none in both."""
    if answer is None or wanted is None:
        return answer is wanted
    return likeness(answer, wanted) >= ALIKE


def raised_line(name: str, topic: str, library: Library) -> str:
    """Return a line of the table of mentions: in which calls a topic is raised unprompted."""
    calls = [call for call, _ in called(library)]
    wanted = {call for call in calls if topic in Reference.of(call).unprompted}
    raised = find_mentions(library, TOPICS[topic]).raised
    found = {each.hit.recording.title[:3] for each in raised if each.how is How.UNPROMPTED}
    right = sum((call in wanted) == (call in found) for call in calls)
    return row(name, topic, _listed(found), _listed(wanted), f"{right} of {len(calls)}")


def _listed(calls: Collection[str]) -> str:
    return ", ".join(sorted(calls)) or "-"


def called(library: Library) -> Iterator[tuple[str, tuple[Turn, ...]]]:
    """Yield the interviews of a library, by name, each with its turns."""
    recordings = {each.title[:3]: each for each in library.recordings()}
    for call in sorted(recordings):
        if (GOLD / f"{call}.gold.json").exists():
            yield call, library.turns(recordings[call].id)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, nargs="+", required=True)
    folders = parser.parse_args().library
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        libraries = []
        for number, folder in enumerate(folders):
            (scratch / str(number)).mkdir()
            shutil.copy(folder / FILE_NAME, scratch / str(number))
            libraries.append((folder.name, stack.enter_context(Library(scratch / str(number)))))
        for each in report(libraries):
            print(each)


if __name__ == "__main__":
    main()
