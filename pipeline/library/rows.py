"""Values to the columns of `schema.sql` and back. Only here are times rounded: to milliseconds."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import LibraryError
from pipeline.people import Recognised, Voiceprint
from pipeline.recording import Layout, Recording, Track
from pipeline.speakers import EditKind, SpeakerEdit
from pipeline.transcript import (
    Made,
    Removed,
    Revision,
    Segment,
    Span,
    SpeakerSpan,
    Turn,
    Unheard,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Row

MILLISECONDS = 3
FLOAT32 = 4  # bytes
GARBLED = (ValueError, TypeError, KeyError, AttributeError)  # what a letter that changed leads to
CONFIRMED, REFUSED = "confirmed", "refused"


def seconds(time: float) -> float:
    """Round a time for keeping."""
    return round(time, MILLISECONDS)


def from_words(words: Iterable[Word]) -> str:
    """Return words as JSON; a word says how sure its speaker is only if it has one."""
    return json.dumps([_of_word(word) for word in words], ensure_ascii=False, separators=(",", ":"))


def _of_word(word: Word) -> list[Any]:
    row = [word.text, seconds(word.start), seconds(word.end), round(word.probability, 4)]
    sure = word.speaker_probability
    return [*row, word.spaced, *([] if sure is None else [round(sure, 4)])]


def to_words(text: str) -> tuple[Word, ...]:
    """Return the words that `from_words` wrote, this version's or the one before."""
    return tuple(Word(start, end, word, *rest) for word, start, end, *rest in _read(text))


