"""Small libraries for tests, and what is in one, row for row."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.library.database import FILE_NAME
from pipeline.recording import Layout, Recording
from pipeline.transcript import Made, Segment, SpeakerSpan, Speech, Turn

if TYPE_CHECKING:
    from pipeline.library import Library

MADE = Made("fake-whisper", "1", "fake-base", "00ff")
# When something was done, seals of that, and the numbers that SQLite gives may differ.
PASSING = {"added_at", "finished_at", "made_at", "decided_at", "seen_at", "failed_at", "undone_at"}
PASSING |= {"changed_at", "found_at"}
UNLIKE = {("turn", "id"), ("seal", "sha256"), ("turn_trait", "id"), ("turn_trait", "recording")}
UNLIKE |= {("recording_number", each) for each in ("number", "first", "last")}
TABLES = {
    "recording": "id",
    "stage": "recording_id, name",
    "segment": "recording_id, position",
    "removed": "recording_id, position",
    "unheard": "recording_id, position",
    "revision": "recording_id, number",
    "speaker_span": "recording_id, position",
    "speaker_edit": "recording_id, number",
    "voiceprint": "recording_id, speaker",
    "unprinted": "recording_id, speaker",
    "label_span": "recording_id, speaker, start",
    "person": "id",
    "recognised": "recording_id, speaker, person_id",
    "turn": "recording_id, position",
    "entity": "recording_id, position",
    "keyphrase": "recording_id, position",
    "keyphrase_mention": "recording_id, keyphrase, position",
    "naming": "number",
    "vocabulary": "recording_id, position",
    "question": "recording_id, position",
    "meaning": "recording_id",
    "meaning_vectors": "recording_id",
    "last_hit": "number",
    "place": "path",
    "failure": "path",
    "likely_double": "recording_id, other_id",
    "tag": "recording_id, folded",
    "participant": "recording_id, position",
    "talk": "recording_id, position",
    "recording_number": "recording_id",
    "turn_trait": "position, speaker, role, asks, answers, labels",
    "correction": "recording_id, number",
    "highlight": "recording_id, number",
    "pseudonym": "project, folded",
    "heard_name": "recording_id, start",
    "listening_copy": "recording_id",
    "seal": "recording_id, rows_of",
    "backup": "path",
}


def recording(identity: str = "ab" * 32, **fields: Any) -> Recording:
    """Return a recording of ten minutes."""
    plain = Recording(
        id=identity,
        path=Path("calls", "first.m4a"),
        title="First call",
        duration=600.0,
        channels=2,
        sample_rate=48_000,
        codec="aac",
        size=1234,
        layout=Layout.CHANNEL_PER_SPEAKER,
        recorded_at="2026-09-01T10:00:00",
        recorded_at_from="tag",
    )
    return replace(plain, **fields)


def fill(library: Library, kept: Recording, *turns: Turn) -> Recording:
    """Put a recording with its turns into a library, as if heard just so."""
    library.put(kept)
    segments = tuple(Segment(turn.start, turn.end, turn.words) for turn in turns)
    spans = [SpeakerSpan(turn.start, turn.end, turn.speaker) for turn in turns if turn.speaker]
    library.store_speech(kept.id, Speech("en", segments), MADE)
    library.store_speakers(kept.id, spans, (), MADE)
    library.store_turns(kept.id, turns, MADE)
    return kept


def contents(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return every row of a library but what tells only when it was written."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        file.row_factory = sqlite3.Row
        return {
            table: [
                {
                    name: row[name]
                    for name in row.keys()  # noqa: SIM118 - a Row is no mapping
                    if name not in PASSING and (table, name) not in UNLIKE
                }
                for row in file.execute(f"SELECT * FROM {table} ORDER BY {order}")
            ]
            for table, order in TABLES.items()
        }


def check_index(folder: Path) -> None:
    """Raise sqlite3.DatabaseError where the search index is out of step with the turns."""
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as file:
        file.execute("INSERT INTO turn_text (turn_text, rank) VALUES ('integrity-check', 1)")
        (verdict,) = file.execute("PRAGMA integrity_check").fetchone()
        broken = file.execute("PRAGMA foreign_key_check").fetchall()
    if verdict != "ok" or broken:
        raise sqlite3.DatabaseError(f"{verdict}, {len(broken)} rows point nowhere")
