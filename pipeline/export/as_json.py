"""JSON: everything, for other programs, and back. Its schema is `Contents`, field for field.

Times are seconds from the start of the recording, to the millisecond.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from pipeline.errors import UsageError
from pipeline.export.document import Document
from pipeline.timestamps import milliseconds
from pipeline.transcript import (
    Annotation,
    Entity,
    Keyphrase,
    Made,
    Question,
    Removed,
    Revision,
    Span,
    Transcript,
    Turn,
    Unheard,
    Word,
)

FORMAT = "relisten-transcript"
# Raised when a file of before cannot be read any more, or a reader of before would take a new
# file wrongly. A field with a default can be added without: who does not know it passes it over.
VERSION = 1
_TIMES = frozenset({"start", "end", "duration"})


@dataclass(frozen=True, slots=True)
class Recording:
    """The facts of the recording; null where one is not known."""

    id: str
    title: str
    file_name: str
    recorded_at: str | None
    duration: float
    project: str | None
    participants: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpokenTurn(Span):
    """A turn; `text` is for reading, its words are what counts.

    A word has `start`, `end`, `text`, `probability`, `spaced`: whether a space stands before, and
    `speaker_probability`: how sure it is that the turn's speaker says it, null where nobody was
    told apart.
    """

    speaker: str | None
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """The file: `speakers` in the order in which they first speak, `made` as [stage, how] pairs.

    A mention names its turn by position, from 0, and its characters [start_char, end_char) in
    the turn's text. `languages` are [code, seconds] pairs, the most spoken first. `removed` are
    words that the recogniser wrote and nobody said, `unheard` is voice without words, `revisions`
    are passages recognised anew, with the segments that stood there before. A question's `answer`
    names the first and the last turn that answer it, null where nobody does; an `open` one is one
    that more than yes, no or a choice would answer.
    """

    format: str
    version: int
    recording: Recording
    language: str | None
    speakers: tuple[str, ...]
    turns: tuple[SpokenTurn, ...]
    entities: tuple[Entity, ...]
    keyphrases: tuple[Keyphrase, ...]
    made: tuple[tuple[str, Made], ...]
    languages: tuple[tuple[str, float], ...] = ()
    removed: tuple[Removed, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    revisions: tuple[Revision, ...] = ()
    questions: tuple[Question, ...] = ()


def write(document: Document) -> str:
    """Return a document as JSON."""
    return json.dumps(as_data(document), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def as_data(document: Document) -> dict[str, Any]:
    """Return a document as the values that its JSON holds."""
    return asdict(contents_of(document), dict_factory=_with_rounded_times)


def contents_of(document: Document) -> Contents:
    """Return what the file of a document holds.

    All its times are as in the file where the document is of a library, which keeps them rounded.
    """
    transcript = document.transcript
    recording = Recording(
        document.id,
        document.title,
        document.file_name,
        document.recorded_at,
        milliseconds(document.duration) / 1000,
        document.project,
        document.participants,
        document.tags,
    )
    return Contents(
        FORMAT,
        VERSION,
        recording,
        transcript.language,
        transcript.speakers,
        tuple(SpokenTurn(t.start, t.end, t.speaker, t.text, t.words) for t in transcript.turns),
        transcript.annotation.entities,
        transcript.annotation.keyphrases,
        transcript.made,
        transcript.languages,
        transcript.removed,
        transcript.unheard,
        transcript.revisions,
        transcript.annotation.questions,
    )


def parse(text: str) -> Document:
    """Read what `write` wrote."""
    try:
        data = json.loads(text, parse_constant=_refuse)
        _check_version(data)
        return _document(_read(Contents, data, ""))
    except (ValueError, OverflowError, RecursionError) as error:
        raise UsageError(f"not a transcript that can be read: {error}") from error


def _document(contents: Contents) -> Document:
    """Return the document that a file's contents describe."""
    recording = contents.recording
    transcript = Transcript(
        recording.id,
        contents.language,
        tuple(Turn(turn.start, turn.end, turn.speaker, turn.words) for turn in contents.turns),
        Annotation(contents.entities, contents.keyphrases, contents.questions),
        contents.made,
        contents.languages,
        contents.removed,
        contents.unheard,
        contents.revisions,
    )
    return Document(
        transcript,
        recording.title,
        recording.file_name,
        recording.duration,
        recording.recorded_at,
        recording.project,
        recording.participants,
        recording.tags,
    )


def _with_rounded_times(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's fields, its times rounded."""
    return {name: milliseconds(value) / 1000 if name in _TIMES else value for name, value in pairs}


def _refuse(constant: str) -> float:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(f"{constant} is not a number")


def _check_version(data: Any) -> None:
    """Refuse what is not a transcript, or is one from a later version."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f'it does not say "format": "{FORMAT}"; export it with --format json')
    version = data.get("version")
    if version != VERSION:
        raise ValueError(f"it has version {version!r}, and this relisten reads version {VERSION}")


def _read(kind: Any, data: Any, where: str) -> Any:
    """Return JSON data as a value of a type; `where` names it in messages."""
    if is_dataclass(kind):
        return _read_object(kind, data, where)
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        return _read_list(arguments, data, where)
    if arguments:  # the one other form of type in the schema: X | None
        return None if data is None else _read(arguments[0], data, where)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise ValueError(f"{where} is {data!r}, not of type {kind.__name__}")
    return data


def _read_object(kind: Any, data: Any, where: str) -> Any:
    """Return a JSON object as a dataclass; fields that have a default may be absent."""
    if not isinstance(data, dict):
        raise ValueError(f"{where} is {data!r}, not an object")
    values = {}
    for known in fields(kind):
        inner = f"{where}.{known.name}".lstrip(".")
        if known.name in data:
            values[known.name] = _read(_types(kind)[known.name], data[known.name], inner)
        elif known.default is MISSING and known.default_factory is MISSING:
            raise ValueError(f"{inner} is missing")
    try:
        return kind(**values)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def _read_list(arguments: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
    """Return a JSON list as a tuple: of one type throughout, or of one type per place."""
    if not isinstance(data, list):
        raise ValueError(f"{where} is {data!r}, not a list")
    kinds = (arguments[0],) * len(data) if arguments[-1] is Ellipsis else arguments
    if len(kinds) != len(data):
        raise ValueError(f"{where} has {len(data)} parts, not {len(kinds)}")
    return tuple(
        _read(kind, item, f"{where}[{place}]")
        for place, (kind, item) in enumerate(zip(kinds, data, strict=True))
    )


@cache
def _types(kind: type) -> dict[str, Any]:
    """Return the types of a dataclass's fields."""
    return get_type_hints(kind)
