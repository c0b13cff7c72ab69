"""Keyphrases over the calls of a library."""

from __future__ import annotations

import json
from itertools import accumulate, compress
from typing import TYPE_CHECKING

from pipeline.keyphrases import Said, widespread
from pipeline.library.interviewed import people_interviewed
from pipeline.library.narrowing import Narrowing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.keyphrases import Widespread
    from pipeline.library.database import Database
    from pipeline.library.filters import Condition, Filters

# Who says a phrase is only read for those of most calls: what most people say is among them.
# That is half as many again as are wanted, and more while their calls together are no more than
# this: so many take a second.
MOST_READ = 15_000
HOW_MANY = (
    "SELECT count(*) AS calls FROM recording WHERE project IS "
    "(SELECT project FROM recording WHERE id = ?)"
)
# The phrases of a call come first: each is then looked up, and no other.
ALSO_IN = (
    "SELECT other.lemma, count(*) AS calls FROM keyphrase AS own "
    "CROSS JOIN keyphrase AS other ON other.lemma = own.lemma "
    "CROSS JOIN recording ON recording.id = other.recording_id "
    "WHERE own.recording_id = ?1 "
    "AND project IS (SELECT project FROM recording WHERE id = ?1) GROUP BY own.lemma"
)
# Of some recordings theirs are read, and of all the index alone.
OF_ALL = ("keyphrase", "json_each(?) AS wanted CROSS JOIN keyphrase ON lemma = wanted.value")
OF_SOME = (
    "recording CROSS JOIN keyphrase ON keyphrase.recording_id = recording.id",
    "recording CROSS JOIN keyphrase ON keyphrase.recording_id = recording.id "
    "AND lemma IN (SELECT value FROM json_each(?))",
)
IN_MOST = (
    "SELECT lemma, count(*) AS calls FROM {0} WHERE lemma != '' AND {1} "
    "GROUP BY lemma ORDER BY calls DESC, max(rank) DESC, lemma LIMIT ?"
)
WHO_SAYS = (
    "SELECT lemma, keyphrase.text, rank, keyphrase.recording_id AS recording, turn.speaker, "
    "count(*) AS mentions, min(keyphrase_mention.start) AS first FROM {0} "
    "CROSS JOIN keyphrase_mention ON keyphrase_mention.recording_id = keyphrase.recording_id "
    "AND keyphrase = keyphrase.position "
    "CROSS JOIN turn ON turn.recording_id = keyphrase.recording_id AND turn.position = turn "
    "WHERE {1} GROUP BY keyphrase.rowid, turn.speaker"
)


def calls_with(database: Database, identity: str) -> tuple[dict[str, int], int]:
    """Return in how many calls of a recording's project each of its phrases is, and how many are.

    Recordings that are in no project count as one.
    """
    ((calls,),) = database.read(HOW_MANY, (identity,))
    found = database.read(ALSO_IN, (identity,))
    return {row["lemma"]: row["calls"] for row in found}, calls


class Keyphrases(Narrowing):
    """The keyphrases in a library's database."""

    def widespread(self, filters: Filters, limit: int) -> list[Widespread]:
        """Return the phrases of some calls, those first that most people say.

        Raises NotFound for a filter that names what is not there.
        """
        among = self._of_recordings(filters)
        source, _ = OF_SOME if among else OF_ALL
        most = self._database.read(IN_MOST.format(source, among), (*among.values, MOST_READ))
        together = accumulate(row["calls"] for row in most)
        few = [total <= MOST_READ or place < limit * 3 / 2 for place, total in enumerate(together)]
        lemmas = [row["lemma"] for row in compress(most, few)]
        said = self._who_says(lemmas, self._of_turns(filters))
        return widespread(said, self._how_many(among))[:limit]

    def _who_says(self, lemmas: Sequence[str], where: Condition) -> Iterator[Said]:
        """Yield who of those interviewed says phrases where."""
        _, source = OF_SOME if where else OF_ALL
        people = people_interviewed(self._database)
        days = self._database.read("SELECT id, substr(recorded_at, 1, 10) AS day FROM recording")
        day_of = {row["id"]: row["day"] for row in days}
        values = (json.dumps(lemmas), *where.values)
        for row in self._database.each(WHO_SAYS.format(source, where), values):
            recording = row["recording"]
            person = people.get((recording, row["speaker"]))
            if person is None:
                continue
            yield Said(
                lemma=row["lemma"],
                text=row["text"],
                rank=row["rank"],
                recording=recording,
                day=day_of[recording],
                person=person,
                mentions=row["mentions"],
                start=row["first"],
            )

    def _how_many(self, among: Condition) -> int:
        query = f"SELECT count(*) AS calls FROM recording WHERE {among}"
        return int(self._database.read(query, among.values)[0]["calls"])
