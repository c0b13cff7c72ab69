"""The plot of a search: a query to turns in an order, and those of a page to hits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from pipeline.errors import NotFound, UsageError
from pipeline.library import EVERYTHING, Order
from pipeline.query import Field, Query, parse
from pipeline.search.hits import asking, hit_at, hit_of
from pipeline.search.mixing import mixed
from pipeline.search.snippets import opening
from pipeline.search.wanted import By, Results, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.library import Filters, Library, Match, Matched
    from pipeline.search.hits import Hit
    from pipeline.search.meaning import Meant, Near
    from pipeline.transcript import Question

MIXED = 100  # hits of words that passages which mean the like are put among
NEAREST = 30  # such passages: where each is said is read from the file
# Of the cosine, from which on what has none of the words is a hit all the same: on the interviews,
# half of the paraphrases' best passages have it, and nothing that is not spoken of there does.
LIKE_ENOUGH = 0.4
MOST_LIKE = 5  # of those on top of what has the words
ANSWER = 100  # characters of an answer that are shown
ASKING = 1_000  # turns that ask something, of which some may have the words beside the question
AT_ONCE = 100  # turns that are read together where some of them may be no hits
QUESTION = Field("is", "question")


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns in the order in which they are hits.

    `expressions` tell for each what to mark in it, `near` what of it means the like.
    """

    ids: Sequence[int]
    expressions: dict[int, str]
    near: dict[int, Near]
    total: int
    counted: bool
    notes: tuple[str, ...] = ()


def search(
    library: Library, text: str, filters: Filters = EVERYTHING, limit: int = 20
) -> list[Hit]:
    """Return the best hits of words. Raises UsageError where nothing can be looked for."""
    return list(find(library, text, filters, Wanted(limit=limit, by=By.WORDS)).hits)


def find(
    library: Library,
    text: str,
    filters: Filters = EVERYTHING,
    wanted: Wanted | None = None,
    meant: Meant | None = None,
) -> Results:
    """Return a page of what a query finds; keep the numbers of its hits, and of those before.

    meant : what finds passages by meaning, None where nothing can.

    Raises UsageError where nothing can be looked for, NotFound for a name that nothing goes by and
    for a page that there is not.
    """
    wanted = wanted or Wanted()
    alone = not text.strip() and (filters != EVERYTHING or wanted.questions)
    query = nothing_said(text) if alone else parse(text)
    fields = (*filters.fields, *query.fields, *([QUESTION] if wanted.questions else []))
    filters = replace(filters, fields=fields)
    turns = ordered(library, query, filters, wanted, meant)
    hits = numbered(hits_in(library, query, turns, filters, wanted), wanted)
    page = hits[wanted.need - wanted.limit :]
    if hits and not page:
        raise NotFound(f"there is no page {wanted.page}: {past(len(hits), wanted)}")
    if wanted.kept:
        library.keep_hits([(hit.recording.id, hit.passage) for hit in hits[: wanted.need]])
    shown = tuple(with_context(library, hit, wanted.context) for hit in page[: wanted.limit])
    return Results(
        query,
        shown,
        turns.total,
        turns.counted,
        len(page) > wanted.limit,
        wanted,
        (*query.notes, *turns.notes),
    )


def nothing_said(text: str) -> Query:
    """Return the query of who types no words: filters alone say what is looked for."""
    return Query(text, "", "", (), (), "", "", ())


