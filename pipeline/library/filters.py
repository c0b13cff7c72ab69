"""Which recordings and turns to look at, and the same as a condition of SQL."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filters:
    """Which recordings and turns to look at; None is all. Dates are ISO 8601 days, inclusive."""

    recording: str | None = None
    project: str | None = None
    speaker: str | None = None
    since: str | None = None
    until: str | None = None


EVERYTHING = Filters()


def condition(filters: Filters, *, speaker_of_recording: bool) -> tuple[str, list[str]]:
    """Return a SQL condition on recordings (and on turns, unless of whole recordings)."""
    speaker = "casefold(turn.speaker) = casefold(?)"
    if speaker_of_recording:
        speaker = f"EXISTS (SELECT 1 FROM turn WHERE recording_id = recording.id AND {speaker})"
    clauses = {
        "recording.id = ?": filters.recording,
        "casefold(recording.project) = casefold(?)": filters.project,
        speaker: filters.speaker,
        "substr(recording.recorded_at, 1, 10) >= ?": filters.since,
        "substr(recording.recorded_at, 1, 10) <= ?": filters.until,
    }
    used = {clause: value for clause, value in clauses.items() if value is not None}
    return " AND ".join(["TRUE", *used]), list(used.values())
