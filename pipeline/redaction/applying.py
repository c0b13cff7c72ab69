"""A list of pseudonyms, put to texts and to documents."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.entities.merging import NAMES
from pipeline.filing import folded
from pipeline.highlights import mentions_of, quoted, text_of
from pipeline.pseudonyms import Pseudonym, is_nobody
from pipeline.redaction.details import details, over_turns
from pipeline.redaction.finding import (
    Found,
    Names,
    forms_of,
    hidden,
    in_full,
    ordinary_words,
    written_anew,
)
from pipeline.redaction.misheard import Term, misheard, terms_of
from pipeline.redaction.rewriting import Rewritten, annotation_of, hidden_words
from pipeline.redaction.toning import toned_spans
from pipeline.transcript import Span, Word, WordTimes, join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.export import Document
    from pipeline.highlights import Highlight
    from pipeline.pseudonyms import Candidate, HeardName
    from pipeline.transcript import Entity, Turn

SENTENCE = re.compile(r"[.?!\u2026](?:\s|$)")
# Names that are months and seasons, too: in a date they are those.
_CALENDAR = "april may june august autumn summer winter spring"
CALENDAR = frozenset(_CALENDAR.split())
SUFFIX = re.compile(r"\.\w{1,5}")
ALWAYS = sys.maxsize
HIDDEN = "[hidden]"  # what stands for a passage that a person hid
MOST_FREE = 8  # words: what is longer is a sentence, though it may have no full stop


@dataclass(frozen=True, slots=True)
class _Named:
    """The characters of a turn that a model took for names and for dates; words that are none."""

    names: tuple[range, ...]
    dates: tuple[range, ...]
    ordinary: frozenset[str]

    @classmethod
    def of(cls, entities: Sequence[Entity], ordinary: frozenset[str]) -> _Named:
        names = (_range(each) for each in entities if each.label in NAMES)
        dates = (_range(each) for each in entities if each.label in ("DATE", "TIME"))
        return cls(tuple(names), tuple(dates), ordinary)


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is decided of the names of a project, and where else they can be heard, by recording.

    `mentions` is how often each was found in the project.
    """

    listed: tuple[Pseudonym, ...]
    heard: Mapping[str, tuple[HeardName, ...]] = field(default_factory=dict)
    mentions: Mapping[str, int] = field(default_factory=dict)
    _names: Names = field(init=False, repr=False, compare=False)
    _terms: tuple[Term, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", Names(forms_of(self.listed)))
        object.__setattr__(self, "_terms", terms_of(self.listed))

    @classmethod
    def of(
        cls, found: Iterable[Candidate], heard: Mapping[str, tuple[HeardName, ...]]
    ) -> Redaction:
        """Return what a reviewed list does; a spelling of a name in it does as that."""
        decided = [each for each in found if each.pseudonym is not None]
        listed = tuple(Pseudonym(c.name, c.kind, c.pseudonym or "", c.added) for c in decided)
        return cls(listed, heard, {each.name: each.mentions for each in decided})

    def hearing(self, identity: str, more: Iterable[HeardName]) -> Redaction:
        """Return it with more places in which names are heard in a recording."""
        known = self.heard.get(identity, ())
        return replace(self, heard={**self.heard, identity: (*known, *more)})

    def text(self, text: str) -> str:
        """Return a title, a note, a file's name or any text without the listed names."""
        return "".join(map(self._line, re.split(r"(\n)", text)))

    def _line(self, line: str) -> str:
        free = not SENTENCE.search(line) and len(line.split()) <= MOST_FREE
        exact = self._names.within(line, free=free)
        spaced = " ".join(line.split()) == line
        near = misheard(_words(line), self._terms, (), exact) if spaced and line else []
        return written_anew(line, hidden((*details(line, None), *exact, *near), line))

    def _file_name(self, name: str) -> str:
        path = PurePath(name)
        if SUFFIX.fullmatch(path.suffix) and self.text(path.suffix[1:]) == path.suffix[1:]:
            return f"{self.text(path.stem)}{path.suffix}"
        return self.text(name)  # of tracks it is a folder's, as "Call with Dr. Smith"

    def name(self, speaker: str) -> str:
        """Return what a speaker or somebody who took part is called."""
        return speaker if is_nobody(speaker) else self.text(speaker)

    def rewritten(self, document: Document) -> tuple[Rewritten, ...]:
        """Return the turns of a document with other names in them, and what was replaced."""
        transcript = document.transcript
        here = {each.name for each in transcript.annotation.entities}
        names = Names(forms_of(self.listed, here)) if self._has_namesakes() else self._names
        by_turn: dict[int, list[Entity]] = {}
        for each in transcript.annotation.entities:
            by_turn.setdefault(each.mention.turn, []).append(each)
        heard = self.heard.get(document.id, ())
        numbers = [*over_turns(turn.text for turn in transcript.turns)]
        known = self._known(document)
        ordinary = ordinary_words((turn.text for turn in transcript.turns), known)
        made = []
        for number, turn in enumerate(transcript.turns):
            named = _Named.of(by_turn.get(number, []), ordinary)
            found = self._found(turn, named, names, transcript.language)
            more = [*self._heard(turn, heard), *(each for at, each in numbers if at == number)]
            speaker = self.name(turn.speaker) if turn.speaker else None
            made.append(Rewritten.of(turn, hidden((*found, *more), turn.text), speaker))
        return tuple(made)

    def _known(self, document: Document) -> dict[str, int]:
        """Return how often each name is known to be one: what a person wrote is so always.

        A part of a name is as often a word: of Ann Green, "green" stays where it is mostly that.
        """
        here = {folded(each) for each in (*document.transcript.speakers, *document.participants)}
        return {
            folded(text): ALWAYS if each.added or name in here else self.mentions.get(each.name, 0)
            for each in self.listed
            for name in [folded(each.name)]
            for text in in_full(each.name)
        }

    def found_in(self, turn: Turn) -> tuple[Found, ...]:
        """Return where listed names stand in words of which nothing else is known."""
        found = self._found(turn, _Named((), (), frozenset()), self._names, None)
        return tuple(each for each in hidden(found, turn.text) if each.name)

    def names_in(self, text: str) -> tuple[str, ...]:
        """Return the listed names that are written in a text, those that stay left out."""
        found = hidden(self._names.within(text), text)
        return tuple(dict.fromkeys(each.name for each in found))

    def _has_namesakes(self) -> bool:
        parts = [part for each in self.listed for part in folded(each.name).split()]
        return len(parts) > len(set(parts))

    def _found(
        self, turn: Turn, named: _Named, names: Names, language: str | None
    ) -> tuple[Found, ...]:
        text = turn.text
        exact = [
            each
            for each in names.within(text, named.names, named.ordinary)
            if not (folded(text[each.start : each.end]) in CALENDAR and _inside(each, named.dates))
        ]
        near = misheard(turn.words, self._terms, named.names, exact)
        return (*details(text, language), *exact, *near)

    def _heard(self, turn: Turn, heard: Iterable[HeardName]) -> Iterator[Found]:
        """Yield the words of a turn in which a name is heard."""
        offsets = WordTimes.of(turn.words).offsets
        called = {folded(each.name): each.pseudonym for each in self.listed}
        for each in heard:
            own = [n for n, word in enumerate(turn.words) if each.start <= word.middle <= each.end]
            if own and (instead := called.get(folded(each.name), HIDDEN)):
                end = offsets[own[-1]] + len(turn.words[own[-1]].text)
                yield Found(offsets[own[0]], end, instead, each.name)

    def tones(self, document: Document) -> tuple[Span, ...]:
        """Return where a tone is to be, in seconds: over each name in a document as it is kept."""
        spans = [
            (turn.before, tuple(hidden_words(turn.before, [each])))
            for turn in self.rewritten(document)
            for each in turn.found
        ]
        heard = [Span(each.start, each.end) for each in self.heard.get(document.id, ())]
        return toned_spans(spans, heard, document.duration)

    def document(self, document: Document, folder: Path | None = None) -> Document:
        """Return a document in which nothing has a listed name.

        folder : where its sound is put, with tones; None, or a document without sound: there is
        none, and nothing is decoded.
        """
        made = self.rewritten(document)
        named = replace(self._filed(document, made), copy=None, peaks=None)
        if folder is None or document.copy is None:
            return named
        from pipeline.redaction.toning import write_toned

        copy, peaks = write_toned(document.copy, self.tones(document), folder / document.id)
        return replace(named, copy=copy, peaks=peaks)

    def _filed(self, document: Document, made: Sequence[Rewritten]) -> Document:
        transcript = document.transcript
        turns = tuple(each.turn for each in made)
        said = replace(
            transcript,
            turns=turns,
            annotation=annotation_of(transcript.annotation, made, self.text),
            made=(),
            removed=(),
            unheard=(),
            revisions=(),
        )
        return replace(
            document,
            transcript=said,
            title=self.text(document.title),
            file_name=self._file_name(document.file_name),
            project=self.text(document.project) if document.project else document.project,
            participants=tuple(dict.fromkeys(map(self.name, document.participants))),
            tags=tuple(dict.fromkeys(map(self.text, document.tags))),
            highlights=tuple(self._highlight(each, turns) for each in document.highlights),
            labels={self.name(n): self.name(label) for n, label in document.labels.items()},
            roles={self.name(n): role for n, role in document.roles.items()},
            speaker_channels={self.name(n): c for n, c in document.speaker_channels.items()},
        )

    def _highlight(self, highlight: Highlight, turns: Sequence[Turn]) -> Highlight:
        now = dict(enumerate(turns))
        said = text_of(quoted(now, mentions_of(now, highlight)))
        return replace(
            highlight,
            text=said or self.text(highlight.text),
            tags=tuple(dict.fromkeys(map(self.text, highlight.tags))),
            note=self.text(highlight.note),
        )


def _range(entity: Entity) -> range:
    return range(entity.mention.start_char, entity.mention.end_char)


def _inside(found: Found, ranges: Iterable[range]) -> bool:
    return any(each.start <= found.start and found.end <= each.stop for each in ranges)


def _words(line: str) -> tuple[Word, ...]:
    """Return a line as words, each as sure as what is written."""
    words = tuple(Word(0.0, 0.0, text) for text in line.split())
    assert join_words(words) == line
    return words