def past(hits: int, wanted: Wanted) -> str:
    """Say how many pages there are."""
    pages = -(-hits // wanted.limit)
    listed = "hit" if hits == 1 else "hits"
    return f"{hits} {listed} fill {pages}. See the last one: --page {pages}"


def ordered(
    library: Library, query: Query, filters: Filters, wanted: Wanted, meant: Meant | None
) -> Turns:
    """Return the turns that are hits, in the order that is wanted."""
    if wanted.by is By.MEANING:
        return by_meaning(library, query, filters, wanted, meant)
    if not query.expression:
        found = library.turns_in(filters, wanted.need + 1, wanted.order)
        return Turns(found.ids, {}, {}, found.total, found.counted)
    turns = by_words(library, query, filters, wanted)
    mixing = wanted.by is By.BOTH and wanted.order is Order.BEST and not asks(filters)
    if meant is None or not query.plain or not mixing:
        return turns
    near = meant.nearest(query.plain, filters, NEAREST)
    return replace(with_meaning(library, turns, near), notes=(*turns.notes, *meant.notes))


def asks(filters: Filters) -> bool:
    """Tell whether hits are to be questions."""
    return QUESTION in filters.fields


def by_words(library: Library, query: Query, filters: Filters, wanted: Wanted) -> Turns:
    """Return the turns with the words: those that have them as a phrase first."""
    expressions = {}
    ids: list[int] = []
    need = max(wanted.need + 1, ASKING if asks(filters) else MIXED)
    if query.phrase and wanted.order is Order.BEST:
        phrase = library.matched(query.phrase, filters, need)
        ids += phrase.ids
        expressions = dict.fromkeys(phrase.ids, query.phrase)
        if len(ids) >= need:  # who has so many misses none of those that only have the words
            return Turns(ids, expressions, {}, phrase.total, counted=False, notes=ranked(phrase))
    found = library.matched(query.expression, filters, need, wanted.order)
    rest = [each for each in found.ids if each not in expressions]
    expressions |= dict.fromkeys(rest, query.expression)
    total = max(found.total, len(ids) + len(rest))
    return Turns([*ids, *rest], expressions, {}, total, found.counted, ranked(found))


def ranked(found: Matched) -> tuple[str, ...]:
    """Say what was not ranked."""
    if found.newest is None:
        return ()
    many = f"{found.total:,} turns" if found.counted else f"more than {found.total:,} turns"
    said = f"{many} have it; ranked are the {found.newest:,} that were added last"
    return (f"{said}. Narrow it down: another word, project:NAME or speaker:NAME.",)


def by_meaning(
    library: Library, query: Query, filters: Filters, wanted: Wanted, meant: Meant | None
) -> Turns:
    """Return the turns that say the like."""
    if meant is None:
        raise UsageError("nothing is at hand that tells what is meant: search for words")
    near = located(library, meant.nearest(query.plain or query.text, filters, wanted.need + 1))
    counted = len(near) <= wanted.need
    return Turns(list(near), {}, near, len(near), counted, meant.notes)


def with_meaning(library: Library, turns: Turns, near: Sequence[Near]) -> Turns:
    """Return turns with those that say the like of it among them."""
    places = located(library, near)
    like = [
        number
        for number, each in places.items()
        if number not in turns.expressions and each.likeness >= LIKE_ENOUGH
    ][:MOST_LIKE]
    kept = [each for each in places if each in turns.expressions or each in like]
    first, rest = list(turns.ids[:MIXED]), list(turns.ids[MIXED:])
    together = mixed(first, kept)
    ids = [*together, *(each for each in rest if each not in set(together))]
    added = {each: places[each] for each in like}
    return replace(turns, ids=ids, near=added, total=turns.total + len(like))


def located(library: Library, near: Sequence[Near]) -> dict[int, Near]:
    """Return passages by the numbers of their turns: of several in one, the likest."""
    numbers = library.turn_numbers([(each.recording, each.mention.turn) for each in near])
    found: dict[int, Near] = {}
    for number, each in zip(numbers, near, strict=True):
        found.setdefault(number, each)
    return found


def hits_in(
    library: Library, query: Query, turns: Turns, filters: Filters, wanted: Wanted
) -> list[Hit]:
    """Return the hits in turns, up to the page that is wanted and one more."""
    found: list[Hit] = []
    most = wanted.need + 1
    step = AT_ONCE if asks(filters) else most
    for first in range(0, len(turns.ids), step):
        some = turns.ids[first : first + step]
        if asks(filters) and query.expression:
            some = asked_with(library, query, turns, some)[: most - len(found)]
        found += (hit for hit in hits_of(library, query, turns, some, filters) if hit)
        if len(found) >= most:
            break
    return found[:most]


def asked_with(library: Library, query: Query, turns: Turns, some: Sequence[int]) -> list[int]:
    """Return those of some turns in which a question has the words: of others nothing is read."""
    texts: dict[int, str] = {}
    for expression in {turns.expressions[each] for each in some}:
        own = [each for each in some if turns.expressions[each] == expression]
        texts |= library.marked_texts(expression, own)
    asked = zip(some, library.questions_of(some), strict=True)
    strict = is_strict(query)
    return [each for each, found in asked if asking(texts.get(each, ""), found, strict=strict)]


def is_strict(query: Query) -> bool:
    """Tell whether all that is looked for must be in a question."""
    return " OR " not in query.expression


def hits_of(
    library: Library, query: Query, turns: Turns, some: Sequence[int], filters: Filters
) -> Iterator[Hit | None]:
    """Yield the hit in each of some turns; None where its matches are in no question asked for."""
    kinds = query.kinds or tuple((each,) for each in query.wanted)
    matches = read(library, turns, some)
    asked = library.questions_of(some) if asks(filters) else [()] * len(matches)
    for number, match, questions in zip(some, matches, asked, strict=True):
        if near := turns.near.get(number):
            yield hit_at(match, (near.mention,), likeness=near.likeness)
        elif asks(filters):
            yield question_of(library, query, match, questions)
        elif turns.expressions:
            yield hit_of(match, kinds)
        else:
            yield hit_at(match, library.mentioned(match.recording.id, match.position, filters))


def read(library: Library, turns: Turns, some: Sequence[int]) -> list[Match]:
    """Return turns with what is to be marked in them."""
    together: dict[int, Match] = {}
    for expression in dict.fromkeys(turns.expressions.get(each, "") for each in some):
        own = [each for each in some if turns.expressions.get(each, "") == expression]
        matches = library.marked(expression, own) if expression else library.plain(own)
        together |= zip(own, matches, strict=True)
    return [together[each] for each in some]


def question_of(
    library: Library, query: Query, match: Match, questions: Sequence[Question]
) -> Hit | None:
    """Return the question of a turn in which the words are, with how its answer begins."""
    question = asking(match.marked, questions, strict=is_strict(query))
    if question is None:
        return None
    hit = hit_at(match, (question.mention,))
    if query.expression:
        kinds = query.kinds or tuple((each,) for each in query.wanted)
        marked = hit_of(match, kinds)
        hit = replace(hit, matches=marked.matches, snippet=marked.snippet)
    if question.answer is None:
        return hit
    place = question.answer.first
    texts = [turn.text for turn in library.turns_between(match.recording.id, place, place)]
    said = opening(" ".join(texts), longest=ANSWER)
    return replace(hit, answer=question.answer, said=said)


def numbered(hits: Sequence[Hit], wanted: Wanted) -> list[Hit]:
    """Return hits with their numbers: page by page, those of one recording together, if wanted."""
    pages = [hits[first : first + wanted.limit] for first in range(0, len(hits), wanted.limit)]
    together = [hit for page in pages for hit in (grouped(page) if wanted.together else page)]
    return [replace(hit, number=number) for hit, number in zip(together, count(1))]


def grouped(hits: Sequence[Hit]) -> list[Hit]:
    """Return hits recording by recording, in the order of the first hit of each."""
    order = {identity: n for n, identity in enumerate(dict.fromkeys(h.recording.id for h in hits))}
    return sorted(hits, key=lambda hit: order[hit.recording.id])


def with_context(library: Library, hit: Hit, context: int) -> Hit:
    """Return a hit with so many turns before and after it."""
    if not context:
        return hit
    first = max(0, hit.position - context)
    turns = library.turns_between(hit.recording.id, first, hit.position + context)
    place = hit.position - first
    return replace(hit, before=turns[:place], after=turns[place + 1 :])
