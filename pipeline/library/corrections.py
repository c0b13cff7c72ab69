"""What a person put right in the words of recordings: kept for good, taken back and given again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.corrections import Correction
from pipeline.library import rows
from pipeline.library.stages import DEPENDENT, Stages, exactly_now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from sqlite3 import Row


class Corrections(Stages):
    """Corrections in a library's database."""

    def corrections(self, identity: str) -> tuple[Correction, ...]:
        """Return all corrections of a recording, in the order in which they were made."""
        query = "SELECT * FROM correction WHERE recording_id = ? ORDER BY number"
        return tuple(_to_correction(row) for row in self._database.read(query, (identity,)))

    def store_change(self, corrections: Mapping[str, Sequence[Correction]]) -> int:
        """Keep corrections of recordings, by their ids, as one change; return its number.

        Their turns are to be made anew: what breaks off between is made up for by the next run.
        """
        with self._database.atomic():
            change = self._put_change(corrections)
            for identity in corrections:
                self._forget(identity, DEPENDENT["diarize"])
        return change

    def _put_change(self, corrections: Mapping[str, Sequence[Correction]]) -> int:
        change, time = self._next("change", "TRUE", ()), exactly_now()
        for identity, own in corrections.items():
            first = self._next("number", "recording_id = ?", (identity,))
            for number, each in enumerate(own, start=first):
                numbered = replace(each, number=number, change=change, made_at=time)
                self._database.write(
                    "INSERT INTO correction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (identity, *_from_correction(numbered)),
                )
        return change

    def _next(self, column: str, where: str, values: tuple[Any, ...]) -> int:
        query = f"SELECT coalesce(max({column}), 0) + 1 AS next FROM correction WHERE {where}"
        return int(self._database.read(query, values)[0]["next"])

    def changed_by(self, change: int) -> dict[str, tuple[Correction, ...]]:
        """Return the corrections of a change, by the ids of their recordings."""
        query = "SELECT * FROM correction WHERE change = ? ORDER BY recording_id, number"
        found: dict[str, tuple[Correction, ...]] = {}
        for row in self._database.read(query, (change,)):
            before = found.get(row["recording_id"], ())
            found[row["recording_id"]] = (*before, _to_correction(row))
        return found

    def last_change(self, identity: str | None = None, *, undone: bool = False) -> int | None:
        """Return the change that was made last and stands, or that was taken back last.

        With an id, only changes of that recording count.
        """
        order = "undone_at DESC, change" if undone else "change DESC"
        found = self._database.read(
            f"SELECT change FROM correction WHERE (undone_at IS NOT NULL) = ?1 "
            f"AND (?2 IS NULL OR recording_id = ?2) ORDER BY {order} LIMIT 1",
            (undone, identity),
        )
        return int(found[0]["change"]) if found else None

    def set_undone(self, change: int, *, undone: bool) -> None:
        """Take a change back, or give it again: all of it."""
        time = exactly_now() if undone else None
        with self._database.atomic():
            self._database.write(
                "UPDATE correction SET undone_at = ? WHERE change = ? AND (undone_at IS NULL) = ?",
                (time, change, undone),
            )
            for identity in self.changed_by(change):
                self._forget(identity, DEPENDENT["diarize"])

    def left_behind(self) -> tuple[str, ...]:
        """Return the ids of recordings whose turns do not have their corrections yet."""
        found = self._database.read(
            "SELECT DISTINCT recording_id FROM correction WHERE EXISTS "
            "(SELECT 1 FROM stage WHERE stage.recording_id = correction.recording_id "
            "AND name = 'diarize') AND NOT EXISTS "
            "(SELECT 1 FROM stage WHERE stage.recording_id = correction.recording_id "
            "AND name = 'attribute') ORDER BY recording_id"
        )
        return tuple(row["recording_id"] for row in found)

    def unread(self) -> tuple[str, ...]:
        """Return the ids of recordings in which a person put something right that was not read yet.

        Their turns are made; names, questions or meanings in them are to be looked for.
        """
        found = self._database.read(
            "SELECT recording_id FROM stage WHERE name = 'attribute' AND recording_id IN "
            "(SELECT recording_id FROM correction UNION SELECT recording_id FROM speaker_edit) "
            "AND (SELECT count(*) FROM stage AS read WHERE read.recording_id = stage.recording_id "
            "AND name IN ('annotate', 'embed')) < 2 ORDER BY recording_id"
        )
        return tuple(row["recording_id"] for row in found)

    def saying(self, text: str) -> frozenset[str]:
        """Return the ids of recordings with a turn that has a text in it, whatever its case."""
        found = self._database.read(
            "SELECT DISTINCT recording_id FROM turn WHERE instr(casefold(text), ?) > 0",
            (text.casefold(),),
        )
        return frozenset(row["recording_id"] for row in found)


def _from_correction(correction: Correction) -> tuple[Any, ...]:
    """Return the columns of `correction` after the recording's id."""
    return (
        correction.number,
        correction.change,
        correction.channel,
        rows.seconds(correction.start),
        rows.seconds(correction.end),
        correction.before,
        correction.after,
        correction.lead,
        correction.trail,
        correction.made_at,
        correction.undone_at,
    )


def _to_correction(row: Row) -> Correction:
    """Return the correction of a row."""
    return Correction(
        row["start"],
        row["end"],
        row["before"],
        row["after"],
        row["channel"],
        row["lead"],
        row["trail"],
        row["number"],
        row["change"],
        row["made_at"],
        row["undone_at"],
    )
