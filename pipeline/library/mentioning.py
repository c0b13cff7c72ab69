"""Who takes part in calls, and when each says something first: counted in SQL, read for few."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.library import rows
from pipeline.library.interviewed import confirmed
from pipeline.library.narrowing import Narrowing
from pipeline.mentions import Asked, Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.library.database import Database
    from pipeline.library.filters import Filters

IN_CALLS = "turn.recording_id IN (SELECT id FROM recording WHERE {0})"
# SQLite takes the other columns of a row from where the minimum is.
FIRST_BY_WORDS = (
    "SELECT turn.id, min(turn.position) FROM turn_text JOIN turn ON turn.id = turn_text.rowid "
    "WHERE turn_text MATCH ? AND {0} GROUP BY turn.recording_id, turn.speaker"
)
FIRST_BY_NAME = (
    "SELECT turn.id, min(entity.position), entity.start_char, entity.end_char FROM entity "
    "JOIN turn ON turn.recording_id = entity.recording_id AND turn.position = entity.turn "
    "WHERE entity.folded IN ({1}) AND {0} GROUP BY turn.recording_id, turn.speaker"
)


class Mentioned(Narrowing):
    """Who says something in the recordings of a library's database, and when first."""

    _database: Database

    def parts(self, filters: Filters) -> list[Part]:
        """Return who speaks in the recordings that pass filters, by date."""
        known = confirmed(self._database)
        meant = self._of_recordings(filters)
        found = self._database.read(
            "SELECT recording.*, talk.speaker, talk.role, talk.guessed FROM talk "
            f"JOIN recording ON recording.id = talk.recording_id WHERE {meant} "
            "ORDER BY recorded_at, recording.id, talk.position",
            meant.values,
        )
        return [
            Part(
                rows.to_recording(row),
                row["speaker"],
                row["role"],
                bool(row["guessed"]),
                known.get((row["id"], row["speaker"])),
            )
            for row in found
        ]

    def first_by_words(self, expression: str, filters: Filters) -> list[int]:
        """Return the first turn of each speaker of a recording that matches an FTS5 expression."""
        meant = self._of_recordings(filters)
        query = FIRST_BY_WORDS.format(IN_CALLS.format(meant) if meant else meant)
        found = self._database.read(query, (expression, *meant.values))
        return [row["id"] for row in found]

    def first_by_name(self, names: tuple[str, ...], filters: Filters) -> dict[int, tuple[int, int]]:
        """Return the first turn of each speaker in which an entity is named, and its characters."""
        meant = self._of_recordings(filters)
        marks = ", ".join("?" * len(names))
        query = FIRST_BY_NAME.format(IN_CALLS.format(meant) if meant else meant, marks)
        found = self._database.read(query, (*names, *meant.values))
        return {row["id"]: (row["start_char"], row["end_char"]) for row in found}

    def answering(self, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Asked]:
        """Return the questions that turns (recording, position) begin to answer."""
        found = self._database.read(
            "SELECT question.recording_id, answer_first, turn.speaker, "
            "substr(turn.text, start_char + 1, end_char - start_char) AS asked "
            "FROM json_each(?) AS wanted CROSS JOIN question "
            "ON question.recording_id = wanted.value ->> 0 AND answer_first = wanted.value ->> 1 "
            "JOIN turn ON turn.recording_id = question.recording_id "
            "AND turn.position = question.turn ORDER BY question.position",
            (json.dumps(list(places)),),
        )
        return {
            (row["recording_id"], row["answer_first"]): Asked(row["speaker"], row["asked"])
            for row in found
        }

    def without_questions(self, identities: Iterable[str]) -> set[str]:
        """Return those of some recordings in which no question was found, or none looked for."""
        found = self._database.read(
            "SELECT value AS id FROM json_each(?) AS wanted WHERE NOT EXISTS "
            "(SELECT 1 FROM question WHERE recording_id = wanted.value)",
            (json.dumps(list(identities)),),
        )
        return {row["id"] for row in found}
