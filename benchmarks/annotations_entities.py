"""How well named things are found: precision, recall and F1 of five kinds, against the gold.

Gold counts as far as its words were recognised: where the string stands in the recogniser's text of
that call. What is found counts once a call and spelling; all that is not gold is a false alarm.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.figures import head, row
from benchmarks.speech import SPEECH
from pipeline.entities.amounts import amounts, spelt_number, worth
from pipeline.filing import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.library import Library

GOLD = SPEECH / "interviews"
# The kinds that are judged, by spaCy's label; whether a place is a town or a road is not.
KINDS = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "MONEY": "money",
    "DATE": "date",
}
AMOUNTS = {"MONEY", "PERCENT"}
_OWNED = re.compile(r"['\u2019]s$")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")


@dataclass(slots=True)
class Score:
    """How many of a kind were found rightly, wrongly, and not at all."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Twice what is right, of all that is found and all that is gold."""
        return 2 * self.right / max(1, 2 * self.right + len(self.wrong) + len(self.missed))

    def add(self, other: Score) -> None:
        """Count in what another has."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed


def report(libraries: Sequence[tuple[str, Library]]) -> Iterator[str]:
    """Yield a table with a line for each kind and library, and what the others come to."""
    yield head("heard by", "kind", "right", "false alarms", "missed", "F1")
    for name, library in libraries:
        scores: dict[str, Score] = {}
        for call, text, found in called(library):
            for kind, score in scored(gold_of(call), text, found).items():
                scores.setdefault(kind, Score()).add(score)
        yield from lines(name, scores)


def lines(name: str, scores: dict[str, Score]) -> Iterator[str]:
    """Yield the lines of a library: the five kinds, all of them, then every other label."""
    judged = [kind for kind in dict.fromkeys(KINDS.values()) if kind in scores]
    together = Score()
    for kind in judged:
        together.add(scores[kind])
        yield line(name, kind, scores[kind])
    yield line(name, "all five", together)
    for kind in sorted(scores.keys() - set(judged)):
        yield line(name, f"({kind})", scores[kind])


def line(name: str, kind: str, score: Score) -> str:
    """Return a row of the table."""
    wrong, missed = Counter(score.wrong), Counter(score.missed)
    return row(
        name,
        kind,
        str(score.right),
        f"{len(score.wrong)}: {', '.join(sorted(wrong))}" if wrong else "0",
        f"{len(score.missed)}: {', '.join(sorted(missed))}" if missed else "0",
        f"{score.f1:.2f}",
    )


def called(library: Library) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield the interviews by name, each with its text and what was found: text and label."""
    recordings = {each.title[:3]: each for each in library.recordings()}
    for call in sorted(recordings):
        if (GOLD / f"{call}.gold.json").exists():
            identity = recordings[call].id
            text = "\n".join(turn.text for turn in library.turns(identity))
            found = library.annotation(identity).entities
            yield call, text, [(each.text, each.label) for each in found]


def gold_of(call: str) -> list[tuple[str, str]]:
    """Return the entities that a reader marked in an interview: text and label."""
    gold = json.loads((GOLD / f"{call}.gold.json").read_text(encoding="utf-8"))
    return [(each["text"], each["label"]) for each in gold["entities"]]


def scored(
    gold: Sequence[tuple[str, str]], text: str, found: Sequence[tuple[str, str]]
) -> dict[str, Score]:
    """Return the score of each kind in one call; a label that is not judged is a kind."""
    wanted = {_compared(*each) for each in gold if was_recognised(*each, text)}
    got = {_compared(*each) for each in found}
    scores = {kind: Score() for kind, _ in wanted | got}
    for kind, each in sorted(wanted | got):
        score = scores[kind]
        if (kind, each) not in got:
            score.missed.append(each)
        elif (kind, each) not in wanted:
            score.wrong.append(each)
        else:
            score.right += 1
    return scores


def _compared(text: str, label: str) -> tuple[str, str]:
    return KINDS.get(label, label), compared(text, label)


def was_recognised(text: str, label: str, heard: str) -> bool:
    """Tell whether what is gold stands in the recogniser's text, a sum in whatever way."""
    if label in AMOUNTS:
        sums = (heard[each.start : each.end] for each in amounts(heard, 0, sterling=True))
        return worth(text) in {worth(each) for each in sums}
    return f" {compared(text, label)} " in f" {compared(heard, label)} "


def compared(text: str, label: str) -> str:
    """Return a text as it is compared: sums by what they come to, numbers in digits, no "the".

    Case, accents, marks and an owner's 's do not count: "June 9th" is "June 9".
    """
    if label in AMOUNTS and (value := worth(text)):
        return value
    words = [_OWNED.sub("", word.strip(".,;:!?\u2026\u2014")) for word in folded(text).split()]
    return " ".join(_digits(word) for word in words if word and word != "the")


def _digits(word: str) -> str:
    spelt = None if word == "a" else spelt_number(word)
    return _ORDINAL.sub(r"\1", word) if spelt is None else str(spelt)
