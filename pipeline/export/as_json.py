"""JSON: everything, for other programs, and back. Its schema is `Kept`, field for field.

Times are seconds from the start of the recording, to the millisecond. `docs/transcript.schema.json`
says the same to programs that check.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.export.document import Document
from pipeline.export.typed import read
from pipeline.highlights import Highlight
from pipeline.recording import Layout
from pipeline.timestamps import milliseconds
from pipeline.transcript import (
    Annotation,
    Entity,
    Keyphrase,
    Made,
    Mention,
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
# Raised when a file of before cannot be read any more, a reader of before would take a new file
# wrongly, or people's own work is in it that such a reader would drop without a word.
# 1: until highlights, labels, roles and channels came with it.
VERSION = 2
READ = (1, VERSION)
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
    """What is said and was found.

    `speakers` are in the order in which they first speak, `made` is [stage, how] pairs. A mention
    names its turn by position, from 0, and its characters [start_char, end_char) in the turn's
    text. `languages` are [code, seconds] pairs, the most spoken first. `removed` are words that
    the recogniser wrote and nobody said, `unheard` is voice without words, `revisions` are
    passages recognised anew, with the segments that stood there before. A question's `answer`
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


@dataclass(frozen=True, slots=True)
class Marked(Highlight):
    """A passage that a person marked; `places` are where it stands in the turns now."""

    places: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept(Contents):
    """The file: also what people made of it, and where each speaker is heard.

    `labels` (what the machine calls them), `roles` and `speaker_channels` (counted from 0, null:
    in none of their own) are by the names of speakers.
    """

    highlights: tuple[Marked, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    layout: Layout = Layout.MONO
    speaker_channels: Mapping[str, int | None] = field(default_factory=dict)


def write(document: Document) -> str:
    """Return a document as JSON: each item of a list on a line."""
    parts = (f"{_line(name)}: {_lines(value)}" for name, value in _data(kept_of(document)).items())
    return "{\n" + ",\n".join(parts) + "\n}\n"


def as_data(document: Document) -> dict[str, Any]:
    """Return what is said and was found as the values that JSON holds."""
    return _data(contents_of(document))


def _lines(value: Any) -> str:
    if not isinstance(value, tuple) or not value:
        return _line(value)
    return "[\n" + ",\n".join(map(_line, value)) + "\n]"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _data(contents: Contents) -> dict[str, Any]:
    """Return contents as JSON's values; `asdict` alone takes thrice as long over the words."""
    data: dict[str, Any] = {}
    for known in fields(contents):
        value = getattr(contents, known.name)
        data[known.name] = tuple(map(_turn, value)) if known.name == "turns" else _plain(value)
    return data


def _turn(turn: SpokenTurn) -> dict[str, Any]:
    return {
        "start": _rounded(turn.start),
        "end": _rounded(turn.end),
        "speaker": turn.speaker,
        "text": turn.text,
        "words": tuple(map(_word, turn.words)),
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "start": _rounded(word.start),
        "end": _rounded(word.end),
        "text": word.text,
        "probability": word.probability,
        "spaced": word.spaced,
        "speaker_probability": word.speaker_probability,
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value, dict_factory=_with_rounded_times)
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return dict(value) if isinstance(value, Mapping) else value


def kept_of(document: Document) -> Kept:
    """Return what the file of a document holds."""
    contents = contents_of(document)
    said = {known.name: getattr(contents, known.name) for known in fields(contents)}
    return Kept(
        **said,
        highlights=tuple(
            Marked(**_values(each.highlight), places=each.places) for each in document.highlighted
        ),
        labels=document.labels,
        roles=document.roles,
        layout=document.layout,
        speaker_channels=document.speaker_channels,
    )


def _values(mark: Highlight) -> dict[str, Any]:
    return {known.name: getattr(mark, known.name) for known in fields(Highlight)}


def contents_of(document: Document) -> Contents:
    """Return what is said and was found.

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
        return _document(read(Kept, data))
    except (ValueError, OverflowError, RecursionError) as error:
        raise UsageError(f"not a transcript that can be read: {error}") from error


def _document(contents: Kept) -> Document:
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
        highlights=tuple(Highlight(**_values(each)) for each in contents.highlights),
        labels=contents.labels,
        roles=contents.roles,
        layout=contents.layout,
        speaker_channels=contents.speaker_channels,
    )


def _with_rounded_times(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's fields, its times rounded."""
    return {name: _rounded(value) if name in _TIMES else value for name, value in pairs}


def _rounded(seconds: float) -> float:
    return milliseconds(seconds) / 1000


def _refuse(constant: str) -> float:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(f"{constant} is not a number")


def _check_version(data: Any) -> None:
    """Refuse what is not a transcript, or is one from a later version."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f'it does not say "format": "{FORMAT}"; export it with --format json')
    version = data.get("version")
    if type(version) is not int or version not in READ:
        known = " and ".join(map(str, READ))
        raise ValueError(f"it has version {version!r}, and this relisten reads {known}")
