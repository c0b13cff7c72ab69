"""What passages mean: their codes kept a row a recording, their vectors some to a row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.library import rows
from pipeline.library.narrowing import Narrowing
from pipeline.library.stages import Stages
from pipeline.meaning.passages import Meaning, Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.library.database import Database
    from pipeline.library.filters import Filters
    from pipeline.transcript import Made, Turn

Spot = tuple[str, int]  # a recording's id, and a place among its passages or turns
TOGETHER = 10  # vectors of 384 bytes in a row, which fills a page of the file: 4,096 bytes


class Meanings(Narrowing, Stages):
    """What the passages in a library's database mean."""

    _database: Database
    _meanings_stored = 0  # times that this process has

    def store_meaning(self, identity: str, meaning: Meaning | None, made: Made) -> None:
        """Keep what the passages of a recording mean; None where that is not known."""
        with self._database.atomic():
            self._put_meaning(identity, meaning)
            self._end_stage(identity, "embed", made)
        self._meanings_stored += 1

    def _put_meaning(self, identity: str, meaning: Meaning | None) -> None:
        self._clear(identity, "meaning", "meaning_vectors")
        if meaning is None:
            return
        places = [[each.turn, each.start_char, each.end_char] for each in meaning.passages]
        written = json.dumps(places, separators=(",", ":"))
        self._database.write(
            "INSERT INTO meaning (recording_id, digest, codes, passages) VALUES (?, ?, ?, ?)",
            (identity, meaning.digest, meaning.codes, written),
        )
        size = TOGETHER * max(1, len(meaning.vectors) // max(1, len(places)))
        pieces = (meaning.vectors[n : n + size] for n in range(0, len(meaning.vectors), size))
        self._database.write_all(
            "INSERT INTO meaning_vectors VALUES (?, ?, ?)",
            ((identity, position, piece) for position, piece in enumerate(pieces)),
        )

    def meaning(self, identity: str) -> Meaning | None:
        """Return what the passages of a recording mean, None where that is not known."""
        found = self._database.read("SELECT * FROM meaning WHERE recording_id = ?", (identity,))
        pieces = self._database.read(
            "SELECT vectors FROM meaning_vectors WHERE recording_id = ? ORDER BY position",
            (identity,),
        )
        vectors = b"".join(piece for (piece,) in pieces)
        for row in found:
            places = tuple(Passage(*place) for place in json.loads(row["passages"]))
            return Meaning(row["digest"], row["codes"], places, vectors)
        return None

    def has_meanings(self, digest: str) -> bool:
        """Tell whether any recording's passages were embedded by a model."""
        return bool(
            self._database.read("SELECT 1 FROM meaning WHERE digest = ? LIMIT 1", (digest,))
        )

    def meanings_now(self) -> tuple[int, int, int]:
        """Return what is another one whenever the meaning of anything has changed."""
        ((others,),) = self._database.read("PRAGMA data_version")  # what other processes write
        ((count,),) = self._database.read("SELECT count(*) FROM meaning")
        return others, count, self._meanings_stored

    def codes(self, digest: str) -> Iterator[tuple[str, bytes]]:
        """Return the recordings, each with the codes that a model made."""
        query = "SELECT recording_id, codes FROM meaning WHERE digest = ?"
        return ((identity, codes) for identity, codes in self._database.each(query, (digest,)))

    def recordings_with(self, filters: Filters) -> frozenset[str]:
        """Return the ids of what passes the filters; what they say of turns is not looked at."""
        meant = self._of_recordings(filters)
        where = f" WHERE {meant}" if meant else ""
        found = self._database.read(f"SELECT id FROM recording{where}", meant.values)
        return frozenset(identity for (identity,) in found)

    def vectors(self, spots: Sequence[Spot], size: int) -> dict[Spot, bytes]:
        """Return the vectors of passages, each by its recording and its place among its own.

        size : bytes of a vector. What is not there any more is left out.
        """
        found = self._database.read(
            "SELECT spot.key, substr(vectors, 1 + ?1 * ((value ->> 1) % ?2), ?1) AS vector "
            "FROM json_each(?3) AS spot CROSS JOIN meaning_vectors "
            "ON recording_id = value ->> 0 AND position = (value ->> 1) / ?2 "
            "WHERE length(vector) = ?1",
            (size, TOGETHER, json.dumps(spots)),
        )
        return {spots[number]: vector for number, vector in found}

    def passages_at(self, spots: Sequence[Spot]) -> dict[Spot, Passage]:
        """Return passages by their recording and their place among its own."""
        found = self._database.read(
            "SELECT spot.key AS spot, passages -> ('$[' || (value ->> 1) || ']') AS passage "
            "FROM json_each(?) AS spot CROSS JOIN meaning ON recording_id = value ->> 0 "
            "WHERE passage IS NOT NULL",
            (json.dumps(spots),),
        )
        return {spots[row["spot"]]: Passage(*json.loads(row["passage"])) for row in found}

    def asked_in(self, turns: Iterable[Spot]) -> dict[Spot, list[tuple[int, int]]]:
        """Return the characters of the answered questions of some turns."""
        found = self._database.read(
            "SELECT question.recording_id, turn, start_char, end_char FROM json_each(?) AS spot "
            "CROSS JOIN question ON question.recording_id = spot.value ->> 0 "
            "AND turn = spot.value ->> 1 WHERE answer_first IS NOT NULL",
            (json.dumps(sorted(turns)),),
        )
        asked: dict[Spot, list[tuple[int, int]]] = {}
        for identity, turn, start, end in found:
            asked.setdefault((identity, turn), []).append((start, end))
        return asked

    def passing(self, spots: Iterable[Spot], filters: Filters) -> set[Spot]:
        """Return the turns of some that pass the filters."""
        scope = self._scope(filters)
        wanted = set(spots)
        if not scope.turns:
            return wanted
        found = self._database.read(
            "SELECT turn.recording_id, turn.position FROM json_each(?) AS spot CROSS JOIN turn "
            "ON turn.recording_id = spot.value ->> 0 AND turn.position = spot.value ->> 1 "
            f"WHERE {scope.turns}",
            (json.dumps(sorted(wanted)), *scope.turns.values),
        )
        return {(row["recording_id"], row["position"]) for row in found}

    def turn_at(self, identity: str, position: int) -> Turn:
        """Return one turn of a recording."""
        query = "SELECT * FROM turn WHERE recording_id = ? AND position = ?"
        (row,) = self._database.read(query, (identity, position))
        return rows.to_turn(row)
