"""Searching the index of words, so that it takes no longer than it must in a large library.

Streaming matches costs 0.2 us a turn, looking up what filters ask of one 1 us, 10 where it stands
alone on its page, ranking it as much (SQLite 3.40, a library of 3 million turns), and before that
bm25 counts all turns that have each word. So the newest are streamed until there are enough, and
texts are read of those that are shown alone.
"""

from __future__ import annotations

import json
import re
from bisect import bisect
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.library.filters import Condition, Scope
from pipeline.library.frequencies import Frequencies
from pipeline.library.hits import Passages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.library.database import Database
    from pipeline.library.filters import Filters
    from pipeline.library.hits import Match

RANKED = 2_500  # matches that are ranked
WITHIN = 500  # of more matches, those that pass filters and are ranked
FEW = 3_000  # matches that are all put in order by date
NARROW = 2_000  # recordings that are looked through one by one
SAMPLED = 100  # of all, to see whether those are few
PROBED = 50  # matches by which it is estimated whether those are few
SURELY = 1.5  # times as many are more, though they are only estimated
# Turns with a word that are passed in the time in which those of a recording that have a name are
# sought one by one, as many as they mostly are.
PASSED = 2_000
AT_ONCE = 200  # of these, for each query; FIRST for the first one
FIRST = 20
STREAMED = 40  # matches that are streamed in the time in which a recording is looked through
# Turns with the words of an expression: of more, bm25 takes longer than it is worth.
MOST_RANKED = 250_000
TOGETHER = re.compile(r'"[^" ]+ [^"]+"| AND |NEAR\(')  # words that must be in one turn
ONE_WORD = re.compile(r'"[^" ]*"( ?\*)?')
AMONG = "{} IN (SELECT value FROM json_each(?))"
BESIDE = "CROSS JOIN turn_trait AS turn ON turn.id = turn_text.rowid "
JOINED = (
    "CROSS JOIN recording_number ON recording_number.number = turn.recording "
    "CROSS JOIN recording ON recording.id = recording_number.recording_id "
)


class Order(StrEnum):
    """In which order hits come: the best, the newest recordings or the oldest ones first."""

    BEST = "best"
    DATE = "date"
    TIME = "time"


BY = {Order.BEST: "DESC", Order.DATE: "DESC", Order.TIME: "ASC"}


