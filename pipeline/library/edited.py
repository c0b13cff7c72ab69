"""Turns of which a person typed some anew: put among the others, with what was found in those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carrying import Carried, Exchange
from pipeline.library import rows
from pipeline.library.corrections import Corrections
from pipeline.library.meaning import Meanings
from pipeline.library.roles import GIVEN, Roles
from pipeline.library.traits import note_traits
from pipeline.meaning.passages import Meaning, Passage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipeline.corrections import Correction
    from pipeline.speakers import SpeakerEdit
    from pipeline.transcript import Made, Segment, Span, Turn

    Place = tuple[int, int, int]  # a turn, and characters [start, end) of its text

# Tables of what is said at some place of a turn.
PLACED = ("entity", "question", "keyphrase_mention")
UNANSWERED = "answer_first = NULL, answer_last = NULL, answer_start = NULL, answer_end = NULL"
TURN_COLUMNS = 'recording_id, position, speaker, start, "end", text, words'


class Edited(Corrections, Meanings, Roles):
    """Turns that change one by one in a library's database."""

    def segments_within(self, identity: str, span: Span) -> tuple[Segment, ...]:
        """Return what was heard in some time, by start."""
        query = (
            'SELECT * FROM segment WHERE recording_id = ? AND start <= ? AND "end" >= ? '
            "ORDER BY position"
        )
        found = self._database.read(query, (identity, span.end, span.start))
        return tuple(rows.to_segment(row) for row in found)

    def channels_heard(self, identity: str) -> tuple[int | None, ...]:
        """Return the channels in which something was heard; None for a mix of all."""
        query = "SELECT DISTINCT channel FROM segment WHERE recording_id = ?"
        return tuple(row["channel"] for row in self._database.read(query, (identity,)))

    def turn_kept(self, identity: str, position: int) -> Turn | None:
        """Return the turn at a position, None where there is none."""
        query = "SELECT * FROM turn WHERE recording_id = ? AND position = ?"
        found = self._database.read(query, (identity, position))
        return rows.to_turn(found[0]) if found else None

    def seal(self, table: str, identity: str) -> str:
        """Return what the rows of a recording in a table come to; "" where it has none."""
        query = "SELECT sha256 FROM seal WHERE recording_id = ? AND rows_of = ?"
        found = self._database.read(query, (identity, table))
        return str(found[0]["sha256"]) if found else ""

    def store_retyped(
        self,
        identity: str,
        corrections: Sequence[Correction],
        edits: Sequence[SpeakerEdit],
        exchange: Exchange,
        made: Made,
    ) -> int:
        """Keep corrections as one change, and the turns that come for those that go.

        What was found in other turns stays until it is looked for again; so does what was found in
        these in words that are the same.
        """
        with self._database.atomic():
            change = self._put_change({identity: corrections})
            if list(edits) != list(self.edits(identity)):
                self._put_edits(identity, edits)
            self._exchange(identity, exchange)
            self._count_again(identity)
            self._end_stage(identity, "attribute", made)
        return change

    def store_turns_again(self, identity: str, turns: Sequence[Turn], made: Made) -> None:
        """Keep turns in the place of those that are there; what was found in others stays."""
        with self._database.atomic():
            self._exchange(identity, self._unlike(identity, turns))
            self._count_again(identity)
            self._end_stage(identity, "attribute", made)

    def _count_again(self, identity: str) -> None:
        """Count who has how many turns; a role that was guessed is not lost by a few words."""
        before = self.roles_of(identity)
        self._count_talk(identity)
        now = self.roles_of(identity)
        lost = {name: role for name, (role, guess) in before.items() if guess and name not in now}
        for name, role in lost.items():
            self._database.write(GIVEN, (role, 1, identity, name))
        if lost:
            note_traits(self._database.write, identity)

    def _put_turns_again(self, identity: str, turns: Sequence[Turn], made: Made) -> None:
        """Keep turns anew; where they are cut as they were, all that was found in them stands."""
        cut = [rows.from_turn(turn)[1:4] for turn in turns]
        if cut == [rows.from_turn(turn)[1:4] for turn in self.turns(identity)]:
            super()._put_turns_again(identity, turns, made)
            return
        self._exchange(identity, self._unlike(identity, turns))
        self._count_talk(identity)
        self._end_stage(identity, "attribute", made)

    def _unlike(self, identity: str, turns: Sequence[Turn]) -> Exchange:
        """Return which turns are not among others, and which of those are new."""
        stood = [rows.from_turn(turn) for turn in self.turns(identity)]
        now = [rows.from_turn(turn) for turn in turns]
        before, after = set(stood), set(now)
        gone = (n for n, row in enumerate(stood) if row not in after)
        come = (turn for turn, row in zip(turns, now, strict=True) if row not in before)
        return Exchange(frozenset(gone), tuple(come))

    def _exchange(self, identity: str, exchange: Exchange) -> None:
        """Put turns in the place of others, and what was found in turns where they stand now."""
        gone, come = exchange.gone, exchange.come
        query = 'SELECT position, start, "end", text FROM turn WHERE recording_id = ?'
        stood = {row["position"]: row for row in self._database.read(query, (identity,))}
        order: list[tuple[float, float, int | None, Turn | None]] = [
            *((row["start"], row["end"], n, None) for n, row in stood.items() if n not in gone),
            *((rows.seconds(turn.start), rows.seconds(turn.end), None, turn) for turn in come),
        ]
        order.sort(key=lambda each: each[:2])
        moved = {n: place for place, (_, _, n, _) in enumerate(order) if n is not None}
        added = {place: turn for place, (*_, turn) in enumerate(order) if turn is not None}
        if added.keys() == set(gone) and all(n == place for n, place in moved.items()):
            self._rewrite(identity, added)
            texts = {n: Carried.of(stood[n]["text"], turn.text) for n, turn in added.items()}
        else:
            self._renumber(identity, gone, moved, added)
            texts = {}
        self._carry(identity, moved, texts)

    def _rewrite(self, identity: str, turns: Mapping[int, Turn]) -> None:
        self._database.write_all(
            'UPDATE turn SET speaker = ?, start = ?, "end" = ?, text = ?, words = ? '
            "WHERE recording_id = ? AND position = ?",
            ((*rows.from_turn(turn), identity, n) for n, turn in turns.items()),
        )

    def _renumber(
        self,
        identity: str,
        gone: Collection[int],
        moved: Mapping[int, int],
        added: Mapping[int, Turn],
    ) -> None:
        where = "WHERE recording_id = ? AND position = ?"
        self._database.write_all(f"DELETE FROM turn {where}", ((identity, n) for n in gone))
        changed = {before: now for before, now in moved.items() if before != now}
        for shift in (-1, 1):  # by numbers below 0, as no two may have one at any moment
            self._database.write_all(
                f"UPDATE turn SET position = ? {where}",
                (
                    (-1 - now, identity, before) if shift < 0 else (now, identity, -1 - now)
                    for before, now in changed.items()
                ),
            )
        self._database.write_all(
            f"INSERT INTO turn ({TURN_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((identity, n, *rows.from_turn(turn)) for n, turn in added.items()),
        )

    def _carry(self, identity: str, moved: Mapping[int, int], texts: Mapping[int, Carried]) -> None:
        """Let what was found in turns follow them; what was found in words that are gone goes."""
        for table in PLACED:
            self._carry_table(table, identity, moved, texts)
        self._database.write(
            "DELETE FROM keyphrase WHERE recording_id = ?1 AND position NOT IN "
            "(SELECT keyphrase FROM keyphrase_mention WHERE recording_id = ?1)",
            (identity,),
        )
        self._carry_answers(identity, {**moved, **{n: n for n in texts}})
        self._carry_meaning(identity, moved, texts)

    def _carry_table(
        self, table: str, identity: str, moved: Mapping[int, int], texts: Mapping[int, Carried]
    ) -> None:
        found = self._database.read(
            f"SELECT rowid, turn, start_char, end_char FROM {table} WHERE recording_id = ?",
            (identity,),
        )
        for number, turn, start, end in found:
            place = _placed((turn, start, end), moved, texts, exact=table != "question")
            if place is None:
                self._database.write(f"DELETE FROM {table} WHERE rowid = ?", (number,))
            elif place != (turn, start, end):
                self._database.write(
                    f"UPDATE {table} SET turn = ?, start_char = ?, end_char = ? WHERE rowid = ?",
                    (*place, number),
                )

    def _carry_answers(self, identity: str, places: Mapping[int, int]) -> None:
        found = self._database.read(
            "SELECT rowid, answer_first, answer_last FROM question "
            "WHERE recording_id = ? AND answer_first IS NOT NULL",
            (identity,),
        )
        for number, *turns in found:
            now = [places.get(each) for each in turns]
            if None in now:
                self._database.write(f"UPDATE question SET {UNANSWERED} WHERE rowid = ?", (number,))
            elif now != turns:
                self._database.write(
                    "UPDATE question SET answer_first = ?, answer_last = ? WHERE rowid = ?",
                    (*now, number),
                )

    def _carry_meaning(
        self, identity: str, moved: Mapping[int, int], texts: Mapping[int, Carried]
    ) -> None:
        """Let passages follow their turns: what they mean is about what it was."""
        if (meaning := self.meaning(identity)) is None:
            return
        count = len(meaning.passages)
        places = [
            _placed((each.turn, each.start_char, each.end_char), moved, texts, exact=False)
            for each in meaning.passages
        ]
        kept = [n for n, place in enumerate(places) if place is not None]

        def left(data: bytes) -> bytes:
            size = len(data) // count
            return b"".join(data[n * size : (n + 1) * size] for n in kept)

        left_over = Meaning(
            meaning.digest,
            left(meaning.codes),
            tuple(Passage(*place) for place in places if place is not None),
            left(meaning.vectors),
        )
        self._put_meaning(identity, left_over if kept else None)
        self._meanings_stored += 1


def _placed(
    place: Place, moved: Mapping[int, int], texts: Mapping[int, Carried], *, exact: bool
) -> Place | None:
    """Return where a place is now, (turn, start, end); None where its words are gone."""
    turn, start, end = place
    if turn in moved:
        return moved[turn], start, end
    if turn not in texts:
        return None
    now = texts[turn].exact(start, end) if exact else texts[turn].about(start, end)
    return (turn, *now) if now else None