def _read(text: str) -> Any:
    """Return what JSON holds; raises LibraryError for what is none: it was, when it was written."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> LibraryError:
    return LibraryError(
        f"the library is damaged (a text in it cannot be read: {error}). See what is: relisten "
        "doctor --deep. Then save what is left: relisten recover"
    )


def from_made(made: Made) -> str:
    """Return how a result was made as JSON."""
    return json.dumps(asdict(made), ensure_ascii=False)


def to_made(text: str) -> Made:
    """Return what `from_made` wrote; raises LibraryError for what is none of that."""
    fields = _read(text)
    try:
        options = tuple((name, value) for name, value in fields.pop("options"))
        return Made(**{**fields, "options": options, "notes": tuple(fields["notes"])})
    except GARBLED as error:
        raise _damaged(error) from error


def from_recording(recording: Recording) -> dict[str, Any]:
    """Return a recording's columns.

    A file name that is no Unicode (from an old archive, say) loses the bytes that are not.
    """
    fields = {**asdict(recording), "path": str(recording.path), "layout": str(recording.layout)}
    fields["tracks"] = from_tracks(recording.tracks)
    return {
        name: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for name, value in fields.items()
    }


def to_recording(row: Row | Mapping[str, Any]) -> Recording:
    """Return the recording of a row; raises LibraryError for one that was changed by a disk."""
    names = Recording.__slots__
    fields = {name: row[name] for name in names}
    try:
        path, layout, tracks = Path(row["path"]), Layout(row["layout"]), to_tracks(row["tracks"])
        return Recording(**{**fields, "path": path, "layout": layout, "tracks": tracks})
    except GARBLED as error:
        raise _damaged(error) from error


def check_read(table: str, row: Mapping[str, Any]) -> None:
    """Raise LibraryError for a row that no command could read: one would bar the way to all."""
    if table == "stage" and "made" in row:
        to_made(row["made"])
    elif table == "recording" and row.keys() >= set(Recording.__slots__):
        to_recording(row)


def from_tracks(tracks: Iterable[Track]) -> str:
    """Return tracks as JSON; "" for none, as for most recordings."""
    named = [(track.file, track.participant) for track in tracks]
    return json.dumps(named, ensure_ascii=False) if named else ""


def to_tracks(text: str) -> tuple[Track, ...]:
    """Return what `from_tracks` wrote."""
    named = json.loads(text) if text else ()  # most have none, and there may be thousands
    return tuple(Track(file, participant) for file, participant in named)


def from_names(names: Iterable[str]) -> str:
    """Return names as JSON."""
    return json.dumps(list(names), ensure_ascii=False)


def to_names(text: str) -> tuple[str, ...]:
    """Return what `from_names` wrote; raises LibraryError for what is none of that."""
    names = _read(text)
    if not isinstance(names, list):
        raise _damaged(TypeError(f"{text!r} are no names"))
    return tuple(map(str, names))


# The columns of `segment` after its position.
SEGMENT = (
    *("channel", "start", "end", "language"),
    *("average_logprob", "no_speech_probability", "temperature", "words"),
)


def from_segment(segment: Segment) -> tuple[Any, ...]:
    """Return the columns of `segment` after its position."""
    return (
        segment.channel,
        seconds(segment.start),
        seconds(segment.end),
        segment.language,
        segment.average_logprob,
        segment.no_speech_probability,
        segment.temperature,
        from_words(segment.words),
    )


def to_segment(row: Row | dict[str, Any]) -> Segment:
    """Return the segment of a row."""
    return Segment(
        start=row["start"],
        end=row["end"],
        words=to_words(row["words"]),
        channel=row["channel"],
        language=row["language"],
        average_logprob=row["average_logprob"],
        no_speech_probability=row["no_speech_probability"],
        temperature=row["temperature"],
    )


def from_removed(removed: Removed) -> tuple[Any, ...]:
    """Return the columns of `removed` after its position."""
    start, end = seconds(removed.start), seconds(removed.end)
    return start, end, removed.text, removed.reason, removed.channel


def to_removed(row: Row) -> Removed:
    """Return the removed words of a row."""
    return Removed(row["start"], row["end"], row["text"], row["reason"], row["channel"])


def from_unheard(unheard: Unheard) -> tuple[Any, ...]:
    """Return the columns of `unheard` after its position."""
    return seconds(unheard.start), seconds(unheard.end), unheard.channel


def to_unheard(row: Row) -> Unheard:
    """Return the stretch without words of a row."""
    return Unheard(row["start"], row["end"], row["channel"])


def from_segments(segments: Iterable[Segment]) -> str:
    """Return segments as JSON: objects with the columns of `segment`, their words in full."""
    columns = [dict(zip(SEGMENT, from_segment(segment), strict=True)) for segment in segments]
    whole = [{**each, "words": json.loads(each["words"])} for each in columns]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def to_segments(text: str) -> tuple[Segment, ...]:
    """Return the segments that `from_segments` wrote."""
    return tuple(
        to_segment({**columns, "words": json.dumps(columns["words"])})
        for columns in json.loads(text)
    )


def from_revision(revision: Revision) -> tuple[Any, ...]:
    """Return the columns of `revision`."""
    return (
        revision.number,
        seconds(revision.start),
        seconds(revision.end),
        from_made(revision.made),
        revision.made_at,
        from_segments(revision.before),
        int(revision.standing),
    )


def to_revision(row: Row) -> Revision:
    """Return the revision of a row."""
    return Revision(
        row["start"],
        row["end"],
        row["number"],
        to_made(row["made"]),
        row["made_at"],
        to_segments(row["before"]),
        bool(row["standing"]),
    )


def from_span(span: SpeakerSpan) -> tuple[Any, ...]:
    """Return the columns of `speaker_span` after its position."""
    start, end = seconds(span.start), seconds(span.end)
    return span.speaker, start, end, span.channel, round(span.probability, 4)


def to_span(row: Row) -> SpeakerSpan:
    """Return the speaker span of a row."""
    return SpeakerSpan(row["start"], row["end"], row["speaker"], row["channel"], row["probability"])


def from_label_span(span: SpeakerSpan) -> tuple[Any, ...]:
    """Return the columns of `label_span`."""
    return span.speaker, seconds(span.start), seconds(span.end), span.channel


def to_label_span(row: Row) -> SpeakerSpan:
    """Return the speaker span of a row of `label_span`."""
    return SpeakerSpan(row["start"], row["end"], row["speaker"], row["channel"])


def from_edit(edit: SpeakerEdit) -> tuple[Any, ...]:
    """Return the columns of `speaker_edit`."""
    times = (
        (seconds(edit.passage.start), seconds(edit.passage.end)) if edit.passage else (None,) * 2
    )
    return edit.number, str(edit.kind), edit.speaker, str(edit.value), *times, edit.made_at


def to_edit(row: Row) -> SpeakerEdit:
    """Return what a row says of a speaker."""
    return SpeakerEdit(
        EditKind(row["kind"]),
        row["speaker"],
        row["value"],
        None if row["start"] is None else Span(row["start"], row["end"]),
        row["number"],
        row["made_at"],
    )


def from_voiceprint(voiceprint: Voiceprint) -> tuple[Any, ...]:
    """Return the columns of `voiceprint`."""
    return (
        voiceprint.recording,
        voiceprint.speaker,
        from_embedding(voiceprint.embedding),
        seconds(voiceprint.seconds),
        voiceprint.digest,
    )


def to_voiceprint(row: Row) -> Voiceprint:
    """Return the voiceprint of a row."""
    embedding = struct.unpack(f"<{len(row['embedding']) // FLOAT32}f", row["embedding"])
    return Voiceprint(row["recording_id"], row["speaker"], embedding, row["seconds"], row["digest"])


def from_embedding(embedding: Iterable[float]) -> bytes:
    """Return the numbers of a voiceprint as they are kept."""
    numbers = tuple(embedding)
    return struct.pack(f"<{len(numbers)}f", *numbers)


def to_recognised(row: Row) -> Recognised:
    """Return what was decided of a speaker, from a row with the person's name."""
    return Recognised(
        row["recording_id"],
        row["speaker"],
        row["name"],
        row["verdict"] == CONFIRMED,
        row["decided_at"],
    )


def from_turn(turn: Turn) -> tuple[Any, ...]:
    """Return the columns of `turn` after its position."""
    start, end = seconds(turn.start), seconds(turn.end)
    return turn.speaker, start, end, turn.text, from_words(turn.words)


def to_turn(row: Row) -> Turn:
    """Return the turn of a row."""
    return Turn(row["start"], row["end"], row["speaker"], to_words(row["words"]))
