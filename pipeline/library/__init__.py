"""The library: every recording with what was said in it, in one SQLite file in one folder.

Nothing else imports sqlite3. What a `Library` also has, the results of stages and who speaks, is in
`stages` and `speakers`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from pipeline.errors import NotFound
from pipeline.filing import folded
from pipeline.library import rows
from pipeline.library.copies import Copies
from pipeline.library.database import Database
from pipeline.library.edited import Edited
from pipeline.library.entities import Entities
from pipeline.library.filing import Filed
from pipeline.library.filters import EVERYTHING, Filters
from pipeline.library.highlights import Highlights
from pipeline.library.hits import Match
from pipeline.library.keyphrases import Keyphrases
from pipeline.library.marking import MARK_END, MARK_START
from pipeline.library.meaning import Meanings
from pipeline.library.mentioning import Mentioned
from pipeline.library.overview import Overview
from pipeline.library.places import Places
from pipeline.library.safekeeping import Safekeeping
from pipeline.library.searching import Matched, Order, Searching
from pipeline.library.stages import DEPENDENT, STAGES, TEXT_STAGES, now
from pipeline.privacy import make_private

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.library.filters import Condition
    from pipeline.recording import Recording

__all__ = ["EVERYTHING", "STAGES", "Entry", "Filters", "Library", "Match", "Matched", "Order"]
__all__ += ["DEPENDENT", "MARK_END", "MARK_START", "SHORTEST_ID", "TEXT_STAGES"]

SHORTEST_ID = 4  # characters of an id that may stand for the whole


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the library: a recording, who speaks in it, and which stages are done.

    `participants` are who took part as a person says, else as the tracks are called.
    """

    recording: Recording
    language: str | None
    speakers: tuple[str, ...]
    turns: int
    stages: tuple[str, ...]
    tags: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every stage has run but that of the copy, which costs no word."""
        return set(self.stages) >= set(TEXT_STAGES)


# What a list says of recordings beside what each is; {0} stands for which ones.
ABOUT = {
    "stages": "SELECT recording_id, name FROM stage WHERE {0}",
    "talk": "SELECT recording_id, speaker, turns FROM talk WHERE {0} ORDER BY position",
    "tags": "SELECT recording_id, name FROM tag WHERE {0} ORDER BY folded",
    "participants": "SELECT recording_id, name FROM participant WHERE {0} ORDER BY position",
}


class Library(
    Edited,
    Entities,
    Meanings,
    Keyphrases,
    Searching,
    Mentioned,
    Filed,
    Overview,
    Places,
    Safekeeping,
    Copies,
    Highlights,
):
    """A library in a folder. Close it, or use it as a context manager."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the library of a folder; raises LibraryError where there is none to open."""
        self.folder = folder
        self._database = Database(folder, create=create)
        if not self._database.read_only:
            make_private(folder)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def at_one_moment(self) -> AbstractContextManager[None]:
        """Read all that is read inside as of one moment, whatever others write meanwhile."""
        return self._database.steady()

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
        wanted = folded(name)
        known = self.recordings()
        for meant in (
            lambda each: wanted in _names(each),
            lambda each: len(wanted) >= SHORTEST_ID and each.id.startswith(wanted),
            lambda each: bool(wanted) and wanted in folded(each.title),
        ):
            found = [recording for recording in known if meant(recording)]
            if len(found) == 1:
                return found[0]
            if found:
                listed = ", ".join(f"{each.id[:8]} ({each.path.name})" for each in found[:5])
                raise NotFound(f"{name!r} may mean {len(found)} recordings: {listed}. Use an id.")
        raise NotFound(f"no recording goes by {name!r}. See them all: relisten list")

    def entries(self, filters: Filters = EVERYTHING) -> list[Entry]:
        """Return the recordings that pass the filters, by the date on which they were made.

        Raises NotFound for a name in them that nothing goes by.
        """
        meant = self._of_recordings(filters)
        found = self._database.read(
            f"SELECT * FROM recording WHERE {meant} ORDER BY recorded_at, title, id", meant.values
        )
        # One query each: one a recording would take seconds where there are thousands.
        about = {name: self._by_recording(query, meant) for name, query in ABOUT.items()}
        return [
            _entry(row, {name: known[row["id"]] for name, known in about.items()}) for row in found
        ]

    def _by_recording(self, query: str, meant: Condition) -> dict[str, list[Any]]:
        """Return what a query of `ABOUT` finds of some recordings, by recording."""
        some = f"recording_id IN (SELECT id FROM recording WHERE {meant})"
        together: dict[str, list[Any]] = defaultdict(list)
        asked = query.format(some if meant.values else "TRUE")
        for row in self._database.read(asked, meant.values):
            together[row["recording_id"]].append(row)
        return together


def _entry(row: Any, about: Mapping[str, Sequence[Any]]) -> Entry:
    recording, done = rows.to_recording(row), {each["name"] for each in about["stages"]}
    said = tuple(each["name"] for each in about["participants"])
    return Entry(
        recording,
        row["language"],
        tuple(each["speaker"] for each in about["talk"] if each["speaker"]),
        sum(each["turns"] for each in about["talk"]),
        tuple(name for name in STAGES if name in done),
        tuple(each["name"] for each in about["tags"]),
        said or recording.track_names,
    )


def _names(recording: Recording) -> set[str]:
    names = (recording.title, recording.path.name, recording.path.stem)
    return {folded(name) for name in names}
