"""What a person filed recordings under: projects, tags and participants."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from pipeline.filing import BY_HAND, Count, ProjectSummary, folded, named, tidy
from pipeline.library import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.filing import Filing
    from pipeline.library.database import Database
    from pipeline.recording import Recording


class Filed:
    """What the recordings of a library's database are filed under."""

    _database: Database

    def add_tags(self, identity: str, tags: Iterable[str]) -> None:
        """File a recording under tags; one that it has in another spelling stays as it is."""
        with self._database.atomic():
            self._add_tags(identity, tags)

    def remove_tags(self, identity: str, tags: Iterable[str]) -> None:
        """Take tags off a recording; one that it has not is none to take."""
        with self._database.atomic():
            self._remove_tags(identity, tags)

    def set_participants(self, identity: str, names: Sequence[str]) -> None:
        """Keep who took part in a recording, in the place of who did before."""
        with self._database.atomic():
            self._set_participants(identity, names)

    def file_under(self, recording: Recording, filing: Filing) -> None:
        """Keep all that a person wants changed of how a recording is filed, or nothing.

        Where its date is taken away, it gets the one of `recording`.
        """
        columns = changed_columns(recording, filing)
        with self._database.atomic():
            for name, value in columns.items():
                self._database.write(
                    f"UPDATE recording SET {name} = ? WHERE id = ?", (value, recording.id)
                )
            self._remove_tags(recording.id, filing.untag)
            self._add_tags(recording.id, filing.tags)
            if filing.participants is not None:
                self._set_participants(recording.id, filing.participants)

    def _add_tags(self, identity: str, tags: Iterable[str]) -> None:
        self._database.write_all(
            "INSERT OR IGNORE INTO tag (recording_id, folded, name) VALUES (?, ?, ?)",
            ((identity, folded(name), name) for name in named(tags)),
        )

    def _remove_tags(self, identity: str, tags: Iterable[str]) -> None:
        self._database.write_all(
            "DELETE FROM tag WHERE recording_id = ? AND folded = ?",
            ((identity, folded(name)) for name in named(tags)),
        )

    def _set_participants(self, identity: str, names: Iterable[str]) -> None:
        self._database.write("DELETE FROM participant WHERE recording_id = ?", (identity,))
        self._database.write_all(
            "INSERT INTO participant (recording_id, folded, name, position) VALUES (?, ?, ?, ?)",
            (
                (identity, folded(name), name, position)
                for position, name in enumerate(named(names))
            ),
        )

    # Reading

    def tags(self, identity: str) -> tuple[str, ...]:
        """Return what a recording is tagged with, by the alphabet."""
        query = "SELECT name FROM tag WHERE recording_id = ? ORDER BY folded"
        return tuple(row["name"] for row in self._database.read(query, (identity,)))

    def participants(self, identity: str) -> tuple[str, ...]:
        """Return who took part in a recording, as a person says; else as the tracks are called."""
        query = "SELECT name FROM participant WHERE recording_id = ? ORDER BY position"
        if said := self._database.read(query, (identity,)):
            return tuple(row["name"] for row in said)
        found = self._database.read("SELECT tracks FROM recording WHERE id = ?", (identity,))
        return tuple(track.participant for row in found for track in rows.to_tracks(row["tracks"]))

    def projects(self) -> tuple[ProjectSummary, ...]:
        """Return the projects by the alphabet, and at the end what is in none, if anything is.

        Projects that differ only in case or accents are one, under the spelling that most have.
        """
        found = self._database.read(
            "SELECT project, count(*) AS recordings, sum(duration) AS duration, "
            "substr(min(recorded_at), 1, 10) AS first, substr(max(recorded_at), 1, 10) AS last "
            "FROM recording GROUP BY project ORDER BY count(*) DESC, project"
        )
        together: dict[str | None, list[Any]] = defaultdict(list)
        for row in found:
            together[row["project"] and folded(row["project"])].append(row)
        tags = self._tags_of_projects()
        return tuple(
            _summary(spellings, tags.get(key, Counter()))
            for key, spellings in sorted(
                together.items(), key=lambda item: (item[0] is None, item[0] or "")
            )
        )

    def _tags_of_projects(self) -> Mapping[str | None, Counter[str]]:
        """Return for each project, folded, how many of its recordings have each tag."""
        found = self._database.read(
            "SELECT project, name, count(*) AS recordings FROM tag "
            "JOIN recording ON recording.id = recording_id GROUP BY project, tag.folded"
        )
        counted: dict[str | None, Counter[str]] = defaultdict(Counter)
        for row in found:
            key = row["project"] and folded(row["project"])
            counted[key][row["name"]] += row["recordings"]
        return counted

    # What there is to choose from

    def known_projects(self) -> tuple[Count, ...]:
        """Return every spelling of a project, with how many recordings have it."""
        return self._counts(
            "SELECT project AS name, count(*) AS recordings FROM recording "
            "WHERE project IS NOT NULL GROUP BY project"
        )

    def known_tags(self) -> tuple[Count, ...]:
        """Return every spelling of a tag, with how many recordings have it."""
        return self._counts("SELECT name, count(*) AS recordings FROM tag GROUP BY name")

    def known_speakers(self) -> tuple[Count, ...]:
        """Return every name of a speaker, with in how many recordings somebody is called so."""
        return self._counts(
            "SELECT speaker AS name, count(*) AS recordings FROM talk "
            "WHERE speaker IS NOT NULL GROUP BY speaker"
        )

    def known_participants(self) -> tuple[Count, ...]:
        """Return everybody who took part in a recording, with in how many, as `participants`."""
        return self._counts(
            "SELECT name, count(*) AS recordings FROM "
            "(SELECT name FROM participant UNION ALL "
            "SELECT json_extract(value, '$[1]') FROM recording, json_each(nullif(tracks, '')) "
            "WHERE recording.id NOT IN (SELECT recording_id FROM participant)) "
            "GROUP BY name"
        )

    def _counts(self, query: str) -> tuple[Count, ...]:
        found = self._database.read(query)
        return tuple(Count(row["name"], row["recordings"]) for row in found)


def changed_columns(recording: Recording, filing: Filing) -> dict[str, str | None]:
    """Return the columns of a recording that a filing changes, by name."""
    columns: dict[str, str | None] = {}
    if filing.project is not None:
        columns["project"] = tidy(filing.project) or None
    if filing.title is not None:
        columns["title"] = tidy(filing.title) or recording.path.stem
    if filing.date == "":
        columns["recorded_at"] = recording.recorded_at
        columns["recorded_at_from"] = recording.recorded_at_from
    elif filing.date is not None:
        columns |= {"recorded_at": filing.date, "recorded_at_from": BY_HAND}
    return columns


def _summary(spellings: Sequence[Any], tags: Counter[str]) -> ProjectSummary:
    """Return the summary of a project from a row for each of its spellings, the usual one first."""
    return ProjectSummary(
        project=spellings[0]["project"],
        recordings=sum(row["recordings"] for row in spellings),
        duration=rows.seconds(sum(row["duration"] for row in spellings)),
        first=min(row["first"] for row in spellings),
        last=max(row["last"] for row in spellings),
        tags=tuple(Count(*each) for each in sorted(tags.items(), key=lambda t: (-t[1], t[0]))),
    )
