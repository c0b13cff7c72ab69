"""What a reel is made of: the passages of a library that a query finds, or that were marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import NotFound, UsageError
from pipeline.filing import folded
from pipeline.highlighting import Which, is_meant, shown
from pipeline.interviewed import is_interviewed, persons
from pipeline.library import EVERYTHING
from pipeline.reels.excerpts import Excerpt
from pipeline.search import By, Wanted, find
from pipeline.transcript import Span
from pipeline.whole_sentences import sentences_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipeline.highlights import Highlighted
    from pipeline.library import Filters, Library
    from pipeline.recording import Recording
    from pipeline.reels.excerpts import Person
    from pipeline.search import Hit
    from pipeline.search.meaning import Meant

    Voices = Mapping[tuple[str, str | None], Person]

MOST_HITS = 5_000  # passages that are chosen from: half a day of them
MOST_LIKE = (
    20  # of those that mean the like, as search lists them: there is no end to the less like
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a reel is to be of: what a query finds, or highlights where `marked` is set.

    `like` asks for what means the like of the text, `questions` for questions with their answers.
    """

    text: str = ""
    filters: Filters = EVERYTHING
    like: bool = False
    questions: bool = False
    marked: Which | None = None

    @property
    def name(self) -> str:
        """What the reel is called."""
        if self.marked is None:
            return self.text.strip() or "What was chosen"
        return ", ".join(self.marked.tags) or "Highlights with a star"


def excerpts(library: Library, sought: Sought, meant: Meant | None = None) -> tuple[Excerpt, ...]:
    """Return the passages that are sought, each in whole sentences, the best first.

    meant : what finds passages by meaning, for who asks for that.

    Raises NotFound where there are none, and for a name that nothing goes by.
    """
    voices = who(library)
    if sought.marked is not None:
        found = tuple(marked(library, sought.marked, sought.filters, voices))
    else:
        found = tuple(said(library, sought, voices, meant))
    if not found:
        raise NotFound(nothing(sought))
    return found


def nothing(sought: Sought) -> str:
    """Say that there is nothing to make a reel of."""
    if sought.marked is None:
        return (
            f"nothing is said that matches {sought.text!r}. Try other words first: relisten search"
            if sought.text.strip()
            else "nothing passes these filters. Try others first: relisten search"
        )
    tags = " and ".join(f"the tag {tag!r}" for tag in sought.marked.tags)
    which = " and ".join(part for part in (tags, "a star" * sought.marked.starred) if part)
    narrowed = "" if sought.filters == EVERYTHING else " and passes these filters"
    return (
        f"no highlight has {which}{narrowed}. See all that are marked, with their tags: relisten "
        "highlights"
    )


def who(library: Library) -> Voices:
    """Return who each one is who is interviewed, by recording and speaker."""
    parts = library.parts(EVERYTHING)
    return persons(part.voice for part in parts if is_interviewed(part.role, part.speaker))


# What is said


def said(
    library: Library, sought: Sought, voices: Voices, meant: Meant | None
) -> Iterator[Excerpt]:
    """Yield what a query finds, the best first."""
    by, most = (By.MEANING, MOST_LIKE) if sought.like else (By.WORDS, MOST_HITS)
    wanted = Wanted(limit=most, by=by, questions=sought.questions, kept=False, together=False)
    found = find(library, sought.text, sought.filters, wanted, meant)
    if found.more and not sought.like:
        raise UsageError(
            f"more than {MOST_HITS:,} passages match. Narrow it down: another word, --project or "
            "--speaker"
        )
    alone = len(found.query.kinds) <= 1 and not sought.questions
    for rank, hit in enumerate(found.hits):
        person = voices.get((hit.recording.id, hit.turn.speaker))
        people = (person,) if person else ()
        for span in spans_of(hit, each_match=alone):
            yield Excerpt(span.start, span.end, hit.recording, rank, people)


def spans_of(hit: Hit, *, each_match: bool) -> list[Span]:
    """Return the sentences of a hit, the best first; with its answer, where it has one.

    each_match : each of its matches is what is sought, so that all sentences with one are meant.
    """
    sought = [hit, *hit.matches] if each_match else [hit]
    around = dict.fromkeys(
        (span.start, span.end) for span in (sentences_around(hit.turn, each) for each in sought)
    )
    last = hit.answer.end if hit.answer else 0.0
    return [Span(start, max(end, last)) for start, end in around]


# What was marked


def marked(library: Library, which: Which, filters: Filters, voices: Voices) -> Iterator[Excerpt]:
    """Yield highlights as they were marked: those with a star first, then by date and time."""
    found = library.highlighted()
    entries = library.entries(replace(filters, role=None)) if found else []
    meant = [
        (entry.recording, shown(library, entry.recording, each))
        for entry in entries
        for each in found.get(entry.recording.id, ())
        if is_meant(each, which)
    ]
    starred_first = sorted(meant, key=lambda pair: not pair[1].highlight.starred)
    own = ((each, one) for each, one in starred_first if _is_said_by(library, each, one, filters))
    for rank, (recording, each) in enumerate(own):
        place = each.highlight
        yield Excerpt(place.start, place.end, recording, rank, people_in(each, voices))


def people_in(marked: Highlighted, voices: Voices) -> tuple[Person, ...]:
    """Return who speaks in a highlight, of those who are interviewed."""
    found = (voices.get((marked.recording_id, part.speaker)) for part in marked.said)
    return tuple(dict.fromkeys(each for each in found if each))


def _is_said_by(
    library: Library, recording: Recording, marked: Highlighted, filters: Filters
) -> bool:
    speakers = {part.speaker for part in marked.said}
    if filters.speaker and folded(filters.speaker) not in _names(speakers):
        return False
    if filters.role is None:
        return True
    roles = library.roles_of(recording.id)
    return any(roles.get(each or "", ("",))[0] == folded(filters.role) for each in speakers)


def _names(speakers: Iterable[str | None]) -> set[str]:
    return {folded(each or "") for each in speakers}
