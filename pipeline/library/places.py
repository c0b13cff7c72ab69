"""Where files of recordings were seen, which files failed, and which recordings seem to be one."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import LibraryError
from pipeline.library import rows
from pipeline.library.stages import now
from pipeline.sighting import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.library.database import Database
    from pipeline.recording import Recording
    from pipeline.transcript import Made

NEAR, NEAR_PART = 2.0, 0.01  # seconds, or the part, by which one call in two files may differ
MOST_COMPARED = 200  # where a recorder cuts all calls to one length
# Kept of a file for as long as it is worked on: of one that kills relisten, it is what is left.
BROKEN_OFF = "relisten ended by force while it was at work on this file, or still is at work on it"
ALONE = (
    "If it is over and the memory ran out, choose a smaller model (--model base); then run: "
    "relisten process --retry-failed"
)
_made = lru_cache(maxsize=4096)(rows.to_made)  # most recordings of a library are made alike


@dataclass(frozen=True, slots=True)
class Failure:
    """A file of which nothing could be made, and why, in words."""

    sighting: Sighting
    reason: str
    failed_at: str = ""

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.sighting.path

    @property
    def broken_off(self) -> bool:
        """Whether it is no more than that nothing came of it: relisten may have been killed."""
        return BROKEN_OFF in self.reason


class Places:
    """What a library's database knows of files."""

    _database: Database

    def places(self) -> dict[Sighting, str]:
        """Return every file that was taken in, as it was seen then, with its recording's id."""
        return {
            _sighting(row): row["recording_id"]
            for row in self._database.read("SELECT * FROM place")
        }

    def known_paths(self) -> dict[str, bool]:
        """Return every path under which a recording is known, and whether it is one of tracks."""
        query = (
            "SELECT path, tracks != '' AS tracks FROM recording UNION ALL "
            "SELECT place.path, tracks != '' FROM place JOIN recording ON id = recording_id"
        )
        return {row["path"]: bool(row["tracks"]) for row in self._database.read(query)}

    def place(self, sighting: Sighting) -> str | None:
        """Return the id of the recording that a file is, if it was taken in just as it is."""
        found = self._database.read(
            "SELECT recording_id FROM place WHERE path = ? AND size = ? AND modified = ?",
            _columns(sighting),
        )
        return str(found[0]["recording_id"]) if found else None

    def put_place(self, identity: str, sighting: Sighting, doubles: Mapping[str, float]) -> None:
        """Keep that a file is taken in, and which recordings are likely doubles of it, how like.

        It is no failure any more then.
        """
        path, size, modified = _columns(sighting)
        with self._database.atomic():
            self._database.write(
                "INSERT OR REPLACE INTO place (path, recording_id, size, modified, seen_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (path, identity, size, modified, now()),
            )
            self._database.write("DELETE FROM failure WHERE path = ?", (path,))
            self._database.write(
                "DELETE FROM likely_double WHERE ? IN (recording_id, other_id)", (identity,)
            )
            self._database.write_all(
                "INSERT INTO likely_double (recording_id, other_id, likeness) VALUES (?, ?, ?)",
                (
                    (*sorted((identity, other)), round(likeness, 4))
                    for other, likeness in sorted(doubles.items())
                ),
            )

    def all_made(self) -> dict[str, dict[str, Made]]:
        """Return the stages that each recording has been through, and what made each."""
        together: dict[str, dict[str, Made]] = defaultdict(dict)
        for row in self._database.read("SELECT recording_id, name, made FROM stage"):
            together[row["recording_id"]][row["name"]] = _made(row["made"])
        return together

    # Failures

    def failures(self) -> list[Failure]:
        """Return the files that failed, by path."""
        found = self._database.read("SELECT * FROM failure ORDER BY path")
        return [Failure(_sighting(row), row["reason"], row["failed_at"]) for row in found]

    @contextlib.contextmanager
    def at_work(self, sighting: Sighting) -> Iterator[None]:
        """Keep, as long as a file is worked on, that relisten was: of one that kills it, it stays.

        Where anything else ends the work, what was kept of the file before is kept of it again.
        """
        path = Path(_storable(str(sighting.path)))
        before = [each for each in self.failures() if each.path == path]
        self.put_failure(sighting, f"{sighting.path}: {BROKEN_OFF}. {ALONE}")
        try:
            yield
        except BaseException:
            with contextlib.suppress(LibraryError):  # what ended the work is to be told
                self.clear_failure(sighting.path)
                for failure in before:
                    self.put_failure(failure.sighting, failure.reason)
            raise

    def put_failure(self, sighting: Sighting, reason: str) -> None:
        """Keep that a file failed."""
        with self._database.atomic():
            self._database.write(
                "INSERT OR REPLACE INTO failure (path, size, modified, reason, failed_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (*_columns(sighting), _storable(reason), now()),
            )

    def clear_failure(self, path: Path) -> None:
        """Take a file off those that failed."""
        with self._database.atomic():
            self._database.write("DELETE FROM failure WHERE path = ?", (_storable(str(path)),))

    # Doubles

    def as_long_as(self, recording: Recording) -> list[str]:
        """Return the ids of the other recordings that are about as long, the nearest first."""
        reach = max(NEAR, NEAR_PART * recording.duration)
        found = self._database.read(
            "SELECT id FROM recording WHERE duration BETWEEN ? AND ? AND id != ? "
            "ORDER BY abs(duration - ?), id LIMIT ?",
            (
                recording.duration - reach,
                recording.duration + reach,
                recording.id,
                recording.duration,
                MOST_COMPARED,
            ),
        )
        return [row["id"] for row in found]

    def text(self, identity: str) -> str:
        """Return what is said in a recording, without who says it."""
        query = "SELECT text FROM turn WHERE recording_id = ? ORDER BY position"
        return " ".join(row["text"] for row in self._database.read(query, (identity,)))

    def doubles(self, identity: str) -> list[tuple[Recording, float]]:
        """Return the likely doubles of a recording, with how alike they are, the likest first."""
        found = self._database.read(
            "SELECT recording.*, likeness FROM likely_double JOIN recording ON recording.id = "
            "iif(recording_id = ?1, other_id, recording_id) "
            "WHERE ?1 IN (recording_id, other_id) ORDER BY likeness DESC, recording.id",
            (identity,),
        )
        return [(rows.to_recording(row), row["likeness"]) for row in found]


def _sighting(row: Any) -> Sighting:
    return Sighting(Path(row["path"]), row["size"], row["modified"])


def _columns(sighting: Sighting) -> tuple[str, int, int]:
    return _storable(str(sighting.path)), sighting.size, sighting.modified


def _storable(text: str) -> str:
    """Return a text as SQLite can keep it: a file name need not be Unicode."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
