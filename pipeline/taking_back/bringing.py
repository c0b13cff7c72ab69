"""A file that was edited, brought back into the library: looked at, then kept in one piece."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.correcting import made_by_hand
from pipeline.errors import NotFound, RelistenError, UsageError
from pipeline.highlighting import changed, marked
from pipeline.highlights import Highlight, mentions_of, quoted, text_of
from pipeline.library.stages import exactly_now
from pipeline.opening import document_of
from pipeline.redaction.details import INSTEAD, NUMBER
from pipeline.retyping.around import anew, difference, whole
from pipeline.taking_back.cues import read_cues
from pipeline.taking_back.found import Left, Reading, in_order
from pipeline.taking_back.likeness import check_said
from pipeline.taking_back.older import without_older
from pipeline.taking_back.paragraphs import read_paragraphs
from pipeline.taking_back.plain import markdown_paragraphs, text_paragraphs
from pipeline.taking_back.subtitles import cues_of
from pipeline.taking_back.texts import text_in
from pipeline.taking_back.working_out import Followed, followed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pipeline.corrections import Correction
    from pipeline.export import Document
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.retyping.around import Around
    from pipeline.taking_back.codings.joining import Coded
    from pipeline.taking_back.places import Paragraph
    from pipeline.taking_back.working_out import Given
    from pipeline.transcript import Span

    Reader = Callable[[Path, Document, frozenset[str]], Reading]

MARKED = {".docx"}  # kinds that tell of each turn what stood there when they were written
SAME = 0.05  # second: passages that begin and end within it of each other are the same


@dataclass(frozen=True, slots=True)
class Mark:
    """A highlight that comes back: `number` is that of one that is changed, None for a new one."""

    number: int | None
    start: float
    end: float
    text: str
    tags: tuple[str, ...] = ()
    note: str = ""
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file changes in a recording, and what is left over.

    `known` counts marks that are in the library already, `kept` turns that only the library has
    otherwise. `change` is the number of what was kept; None where no words were put right.
    """

    recording: Recording
    corrections: tuple[Correction, ...] = ()
    given: tuple[Given, ...] = ()
    marks: tuple[Mark, ...] = ()
    left: tuple[Left, ...] = ()
    known: int = 0
    kept: int = 0
    change: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be kept, and from where it was worked out."""

    brought: Brought
    here: Around | None = None
    outcome: Followed | None = None


def looked_at(library: Library, recording: Recording, path: Path) -> Plan:
    """Return what a file would change in a recording; nothing is kept.

    Raises UsageError for a file of a kind that cannot be brought back, or that cannot be read.
    """
    read = reader_of(path)
    document = document_of(library, recording)
    if not document.transcript.turns:
        raise UsageError(f"{recording.title}: there are no words in it to put right.")
    if read is None:
        return Plan(_codings(recording, path, document))
    reading = read(path, document, hidden_in(library, recording))
    here = whole(recording, library) if reading.typed else None
    if here is not None and path.suffix.lower() not in MARKED:
        reading = without_older(reading, document.transcript.turns, here.standing)
    return _planned(document, recording, reading, here)


def hidden_in(library: Library, recording: Recording) -> frozenset[str]:
    """Return what takes the place of names and numbers in what is written of a project."""
    named = (each.pseudonym for each in library.pseudonyms(recording.project))
    return frozenset({*named, *INSTEAD.values(), NUMBER} - {""})


def reader_of(path: Path) -> Reader | None:
    """Return what reads a kind of file, None for codings; raises UsageError for another kind."""
    kind = path.suffix.lower()
    if kind not in READERS:
        raise UsageError(
            f"{path}: files of that kind cannot be brought back. Those can: {', '.join(READERS)}"
        )
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file. Check its name and folder.")
    return READERS[kind]


# Kinds of files


def _word(path: Path, document: Document, hidden: frozenset[str]) -> Reading:
    from pipeline.taking_back.documents import papers_in

    papers = papers_in(path, document.id)
    if not any(paragraph.mark for paragraph in papers.paragraphs):
        check_said((each.text for each in papers.paragraphs), document, str(path))
    reading = read_paragraphs(papers.paragraphs, document, hidden)
    return replace(reading, left=in_order([*reading.left, *papers.left]))


def _text(path: Path, document: Document, hidden: frozenset[str]) -> Reading:
    return _plain(text_paragraphs(text_in(path), str(path)), path, document, hidden)


def _markdown(path: Path, document: Document, hidden: frozenset[str]) -> Reading:
    return _plain(markdown_paragraphs(text_in(path), str(path)), path, document, hidden)


def _plain(
    paragraphs: Sequence[Paragraph], path: Path, document: Document, hidden: frozenset[str]
) -> Reading:
    check_said((each.text for each in paragraphs), document, str(path))
    return read_paragraphs(paragraphs, document, hidden)


def _subtitles(path: Path, document: Document, hidden: frozenset[str]) -> Reading:
    cues = cues_of(text_in(path), str(path))
    if not cues:
        raise UsageError(f"{path}: there is no subtitle in it. Choose the edited file.")
    check_said((each.text for each in cues), document, str(path))
    return read_cues(cues, document, hidden)


READERS: Mapping[str, Reader | None] = {
    ".docx": _word,
    ".srt": _subtitles,
    ".vtt": _subtitles,
    ".txt": _text,
    ".md": _markdown,
    ".qdpx": None,
}


def _codings(recording: Recording, path: Path, document: Document) -> Brought:
    """Return the codings of a project as highlights."""
    from pipeline.taking_back.qda import codings_in

    found = codings_in(path, document)
    left = tuple(Left(None, each.code, each.text, each.why) for each in found.left)
    marks = tuple(map(_mark_of, found.found))
    return Brought(recording, marks=marks, left=left, known=found.known)


def _mark_of(coded: Coded) -> Mark:
    return Mark(
        coded.number,
        coded.start,
        coded.end,
        coded.text,
        tuple(coded.tags),
        coded.note,
        coded.starred,
    )


# What follows


def _planned(
    document: Document, recording: Recording, reading: Reading, here: Around | None
) -> Plan:
    """Return what follows from a reading; `here` is all of the recording, if it is needed."""
    marks, known = _new_marks(document, reading)
    plain = Brought(recording, (), (), marks, reading.left, known, reading.kept)
    if here is None or not reading.typed:
        return Plan(plain)
    outcome = followed(here, reading.typed, exactly_now())
    left = in_order([*reading.left, *outcome.left])
    brought = replace(plain, corrections=outcome.corrections, given=outcome.given, left=left)
    return Plan(brought, here, outcome)


def _new_marks(document: Document, reading: Reading) -> tuple[tuple[Mark, ...], int]:
    """Return the marks that are no highlights yet, and how many are."""
    found: list[Mark] = []
    known = 0
    for each in reading.marked:
        there: list[Highlight | Mark] = [*document.highlights, *found]
        if any(_is_known(each, each.note, other) for other in there):
            known += 1
        else:
            found.append(Mark(None, each.start, each.end, _said(document, each), note=each.note))
    return tuple(found), known


def _said(document: Document, span: Span) -> str:
    turns = dict(enumerate(document.transcript.turns))
    return text_of(quoted(turns, mentions_of(turns, span)))


def _is_known(span: Span, note: str, other: Highlight | Mark) -> bool:
    near = max(abs(span.start - other.start), abs(span.end - other.end)) <= SAME
    return near and note in other.note


# Keeping


def kept(library: Library, plan: Plan) -> Brought:
    """Keep what follows from a file: all words as one change, with their turns; then highlights.

    What was found in the turns is to be looked for anew by who calls.
    """
    brought, recording = plan.brought, plan.brought.recording
    change = None
    if (
        plan.here is not None
        and plan.outcome is not None
        and (brought.corrections or brought.given)
    ):
        change = _keep_words(library, recording, plan.here, plan.outcome)
    left: list[Left] = []
    for each in brought.marks:
        try:
            _keep_mark(library, recording, each)
        except RelistenError as error:
            said = " / ".join([*each.tags, each.note]) or each.text
            left.append(Left(each.start, each.text, said, str(error)))
    together = in_order([*brought.left, *left])
    return replace(brought, left=together, change=change if brought.corrections else None)


def _keep_words(library: Library, recording: Recording, here: Around, outcome: Followed) -> int:
    exchange = difference(here, outcome.turns) or anew(here, outcome.turns)
    made = made_by_hand(outcome.standing.fits, recording.id)
    edits = outcome.standing.edits
    return library.store_retyped(recording.id, outcome.corrections, edits, exchange, made)


def _keep_mark(library: Library, recording: Recording, mark: Mark) -> None:
    wanted = Highlight(
        mark.start, mark.end, mark.number or 0, mark.text, mark.tags, mark.note, mark.starred
    )
    if mark.number is None:
        marked(library, recording, wanted)
        return
    known = {each.number: each for each in library.highlights(recording.id)}
    if (stood := known.get(mark.number)) is None:
        raise NotFound("the highlight was taken away meanwhile. Import the file again.")
    changed(
        library,
        recording,
        stood.number,
        stood.changed_at,
        lambda before: replace(before, tags=mark.tags, note=mark.note),
    )