@dataclass(frozen=True, slots=True)
class Matched:
    """Turns that match, by the numbers that SQLite gave them, in the order asked for.

    `total` is how many match, at least; `counted` tells whether it is all of them. Where `newest`
    is set, so many of those that were added last were ranked, and no others.
    """

    ids: tuple[int, ...] = ()
    total: int = 0
    counted: bool = True
    newest: int | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The number of a recording, those of its first and last turn, and whether all between are its.

    They are, unless the library was mended.
    """

    recording: int
    first: int
    last: int
    exact: bool = True


def within(ids: Sequence[int], ranges: Sequence[Range]) -> list[int]:
    """Return the turns that lie in some ranges, or may."""
    edges = sorted((each.first, each.last) for each in ranges)
    firsts = [first for first, _ in edges]
    if not all(each.exact for each in ranges):
        return list(ids)
    places = ((each, bisect(firsts, each) - 1) for each in ids)
    return [each for each, place in places if place >= 0 and each <= edges[place][1]]


class Searching(Passages, Frequencies):
    """What a library's database finds."""

    _database: Database

    def matches(self, expression: str, filters: Filters, limit: int) -> list[Match]:
        """Return the turns that match an FTS5 expression, best first, with the matches marked."""
        return self.marked(expression, self.matched(expression, filters, limit).ids[:limit])

    def matched(
        self, expression: str, filters: Filters, need: int, order: Order = Order.BEST
    ) -> Matched:
        """Return which turns match an FTS5 expression: the first `need` at least, if there are."""
        scope = self._scope(filters)
        if order is not Order.BEST:
            if self._matching(expression, FEW) is not None:
                return self._sifted(expression, scope, order)
            return self._walked(expression, scope, order, need)
        recordings = self._few_recordings(scope)
        if scope.by_number:
            return self._numbered(expression, scope, need, recordings)
        most = RANKED if scope.everything else max(need, WITHIN)
        if recordings is None:
            return self._newest(expression, scope, most)
        matching = self._matching(expression, STREAMED * len(recordings))
        if matching is not None:
            inside = json.dumps(within(matching, self._ranges(recordings)))
            own = Condition(("TRUE", AMONG.format("+turn_text.rowid")), (inside,))
            return self._newest(expression, replace(scope, turns=scope.turns & own), most)
        found = self._walked(expression, scope, order, most, recordings)
        costly = self._postings(expression) > MOST_RANKED
        ranked = self._shortest(found.ids) if costly else self._ranked(expression, found.ids)
        return Matched(ranked, len(ranked), found.counted, None if found.counted else len(ranked))

    def turns_in(self, filters: Filters, need: int, order: Order) -> Matched:
        """Return the turns that pass filters, at least the first `need` of them."""
        return self._walked("", self._scope(filters), order, need)

    # Which turns

    def _matching(self, expression: str, most: int) -> tuple[int, ...] | None:
        """Return which turns match, in order; None where they are more than so many."""
        if ONE_WORD.fullmatch(expression) and self._postings(expression) > SURELY * most:
            return None
        found = self._ids(
            "SELECT rowid FROM turn_text WHERE turn_text MATCH ? ORDER BY rowid LIMIT ?",
            (expression, most + 1),
        )
        return found if len(found) <= most else None

    def _numbered(
        self, expression: str, scope: Scope, need: int, recordings: Sequence[str] | None
    ) -> Matched:
        """Return the best of those that match and are some turns, known by their numbers."""
        having = self._postings(expression)
        sought = recordings is not None and having > PASSED * len(recordings)
        most = RANKED if having <= MOST_RANKED else max(need, WITHIN)
        return self._newest(expression, replace(scope, sought=sought), most)

    def _newest(self, expression: str, scope: Scope, most: int) -> Matched:
        """Return the best of those that match and pass, or of the newest where there are more."""
        costly = self._postings(expression) > MOST_RANKED
        rows = self._streamed(expression, scope, most, ranked=not costly)
        counted = len(rows) <= most
        best = sorted(rows[:most], key=lambda row: (row["score"], row["id"]))
        ids = tuple(row["id"] for row in best)
        ids = self._shortest(ids) if costly else ids
        return Matched(ids, len(ids), counted, None if counted else most)

    def _shortest(self, ids: Sequence[int]) -> tuple[int, ...]:
        """Return turns, the shortest first: as bm25 does, if all have all words equally often.

        FTS5 keeps lengths as variable integers, of which the first byte is the highest.
        """
        return self._ids(
            "SELECT id FROM turn_text_docsize WHERE id IN (SELECT value FROM json_each(?)) "
            "ORDER BY length(sz), sz, id",
            (json.dumps(ids),),
        )

    def _streamed(self, expression: str, scope: Scope, most: int, *, ranked: bool) -> list[Any]:
        """Return matches that pass, with what ranks them: if more than `most`, the last added.

        Backwards takes FTS5 twice as long, so what may have few matches is read forwards.
        """
        seems = self._probed(expression, scope) if TOGETHER.search(expression) else float("inf")
        if seems <= most:
            rows = self._in_order("ASC", expression, scope, most + 1, ranked=ranked)
            if len(rows) <= most:
                return rows
        return self._in_order("DESC", expression, scope, most + 1, ranked=ranked)

    def _probed(self, expression: str, scope: Scope) -> float:
        """Return about how many turns match and pass, by those that were added first."""
        first = self._in_order("ASC", expression, scope, PROBED, ranked=False)
        if len(first) < PROBED:
            return len(first)
        (row,) = self._database.read(
            "SELECT (SELECT min(id) FROM turn) AS first, (SELECT max(id) FROM turn) AS last"
        )
        reached = first[-1]["id"] - row["first"] + 1
        return float(PROBED * (row["last"] - row["first"] + 1) / reached)

    def _in_order(
        self, order: str, expression: str, scope: Scope, most: int, *, ranked: bool
    ) -> list[Any]:
        meant = scope.turns & scope.beside
        joined = BESIDE + (JOINED if scope.beside else "") if meant else ""
        clauses = str(meant)
        if scope.by_number:  # so that of turns that do not pass nothing is read
            sign = "" if scope.sought and not ranked else "+"
            clauses = clauses.replace("turn.id IN", f"{sign}turn_text.rowid IN")
            joined = joined if scope.beside else ""
        return self._database.read(
            f"SELECT turn_text.rowid AS id, {'bm25(turn_text)' if ranked else '0'} AS score "
            f"FROM turn_text {joined}WHERE turn_text MATCH ? AND {clauses} "
            f"ORDER BY turn_text.rowid {order} LIMIT ?",
            (expression, *meant.values, most),
        )

    def _sifted(self, expression: str, scope: Scope, order: Order) -> Matched:
        """Return all that match, of few, by date."""
        meant = scope.turns & scope.beside
        ids = self._ids(
            f"SELECT turn.id FROM turn_text {BESIDE}{JOINED}WHERE turn_text MATCH ? AND {meant} "
            f"ORDER BY recorded_at {BY[order]}, recording.id, turn.position",
            (expression, *meant.values),
        )
        return Matched(ids, len(ids))

    def _walked(
        self,
        expression: str,
        scope: Scope,
        order: Order,
        need: int,
        recordings: Iterable[str] | None = None,
    ) -> Matched:
        """Return the first turns that match, or pass, recording by recording."""
        found: list[int] = []
        walk, step = iter(recordings or self._recordings_in(scope, order)), FIRST
        while some := list(islice(walk, step)):
            step = min(2 * step, AT_ONCE)
            found += self._in_ranges(expression, self._ranges(some), scope, need + 1 - len(found))
            if len(found) > need:
                break
        ids = tuple(found[:need])
        return Matched(ids, len(ids), counted=len(found) <= need)

    def _in_ranges(
        self, expression: str, ranges: Sequence[Range], scope: Scope, most: int
    ) -> tuple[int, ...]:
        """Return the turns that match, or pass, in some ranges."""
        sure = all(each.exact for each in ranges) and not scope.turns
        index = "turn_text.rowid" if expression else "turn.id"
        looked = "turn_text " + ("" if sure else BESIDE) if expression else "turn_trait AS turn "
        meant = str(scope.turns).replace("turn.id IN", "+turn.id IN")  # not to be walked for each
        own = "" if sure else f" AND turn.recording = stretch.value ->> 0 AND {meant}"
        return self._ids(
            f"SELECT {index} FROM json_each(?) AS stretch CROSS JOIN {looked}"
            f"WHERE {'turn_text MATCH ? AND ' if expression else ''}{index} "
            f"BETWEEN stretch.value ->> 1 AND stretch.value ->> 2{own} LIMIT ?",
            (
                json.dumps([(each.recording, each.first, each.last) for each in ranges]),
                *([expression] if expression else []),
                *(() if sure else scope.turns.values),
                most,
            ),
        )

    def _ranges(self, recordings: Sequence[str]) -> list[Range]:
        """Return where the turns of recordings lie, of those that have any."""
        found = self._database.read(
            "SELECT number, first, last FROM json_each(?) "
            "CROSS JOIN recording_number ON recording_id = value ORDER BY key",
            (json.dumps(recordings),),
        )
        return [
            Range(row["number"], row["first"], row["last"])
            if row["first"] is not None
            else self._outermost(row["number"])
            for row in found
            if row["last"] is not None
        ]

    def _outermost(self, number: int) -> Range:
        (row,) = self._database.read(
            "SELECT min(turn.id) AS first, max(turn.id) AS last FROM turn "
            "JOIN recording_number USING (recording_id) WHERE number = ?",
            (number,),
        )
        return Range(number, row["first"], row["last"], exact=False)

    def _recordings_in(self, scope: Scope, order: Order) -> Iterator[str]:
        """Yield the recordings of a scope, by date; they are looked at one by one."""
        found = self._database.each(
            "SELECT id FROM (SELECT id AS own FROM recording "
            f"ORDER BY recorded_at {BY[order]}, id LIMIT -1) "
            f"CROSS JOIN recording ON recording.id = own WHERE {scope.recordings}",
            scope.recordings.values,
        )
        return (row["id"] for row in found)

    def _few_recordings(self, scope: Scope) -> list[str] | None:
        """Return the recordings of a scope, by date; None where they are not few.

        They are where each is best looked through by itself.
        """
        if not scope.recordings:
            return None
        ((everything,),) = self._database.read("SELECT count(*) FROM recording")
        most = min(NARROW, everything // 2)
        if not scope.beside and self._share(scope) * everything > SURELY * most:
            return None
        found = self._database.read(
            "SELECT id FROM (SELECT id, recorded_at FROM recording "
            f"WHERE {scope.recordings} LIMIT ?) ORDER BY recorded_at DESC, id",
            (*scope.recordings.values, most + 1),
        )
        return [row["id"] for row in found] if len(found) <= most else None

    def _share(self, scope: Scope) -> float:
        """Return the share of a scope in all recordings, by some from the first to the last."""
        ((last,),) = self._database.read("SELECT ifnull(max(number), 0) FROM recording_number")
        some = range(1, last + 1, max(1, last // SAMPLED))
        found = self._database.read(
            f"SELECT avg({scope.recordings}) AS share FROM json_each(?) "
            "CROSS JOIN recording_number ON number = value "
            "CROSS JOIN recording ON recording.id = recording_number.recording_id",
            (*scope.recordings.values, json.dumps(list(some))),
        )
        return float(found[0]["share"] or 0)

    def _ranked(self, expression: str, ids: Sequence[int]) -> tuple[int, ...]:
        """Return those of some turns that match, the best first."""
        if not ids:
            return ()
        return self._ids(
            "SELECT rowid FROM turn_text WHERE turn_text MATCH ? AND rowid BETWEEN ? AND ? "
            f"AND {AMONG.format('+rowid')} ORDER BY bm25(turn_text), rowid",
            (expression, min(ids), max(ids), json.dumps(ids)),
        )

    def _ids(self, query: str, values: Sequence[Any]) -> tuple[int, ...]:
        return tuple(row[0] for row in self._database.read(query, values))
