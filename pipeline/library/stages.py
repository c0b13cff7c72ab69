"""What each stage found out about a recording, written when it ends: all of it or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.keyphrases import best_here
from pipeline.library import annotation_rows, rows
from pipeline.library.keyphrases import calls_with
from pipeline.library.naming import Named
from pipeline.library.traits import note_traits
from pipeline.transcript import Annotation, Revision, Speech, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.library.database import Database
    from pipeline.transcript import (
        Keyphrase,
        Made,
        Removed,
        Segment,
        Span,
        SpeakerSpan,
        Turn,
        Unheard,
    )

# In the order in which they run, each with those whose result it makes stale.
TEXT_STAGES = ("transcribe", "diarize", "attribute", "annotate")
STAGES = (*TEXT_STAGES, "embed", "copy")
DEPENDENT = {
    "transcribe": ("attribute", "annotate", "embed"),
    "diarize": ("attribute", "annotate", "embed"),
    "attribute": ("annotate", "embed"),
    "annotate": (),
    "embed": (),
    "copy": (),
}


class Stages(Named):
    """The results of stages in a library's database."""

    _database: Database

    def made(self, identity: str) -> dict[str, Made]:
        """Return the stages that a recording has been through, and what made each."""
        found = self._database.read(
            "SELECT name, made FROM stage WHERE recording_id = ?", (identity,)
        )
        return {row["name"]: rows.to_made(row["made"]) for row in found}

    def store_speech(self, identity: str, speech: Speech, made: Made) -> None:
        """Keep what was heard; the words of passages recognised anew before are gone with it."""
        with self._database.atomic():
            self._put_speech(identity, speech)
            self._database.write(
                "UPDATE revision SET standing = 0 WHERE recording_id = ?", (identity,)
            )
            self._end_stage(identity, "transcribe", made)

    def store_revision(
        self, identity: str, speech: Speech, span: Span, made: Made, before: Iterable[Segment]
    ) -> Revision:
        """Keep what is heard now that a passage was recognised anew, and what stood there before.

        What rests on the words is stale then; what made the others stays as it is.
        """
        with self._database.atomic():
            number = len(self.revisions(identity)) + 1
            revision = Revision(span.start, span.end, number, made, now(), tuple(before))
            self._put_speech(identity, speech)
            self._database.write(
                "INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (identity, *rows.from_revision(revision)),
            )
            self._forget(identity, DEPENDENT["transcribe"])
        return self.revisions(identity)[-1]

    def _put_speech(self, identity: str, speech: Speech) -> None:
        self._replace("segment", 9, identity, map(rows.from_segment, speech.segments))
        self._replace("removed", 6, identity, map(rows.from_removed, speech.removed))
        self._replace("unheard", 4, identity, map(rows.from_unheard, speech.unheard))
        self._database.write(
            "UPDATE recording SET language = ? WHERE id = ?", (speech.language, identity)
        )

    def store_turns(self, identity: str, turns: Iterable[Turn], made: Made) -> None:
        """Keep the turns; what was found in the turns before is dropped with them."""
        with self._database.atomic():
            self._put_turns(identity, turns, made)

    def _put_turns(self, identity: str, turns: Iterable[Turn], made: Made) -> None:
        self._clear(identity, "entity", "keyphrase", "question", "turn")
        self._clear(identity, "meaning", "meaning_vectors")
        self._database.write_all(
            'INSERT INTO turn (recording_id, position, speaker, start, "end", text, words) '
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            _numbered(identity, map(rows.from_turn, turns)),
        )
        self._count_talk(identity)
        self._end_stage(identity, "attribute", made)

    def _count_talk(self, identity: str) -> None:
        """Keep who has how many turns, as the turns have it now."""
        self._clear(identity, "talk")
        self._database.write(
            "INSERT INTO talk SELECT ?1, row_number() OVER (ORDER BY min(position)) - 1, speaker, "
            'count(*), round(sum("end" - start), 3), NULL, 1 FROM turn WHERE recording_id = ?1 '
            "GROUP BY speaker",
            (identity,),
        )

    def store_annotation(self, identity: str, annotation: Annotation, made: Made) -> None:
        """Keep what was found in the turns."""
        with self._database.atomic():
            entities = map(annotation_rows.from_entity, annotation.entities)
            self._replace("entity", 11, identity, entities)
            self.name_entities([identity])
            questions = map(annotation_rows.from_question, annotation.questions)
            self._replace("question", 11, identity, questions)
            note_traits(self._database.write, identity)
            phrases = annotation.keyphrases
            self._replace("keyphrase", 4, identity, map(annotation_rows.from_keyphrase, phrases))
            for number, phrase in enumerate(phrases):
                self._database.write_all(
                    "INSERT INTO keyphrase_mention VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        (identity, number, position, *annotation_rows.from_mention(mention))
                        for position, mention in enumerate(phrase.mentions)
                    ),
                )
            self._end_stage(identity, "annotate", made)

    def _replace(
        self, table: str, columns: int, identity: str, values: Iterable[tuple[Any, ...]]
    ) -> None:
        """Put rows of (recording, position, *values) in the place of a recording's rows."""
        self._clear(identity, table)
        marks = ", ".join("?" * (columns + 1))
        statement = f"INSERT INTO {table} VALUES ({marks})"
        self._database.write_all(statement, _numbered(identity, values))

    def _clear(self, identity: str, *tables: str) -> None:
        for table in tables:
            statement = f"DELETE FROM {table} WHERE recording_id = ?"
            self._database.write(statement, (identity,))

    def _end_stage(self, identity: str, name: str, made: Made) -> None:
        self._forget(identity, DEPENDENT[name])
        self._database.write(
            "INSERT OR REPLACE INTO stage VALUES (?, ?, ?, ?)",
            (identity, name, rows.from_made(made), now()),
        )

    def _forget(self, identity: str, stages: Iterable[str]) -> None:
        for stale in stages:
            self._database.write(
                "DELETE FROM stage WHERE recording_id = ? AND name = ?", (identity, stale)
            )

    # Reading

    def speech(self, identity: str) -> Speech:
        """Return all that was heard in a recording."""
        return Speech(
            self.language(identity),
            self.segments(identity),
            self._removed(identity),
            self._unheard(identity),
        )

    def segments(self, identity: str) -> tuple[Segment, ...]:
        """Return what was heard in a recording, by start."""
        return tuple(rows.to_segment(row) for row in self._rows("segment", identity))

    def spans(self, identity: str) -> tuple[SpeakerSpan, ...]:
        """Return who spoke when, by start."""
        return tuple(rows.to_span(row) for row in self._rows("speaker_span", identity))

    def turns(self, identity: str) -> tuple[Turn, ...]:
        """Return a recording's turns, by start."""
        return tuple(rows.to_turn(row) for row in self._rows("turn", identity))

    def revisions(self, identity: str) -> tuple[Revision, ...]:
        """Return the passages of a recording that were recognised anew, the first one first."""
        found = self._database.read(
            "SELECT * FROM revision WHERE recording_id = ? ORDER BY number", (identity,)
        )
        return tuple(rows.to_revision(row) for row in found)

    def transcript(self, identity: str) -> Transcript:
        """Return all that is known of what is said in a recording."""
        made = self.made(identity)
        return Transcript(
            recording=identity,
            language=self.language(identity),
            turns=self.turns(identity),
            annotation=self.annotation(identity),
            made=tuple((name, made[name]) for name in STAGES if name in made),
            languages=self._languages(identity),
            removed=self._removed(identity),
            unheard=self._unheard(identity),
            revisions=self.revisions(identity),
        )

    def annotation(self, identity: str) -> Annotation:
        """Return what was found in the turns of a recording."""
        return Annotation(
            tuple(annotation_rows.to_entity(row) for row in self._rows("entity", identity)),
            best_here(self._keyphrases(identity), *calls_with(self._database, identity)),
            tuple(annotation_rows.to_question(row) for row in self._rows("question", identity)),
        )

    def language(self, identity: str) -> str | None:
        """Return the language of most of a recording, None where nobody speaks."""
        found = self._database.read("SELECT language FROM recording WHERE id = ?", (identity,))
        return found[0]["language"] if found else None

    def _removed(self, identity: str) -> tuple[Removed, ...]:
        return tuple(rows.to_removed(row) for row in self._rows("removed", identity))

    def _unheard(self, identity: str) -> tuple[Unheard, ...]:
        return tuple(rows.to_unheard(row) for row in self._rows("unheard", identity))

    def _languages(self, identity: str) -> tuple[tuple[str, float], ...]:
        found = self._database.read(
            'SELECT language, sum("end" - start) AS spoken FROM segment '
            "WHERE recording_id = ? AND language IS NOT NULL "
            "GROUP BY language ORDER BY spoken DESC, language",
            (identity,),
        )
        return tuple((row["language"], rows.seconds(row["spoken"])) for row in found)

    def _keyphrases(self, identity: str) -> Iterator[Keyphrase]:
        mentions = self._rows("keyphrase_mention", identity)
        for row in self._rows("keyphrase", identity):
            own = [
                annotation_rows.to_mention(m) for m in mentions if m["keyphrase"] == row["position"]
            ]
            yield annotation_rows.to_keyphrase(row, own)

    def _rows(self, table: str, identity: str) -> list[Any]:
        query = f"SELECT * FROM {table} WHERE recording_id = ? ORDER BY position"
        return self._database.read(query, (identity,))


def _numbered(identity: str, values: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for position, columns in enumerate(values):
        yield identity, position, *columns


def now() -> str:
    """Return the time as it is kept: UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def exactly_now() -> str:
    """Return the time to the microsecond, which tells two edits of one number apart."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
