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
    calls = {name: count for name, count in calls.items() if not NUMBERED.fullmatch(name)}
    spoken = {name: said for name, said in by_speaker(turns).items() if len(said) >= FEWEST_TURNS}
    manners = {name: manner(said, calls.get(name, 1)) for name, said in spoken.items()}
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


def manner(turns: Sequence[Turn], calls: int) -> Manner:
    """Return how somebody speaks."""
    asked = sum(asks(turn.text) for turn in turns)
    words = sum(len(turn.words) for turn in turns)
    return Manner(len(turns), asked / len(turns), words / len(turns), calls)


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
