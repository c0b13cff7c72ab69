"""Paragraphs read from a Word file, as it was edited: in Word, LibreOffice or on the web.

What was inserted with changes tracked counts, what was deleted so does not. Tables, text boxes,
headings and all that follows the turns are not read.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.export.word.marks import TurnMark, is_recording_mark, recording_mark, speaker_mark
from pipeline.taking_back.found import Left
from pipeline.taking_back.places import Paragraph, Touched
from pipeline.taking_back.plain import checked
from pipeline.timestamps import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from docx.oxml.xmlchemy import BaseOxmlElement as Element

LARGEST = 200 * 1024 * 1024  # bytes, unpacked: a hundred hours of text
OURS = "relisten"  # who writes the comments of our own highlights
AFTER = re.compile(r"appendix", re.IGNORECASE)  # the heading after the turns
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TIME = re.compile(r"\s*\[?((?:[0-9]{1,5}:)?[0-9]{1,5}:[0-9]{2})\]?(?:\s+|$)")
_UNREAD = {"del", "moveFrom", "drawing", "pict", "object", "instrText", "delText", "pPr", "rPr"}
_SIGNS = {"tab": "\t", "br": " ", "cr": " ", "noBreakHyphen": "-"}
_CLEAR = {None, "none", "auto", "clear", "nil", "FFFFFF"}
LOST = "this comment is on no turn"
TWO = "it holds two turns in one paragraph: part them as they were, or put them right one by one"


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote beside a text."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Papers:
    """What a Word file holds of a recording."""

    paragraphs: tuple[Paragraph, ...]
    left: tuple[Left, ...] = ()


@dataclass(slots=True)
class Text:
    """A paragraph as it is read: characters, which of them are marked, and by whom."""

    said: str = ""
    coloured: list[bool] = field(default_factory=list)
    starts: dict[str, int] = field(default_factory=dict)
    commented: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, text: str, *, coloured: bool) -> None:
        """Add what stands next."""
        self.said += text
        self.coloured += [coloured] * len(text)


@dataclass(slots=True)
class State:
    """Bookmarks and comments that are open where a file is read."""

    names: dict[str, str] = field(default_factory=dict)
    comments: dict[str, int] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Whether a highlight of the library is being read."""
        return any(name.startswith("highlight_") for name in self.names.values())


def papers_in(path: Path, recording: str) -> Papers:
    """Return what a Word file holds; raises UsageError where it is none, or another recording's."""
    body, comments = _opened(path)
    texts = _turns(body)
    names = {name for _, text in texts for name in text.starts}
    names |= {each.get(f"{_WORD}name", "") for each in body.iter(f"{_WORD}bookmarkStart")}
    theirs = [name for name in names if is_recording_mark(name)]
    if theirs and recording_mark(recording) not in theirs:
        raise UsageError(
            f"{path}: it is of another recording than {recording[:8]}. See which there are: "
            "relisten list"
        )
    return _papers(texts, comments, str(path))


