"""What names are called where nobody is to know them, and where they are heard: by project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.filing import folded
from pipeline.library import rows
from pipeline.library.stages import now
from pipeline.pseudonyms import HeardName, Kind, Pseudonym, Said, is_nobody

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pipeline.library.database import Database

NONE = ""  # the project of recordings that are in none
OF_PROJECT = "recording_id IN (SELECT value FROM json_each(?))"


class Pseudonyms:
    """The lists of pseudonyms in a library's database."""

    _database: Database

    def pseudonyms(self, project: str | None) -> tuple[Pseudonym, ...]:
        """Return what was decided of the names of a project; None: of recordings in none."""
        found = self._database.read(
            "SELECT * FROM pseudonym WHERE project = ? ORDER BY decided_at, folded",
            (folded(project or NONE),),
        )
        return tuple(
            Pseudonym(row["name"], Kind(row["kind"]), row["pseudonym"], bool(row["added"]))
            for row in found
        )

    def set_pseudonyms(self, project: str | None, decided: Iterable[Pseudonym]) -> None:
        """Keep what was decided of names, in the place of what was decided of them before."""
        time = now()
        with self._database.atomic():
            self._database.write_all(
                "INSERT OR REPLACE INTO pseudonym VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        folded(project or NONE),
                        folded(each.name),
                        each.name,
                        each.kind,
                        each.pseudonym,
                        int(each.added),
                        time,
                    )
                    for each in decided
                ),
            )

    def remove_pseudonym(self, project: str | None, name: str) -> bool:
        """Take back what was decided of a name; return whether anything was."""
        wanted = (folded(project or NONE), folded(name))
        known = "FROM pseudonym WHERE project = ? AND folded = ?"
        with self._database.atomic():
            found = self._database.read(f"SELECT 1 {known}", wanted)
            self._database.write(f"DELETE {known}", wanted)
        return bool(found)

    # What may be a name

    def recordings_of(self, project: str | None) -> tuple[str, ...]:
        """Return the ids of a project's recordings by date, however it is spelt."""
        found = self._database.read("SELECT id, project FROM recording ORDER BY recorded_at, id")
        wanted = folded(project or NONE)
        return tuple(row["id"] for row in found if folded(row["project"] or NONE) == wanted)

    def names_said(self, identities: Collection[str]) -> tuple[Said, ...]:
        """Return where names are said in recordings, then who speaks and took part, by date."""
        marks = rows.from_names(tuple(identities))
        found = self._database.read(
            "SELECT coalesce(nullif(name, ''), text) AS name, label, recording_id, start "
            "FROM entity JOIN recording ON recording.id = recording_id "
            f"WHERE {OF_PROJECT} ORDER BY recorded_at, recording_id, start",
            (marks,),
        )
        said = [Said(row["name"], row["label"], row["recording_id"], row["start"]) for row in found]
        return (*said, *self._people_said(identities))

    def _people_said(self, identities: Iterable[str]) -> Iterator[Said]:
        for identity in identities:
            speakers = self._database.read(
                "SELECT speaker FROM talk WHERE recording_id = ? AND speaker IS NOT NULL "
                "UNION SELECT name FROM participant WHERE recording_id = ?",
                (identity, identity),
            )
            for row in speakers:
                if not is_nobody(row["speaker"]):
                    yield Said(row["speaker"], "PERSON", identity)

    def words_said_small(self, identities: Collection[str]) -> frozenset[str]:
        """Return the words that are said in recordings and written without a capital letter."""
        found = self._database.each(
            f"SELECT text FROM turn WHERE {OF_PROJECT}", (rows.from_names(tuple(identities)),)
        )
        return frozenset(
            word.strip(".,!?;:\"'()")
            for row in found
            for word in row["text"].split()
            if word.islower()
        )

    # What is heard

    def heard_names(self, identity: str) -> tuple[HeardName, ...]:
        """Return where names can be heard in a recording that its words do not show."""
        found = self._database.read(
            'SELECT start, "end", name FROM heard_name WHERE recording_id = ? ORDER BY start, name',
            (identity,),
        )
        return tuple(HeardName(row["start"], row["end"], row["name"]) for row in found)

    def add_heard_names(self, identity: str, heard: Sequence[HeardName]) -> None:
        """Keep where names can be heard in a recording."""
        time = now()
        with self._database.atomic():
            self._database.write_all(
                "INSERT OR IGNORE INTO heard_name VALUES (?, ?, ?, ?, ?)",
                (
                    (identity, rows.seconds(each.start), rows.seconds(each.end), each.name, time)
                    for each in heard
                ),
            )

    def remove_heard_names(self, identity: str) -> None:
        """Take away where names can be heard in a recording."""
        with self._database.atomic():
            self._database.write("DELETE FROM heard_name WHERE recording_id = ?", (identity,))

    # Forgetting

    def forget_pseudonyms(self, gone: Collection[str]) -> None:
        """Delete what was decided of names that are said in no recording that stays.

        Only inside `atomic`, before what hangs on the recordings that go is deleted.
        """
        for row in self._database.read("SELECT DISTINCT project FROM pseudonym"):
            members = self.recordings_of(row["project"])
            if not set(members) & set(gone):
                continue
            stays = [identity for identity in members if identity not in gone]
            texts = self._said_or_filed(stays)
            for each in self.pseudonyms(row["project"]):
                if not any(folded(each.name) in text for text in texts):
                    self._database.write(
                        "DELETE FROM pseudonym WHERE project = ? AND folded = ?",
                        (row["project"], folded(each.name)),
                    )

    def _said_or_filed(self, identities: Sequence[str]) -> list[str]:
        """Return, folded, all in which a name of recordings may stand."""
        marks = rows.from_names(tuple(identities))
        said = self._database.read(f"SELECT text FROM turn WHERE {OF_PROJECT}", (marks,))
        filed = self._database.read(
            "SELECT title, path FROM recording WHERE id IN (SELECT value FROM json_each(?))",
            (marks,),
        )
        names = [each.name for each in self.names_said(identities)]
        texts = [row["text"] for row in said]
        return [
            folded(text) for text in (*texts, *names, *(f"{r['title']} {r['path']}" for r in filed))
        ]
