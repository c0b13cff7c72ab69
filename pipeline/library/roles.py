"""Who has which role in each recording: kept beside how much they say, so that SQL can ask."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pipeline.library.speakers import Speakers
from pipeline.library.traits import note_traits
from pipeline.portraits import Parts
from pipeline.roles import guess_from_texts
from pipeline.speakers import cast, roles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# Who is called by a role has it, and who was given one; what is left is guessed, if at all.
BY_NAME = (
    "UPDATE talk SET role = casefold(speaker), guessed = 0 "
    "WHERE casefold(speaker) IN ('interviewer', 'customer', 'other')"
)
BY_LABEL = (
    "UPDATE talk SET role = casefold(named.speaker), guessed = 0 FROM speaker_edit AS named "
    "WHERE named.recording_id = talk.recording_id AND named.value = talk.speaker "
    "AND kind = 'name' AND casefold(named.speaker) IN ('interviewer', 'customer', 'other')"
)
BY_HAND = (
    "UPDATE talk SET role = given.value, guessed = 0 FROM (SELECT recording_id, value, "
    "ifnull((SELECT value FROM speaker_edit AS named WHERE named.recording_id = edit.recording_id "
    "AND named.speaker = edit.speaker AND kind = 'name' ORDER BY number DESC LIMIT 1), speaker) "
    "AS name FROM speaker_edit AS edit WHERE kind = 'role' AND number = (SELECT max(number) FROM "
    "speaker_edit AS later WHERE later.recording_id = edit.recording_id "
    "AND later.speaker = edit.speaker AND kind = 'role')) AS given "
    "WHERE given.recording_id = talk.recording_id AND given.name = talk.speaker"
)
SAID = "SELECT speaker, text FROM turn WHERE recording_id = ? ORDER BY position"
GIVEN = "UPDATE talk SET role = ?, guessed = ? WHERE recording_id = ? AND speaker = ?"


class Roles(Speakers):
    """The roles of speakers in a library's database."""

    def _count_talk(self, identity: str) -> None:
        """Keep who has how many turns, and which role: as a person says, else as it is guessed."""
        super()._count_talk(identity)
        edits, said = self.edits(identity), self._texts(identity)
        labels = {name: label for label, name in cast(self.spans(identity), edits).items()}
        parts = Parts(roles(edits), guess_from_texts(said, self._calls(identity)))
        for name in said:
            role, guessed = parts.of(labels.get(name, name), name)
            self._database.write(GIVEN, (role, int(guessed), identity, name))
        note_traits(self._database.write, identity)

    def roles_of(self, identity: str) -> dict[str, tuple[str, bool]]:
        """Return the role of each speaker who has one, and whether it is a guess."""
        query = (
            "SELECT speaker, role, guessed FROM talk WHERE recording_id = ? AND role IS NOT NULL"
        )
        found = self._database.read(query, (identity,))
        return {row["speaker"]: (row["role"], bool(row["guessed"])) for row in found}

    def _texts(self, identity: str) -> dict[str, list[str]]:
        return by_name(self._database.read(SAID, (identity,)))

    def _calls(self, identity: str) -> dict[str, int]:
        found = self._database.read("SELECT project FROM recording WHERE id = ?", (identity,))
        project = found[0]["project"] if found else None
        return self.calls_of_speakers(project) if project else {}


def by_name(rows: Iterable[Any]) -> dict[str, list[str]]:
    """Return what each speaker says, turn by turn; what nobody was told to say is left out."""
    said: dict[str, list[str]] = {}
    for row in rows:
        if row["speaker"]:
            said.setdefault(row["speaker"], []).append(row["text"])
    return said


def fill_roles(run: Callable[..., Iterable[Any]]) -> None:
    """Keep the roles of all speakers, in a library from before they were kept.

    run : runs a statement of SQL with values, in a transaction, and returns its rows.
    """
    run(BY_LABEL)
    run(BY_NAME)
    run(BY_HAND)
    calls = _calls_by_project(run)
    query = (
        "SELECT id, project FROM recording WHERE id IN "
        "(SELECT recording_id FROM talk WHERE speaker IS NOT NULL AND role IS NULL)"
    )
    for identity, project in list(run(query)):
        said = by_name(run(SAID, (identity,)))
        known = calls[project.casefold()] if project else {}
        for name, role in guess_from_texts(said, known).items():
            run(f"{GIVEN} AND role IS NULL", (role, 1, identity, name))


def _calls_by_project(run: Callable[..., Iterable[Any]]) -> Mapping[str, Mapping[str, int]]:
    """Return in how many recordings of each project each name speaks."""
    calls: dict[str, dict[str, int]] = defaultdict(dict)
    for project, speaker, count in run(
        "SELECT casefold(project), speaker, count(*) FROM talk "
        "JOIN recording ON recording.id = recording_id "
        "WHERE project IS NOT NULL AND speaker IS NOT NULL GROUP BY casefold(project), speaker"
    ):
        calls[project][speaker] = count
    return calls
