"""Who mentions a phrase or an entity in a library: asked of it, and put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import NotFound, UsageError
from pipeline.filing import folded
from pipeline.library import EVERYTHING
from pipeline.mentions import Asked, Said, mentions
from pipeline.query import parse
from pipeline.query.tokens import without_fields
from pipeline.questions import find_questions
from pipeline.search.hits import hit_at, hit_of, mention_of
from pipeline.speakers import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.library import Filters, Library
    from pipeline.mentions import Mentions, Part
    from pipeline.query import Query
    from pipeline.search.hits import Hit

FIELDS = ("project", "tag", "participant", "speaker", "in", "after", "before")
NEAR = 8  # turns before an answer in which its question stands
MARKS = set('"()*')


def find_mentions(library: Library, text: str, filters: Filters = EVERYTHING) -> Mentions:
    """Return who mentions what is typed, first in each call, and keep these as numbered hits.

    Several words are a phrase; what goes by the name of an entity is found by its other names too.

    Raises UsageError for nothing to look for, NotFound for a filter that nothing goes by.
    """
    query = parse(text)
    check(query)
    filters = replace(filters, fields=(*filters.fields, *query.fields))
    first = {
        (hit.recording.id, hit.turn.speaker): hit
        for hit in sorted(first_hits(library, query, filters), key=lambda hit: -hit.start)
    }
    parts = parts_wanted(library, filters)
    own = [(part.recording.id, part.speaker) for part in parts if part.role != Role.INTERVIEWER]
    asked = questions_answered(library, [first[each] for each in own if each in first])
    found = mentions(without_fields(query.text), parts, Said(first, asked))
    library.keep_hits([(each.hit.recording.id, each.hit) for each in found.raised])
    return found


def questions_answered(library: Library, hits: Sequence[Hit]) -> dict[tuple[str, int], Asked]:
    """Return which questions the turns of hits begin to answer.

    Calls that were annotated before questions were looked for have none: there they are found now.
    """
    asked = library.answering([(hit.recording.id, hit.position) for hit in hits])
    unread = library.without_questions({hit.recording.id for hit in hits})
    for hit in hits:
        if hit.recording.id in unread and (question := question_before(library, hit)):
            asked[hit.recording.id, hit.position] = question
    return asked


def question_before(library: Library, hit: Hit) -> Asked | None:
    """Return the question that the turn of a hit begins to answer, found in the turns before it."""
    first = max(0, hit.position - NEAR)
    turns = library.turns_between(hit.recording.id, first, hit.position)
    for each in find_questions(turns):
        if each.answer and each.answer.first + first == hit.position:
            place = each.mention
            turn = turns[place.turn]
            return Asked(turn.speaker, turn.text[place.start_char : place.end_char])
    return None


def check(query: Query) -> None:
    """Raise UsageError for a query that does not say what is to be mentioned, or by whom else."""
    if not query.expression:
        raise UsageError(
            f"{query.text!r} says where to look, but not what is mentioned. Name it too, as in: "
            "relisten mentions price --project acme"
        )
    for field in query.fields:
        if field.name not in FIELDS:
            raise UsageError(
                f"{field.name}:{field.value} means nothing to mentions, which counts all who are "
                f"interviewed. It knows {', '.join(FIELDS)}."
            )


def parts_wanted(library: Library, filters: Filters) -> list[Part]:
    """Return who speaks in the calls that pass filters; where speakers are named, no others.

    Interviewers are among them all the same: what they say tells what was prompted.
    """
    named = [each for each in filters.asked() if each.name == "speaker"]
    wanted = {folded(each.value) for each in named if not each.without}
    unwanted = {folded(each.value) for each in named if each.without}
    return [
        part
        for part in library.parts(filters)
        if part.role == Role.INTERVIEWER
        or (
            folded(part.speaker or "") not in unwanted
            and (not wanted or folded(part.speaker or "") in wanted)
        )
    ]


def first_hits(library: Library, query: Query, filters: Filters) -> Iterator[Hit]:
    """Yield the first hit of each speaker of each call: by words, and by names of an entity."""
    expression = query.phrase or query.expression
    ids = library.first_by_words(expression, filters)
    for match in library.marked(expression, ids):
        yield hit_of(match, query.kinds)
    if names := entity_names(library, query):
        places = library.first_by_name(names, filters)
        for number, match in zip(places, library.plain(list(places)), strict=True):
            yield hit_at(match, [mention_of(match, places[number])])


def entity_names(library: Library, query: Query) -> tuple[str, ...]:
    """Return the names of the entities that a query names, by itself or between ORs."""
    names = [query.plain] if query.plain else without_fields(query.text).split(" OR ")
    return tuple({name for each in names for name in _known(library, each)})


def _known(library: Library, name: str) -> tuple[str, ...]:
    plain = name.strip().strip('"')
    if not plain or MARKS & set(plain):
        return ()
    try:
        return library.entity_names(plain)
    except NotFound:
        return ()