def _opened(path: Path) -> tuple[Element, dict[str, Comment]]:
    """Return the body of a Word file, and its comments by their ids."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    refused = UsageError(
        f"{path}: it cannot be read as a Word file. Open it in the program that wrote it, save it "
        'as "Word document (.docx)" without a password, and import that.'
    )
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(each.file_size for each in archive.infolist()) > LARGEST:
                raise UsageError(f"{path}: it is too large to be a transcript.")
        word = docx.Document(str(path))
        found = {
            str(each.comment_id): Comment(each.author, each.text.strip()) for each in word.comments
        }
    except (PackageNotFoundError, zipfile.BadZipFile, SyntaxError, KeyError, ValueError) as error:
        raise refused from error
    return word.element.body, found


def _turns(body: Element) -> list[tuple[bool, Text]]:
    """Return the paragraphs up to the appendix, each with whether it is a heading."""
    state, found = State(), []
    for element in body.iterchildren(f"{_WORD}p"):
        text = Text()
        _read(element, text, state, coloured=False)
        for comment, start in state.comments.items():
            text.commented[comment] = (start, len(text.said))
        state.comments = dict.fromkeys(state.comments, 0)
        is_heading = _is_heading(element)
        if is_heading and AFTER.fullmatch(text.said.strip()):
            break
        found.append((is_heading, text))
    return found


def _is_heading(paragraph: Element) -> bool:
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    name = "" if style is None else style.get(f"{_WORD}val", "")
    return name.lower().startswith(("heading", "title"))


def _read(element: Element, text: Text, state: State, *, coloured: bool) -> None:
    """Add what is in an element to the text of its paragraph."""
    for child in element.iterchildren(tag=None):
        kind = child.tag.removeprefix(_WORD) if isinstance(child.tag, str) else ""
        if kind in _UNREAD or not isinstance(child.tag, str) or "}" in kind:
            continue
        if kind == "t":
            text.add(child.text or "", coloured=coloured)
        elif kind in _SIGNS:
            text.add(_SIGNS[kind], coloured=coloured)
        elif kind.endswith(("RangeStart", "RangeEnd", "Start", "End")):
            _note(kind, child, text, state)
        else:
            is_theirs = kind == "r" and _is_coloured(child) and not state.is_ours
            _read(child, text, state, coloured=coloured or is_theirs)


def _note(kind: str, element: Element, text: Text, state: State) -> None:
    """Note where bookmarks and comments begin and end."""
    number = element.get(f"{_WORD}id", "")
    if kind == "bookmarkStart":
        name = element.get(f"{_WORD}name", "")
        state.names[number] = name
        text.starts.setdefault(name, len(text.said))
    elif kind == "bookmarkEnd":
        state.names.pop(number, None)
    elif kind == "commentRangeStart":
        state.comments[number] = len(text.said)
    elif kind == "commentRangeEnd" and number in state.comments:
        text.commented[number] = (state.comments.pop(number), len(text.said))


def _is_coloured(run: Element) -> bool:
    """Tell whether somebody went over text with a marker: LibreOffice keeps that as shading."""
    marker = run.find(f"{_WORD}rPr/{_WORD}highlight")
    shading = run.find(f"{_WORD}rPr/{_WORD}shd")
    values = (
        None if marker is None else marker.get(f"{_WORD}val"),
        None if shading is None else shading.get(f"{_WORD}fill"),
    )
    return any(value not in _CLEAR for value in values)


# Paragraphs of turns


def _papers(
    texts: Sequence[tuple[bool, Text]], comments: Mapping[str, Comment], name: str
) -> Papers:
    found: list[Paragraph] = []
    left: list[Left] = []
    told: set[str] = set()
    for is_heading, text in texts:
        marks = {mark: text.starts[each] for each in text.starts if (mark := _mark(each))}
        told |= text.commented.keys()
        if len(marks) > 1:
            left.append(Left(None, "", " ".join(text.said.split()), TWO))
        elif time := _TIME.match(text.said):
            found.append(_paragraph(text, time, marks, comments))
        elif marks:
            found.append(_headless(text, marks, comments))
        elif found and not is_heading and text.said.strip():
            found[-1] = _joined(found[-1], text, comments)
    lost = (c for number, c in comments.items() if c.author != OURS and number not in told)
    left += (Left(None, "", each.text, LOST) for each in lost)
    return Papers(checked(found, name) if texts else (), tuple(left))


def _mark(name: str) -> TurnMark | None:
    """Return what a bookmark says of a turn; one that was numbered says the same."""
    return TurnMark.read(name)


def _paragraph(
    text: Text,
    time: re.Match[str],
    marks: Mapping[TurnMark, int],
    comments: Mapping[str, Comment],
) -> Paragraph:
    """Return a turn's paragraph; where its text begins, its bookmark tells, if it is there."""
    second = parse_timestamp(time[1])
    header = text.said[time.end() : next(iter(marks.values()), time.end())]
    mark = next(iter(marks), None)
    name, colon, more = _named(header, mark)
    begins = time.end() + (len(header) - len(more) if colon else 0)
    is_nameless = mark is not None and not header.strip()
    speaker = " ".join(name.split()) if colon else None
    said = Paragraph(second, text.said[begins:], speaker, is_nameless, mark)
    return _touched(said, text, begins, comments)


def _named(header: str, mark: TurnMark | None) -> tuple[str, str, str]:
    """Return the name before a text, the colon, and what somebody typed behind it.

    A name may hold a colon itself: then the mark tells how long it is, if it stands as it was.
    """
    parts = header.split(": ")
    for count in range(1, len(parts)):
        name = ": ".join(parts[:count])
        if mark is not None and speaker_mark(name) == mark.speaker:
            return name, ": ", ": ".join(parts[count:])
    return header.partition(": ")


def _headless(
    text: Text, marks: Mapping[TurnMark, int], comments: Mapping[str, Comment]
) -> Paragraph:
    """Return a turn's paragraph whose time was taken away."""
    ((mark, begins),) = marks.items()
    said = Paragraph(None, text.said[begins:], is_nameless=True, mark=mark)
    return _touched(said, text, begins, comments)


def _joined(paragraph: Paragraph, text: Text, comments: Mapping[str, Comment]) -> Paragraph:
    """Return a paragraph with the next, where somebody parted it in two."""
    longer = replace(paragraph, text=f"{paragraph.text} ")
    added = replace(longer, text=longer.text + text.said)
    return _touched(added, text, -len(longer.text), comments)


def _touched(
    paragraph: Paragraph, text: Text, begins: int, comments: Mapping[str, Comment]
) -> Paragraph:
    """Return a paragraph with what people marked in it, in characters of its text."""
    ranges = [*_coloured(text.coloured), *_commented(text, comments)]
    own = (
        replace(each, start=max(0, each.start - begins), end=each.end - begins)
        for each in ranges
        if each.end > begins
    )
    return replace(paragraph, touched=(*paragraph.touched, *own))


def _coloured(flags: Sequence[bool]) -> Iterator[Touched]:
    start: int | None = None
    for place, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = place
        elif not flag and start is not None:
            yield Touched(start, place)
            start = None


def _commented(text: Text, comments: Mapping[str, Comment]) -> Iterator[Touched]:
    for number, (start, end) in text.commented.items():
        comment = comments.get(number)
        if comment and comment.author != OURS and start < end:
            note = f"{comment.author}: {comment.text}" if comment.author else comment.text
            yield Touched(start, end, note)
