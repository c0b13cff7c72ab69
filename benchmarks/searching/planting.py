"""Needles put into what is said in a call, and where they stand once it has its times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.searching.calls import Utterance
from benchmarks.searching.needles import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.searching.calls import Call
    from benchmarks.searching.needles import Plant
    from pipeline.transcript import Turn

FEWEST_WORDS = 5  # of a turn in which something is hidden


@dataclass(frozen=True, slots=True)
class Planted:
    """A plant, and the words [first, end) of a turn that are to be found."""

    plant: Plant
    turn: int
    first: int
    end: int

    def place(self, call: Call, turns: Sequence[Turn]) -> Place:
        """Return where it stands."""
        words = turns[self.turn].words[self.first : self.end]
        return Place(call.identity, words[0].start, words[-1].end)


def plant_all(
    said: Sequence[Utterance], call: Call, plants: Iterable[Plant]
) -> tuple[list[Utterance], list[Planted]]:
    """Return what is said with all plants in it, no two in one turn, and what is to be found."""
    with_them, found, taken = list(said), [], set[int]()
    for plant in plants:
        turn = _turn_for(plant, said, call, taken)
        taken |= {turn, turn + 1}
        first = 0 if plant.alone else len(said[turn].texts)
        with_them[turn] = planted(said[turn], plant)
        if plant.following:
            after = said[turn + 1]
            with_them[turn + 1] = after.within(plant.following, ())
        if plant.found is not None:
            found.append(Planted(plant, turn, first + plant.found[0], first + plant.found[1]))
    return with_them, found


def _turn_for(plant: Plant, said: Sequence[Utterance], call: Call, taken: set[int]) -> int:
    """Return the turn that a plant goes to, of those that will do."""
    speaker = None if plant.speaker is None else call.speakers[plant.speaker]
    suitable = [
        number
        for number, each in enumerate(said[:-1])
        if not {number, number + 1} & taken
        and speaker in (None, each.speaker)
        and len(each.texts) >= FEWEST_WORDS
    ]
    return suitable[int(plant.where * len(suitable))]


def planted(utterance: Utterance, plant: Plant) -> Utterance:
    """Return an utterance that ends in a plant's words as a sentence, or is nothing but those."""
    last = plant.words[-1]
    ending = "" if last[-1] in ".?!" else "?" if plant.asks else "."
    words = (*plant.words[:-1], last + ending)
    whole = Utterance(utterance.speaker, words) if plant.alone else utterance.within((), words)
    if plant.label and plant.found:
        before = len(whole.texts) - len(words)
        name = (before + plant.found[0], before + plant.found[1], plant.label)
        whole = replace(whole, names=(*whole.names, name))
    return replace(whole, asks=plant.asks)
