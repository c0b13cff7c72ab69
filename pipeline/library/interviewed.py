"""Who is interviewed in a library, and who of several calls is one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.interviewed import Voice, is_interviewed, persons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.library.database import Database

# The names of speakers who were confirmed to be somebody, as they are shown.
CONFIRMED = (
    "SELECT recording_id, person.name AS person, ifnull((SELECT value FROM speaker_edit "
    "WHERE recording_id = recognised.recording_id AND speaker = recognised.speaker "
    "AND kind = 'name' ORDER BY number DESC LIMIT 1), speaker) AS speaker "
    "FROM recognised JOIN person ON person.id = person_id WHERE verdict = 'confirmed'"
)
SPEAKS = (
    "SELECT recording_id, speaker, role, project FROM talk "
    "CROSS JOIN recording ON recording.id = recording_id"
)


def confirmed(database: Database) -> dict[tuple[str, str | None], str]:
    """Return who speakers are confirmed to be, by recording and what they are called."""
    found = database.read(CONFIRMED)
    return {(row["recording_id"], row["speaker"]): row["person"] for row in found}


def people_interviewed(database: Database) -> Mapping[tuple[str, str | None], tuple[str, ...]]:
    """Return who each one is who is interviewed, by recording and speaker, as `persons` does."""
    known = confirmed(database)
    return persons(
        Voice(identity, speaker, role, project, known.get((identity, speaker)))
        for identity, speaker, role, project in database.each(SPEAKS)
        if is_interviewed(role, speaker)
    )
