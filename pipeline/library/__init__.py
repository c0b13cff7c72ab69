"""The library: every recording with what was said in it, in one SQLite file in one folder.

Nothing else imports sqlite3. What a `Library` also has, the results of stages and who speaks, is in
`stages` and `speakers`.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from pipeline.errors import LibraryError, NotFound
from pipeline.library import rows
from pipeline.library.database import Database
from pipeline.library.filters import EVERYTHING, Filters, condition
from pipeline.library.speakers import Speakers
from pipeline.library.stages import DEPENDENT, STAGES, now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.recording import Recording
    from pipeline.transcript import Span, Turn

__all__ = ["EVERYTHING", "STAGES", "Entry", "Filters", "Library", "Match"]
__all__ += ["DEPENDENT", "MARK_END", "MARK_START", "SHORTEST_ID"]

SHORTEST_ID = 4  # characters of an id that may stand for the whole


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the library: a recording, who speaks in it, and which stages are done."""

    recording: Recording
    language: str | None
    speakers: tuple[str, ...]
    turns: int
    stages: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every stage has run."""
        return set(self.stages) == set(STAGES)


@dataclass(frozen=True, slots=True)
class Match:
    """A turn that a query matches; `marked` is its text with `MARK_START` and `MARK_END` in it."""

    recording: Recording
    position: int
    turn: Turn
    marked: str


MARK_START, MARK_END = "\x02", "\x03"


class Library(Speakers):
    """A library in a folder. Close it, or use it as a context manager."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the library of a folder; raises LibraryError where there is none to open."""
        self.folder = folder
        self._database = Database(folder, create=create)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Recordings

    def put(self, recording: Recording) -> None:
        """Add a recording, or take note of where and what it is now."""
        columns = {**rows.from_recording(recording), "added_at": now()}
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        kept = {"id", "added_at"}
        updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in kept)
        with self._database.atomic():
            self._database.write(
                f"INSERT INTO recording ({names}) VALUES ({marks}) "
                f"ON CONFLICT (id) DO UPDATE SET {updates}",
                tuple(columns.values()),
            )

    def get(self, identity: str) -> Recording | None:
        """Return the recording with a content hash, if the library has it."""
        found = self._database.read("SELECT * FROM recording WHERE id = ?", (identity,))
        return rows.to_recording(found[0]) if found else None

    def recordings(self) -> list[Recording]:
        """Return all recordings: what each is, not what was said in it."""
        return [rows.to_recording(row) for row in self._database.read("SELECT * FROM recording")]

    def find(self, name: str) -> Recording:
        """Return the recording meant by the start of an id, a title or a file name.

        Raises NotFound where none or several are meant.
        """
        wanted = name.strip().casefold()
        known = self.recordings()
        for meant in (
            lambda each: wanted in _names(each),
            lambda each: len(wanted) >= SHORTEST_ID and each.id.startswith(wanted),
            lambda each: bool(wanted) and wanted in each.title.casefold(),
        ):
            found = [recording for recording in known if meant(recording)]
            if len(found) == 1:
                return found[0]
            if found:
                listed = ", ".join(f"{each.id[:8]} ({each.path.name})" for each in found[:5])
                raise NotFound(f"{name!r} may mean {len(found)} recordings: {listed}. Use an id.")
        raise NotFound(f"no recording goes by {name!r}. See them all: relisten list")

    def entries(self, filters: Filters = EVERYTHING) -> list[Entry]:
        """Return the recordings that pass the filters, by the date on which they were made."""
        where, values = condition(filters, speaker_of_recording=True)
        found = self._database.read(
            f"SELECT * FROM recording WHERE {where} ORDER BY recorded_at, title, id",
            values,
        )
        return [self._entry(row) for row in found]

    def _entry(self, row: Any) -> Entry:
        identity = (row["id"],)
        stages = self._database.read("SELECT name FROM stage WHERE recording_id = ?", identity)
        speakers = self._database.read(
            "SELECT speaker, count(*) AS turns, min(position) AS first FROM turn "
            "WHERE recording_id = ? GROUP BY speaker ORDER BY first",
            identity,
        )
        return Entry(
            rows.to_recording(row),
            row["language"],
            tuple(each["speaker"] for each in speakers if each["speaker"]),
            sum(each["turns"] for each in speakers),
            tuple(name for name in STAGES if name in {each["name"] for each in stages}),
        )

    # Searching

    def matches(self, expression: str, filters: Filters, limit: int) -> list[Match]:
        """Return the turns that match an FTS5 expression, best first, with the matches marked."""
        where, values = condition(filters, speaker_of_recording=False)
        found = self._database.read(
            'SELECT recording.*, turn.position, turn.speaker, turn.start, turn."end", turn.words, '
            f"highlight(turn_text, 0, '{MARK_START}', '{MARK_END}') AS marked "
            "FROM turn_text JOIN turn ON turn.id = turn_text.rowid "
            "JOIN recording ON recording.id = turn.recording_id "
            f"WHERE turn_text MATCH ? AND {where} "
            "ORDER BY bm25(turn_text), recorded_at, turn.recording_id, turn.position LIMIT ?",
            (expression, *values, limit),
        )
        return [
            Match(rows.to_recording(row), row["position"], rows.to_turn(row), row["marked"])
            for row in found
        ]

    def keep_hits(self, hits: Sequence[tuple[str, Span]]) -> None:
        """Remember the passages that a search listed, as numbers 1, 2, 3 ...

        What cannot be remembered is forgotten without a word: what was found is worth more.
        """
        with contextlib.suppress(LibraryError), self._database.atomic():
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
            raise NotFound(f"the last search listed no hit {number}. Search again, then play it.")
        return rows.to_recording(found[0]), found[0]["start"], found[0]["end"]


def _names(recording: Recording) -> set[str]:
    names = (recording.title, recording.path.name, recording.path.stem)
    return {name.strip().casefold() for name in names}
