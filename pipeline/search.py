"""A query to hits, each at the second where the matched words are said.

A query is words (all must be there), "phrases", prefixes (pric*), AND, OR, NOT and brackets.
Where it is words alone, turns that have them as a phrase come first. Whatever is typed gives
a valid search, or a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.library import EVERYTHING, MARK_END, MARK_START
from pipeline.transcript import Mention, Span

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from pipeline.library import Filters, Library, Match
    from pipeline.recording import Recording
    from pipeline.transcript import Turn

CONTEXT = 60  # characters on each side of a snippet's first match
DEEPEST = 12  # brackets in brackets; FTS5's parser (SQLite 3.40) gives up at some thirty
# What the index's stemmer takes off a word, so that the word is kept under less than a prefix
# of it: "negotiat*" must find "negotiation", which is kept as "negoti". Of the 31,711 beginnings of
# 6,000 English words, from three letters on, 9 % miss their word without this, one with it.
ENDINGS = tuple(
    ending
    for endings in (
        "ability ably ically ical ally ance ances ant ation ational ations ative ator ed ely",
        "ement ence ency ent ently er fully fulness ibility ible icate ics ies ing ingly ion",
        "ional ism ities ity ive iveness ivity ization izations izing ment ness ous ously ousness",
    )
    for ending in endings.split()
)
OPERATORS = {"AND", "OR", "NOT"}
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))  # as word processors and phones write them
_TOKEN = re.compile(r'"(?P<phrase>[^"]*)"?(?P<star>\*?)|(?P<bracket>[()])|(?P<word>[^\s()"]+)')


@dataclass(frozen=True, slots=True)
class Hit(Span):
    """A passage that a query finds: where the matches in a turn stand closest together.

    It reaches from the first of these words' start to the last one's end. `matches` are the
    turn's matched words one by one, `snippet` the text around the passage's first, with the
    matches between ** marks.
    """

    number: int
    recording: Recording
    turn: Turn
    position: int
    matches: tuple[Mention, ...]
    snippet: str


def search(
    library: Library,
    query: str,
    filters: Filters = EVERYTHING,
    limit: int = 20,
) -> list[Hit]:
    """Return the best hits and keep their numbers for `play`.

    Raises UsageError for a query in which nothing can be looked for.
    """
    expressions = (as_phrase(query), to_fts(query))
    matches: dict[tuple[str, int], Match] = {}
    for expression in filter(None, expressions):
        for match in library.matches(expression, filters, limit):
            matches.setdefault((match.recording.id, match.position), match)
    wanted = named(query)
    best = list(matches.values())[:limit]
    hits = [_hit(number, match, wanted) for number, match in enumerate(best, start=1)]
    library.keep_hits([(hit.recording.id, hit) for hit in hits])
    return hits


def to_fts(query: str) -> str:
    """Return a query as a valid FTS5 expression.

    Curly quotes are quotes, unclosed quotes and brackets are closed, operators without
    operands are looked over.
    """
    parser = _Parser(_tokens(query))
    parts = [parser.either()]
    while parser.tokens:  # after a bracket that closes nothing
        parser.tokens.popleft()
        parts.append(parser.either())
    expression = _joined(parts, " AND ")
    if not expression:
        example = 'Name a word or a "phrase" to look for, as in: relisten search "too expensive"'
        raise UsageError(f"there is no word to look for in {query!r}. {example}")
    return expression


def as_phrase(query: str) -> str:
    """Return a query of plain words as the FTS5 phrase that they make; empty for any other.

    A shell takes the quotes off "too expensive", and who types two words mostly means the phrase.
    """
    said = query.translate(_QUOTES)
    plain = not set(said) & set('"()*') and not OPERATORS & set(said.split())
    return quoted(said) if plain and len(said.split()) > 1 else ""


def named(query: str) -> list[str]:
    """Return the words, phrases and beginnings that a query names, folded to be compared."""
    texts = (
        match["word"] or match["phrase"]
        for match in _TOKEN.finditer(query.translate(_QUOTES))
        if (match["word"] or match["phrase"]) and match["word"] not in OPERATORS
    )
    return list(filter(None, dict.fromkeys(map(_folded, texts))))


def quoted(text: str, *, prefix: bool = False) -> str:
    """Return words as one FTS5 phrase; empty where FTS5 would see no word in them."""
    if not any(character.isalnum() for character in text):
        return ""
    sound = text.encode("utf-8", "replace").decode("utf-8")  # a terminal may send half a letter
    phrase = '"' + sound.replace("\0", " ").replace('"', '""') + '"'
    if not prefix:
        return phrase
    completed = [f"{phrase[:-1]}{rest}" for rest in completions(sound.lower())]
    return _joined([f"{phrase}*", *completed], " OR ")


def completions(beginning: str) -> list[str]:
    """Return what to add to a prefix to find words that are indexed under less than it, or other.

    Each is the rest of an FTS5 phrase: a word's end and the closing quote, and a star if need be.
    """
    rests = {
        ending[overlap:] + '"'
        for ending in ENDINGS
        for overlap in range(1, len(ending))
        if beginning.endswith(ending[:overlap]) and beginning[:-overlap][-1:].isalpha()
    }
    if beginning[-2:-1] == beginning[-1:]:  # "shipp*" must find "shipped", kept as "ship"
        rests.add('ed"')
    if beginning.endswith(("y", "ys")):  # stemmed to an i: "pay*" must find "payment"
        rests.add('e"*')
    return sorted(rests)


def _tokens(query: str) -> Iterator[str]:
    """Yield operators and brackets as they are, everything else as quoted phrases."""
    for match in _TOKEN.finditer(query.translate(_QUOTES)):
        if match["bracket"]:
            yield match["bracket"]
        elif match["word"] in OPERATORS:
            yield match["word"]
        else:
            text = match["phrase"] if match["phrase"] is not None else match["word"]
            starred = bool(match["star"]) or (match["word"] or "").endswith("*")
            if phrase := quoted(text.rstrip("*"), prefix=starred):
                yield phrase


class _Parser:
    """Reads tokens by recursive descent: OR binds loosest, then AND (also unwritten), then NOT."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self.tokens = deque(tokens)
        self._depth = 0

    def either(self) -> str:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return _joined(parts, " OR ")

    def _both(self) -> str:
        wanted: list[str] = []
        unwanted: list[str] = []
        while self.tokens and self.tokens[0] not in {"OR", ")"}:
            if self._take("AND"):
                continue
            negated = self._take("NOT")
            part = self._one()
            if part:
                (unwanted if negated else wanted).append(part)
        if unwanted and not wanted:
            raise UsageError(
                f"the query only says what to leave out ({', '.join(unwanted)}). "
                "Say also what to look for, as in: price NOT discount"
            )
        return _joined([_joined(wanted, " AND "), _joined(unwanted, " OR ")], " NOT ")

    def _one(self) -> str:
        if self._take("("):
            return self._bracketed()
        if not self.tokens or self.tokens[0] in {*OPERATORS, ")"}:
            return ""
        return self.tokens.popleft()

    def _bracketed(self) -> str:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UsageError(
                f"the query has brackets in brackets, more than {DEEPEST} deep. Use fewer."
            )
        inner = self.either()
        self._take(")")
        self._depth -= 1
        return inner

    def _take(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.popleft()
            return True
        return False


def _joined(parts: list[str], operator: str) -> str:
    filled = [part for part in parts if part]
    return f"({operator.join(filled)})" if len(filled) > 1 else "".join(filled)


def _hit(number: int, match: Match, wanted: Sequence[str]) -> Hit:
    text = match.turn.text
    ranges = marked_ranges(match.marked)
    matches = tuple(
        Mention(span.start, span.end, match.position, *characters)
        for characters in ranges
        for span in (match.turn.span_of(*characters),)
    )
    first, last = tightest(ranges, [meant_by(text[slice(*each)], wanted) for each in ranges])
    return Hit(
        start=matches[first].start,
        end=max(mention.end for mention in matches[first : last + 1]),
        number=number,
        recording=match.recording,
        turn=match.turn,
        position=match.position,
        matches=matches,
        snippet=snippet(text, ranges, first),
    )


def meant_by(said: str, wanted: Sequence[str]) -> str:
    """Return which of the things looked for a matched text is: the one that begins most like it.

    The index's stemmer changes ends alone, so "Prices" is meant by "price", not by "pay". Of two
    with as much in common, it is the shorter: "price", not "pricey".
    """
    plain = _folded(said)

    def likeness(each: str) -> tuple[int, int]:
        pairs = zip(plain, each, strict=False)
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        return alike, -len(each)

    return max(wanted, key=likeness, default="")


def tightest(ranges: Sequence[tuple[int, int]], kinds: Sequence[Hashable]) -> tuple[int, int]:
    """Return the first and last place of the shortest run of ranges with every kind in it.

    `ranges` are characters, in order; `kinds` tells for each what it is. A run is as long as its
    last range begins after its first: "price" is no shorter than "prices". Of equals, the first.
    """
    latest: dict[Hashable, int] = {}
    runs = []
    for place, kind in enumerate(kinds):
        latest[kind] = place
        runs.append((min(latest.values()), place, len(latest)))
    whole = [(first, last) for first, last, held in runs if held == len(latest)]
    return min(whole, key=lambda run: ranges[run[1]][0] - ranges[run[0]][0])


def _folded(text: str) -> str:
    """Return a text's letters and digits without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())


def marked_ranges(marked: str) -> list[tuple[int, int]]:
    """Return the marked characters as [start, end) of the text without its marks."""
    ranges, start, place = [], 0, 0
    for character in marked:
        if character == MARK_START:
            start = place
        elif character == MARK_END:
            ranges.append((start, place))
        else:
            place += 1
    return ranges


def snippet(
    text: str, ranges: Sequence[tuple[int, int]], chosen: int = 0, context: int = CONTEXT
) -> str:
    """Return the text around the chosen range, all ranges in it between ** marks.

    It is cut between words, and "..." stands where it is cut.
    """
    first, last = ranges[chosen]
    start, end = max(0, first - context), min(len(text), last + context)
    if start:
        start = text.find(" ", start - 1, first) + 1 or first
    if end < len(text):
        end = max(text.rfind(" ", last, end + 1), last)
    shown, place = "", start
    for left, right in ranges:
        if start <= left and right <= end:
            shown += f"{text[place:left]}**{text[left:right]}**"
            place = right
    return ("... " if start else "") + shown + text[place:end] + (" ..." if end < len(text) else "")
