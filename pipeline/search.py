"""A query to hits, each at the second where the matched words are said.

A query is words (all must be there), "phrases", prefixes (pric*), AND, OR, NOT and brackets.
Whatever is typed gives a valid search, or a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.library import EVERYTHING, MARK_END, MARK_START
from pipeline.transcript import Mention, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.library import Filters, Library, Match
    from pipeline.recording import Recording
    from pipeline.transcript import Turn

CONTEXT = 60  # characters on each side of a snippet's first match
_TOKEN = re.compile(r'"(?P<phrase>[^"]*)"?(?P<star>\*?)|(?P<bracket>[()])|(?P<word>[^\s()"]+)')


@dataclass(frozen=True, slots=True)
class Hit(Span):
    """A passage that a query finds: from the first matched word's start to the last one's end.

    `matches` are the matched words one by one, `snippet` the text around the first, with the
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
    matches = library.matches(to_fts(query), filters, limit)
    hits = [_hit(number, match) for number, match in enumerate(matches, start=1)]
    library.keep_hits([(hit.recording.id, hit) for hit in hits])
    return hits


def to_fts(query: str) -> str:
    """Return a query as a valid FTS5 expression.

    Unclosed quotes and brackets are closed, operators without operands are looked over.
    """
    parser = _Parser(list(_tokens(query)))
    expression = parser.either()
    while parser.tokens:  # after a bracket that closes nothing
        parser.tokens.pop(0)
        expression = " AND ".join(part for part in (expression, parser.either()) if part)
    if not expression:
        example = 'Name a word or a "phrase" to look for, as in: relisten search "too expensive"'
        raise UsageError(f"there is no word to look for in {query!r}. {example}")
    return expression


def quoted(text: str, *, prefix: bool = False) -> str:
    """Return words as one FTS5 phrase; empty where FTS5 would see no word in them."""
    if not any(character.isalnum() for character in text):
        return ""
    return '"' + text.replace("\0", " ").replace('"', '""') + '"' + ("*" if prefix else "")


def _tokens(query: str) -> Iterator[str]:
    """Yield operators and brackets as they are, everything else as quoted phrases."""
    for match in _TOKEN.finditer(query):
        if match["bracket"]:
            yield match["bracket"]
        elif match["word"] in {"AND", "OR", "NOT"}:
            yield match["word"]
        else:
            text = match["phrase"] if match["phrase"] is not None else match["word"]
            starred = bool(match["star"]) or (match["word"] or "").endswith("*")
            if phrase := quoted(text.rstrip("*"), prefix=starred):
                yield phrase


class _Parser:
    """Reads tokens by recursive descent: OR binds loosest, then AND (also unwritten), then NOT."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

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
        return " NOT ".join([_joined(wanted, " AND "), *unwanted]) if wanted else ""

    def _one(self) -> str:
        if self._take("("):
            inner = self.either()
            self._take(")")
            return f"({inner})" if inner else ""
        if not self.tokens or self.tokens[0] in {"AND", "OR", "NOT", ")"}:
            return ""
        return self.tokens.pop(0)

    def _take(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False


def _joined(parts: list[str], operator: str) -> str:
    filled = [part for part in parts if part]
    return f"({operator.join(filled)})" if len(filled) > 1 else "".join(filled)


def _hit(number: int, match: Match) -> Hit:
    ranges = marked_ranges(match.marked)
    matches = tuple(
        Mention(span.start, span.end, match.position, *characters)
        for characters in ranges
        for span in (match.turn.span_of(*characters),)
    )
    return Hit(
        start=matches[0].start,
        end=max(mention.end for mention in matches),
        number=number,
        recording=match.recording,
        turn=match.turn,
        position=match.position,
        matches=matches,
        snippet=snippet(match.turn.text, ranges),
    )


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


def snippet(text: str, ranges: list[tuple[int, int]], context: int = CONTEXT) -> str:
    """Return the text around the first range, all ranges in it between ** marks.

    It is cut between words, and "..." stands where it is cut.
    """
    first, last = ranges[0]
    start, end = max(0, first - context), min(len(text), last + context)
    if start:
        start = text.find(" ", start, first) + 1 or first
    if end < len(text):
        end = max(text.rfind(" ", last, end), last)
    shown, place = "", start
    for left, right in ranges:
        if right <= end:
            shown += f"{text[place:left]}**{text[left:right]}**"
            place = right
    return ("... " if start else "") + shown + text[place:end] + (" ..." if end < len(text) else "")
