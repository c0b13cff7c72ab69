"""Libraries of calls that nobody made, stored as `relisten process` stores them, needles and all.

What no search looks at is left out: segments as they were heard, speaker spans, copies.
"""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.searching.calls import annotated, timed
from benchmarks.searching.needles import Needle, Place, Plant, hidden
from benchmarks.searching.planting import plant_all
from pipeline.library import Library
from pipeline.meaning.embedding import meaning_of
from pipeline.recording import Layout, Recording
from pipeline.transcript import Made, Speech

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.searching.calls import Call, World
    from benchmarks.searching.planting import Planted
    from benchmarks.searching.vectors import Meanings
    from pipeline.transcript import Turn

BUILT = "built.json"
MADE = Made("benchmark", "1", options=(("language", "en"),))
TOLD_EACH = 500  # recordings, after which a line says how far it is


@dataclass(frozen=True, slots=True)
class Hidden:
    """A needle, and every place where it is to be found."""

    kind: str
    query: str
    meant: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """What a library was made of, and how long each part of that took, in seconds."""

    hours: float
    recordings: int
    turns: int
    words: int
    seconds: dict[str, float]
    needles: tuple[Hidden, ...]

    def write(self, folder: Path) -> None:
        """Keep it beside the library."""
        (folder / BUILT).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Built:
        """Return what `write` wrote."""
        kept = json.loads((folder / BUILT).read_text(encoding="utf-8"))
        needles = (
            Hidden(**{**each, "places": tuple(Place(**place) for place in each["places"])})
            for each in kept.pop("needles")
        )
        return cls(**kept, needles=tuple(needles))


@dataclass(slots=True)
class Clock:
    """Seconds by what they went into."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timing(self, what: str) -> Iterator[None]:
        """Add the time of what is done inside."""
        began = time.perf_counter()
        yield
        self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - began


class Builder:
    """Makes the calls of a world one by one, and stores each."""

    def __init__(self, world: World, folder: Path, meanings: Meanings | None) -> None:
        self._world, self._meanings, self._clock = world, meanings, Clock()
        self._folder = folder
        self._needles, self._gone = hidden(world.calls, world.seed)
        self._plants: dict[int, list[Plant]] = {}
        for plant in (plant for needle in self._needles for plant in needle.plants):
            self._plants.setdefault(plant.call, []).append(plant)
        self._places: dict[Plant, Place] = {}
        self._words = self._turns = 0

    def build(self) -> Built:
        """Make the library, and keep beside it what it is made of."""
        with Library(self._folder, create=True) as library:
            for call in self._world.calls:
                self._store(library, call)
                self._tell(call)
            with self._clock.timing("forgetting"):
                gone = [call.identity for call in self._gone]
                library.empty(gone)
                library.erase(gone)
        built = Built(
            hours=round(sum(call.duration for call in self._world.calls) / 3600, 1),
            recordings=len(self._world.calls) - len(gone),
            turns=self._turns,
            words=self._words,
            seconds=dict(self._clock.seconds),
            needles=tuple(map(self._hidden, self._needles)),
        )
        built.write(self._folder)
        return built

    def _hidden(self, needle: Needle) -> Hidden:
        places = [self._places[plant] for plant in needle.plants if plant in self._places]
        return Hidden(needle.kind, needle.query, needle.meant, tuple(places))

    def _store(self, library: Library, call: Call) -> None:
        timing, identity = self._clock.timing, call.identity
        with timing("text, drawn"):
            plants = self._plants.get(call.number, ())
            said, found = plant_all(self._world.said(call), call, plants)
            turns = timed(said, call)
            annotation = annotated(said, turns)
            self._note(call, turns, found)
        with timing("recordings"):
            library.put(recording(call))
            library.store_speech(identity, Speech("en", ()), MADE)
            library.add_tags(identity, call.tags)
            if call.number % 2:
                library.set_participants(identity, call.speakers)
        with timing("turns"):
            library.store_turns(identity, turns, MADE)
        with timing("annotations"):
            library.store_annotation(identity, annotation, MADE)
        if self._meanings is not None:
            with timing("meanings"):
                self._meanings.begin(call)
                meaning = meaning_of(turns, self._meanings)
                library.store_meaning(identity, meaning, self._meanings.made)

    def _note(self, call: Call, turns: Sequence[Turn], found: Sequence[Planted]) -> None:
        self._turns += len(turns)
        self._words += sum(len(turn.words) for turn in turns)
        self._places |= {each.plant: each.place(call, turns) for each in found}

    def _tell(self, call: Call) -> None:
        if (done := call.number + 1) % TOLD_EACH == 0:
            passed = sum(self._clock.seconds.values())
            print(f"{done:,} of {len(self._world.calls):,} recordings, {passed:.0f} s", flush=True)


def recording(call: Call) -> Recording:
    """Return the recording of a call; its file is nowhere."""
    return Recording(
        id=call.identity,
        path=Path(f"{call.title}.wav").absolute(),
        title=call.title,
        duration=call.duration,
        channels=2,
        sample_rate=16_000,
        codec="pcm_s16le",
        size=1,
        layout=Layout.CHANNEL_PER_SPEAKER,
        recorded_at=f"{call.day.isoformat()}T10:00:00",
        recorded_at_from="name",
        project=call.project,
    )
