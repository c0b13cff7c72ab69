"""What the command line shows: values to lines of text (pure)."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from pipeline.filing import BY_HAND
from pipeline.lines.questions import question_lines
from pipeline.printable import printable
from pipeline.recording import SHORT_ID
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.catalog import Listed
    from pipeline.batch import Outcome
    from pipeline.doctor import Check
    from pipeline.library import Entry
    from pipeline.recording import Recording
    from pipeline.transcript import Entity, Keyphrase, Transcript

STAGE_WORDS = {
    "transcribe": "the words",
    "diarize": "who speaks",
    "attribute": "whose the words are",
    "annotate": "entities and keyphrases",
    "embed": "what is meant",
}
NOT_YET = "It is not transcribed yet. Run relisten process on it again."
MOST_SHOWN = 15  # entities of one label, or keyphrases
TIMES_SHOWN = 5  # mentions of one thing


def to_json(value: object) -> str:
    """Return values as JSON: dataclasses field for field, whatever JSON does not know as text."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=1)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def short_id(recording: Recording) -> str:
    """Return as much of an id as people need to type."""
    return recording.id[:SHORT_ID]


def entry_lines(entries: Sequence[Entry], *, filtered: bool = False) -> Iterator[str]:
    """Yield the library, or what filters leave of it, as a table, one line per recording."""
    if not entries and filtered:
        yield "No recording in the library matches that."
        return
    if not entries:
        yield "Nothing yet. Fill the library: relisten process FOLDER"
        return
    columns = {
        "ID": [short_id(entry.recording) for entry in entries],
        "DATE": [entry.recording.recorded_at[:10] for entry in entries],
        "LENGTH": [format_timestamp(entry.recording.duration) for entry in entries],
        "PROJECT": [entry.recording.project or "" for entry in entries],
        "TAGS": [", ".join(entry.tags) for entry in entries],
        "SPEAKERS": [", ".join(entry.speakers) or "-" for entry in entries],
        "TITLE": [_title_line(entry) for entry in entries],
    }
    # Who files nothing has no empty columns for it.
    used = {name: cells for name, cells in columns.items() if any(cells) or name == "TITLE"}
    yield from table([tuple(used), *zip(*used.values(), strict=True)])


def _title_line(entry: Entry) -> str:
    unfinished = "" if entry.complete else "  (unfinished)"
    return f"{entry.recording.title}{tracks_of(entry.recording)}{unfinished}"


def tracks_of(recording: Recording) -> str:
    """Return of how many tracks a recording is made, and whose they are; "" for one file."""
    names = recording.track_names
    return f"  ({len(names)} tracks: {', '.join(names)})" if names else ""


def table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows with their columns lined up; the last column runs free."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[-1]])


def transcript_lines(
    recording: Recording, transcript: Transcript, filed: str = ""
) -> Iterator[str]:
    """Yield one transcript as it is read, with what was found in it at the end.

    `filed` is a line that says what it is filed under.
    """
    length = format_timestamp(recording.duration)
    origin = recording.recorded_at_from
    known = "by hand" if origin == BY_HAND else f"from its {origin}"
    date = f"{recording.recorded_at[:10]} ({known})"
    yield recording.title
    yield f"{short_id(recording)}  {date}  {length}  {recording.path.name}{tracks_of(recording)}"
    if filed:
        yield filed
    if recording.damage:
        yield f"Note: {recording.damage}."
    yield ""
    for turn in transcript.turns:
        speaker = f"{turn.speaker}: " if turn.speaker else ""
        yield f"[{format_timestamp(turn.start)}] {speaker}{turn.text}"
    if not transcript.turns:
        done = "attribute" in dict(transcript.made)
        yield "Nobody speaks in this recording." if done else NOT_YET
    yield from _annotation_lines(transcript)


def _annotation_lines(transcript: Transcript) -> Iterator[str]:
    if transcript.annotation.entities:
        yield from ("", "Entities")
        yield from entity_lines(transcript.annotation.entities)
    if transcript.annotation.keyphrases:
        yield from ("", "Keyphrases")
        yield from keyphrase_lines(transcript.annotation.keyphrases)
    if transcript.annotation.questions:
        yield from ("", "Questions", *question_lines(transcript))
    for stage, made in transcript.made:
        if made.notes:
            yield from ("", f"Note on {STAGE_WORDS[stage]}: {'; '.join(made.notes)}.")


def entity_lines(entities: Iterable[Entity]) -> Iterator[str]:
    """Yield a line for each label: its entities, most often named first, with their times."""
    by_label: dict[str, dict[str, list[float]]] = {}
    for entity in entities:
        called = entity.name or entity.text
        times = by_label.setdefault(entity.label, {}).setdefault(called, [])
        times.append(entity.mention.start)
    for label, named in sorted(by_label.items()):
        often = sorted(named.items(), key=lambda item: (-len(item[1]), item[1][0]))
        shown = "; ".join(f"{text} {_times(times)}" for text, times in often[:MOST_SHOWN])
        yield f"  {label}: {shown}"


def keyphrase_lines(keyphrases: Sequence[Keyphrase]) -> Iterator[str]:
    """Yield the best keyphrases with their times."""
    for phrase in keyphrases[:MOST_SHOWN]:
        yield f"  {phrase.text} {_times([mention.start for mention in phrase.mentions])}"


def _times(times: Sequence[float]) -> str:
    shown = " ".join(f"[{format_timestamp(time)}]" for time in times[:TIMES_SHOWN])
    more = len(times) - TIMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def outcome_line(outcome: Outcome) -> str:
    """Return what became of one file, on one line whatever its name is."""
    identity = f"  {short_id(outcome.recording)}" if outcome.recording else ""
    note = f"  ({outcome.message})" if outcome.recording and outcome.message else ""
    recording = outcome.recording
    name = recording.title if recording and recording.tracks else outcome.path.name
    return printable(f"{outcome.state}{identity}  {name}{note}")


def model_lines(models: Sequence[Listed]) -> Iterator[str]:
    """Yield the models that there are, and which of them are on this machine."""
    rows = [("MODEL", "KIND", "SIZE", "LICENCE", "ON THIS MACHINE")]
    rows += [
        (
            model.name,
            model.kind,
            f"{model.size / 1e6:,.0f} MB" if model.size else "?",
            model.licence,
            str(model.path) if model.path else "no",
        )
        for model in models
    ]
    yield from table(rows)


def check_lines(checks: Sequence[Check]) -> Iterator[str]:
    """Yield what was checked: well or not, and the command that mends it."""
    for check in checks:
        mend = f"  ->  {check.mend}" if not check.well and check.mend else ""
        yield f"{'ok     ' if check.well else 'missing'}  {check.name}: {check.found}{mend}"
