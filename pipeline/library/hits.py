"""Turns as they are shown where something is found in them, and the numbers of hits."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import LibraryError, NotFound
from pipeline.library import annotation_rows, rows
from pipeline.library.filters import Condition
from pipeline.library.marking import mark
from pipeline.library.narrowing import Narrowing, label_and_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.library.database import Database
    from pipeline.library.filters import Filters
    from pipeline.recording import Recording
    from pipeline.transcript import Mention, Question, Span, Turn


@dataclass(frozen=True, slots=True)
class Match:
    """A turn that a query matches; `marked` is its text with the marks of `marking` in it."""

    recording: Recording
    position: int
    turn: Turn
    marked: str


class Passages(Narrowing):
    """What is said where a library's database finds something."""

    _database: Database

    # What they say

    def marked(self, expression: str, ids: Sequence[int]) -> list[Match]:
        """Return turns with what in them matches an FTS5 expression marked, in the order given."""
        texts = self.marked_texts(expression, ids) if ids else {}
        return [
            Match(recording, position, turn, texts.get(identity, turn.text))
            for identity, recording, position, turn in self._turns_of(ids)
        ]

    def marked_texts(self, expression: str, ids: Sequence[int]) -> dict[int, str]:
        """Return the texts of turns, by number, with what matches an FTS5 expression marked."""
        texts = self._database.read(
            "SELECT turn.id, text FROM json_each(?) CROSS JOIN turn ON turn.id = value",
            (json.dumps(ids),),
        )
        return mark(expression, ((row["id"], row["text"]) for row in texts))

    def plain(self, ids: Sequence[int]) -> list[Match]:
        """Return turns with nothing marked, in the order given."""
        return [
            Match(recording, position, turn, turn.text)
            for _, recording, position, turn in self._turns_of(ids)
        ]

    def _turns_of(self, ids: Sequence[int]) -> Iterator[tuple[int, Recording, int, Turn]]:
        found = self._database.read(
            "SELECT recording.*, turn.id AS number, turn.position, turn.speaker, turn.start, "
            'turn."end", turn.words FROM json_each(?) AS wanted '
            "CROSS JOIN turn ON turn.id = wanted.value "
            "JOIN recording ON recording.id = turn.recording_id ORDER BY wanted.key",
            (json.dumps(ids),),
        )
        for row in found:
            yield row["number"], rows.to_recording(row), row["position"], rows.to_turn(row)

    def turn_numbers(self, places: Sequence[tuple[str, int]]) -> list[int]:
        """Return the numbers that SQLite gave to turns, of recordings and positions."""
        found = self._database.read(
            "SELECT turn.id FROM json_each(?) AS wanted CROSS JOIN turn ON "
            "turn.recording_id = wanted.value ->> 0 AND turn.position = wanted.value ->> 1 "
            "ORDER BY wanted.key",
            (json.dumps(places),),
        )
        return [row["id"] for row in found]

    def turns_between(self, identity: str, first: int, last: int) -> tuple[Turn, ...]:
        """Return the turns of a recording from one position to another, both with them."""
        found = self._database.read(
            "SELECT * FROM turn WHERE recording_id = ? AND position BETWEEN ? AND ? "
            "ORDER BY position",
            (identity, first, last),
        )
        return tuple(rows.to_turn(row) for row in found)

    def questions_of(self, ids: Sequence[int]) -> list[tuple[Question, ...]]:
        """Return the questions of each of some turns."""
        found = self._database.read(
            "SELECT wanted.key AS place, question.* FROM json_each(?) AS wanted "
            "CROSS JOIN turn_trait ON turn_trait.id = wanted.value "
            "CROSS JOIN recording_number ON number = turn_trait.recording "
            "CROSS JOIN question ON question.recording_id = recording_number.recording_id "
            "AND question.turn = turn_trait.position ORDER BY wanted.key, question.position",
            (json.dumps(ids),),
        )
        asked: list[tuple[Question, ...]] = [()] * len(ids)
        for row in found:
            asked[row["place"]] += (annotation_rows.to_question(row),)
        return asked

    def mentioned(self, identity: str, position: int, filters: Filters) -> tuple[Mention, ...]:
        """Return where the entities of filters are named in a turn."""
        asked = [each for each in filters.asked() if each.name == "entity" and not each.without]
        found: dict[int, Any] = {}
        for field in asked:
            label, name = label_and_name(field.value)
            meant = Condition().where("label = {0}", label or None)
            if name:
                meant = meant.among("folded IN ({0})", self.entity_names(name))
            query = (
                f"SELECT * FROM entity WHERE recording_id = ? AND turn = ? AND {meant} "
                "ORDER BY position"
            )
            for row in self._database.read(query, (identity, position, *meant.values)):
                found[row["position"]] = annotation_rows.to_mention(row)
        return tuple(found[place] for place in sorted(found))

    # What is meant

    def is_embedded(self) -> bool:
        """Tell whether what passages mean is known of any recording."""
        return bool(self._database.read("SELECT 1 FROM meaning LIMIT 1"))

    def unembedded(self, languages: Sequence[str]) -> int:
        """Return of how many recordings in some languages it is not known what passages mean."""
        spoken = Condition().among("language IN ({0})", languages)
        found = self._database.read(
            f"SELECT count(*) AS n FROM recording WHERE {spoken} "
            "AND id NOT IN (SELECT recording_id FROM meaning) "
            "AND EXISTS (SELECT 1 FROM turn WHERE recording_id = recording.id)",
            spoken.values,
        )
        return int(found[0]["n"])

    # The numbers of hits

    def keep_hits(self, hits: Sequence[tuple[str, Span]]) -> None:
        """Remember the passages that a search listed, as numbers 1, 2, 3 ...

        What cannot be remembered is forgotten without a word: what was found is worth more.
        """
        with contextlib.suppress(LibraryError), self._database.passing():
            self._database.write("DELETE FROM last_hit")
            self._database.write_all(
                "INSERT INTO last_hit VALUES (?, ?, ?, ?)",
                (
                    (number, identity, rows.seconds(span.start), rows.seconds(span.end))
                    for number, (identity, span) in enumerate(hits, start=1)
                ),
            )

    def hit(self, number: int) -> tuple[Recording, float, float]:
        """Return the recording, start and end of a passage that the last search listed."""
        if self._database.read_only:  # the numbers that it knows are those of an older search
            raise NotFound(
                "this library can only be read, and keeps no hits. Name the passage: ID@12:34"
            )
        found = self._database.read(
            'SELECT recording.*, start, "end" FROM last_hit '
            "JOIN recording ON recording.id = recording_id WHERE number = ?",
            (number,),
        )
        if not found:
            raise NotFound(
                f"the last search listed no hit {number}. Search again, then use a number of its "
                "list."
            )
        return rows.to_recording(found[0]), found[0]["start"], found[0]["end"]
