"""The entities of a library, or of what filters leave of it: counted, with where each is said."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from pipeline.entities.summary import EntitySummary
from pipeline.filing import Count
from pipeline.library.interviewed import people_interviewed
from pipeline.library.narrowing import Narrowing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipeline.library.filters import Condition, Filters


class Entities(Narrowing):
    """What a library's entities come to over its recordings."""

    def entities(
        self, filters: Filters, labels: Collection[str] = (), limit: int = -1
    ) -> tuple[EntitySummary, ...]:
        """Return the entities that filters leave, those in the most recordings first.

        labels : those that count; none is all. `limit` is how many are returned, -1 all.
        """
        meant = self._of_entities(filters, labels)
        found = self._database.read(
            "SELECT folded, count(*) AS said, count(DISTINCT recording_id) AS calls FROM entity "
            f"WHERE {meant} GROUP BY folded ORDER BY calls DESC, said DESC, folded LIMIT ?",
            (*meant.values, limit),
        )
        shown = meant.among("entity.folded IN ({0})", [row["folded"] for row in found])
        written, people, first = self._written(shown), self._people(shown), self._first(shown)
        return tuple(
            _summary(
                row, written[row["folded"]], people.get(row["folded"], 0), first[row["folded"]]
            )
            for row in found
        )

    def _of_entities(self, filters: Filters, labels: Collection[str]) -> Condition:
        scope = self._scope(filters)
        some = f"entity.recording_id IN (SELECT id FROM recording WHERE {scope.recordings})"
        meant = type(scope.turns)()
        if scope.recordings:
            meant &= type(meant)(("TRUE", some), scope.recordings.values)
        if scope.turns:
            turns = (
                "EXISTS (SELECT 1 FROM turn JOIN recording ON recording.id = turn.recording_id "
                "WHERE turn.recording_id = entity.recording_id AND turn.position = entity.turn "
                f"AND {scope.turns})"
            )
            meant &= type(meant)(("TRUE", turns), scope.turns.values)
        return meant.among("entity.label IN ({0})", labels) if labels else meant

    def _written(self, meant: Condition) -> Mapping[str, Sequence[Any]]:
        """Return how each entity is written, named, labelled and valued, and how often."""
        together: defaultdict[str, list[Any]] = defaultdict(list)
        for row in self._database.read(
            "SELECT folded, text, coalesce(nullif(name, ''), text) AS name, label, value, "
            f"count(*) AS times FROM entity WHERE {meant} GROUP BY 1, 2, 3, 4, 5 "
            "ORDER BY times DESC, text",
            meant.values,
        ):
            together[row["folded"]].append(row)
        return together

    def _people(self, meant: Condition) -> Mapping[str, int]:
        """Return how many of those who are interviewed name each entity."""
        who = people_interviewed(self._database)
        people: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        for folded, recording, speaker in self._database.each(
            "SELECT DISTINCT folded, turn.recording_id, turn.speaker FROM entity "
            "JOIN turn ON turn.recording_id = entity.recording_id AND turn.position = entity.turn "
            f"WHERE {meant}",
            meant.values,
        ):
            if person := who.get((recording, speaker)):
                people[folded].add(person)
        return {folded: len(some) for folded, some in people.items()}

    def _first(self, meant: Condition) -> Mapping[str, Any]:
        """Return where each entity is first said, by the date of the recording."""
        found = self._database.read(
            "SELECT folded, entity.recording_id AS recording_id, start, "
            "min(recorded_at || printf('%012.3f', start)) FROM entity "
            f"JOIN recording ON recording.id = entity.recording_id WHERE {meant} GROUP BY folded",
            meant.values,
        )
        return {row["folded"]: row for row in found}


def _summary(row: Any, written: Sequence[Any], people: int, first: Any) -> EntitySummary:
    names: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    variants: Counter[str] = Counter()
    for each in written:
        names[each["name"]] += each["times"]
        labels[each["label"]] += each["times"]
        variants[each["text"]] += each["times"]
    values = dict.fromkeys(each["value"] for each in written if each["value"])
    return EntitySummary(
        name=names.most_common(1)[0][0],
        label=labels.most_common(1)[0][0],
        recordings=row["calls"],
        people=people,
        mentions=row["said"],
        variants=tuple(Count(text, times) for text, times in variants.most_common()),
        values=tuple(values),
        recording=first["recording_id"],
        start=first["start"],
    )
