"""Who asks and who answers, guessed from what they say (pure). A guess without a margin is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.speakers import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.transcript import Turn

FEWEST_TURNS = 4  # of a speaker: less tells nothing of them
# Of `score`, how far who asks must be ahead: it is 0.65 and more in six recordings of interviews
# heard with tiny.en, and up to 0.35 in nine of reading by turns and of service calls.
LEAD = 0.5
LEAST_ASKED = 0.2  # of the turns of an interviewer
LONG_WORD = 12  # characters: where words are longer on average, no spaces are written
OPENINGS = (
    *("what", "how", "why", "when", "where", "who", "which"),
    *("could you", "can you", "would you", "do you", "did you", "have you", "are you", "is there"),
    *("tell me", "tell us", "walk me", "talk me", "describe", "give me an example"),
)
BEGINS_A_QUESTION = re.compile(rf"((so|and|okay|right|well|but),? )*({'|'.join(OPENINGS)})\b")
NUMBERED = re.compile(r"Speaker \d+")
SENTENCE = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody speaks in a call: how much of it is asking, and how long their turns are."""

    turns: int
    asking: float  # share of turns
    words: float  # of a turn, on average
    calls: int = 1  # of the same project in which they speak


def guess_roles(turns: Sequence[Turn], calls: Mapping[str, int]) -> dict[str, Role]:
    """Return the likely roles of speakers, by name; none where nobody clearly leads.

    calls : in how many calls of the project each name speaks; a number is no name.
    """
    said = {name: [turn.text for turn in own] for name, own in by_speaker(turns).items()}
    return guess_from_texts(said, calls)


def guess_from_texts(
    said: Mapping[str, Sequence[str]], calls: Mapping[str, int]
) -> dict[str, Role]:
    """Return the likely roles of speakers, as `guess_roles`, from the texts of each one's turns."""
    calls = {name: count for name, count in calls.items() if not NUMBERED.fullmatch(name)}
    spoken = {name: texts for name, texts in said.items() if len(texts) >= FEWEST_TURNS}
    manners = {name: manner(texts, calls.get(name, 1)) for name, texts in spoken.items()}
    if len(manners) < 2:
        return {}
    scores = {name: score(each, manners.values()) for name, each in manners.items()}
    first, second, *_ = sorted(scores, key=lambda name: scores[name], reverse=True)
    if scores[first] - scores[second] < LEAD or manners[first].asking < LEAST_ASKED:
        return {}
    others = {name: Role.CUSTOMER for name in manners if name != first and len(manners) == 2}
    return {first: Role.INTERVIEWER, **others}


def by_speaker(turns: Iterable[Turn]) -> dict[str, list[Turn]]:
    """Return the turns of each speaker, in the order in which they first speak."""
    said: dict[str, list[Turn]] = {}
    for turn in turns:
        if turn.speaker:
            said.setdefault(turn.speaker, []).append(turn)
    return said


def manner(texts: Sequence[str], calls: int) -> Manner:
    """Return how somebody speaks, by the texts of their turns."""
    asked = sum(map(asks, texts))
    words = sum(max(len(text.split()), len(text) // LONG_WORD) for text in texts)
    return Manner(len(texts), asked / len(texts), words / len(texts), calls)


def asks(text: str) -> bool:
    """Tell whether a turn ends in a question, or begins its last sentence as one."""
    last = SENTENCE.split(text.strip())[-1].casefold()
    return last.endswith("?") or BEGINS_A_QUESTION.match(last) is not None


def score(one: Manner, everybody: Iterable[Manner]) -> float:
    """Return how much of an interviewer somebody is beside the others of a call."""
    everybody = tuple(everybody)
    longest = max(each.words for each in everybody)
    most = max(each.calls for each in everybody)
    recurs = one.calls / most if most > 1 else 0.0
    return one.asking + 0.5 * (1 - one.words / longest) + 0.5 * recurs
