"""Who speaks: what the machine and people say of it, voiceprints, and people over recordings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import LibraryError
from pipeline.library import rows
from pipeline.library.stages import Stages, now
from pipeline.people import forgotten_again, shared_with
from pipeline.speakers import (
    EditKind,
    group,
    names,
    relabelled,
    remembered,
    under_label,
    under_labels,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.people import Recognised, Voiceprint
    from pipeline.speakers import SpeakerEdit
    from pipeline.transcript import Made, SpeakerSpan, Turn

# Where something is known of a label; the value of an edit may be one.
KNOWN = (
    ("speaker_edit", "speaker"),
    ("speaker_edit", "value"),
    ("unprinted", "speaker"),
    ("recognised", "speaker"),
)


class Speakers(Stages):
    """Who speaks in the recordings of a library's database."""

    def store_speakers(
        self,
        identity: str,
        spans: Sequence[SpeakerSpan],
        voiceprints: Iterable[Voiceprint],
        made: Made,
    ) -> None:
        """Keep who spoke when, and what their voices are like.

        What a person said of a channel's speaker follows the channel to its new name. The voice of
        somebody who was forgotten is not kept.
        """
        labels = relabelled(self.spans(identity), spans)
        before = tuple(under_label(span, labels) for span in self.spans(identity))
        with self._database.atomic():
            self._relabel(identity, labels)
            self._remember(identity, before, spans)
            self._replace("speaker_span", 6, identity, map(rows.from_span, spans))
            forgotten = self.forgotten(identity)
            self._clear(identity, "voiceprint")
            kept = (each for each in voiceprints if each.speaker not in forgotten)
            self._database.write_all(
                "INSERT INTO voiceprint VALUES (?, ?, ?, ?, ?)", map(rows.from_voiceprint, kept)
            )
            self._end_stage(identity, "diarize", made)

    def _remember(
        self, identity: str, before: Sequence[SpeakerSpan], now: Sequence[SpeakerSpan]
    ) -> None:
        """Keep when those spoke who are known of and are not told any more.

        When a forgotten voice spoke was kept when it was forgotten, and stays so: a run that takes
        it for somebody else, or two for one, changes nothing of that.
        """
        silent, known = self.unprinted(identity), self.known_labels(identity)
        past = self._past_spans(identity)
        kept = remembered((*before, *past), now, known - silent)
        kept += tuple(span for span in past if span.speaker in silent)
        self._clear(identity, "label_span")
        self._database.write_all(
            "INSERT OR IGNORE INTO label_span VALUES (?, ?, ?, ?, ?)",
            ((identity, *rows.from_label_span(span)) for span in kept),
        )

    def _past_spans(self, identity: str) -> tuple[SpeakerSpan, ...]:
        query = "SELECT * FROM label_span WHERE recording_id = ? ORDER BY start, speaker"
        return tuple(rows.to_label_span(row) for row in self._database.read(query, (identity,)))

    def label_spans(self, identity: str) -> tuple[SpeakerSpan, ...]:
        """Return who spoke when, and after it when those did who are known of and not told now.

        The latter have no channel: voices are told anew, and are to find their labels again. Who
        took their time meanwhile, and of whom nothing is known, is left out for that.
        """
        past, known = self._past_spans(identity), self.known_labels(identity)
        seconds_in_past = shared_with(past)
        now = (
            span
            for span in self.spans(identity)
            if span.speaker in known or seconds_in_past(span) <= span.duration / 2
        )
        return (*now, *(replace(span, channel=None) for span in past))

    def _relabel(self, identity: str, labels: Mapping[str, str]) -> None:
        """Let what is known of speakers follow them to their new labels."""
        if not labels:
            return
        self._put_edits(identity, under_labels(self.edits(identity), labels))
        for table in ("unprinted", "recognised", "label_span"):
            query = f"SELECT * FROM {table} WHERE recording_id = ?"
            known = [dict(row) for row in self._database.read(query, (identity,))]
            self._clear(identity, table)
            for row in known:  # all at once, as two may have changed places
                row["speaker"] = labels.get(row["speaker"], row["speaker"])
                statement = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(row))})"
                self._database.write(statement, tuple(row.values()))

    def known_labels(self, identity: str) -> frozenset[str]:
        """Return the labels of a recording of which something is known: not free for anybody new.

        What was said of a speaker would else be of somebody who goes by that label since.
        """
        query = " UNION ".join(
            f"SELECT {column} AS label FROM {table} WHERE recording_id = ?1"
            for table, column in KNOWN
        )
        return frozenset(row["label"] for row in self._database.read(query, (identity,)))

    # What a person says

    def edits(self, identity: str) -> tuple[SpeakerEdit, ...]:
        """Return what a person said of the speakers of a recording, in order."""
        query = "SELECT * FROM speaker_edit WHERE recording_id = ? ORDER BY number"
        return tuple(rows.to_edit(row) for row in self._database.read(query, (identity,)))

    def store_edits(
        self,
        identity: str,
        edits: Sequence[SpeakerEdit],
        turns: Sequence[Turn],
        made: Made,
        decided: Recognised | None = None,
    ) -> None:
        """Keep all that a person says of the speakers, and the turns that follow from it.

        What was found in the turns stays where no turn begins or ends elsewhere than before. A
        name that is taken back takes the confirmation of that name along; the name that comes
        with the one that is `decided` is the last edit, if that is new.
        """
        with self._database.atomic():
            before = self.edits(identity)
            new = len(edits) > len(before)
            self._put_edits(identity, edits)
            self._unname(identity, before, edits)
            if decided:
                self._decide(decided, edits[-1].number if new else None)
            self._drop_idle_people()
            self._put_turns_again(identity, turns, made)

    def _unname(
        self, identity: str, before: Iterable[SpeakerEdit], now: Sequence[SpeakerEdit]
    ) -> None:
        """Take back confirmations of names that are taken back: those that came with them too."""
        standing, numbers = names(now), {edit.number for edit in now}
        for edit in before:
            if edit.kind is not EditKind.NAME or edit.number in numbers:
                continue
            name = edit.value.casefold()
            still = standing.get(edit.speaker, "").casefold() == name
            self._database.write(
                "DELETE FROM recognised WHERE recording_id = ? AND speaker = ? AND verdict = ? "
                "AND (edit = ? OR (? AND person_id = (SELECT id FROM person WHERE folded = ?)))",
                (identity, edit.speaker, rows.CONFIRMED, edit.number, not still, name),
            )

    def _put_edits(self, identity: str, edits: Iterable[SpeakerEdit]) -> None:
        self._clear(identity, "speaker_edit")
        self._database.write_all(
            "INSERT INTO speaker_edit VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((identity, *rows.from_edit(edit)) for edit in edits),
        )

    def _put_turns_again(self, identity: str, turns: Sequence[Turn], made: Made) -> None:
        """Keep turns anew; in the place of those that are there, where they are cut alike."""
        columns = [rows.from_turn(turn) for turn in turns]
        stood = [rows.from_turn(turn) for turn in self.turns(identity)]
        if [each[1:4] for each in columns] != [each[1:4] for each in stood]:
            self._put_turns(identity, turns, made)
            return
        self._database.write_all(
            "UPDATE turn SET speaker = ?, words = ? WHERE recording_id = ? AND position = ?",
            (
                (each[0], each[4], identity, position)
                for position, each in enumerate(columns)
                if each != stood[position]
            ),
        )
        self._count_talk(identity)

    # Voices and people

    def voiceprints(self) -> tuple[Voiceprint, ...]:
        """Return the voiceprints of all recordings."""
        query = "SELECT * FROM voiceprint ORDER BY recording_id, speaker"
        return tuple(rows.to_voiceprint(row) for row in self._database.read(query))

    def voiceprints_for(self, identity: str) -> tuple[Voiceprint, ...]:
        """Return the voiceprints of a recording, and those by which people are known."""
        query = (
            "SELECT * FROM voiceprint WHERE recording_id = ?1 OR EXISTS (SELECT 1 FROM recognised "
            "WHERE recognised.recording_id = voiceprint.recording_id "
            "AND recognised.speaker = voiceprint.speaker AND verdict = ?2) "
            "ORDER BY recording_id, speaker"
        )
        found = self._database.read(query, (identity, rows.CONFIRMED))
        return tuple(rows.to_voiceprint(row) for row in found)

    def forgotten(self, identity: str) -> frozenset[str]:
        """Return the labels of a recording whose voices are not kept, as one was forgotten.

        They are those that were forgotten, and who is heard in the time of one of them.
        """
        past, now = self._past_spans(identity), self.spans(identity)
        return forgotten_again(past, now, self.unprinted(identity))

    def unprinted(self, identity: str) -> frozenset[str]:
        """Return the labels of a recording's speakers of whom no voiceprint is to be made."""
        query = "SELECT speaker FROM unprinted WHERE recording_id = ?"
        return frozenset(row["speaker"] for row in self._database.read(query, (identity,)))

    def recognised(self) -> tuple[Recognised, ...]:
        """Return what was decided of speakers in all recordings, the first decision first."""
        query = (
            "SELECT recognised.*, name FROM recognised JOIN person ON person.id = person_id "
            "ORDER BY recognised.rowid"
        )
        return tuple(rows.to_recognised(row) for row in self._database.read(query))

    def calls_of_speakers(self, project: str) -> dict[str, int]:
        """Return in how many recordings of a project each name speaks."""
        found = self._database.read(
            "SELECT speaker, count(*) AS calls FROM talk "
            "JOIN recording ON recording.id = recording_id "
            "WHERE casefold(project) = casefold(?) AND speaker IS NOT NULL GROUP BY speaker",
            (project,),
        )
        return {row["speaker"]: row["calls"] for row in found}

    def people(self) -> tuple[str, ...]:
        """Return the names of all people who were confirmed or refused somewhere."""
        found = self._database.read("SELECT name FROM person ORDER BY folded")
        return tuple(row["name"] for row in found)

    def refuse(self, refused: Recognised) -> None:
        """Keep that a speaker is not a person."""
        with self._database.atomic():
            self._decide(refused, None)

    def _decide(self, decided: Recognised, edit: int | None) -> None:
        """Keep a decision in the place of those that it contradicts, of all who are that speaker.

        Who is confirmed once more keeps the name that came with it before, if none comes now.
        """
        folded = decided.person.casefold()
        self._database.write(
            "INSERT OR IGNORE INTO person (name, folded, added_at) VALUES (?, ?, ?)",
            (decided.person, folded, now()),
        )
        person = self._database.read("SELECT id FROM person WHERE folded = ?", (folded,))[0]["id"]
        verdict = rows.CONFIRMED if decided.confirmed else rows.REFUSED
        if decided.confirmed and edit is None:
            edit = self.name_given_with(decided)
        for label in group(decided.speaker, self.edits(decided.recording)):
            self._database.write(
                "DELETE FROM recognised WHERE recording_id = ? AND speaker = ? AND "
                "(person_id = ? OR (verdict = ? AND ?))",
                (decided.recording, label, person, rows.CONFIRMED, decided.confirmed),
            )
        self._database.write(
            "INSERT INTO recognised VALUES (?, ?, ?, ?, ?, ?)",
            (decided.recording, decided.speaker, person, verdict, edit, now()),
        )

    def name_given_with(self, decided: Recognised) -> int | None:
        """Return the number of the edit that named a speaker when it was confirmed."""
        found = self._database.read(
            "SELECT edit FROM recognised JOIN person ON person.id = person_id "
            "WHERE recording_id = ? AND speaker = ? AND folded = ?",
            (decided.recording, decided.speaker, decided.person.casefold()),
        )
        return found[0]["edit"] if found else None

    def withdraw(self, decided: Recognised) -> None:
        """Take back what was decided of a speaker and a person; the person goes with the last."""
        with self._database.atomic():
            self._database.write(
                "DELETE FROM recognised WHERE recording_id = ? AND speaker = ? AND person_id = "
                "(SELECT id FROM person WHERE folded = ?)",
                (decided.recording, decided.speaker, decided.person.casefold()),
            )
            self._drop_idle_people()

    def _drop_idle_people(self) -> None:
        self._database.write(
            "DELETE FROM person WHERE id NOT IN (SELECT person_id FROM recognised)"
        )

    def forget(self, person: str, speakers: Iterable[tuple[str, str]]) -> int:
        """Forget a person and the voices of speakers (recording, label); return how many.

        The same sound under another file's name goes with them. The voices go first, and are
        looked for in the bytes of the library's files; the person goes when none is found, so
        that what is interrupted can be asked for again.
        """
        wanted, voices = set(speakers), self.voiceprints()
        sounds = {each.embedding for each in voices if (each.recording, each.speaker) in wanted}
        gone = {(each.recording, each.speaker) for each in voices if each.embedding in sounds}
        with self._database.atomic():
            self._silence(wanted | gone)
            for place in gone:
                statement = "DELETE FROM voiceprint WHERE recording_id = ? AND speaker = ?"
                self._database.write(statement, place)
        if not self._database.rewrite() or self._database.holds(
            [rows.from_embedding(each) for each in sounds]
        ):
            raise LibraryError(
                f"the voice of {person} is out of the library, but its bytes are still in the "
                "file's log, as another relisten has the library open. Close that, then run: "
                f'relisten voices forget "{person}"'
            )
        with self._database.atomic():
            self._database.write("DELETE FROM person WHERE folded = ?", (person.casefold(),))
        return len(gone)

    def _silence(self, speakers: Iterable[tuple[str, str]]) -> None:
        """Keep that no voiceprint is to be made of speakers, and when they spoke as it is known."""
        for place in speakers:
            self._database.write(
                "INSERT OR IGNORE INTO label_span "
                'SELECT recording_id, speaker, start, "end", channel FROM speaker_span '
                "WHERE recording_id = ?1 AND speaker = ?2 AND NOT EXISTS "
                "(SELECT 1 FROM unprinted WHERE recording_id = ?1 AND speaker = ?2)",
                place,
            )
            self._database.write("INSERT OR IGNORE INTO unprinted VALUES (?, ?)", place)
