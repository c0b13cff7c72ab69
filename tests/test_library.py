"""The library: what is put in comes out, by name and by filter, and stages are kept in step."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import LibraryError, NotFound
from pipeline.library import TEXT_STAGES, Filters, Library
from pipeline.library.database import FILE_NAME
from pipeline.recording import Track
from pipeline.transcript import (
    Annotation,
    Entity,
    Keyphrase,
    Made,
    Mention,
    Removed,
    Segment,
    Span,
    SpeakerSpan,
    Speech,
    Turn,
    Unheard,
    Word,
)
from tests.libraries import MADE, TABLES, check_index, contents, fill, recording
from tests.values import tangles, turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ID = "ab" * 32
TURNS = (turn("How is Acme?", "Anna", 0.5), turn("Too expensive.", "Ben", 2.0))
ACME = Mention(1.1, 1.4, 0, 7, 11)
ANNOTATION = Annotation(
    (Entity("Acme", "ORG", ACME),),
    (Keyphrase("acme", 1.0, (ACME,)), Keyphrase("price", 0.5, ())),
)
ANNOTATED = Made("fake-reader", "1")
TRACKS = (Track("a.wav", "Anna Smith"), Track("b.wav", "Ben"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path, create=True) as made:
        yield made


@pytest.fixture
def full(library: Library) -> Library:
    """A library in which one recording is through all stages."""
    fill(library, recording(), *TURNS)
    library.store_annotation(ID, ANNOTATION, ANNOTATED)
    return library


# Recordings


def test_a_recording_comes_back(library: Library) -> None:
    library.put(recording(project="Acme", damage="it breaks off"))
    assert library.get(ID) == recording(project="Acme", damage="it breaks off")


def test_a_recording_that_is_not_there_is_none(library: Library) -> None:
    assert library.get(ID) is None


def test_a_recording_put_again_keeps_what_was_heard(full: Library) -> None:
    full.put(recording(title="Renamed"))
    assert [entry.recording.title for entry in full.entries()] == ["Renamed"]
    assert full.turns(ID) == TURNS
    assert set(full.made(ID)) == set(TEXT_STAGES)


def test_a_recording_put_again_keeps_the_time_when_it_came(full: Library, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file, file:
        file.execute("UPDATE recording SET added_at = 'long ago'")
    full.put(recording(title="Renamed"))
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        assert file.execute("SELECT added_at, title FROM recording").fetchall() == [
            ("long ago", "Renamed")
        ]


# By name


@pytest.fixture
def three(library: Library, tmp_path: Path) -> Library:
    library.put(recording("aaaa1" + "0" * 59, title="Harbor Bakery", path=tmp_path / "one.wav"))
    library.put(recording("aaaa2" + "0" * 59, title="Canyon Bikes", path=tmp_path / "Two.m4a"))
    library.put(recording("bbbb3" + "0" * 59, title="Bakery, again", path=tmp_path / "3.m4a"))
    return library


@pytest.mark.parametrize(
    ("name", "title"),
    [
        pytest.param("bbbb", "Bakery, again", id="the start of an id"),
        pytest.param("AAAA1", "Harbor Bakery", id="in capitals"),
        pytest.param("aaaa2" + "0" * 59, "Canyon Bikes", id="a whole id"),
        pytest.param("harbor bakery", "Harbor Bakery", id="a title"),
        pytest.param("two.m4a", "Canyon Bikes", id="a file name"),
        pytest.param("TWO", "Canyon Bikes", id="a file name without its ending"),
        pytest.param(" 3.m4a\n", "Bakery, again", id="with spaces round it"),
        pytest.param("canyon", "Canyon Bikes", id="a part of a title"),
        pytest.param("again", "Bakery, again", id="the end of a title"),
    ],
)
def test_a_recording_is_found_by_what_people_call_it(three: Library, name: str, title: str) -> None:
    assert three.find(name).title == title


@pytest.mark.parametrize(
    ("name", "count"),
    [pytest.param("aaaa", 2, id="ids"), pytest.param("bakery", 2, id="titles")],
)
def test_a_name_that_may_mean_several_lists_them(three: Library, name: str, count: int) -> None:
    with pytest.raises(NotFound, match=rf"may mean {count} recordings: .*\.wav.*Use an id"):
        three.find(name)


@pytest.mark.parametrize("name", ["aaa", "cccc", "4.m4a", "zoo", "", " "])
def test_a_name_that_means_nothing_is_refused(three: Library, name: str) -> None:
    with pytest.raises(NotFound, match=r"no recording goes by .*relisten list"):
        three.find(name)


def test_a_title_in_full_goes_before_a_part_of_another(library: Library) -> None:
    library.put(recording("aaaa", title="Bakery"))
    library.put(recording("bbbb", title="Bakery, again"))
    assert library.find("bakery").id == "aaaa"


# Lists


def test_an_entry_says_who_speaks_and_which_stages_are_done(full: Library) -> None:
    (entry,) = full.entries()
    assert (entry.recording, entry.language) == (recording(), "en")
    assert (entry.speakers, entry.turns) == (("Anna", "Ben"), 2)
    assert entry.stages == TEXT_STAGES
    assert entry.complete


def test_speakers_are_listed_in_the_order_in_which_they_first_speak(library: Library) -> None:
    turns = [turn("so", name, start) for start, name in enumerate(["Zoë", None, "Anna", "Zoë"])]
    fill(library, recording(), *turns)
    (entry,) = library.entries()
    assert (entry.speakers, entry.turns) == (("Zoë", "Anna"), 4)


def test_a_recording_that_is_only_taken_in_is_not_complete(library: Library) -> None:
    library.put(recording())
    (entry,) = library.entries()
    assert (entry.stages, entry.complete, entry.language, entry.turns) == ((), False, None, 0)


def test_entries_are_by_date(library: Library) -> None:
    for day, title in (("03", "c"), ("01", "b"), ("01", "a"), ("02", "d")):
        at = f"2026-09-{day}T10:00:00"
        library.put(recording(f"{title}{day}", title=title, recorded_at=at))
    assert [entry.recording.title for entry in library.entries()] == ["a", "b", "d", "c"]


@pytest.fixture
def series(library: Library) -> Library:
    """Three calls of September, the last in a project of another name and by other people."""
    fill(
        library,
        recording("a", title="a", project="Acme", recorded_at="2026-09-01T00:00:00"),
        turn("price", "Anna"),
        turn("price", "Jürgen", 2.0),
    )
    fill(
        library,
        recording("b", title="b", project="ACME", recorded_at="2026-09-15T23:59:59"),
        turn("price", "anna"),
    )
    fill(
        library,
        recording(
            "c", title="c", project="Zürich", recorded_at="2026-09-30T12:00:00", tracks=TRACKS
        ),
        turn("price", None),
    )
    library.add_tags("a", ["pricing", "churn"])
    library.add_tags("b", ["Pricing"])
    library.set_participants("b", ["Ann Lee", "José"])
    return library


FILTERS = [
    pytest.param(Filters(), "abc", id="none"),
    pytest.param(Filters(recording="b"), "b", id="one recording"),
    pytest.param(Filters(project="acme"), "ab", id="a project, whatever its case"),
    pytest.param(Filters(project="zÜRICH"), "c", id="letters beyond A-Z have case too"),
    pytest.param(Filters(project=" zurich"), "c", id="without its accents"),
    pytest.param(Filters(project="Zu\u0308rich"), "c", id="with combining marks"),
    pytest.param(Filters(speaker="ANNA"), "ab", id="a speaker, whatever the case"),
    pytest.param(Filters(speaker="JÜRGEN"), "a", id="a speaker with an umlaut"),
    pytest.param(Filters(tag="PRICING"), "ab", id="a tag, whatever its case"),
    pytest.param(Filters(tag="pricing", project="acme", until="2026-09-02"), "a", id="a tag too"),
    pytest.param(Filters(participant="jose"), "b", id="who took part, without accents"),
    pytest.param(Filters(participant="Ben"), "c", id="whose a track is"),
    pytest.param(Filters(since="2026-09-15"), "bc", id="since, with that day"),
    pytest.param(Filters(until="2026-09-15"), "ab", id="until, with that day"),
    pytest.param(Filters(since="2026-09-02", until="2026-09-29"), "b", id="between"),
    pytest.param(Filters(since="2026-10-01"), "", id="too late"),
    pytest.param(Filters(project="acme", speaker="anna", since="2026-09-02"), "b", id="several"),
]


@pytest.mark.parametrize(("filters", "titles"), FILTERS)
def test_filters_hold_for_lists(series: Library, filters: Filters, titles: str) -> None:
    assert "".join(entry.recording.title for entry in series.entries(filters)) == titles


@pytest.mark.parametrize(("filters", "titles"), FILTERS)
def test_filters_hold_for_searches(series: Library, filters: Filters, titles: str) -> None:
    found = series.matches('"price"', filters, 20)
    assert sorted({match.recording.title for match in found}) == list(titles)


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        (Filters(project="Acm"), "no recording is in a project called 'Acm'. Did you mean Acme?"),
        (Filters(tag="princing"), "no recording has the tag 'princing'. Did you mean pricing?"),
        (Filters(participant="Benn"), "nobody called 'Benn' took part in a recording. Did you"),
        (Filters(speaker="Zoë"), "nobody is called 'Zoë' in the library. There are: Anna, Jürgen."),
        (Filters(project=""), "no recording is in a project called ''. There are: ACME, Zürich."),
    ],
)
def test_a_name_in_a_filter_that_nothing_goes_by_is_no_empty_list(
    series: Library, filters: Filters, sentence: str
) -> None:
    for read in (series.entries, lambda meant: series.matches('"price"', meant, 20)):
        with pytest.raises(NotFound) as refused:
            read(filters)
        assert str(refused.value).casefold().startswith(sentence.casefold())


def test_a_search_for_a_speaker_finds_only_what_that_speaker_says(series: Library) -> None:
    (match,) = series.matches('"price"', Filters(speaker="jürgen"), 20)
    assert match.turn.speaker == "Jürgen"


# Stages


def test_what_each_stage_stored_comes_back(full: Library) -> None:
    assert full.segments(ID) == tuple(Segment(t.start, t.end, t.words) for t in TURNS)
    assert full.spans(ID) == (SpeakerSpan(0.5, 1.4, "Anna"), SpeakerSpan(2.0, 2.6, "Ben"))
    assert full.turns(ID) == TURNS
    transcript = full.transcript(ID)
    assert (transcript.recording, transcript.language) == (ID, "en")
    assert (transcript.turns, transcript.annotation) == (TURNS, ANNOTATION)
    assert transcript.made == (
        *((name, MADE) for name in ("transcribe", "diarize", "attribute")),
        ("annotate", ANNOTATED),
    )


def test_a_recording_that_is_not_there_has_an_empty_transcript(library: Library) -> None:
    transcript = library.transcript("none")
    assert (transcript.turns, transcript.language, transcript.made) == ((), None, ())


@pytest.mark.parametrize(
    ("stage", "left"),
    [
        ("transcribe", {"transcribe", "diarize"}),
        ("diarize", {"transcribe", "diarize"}),
        ("attribute", {"transcribe", "diarize", "attribute"}),
        ("annotate", set(TEXT_STAGES)),
    ],
)
def test_a_stage_run_again_makes_those_that_depend_on_it_stale(
    full: Library, stage: str, left: set[str]
) -> None:
    again = Made("another", "2")
    store = {
        "transcribe": lambda: full.store_speech(ID, Speech("en", ()), again),
        "diarize": lambda: full.store_speakers(ID, (), (), again),
        "attribute": lambda: full.store_turns(ID, TURNS, again),
        "annotate": lambda: full.store_annotation(ID, Annotation(), again),
    }
    store[stage]()
    assert set(full.made(ID)) == left
    assert full.made(ID)[stage] == again


def test_new_turns_drop_what_was_found_in_the_old(full: Library) -> None:
    full.store_turns(ID, (turn("Nothing."),), MADE)
    assert full.transcript(ID).annotation == Annotation()


def test_new_results_take_the_place_of_the_old(full: Library, tmp_path: Path) -> None:
    before = contents(tmp_path)
    fill(full, recording(), *TURNS)
    full.store_annotation(ID, ANNOTATION, ANNOTATED)
    assert contents(tmp_path) == before
    later = {"last_hit", "removed", "unheard", "revision"}
    later |= {"speaker_edit", "label_span", "voiceprint", "unprinted", "person", "recognised"}
    later |= {"place", "failure", "likely_double", "tag", "participant", "correction"}
    later |= {"listening_copy", "seal", "backup", "naming", "vocabulary", "question", "meaning"}
    later |= {"highlight", "meaning_vectors", "pseudonym", "heard_name"}
    assert all(before[table] for table in TABLES if table not in later)


def test_results_of_one_recording_leave_another_alone(full: Library) -> None:
    other = fill(full, recording("cd" * 32, title="Other"), turn("Quite cheap."))
    fill(full, recording(), turn("All new."))
    assert [each.text for each in full.turns(other.id)] == ["Quite cheap."]


def broken_turns() -> Iterator[Turn]:
    yield TURNS[0]
    raise RuntimeError("half way")


def test_a_stage_that_breaks_while_it_is_stored_changes_nothing(
    full: Library, tmp_path: Path
) -> None:
    before = contents(tmp_path)
    with pytest.raises(RuntimeError, match="half way"):
        full.store_turns(ID, broken_turns(), MADE)
    assert contents(tmp_path) == before
    check_index(tmp_path)


def test_a_stage_of_an_unknown_recording_is_refused(library: Library) -> None:
    with pytest.raises(LibraryError):
        library.store_speakers("none", (), (), MADE)


# What was removed, what was not heard, what was heard anew

REMOVED = (Removed(0.1, 0.4, "Thank you.", "a stock phrase", 0),)
UNHEARD = (Unheard(3.0, 4.5, 1), Unheard(7.0, 9.0))
SPEECH = Speech("en", tuple(Segment(t.start, t.end, t.words, 0, "en") for t in TURNS))
LARGER = Made("fake-whisper", "1", "fake-large")


def test_what_was_removed_and_not_heard_is_part_of_the_transcript(full: Library) -> None:
    speech = replace(SPEECH, removed=REMOVED, unheard=UNHEARD)
    full.store_speech(ID, speech, MADE)
    transcript = full.transcript(ID)
    assert (transcript.removed, transcript.unheard) == (REMOVED, UNHEARD)
    assert full.speech(ID) == speech
    full.store_speech(ID, SPEECH, MADE)
    assert full.speech(ID) == SPEECH


def test_languages_are_told_by_their_seconds_the_most_spoken_first(full: Library) -> None:
    spoken = [("de", 1.0, 1.5), ("en", 2.0, 4.25), (None, 5.0, 30.0), ("de", 31.0, 31.5)]
    segments = tuple(Segment(s, e, turn("so", start=s).words, 0, name) for name, s, e in spoken)
    full.store_speech(ID, Speech("en", segments), MADE)
    assert full.transcript(ID).languages == (("en", 2.25), ("de", 1.0))


def revised(library: Library, *words: str) -> Speech:
    """Keep a passage recognised anew as words; return the speech that is there now."""
    segments = tuple(
        Segment(2.0, 2.3 * n, turn(w, start=2.0).words) for n, w in enumerate(words, 1)
    )
    speech = Speech("en", segments)
    library.store_revision(ID, speech, Span(1.5, 3.0), LARGER, library.segments(ID)[1:])
    return speech


def test_a_passage_heard_anew_is_kept_with_what_stood_there(full: Library) -> None:
    speech = revised(full, "cheap")
    (revision,) = full.revisions(ID)
    assert (revision.number, revision.start, revision.end) == (1, 1.5, 3.0)
    assert (revision.made, revision.standing) == (LARGER, True)
    assert [segment.text for segment in revision.before] == ["Too expensive."]
    assert full.speech(ID) == speech
    assert full.transcript(ID).revisions == (revision,)
    assert datetime.fromisoformat(revision.made_at).tzinfo == UTC


def test_a_revision_is_given_back_as_it_is_kept(full: Library) -> None:
    given = full.store_revision(ID, SPEECH, Span(1.0, 2.0), LARGER, SPEECH.segments)
    assert full.revisions(ID) == (given,)


def test_revisions_are_numbered_as_they_are_made(full: Library) -> None:
    for word in ("cheap", "dear", "cheap"):
        revised(full, word)
    assert [revision.number for revision in full.revisions(ID)] == [1, 2, 3]
    assert [r.before[0].text for r in full.revisions(ID)[:1]] == ["Too expensive."]


def test_a_revision_makes_stale_what_rests_on_the_words_and_nothing_else(full: Library) -> None:
    revised(full, "cheap")
    assert set(full.made(ID)) == {"transcribe", "diarize"}
    assert full.made(ID)["transcribe"] == MADE
    assert full.spans(ID)


def test_a_new_transcription_keeps_revisions_as_history(full: Library) -> None:
    revised(full, "cheap")
    full.store_speech(ID, SPEECH, LARGER)
    assert [revision.standing for revision in full.revisions(ID)] == [False]
    revised(full, "dear")
    assert [revision.standing for revision in full.revisions(ID)] == [False, True]


def broken_segments() -> Iterator[Segment]:
    yield SPEECH.segments[0]
    raise RuntimeError("half way")


def test_a_revision_that_breaks_while_it_is_stored_changes_nothing(
    full: Library, tmp_path: Path
) -> None:
    before = contents(tmp_path)
    with pytest.raises(RuntimeError, match="half way"):
        full.store_revision(ID, Speech("de", ()), Span(0, 1), LARGER, broken_segments())
    broken = Speech("de", broken_segments())  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="half way"):
        full.store_revision(ID, broken, Span(0, 1), LARGER, ())
    assert contents(tmp_path) == before


# The index


def test_the_index_follows_the_turns(full: Library, tmp_path: Path) -> None:
    assert full.matches('"expensive"', Filters(), 9)
    full.store_turns(ID, (turn("Quite cheap."),), MADE)
    assert not full.matches('"expensive"', Filters(), 9)
    assert full.matches('"cheap"', Filters(), 9)
    check_index(tmp_path)


def test_the_index_follows_a_text_that_is_changed(full: Library, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file, file:
        file.execute("UPDATE turn SET text = 'Quite cheap.' WHERE position = 1")
    check_index(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        query = "SELECT rowid FROM turn_text WHERE turn_text MATCH ?"
        assert file.execute(query, ("expensive",)).fetchall() == []
        assert len(file.execute(query, ("cheap",)).fetchall()) == 1


def test_a_recording_that_is_removed_leaves_nothing(full: Library, tmp_path: Path) -> None:
    full.keep_hits([(ID, TURNS[0])])
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file, file:
        file.execute("PRAGMA foreign_keys = ON")
        file.execute("DELETE FROM recording")
    assert {table: rows for table, rows in contents(tmp_path).items() if rows} == {}
    check_index(tmp_path)


def test_a_check_of_the_index_finds_what_is_out_of_step(full: Library, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file, file:
        file.execute("INSERT INTO turn_text (rowid, text) VALUES (99, 'nobody said so')")
    with pytest.raises(sqlite3.DatabaseError):
        check_index(tmp_path)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(tangles(), min_size=1, max_size=4))
def test_whatever_is_stored_and_stored_again_the_index_is_in_step(
    tmp_path: Path, versions: list[tuple[Turn, ...]]
) -> None:
    with Library(tmp_path, create=True) as library:
        for turns in versions:
            fill(library, recording(), *turns)
        assert [each.text for each in library.turns(ID)] == [each.text for each in versions[-1]]
    check_index(tmp_path)


# Hits


def test_hits_are_kept_by_number(full: Library) -> None:
    full.keep_hits([(ID, TURNS[1]), (ID, TURNS[0])])
    assert full.hit(1) == (recording(), 2.0, 2.6)
    assert full.hit(2) == (recording(), 0.5, 1.4)


def test_hits_of_a_new_search_take_the_place_of_the_old(full: Library) -> None:
    full.keep_hits([(ID, TURNS[1]), (ID, TURNS[0])])
    full.keep_hits([(ID, TURNS[0])])
    assert full.hit(1)[1] == 0.5
    with pytest.raises(NotFound, match="the last search listed no hit 2"):
        full.hit(2)


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_hit_that_was_not_listed_is_refused(full: Library, number: int) -> None:
    full.keep_hits([(ID, TURNS[1]), (ID, TURNS[0])])
    with pytest.raises(NotFound, match="Search again, then use a number of its list"):
        full.hit(number)


def test_hits_outlive_the_library_being_closed(full: Library, tmp_path: Path) -> None:
    full.keep_hits([(ID, TURNS[1])])
    full.close()
    with Library(tmp_path) as again:
        assert again.hit(1)[1:] == (2.0, 2.6)


# At once


def test_two_may_fill_a_library_at_once(tmp_path: Path) -> None:
    def write(name: str) -> None:
        with Library(tmp_path, create=True) as library:
            for number in range(15):
                identity = f"{name}{number}"
                fill(library, recording(identity, title=identity), turn(f"said by {name}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Library(tmp_path) as library:
        assert len(library.entries()) == 30
        assert len(library.matches('"said"', Filters(), 99)) == 30
    check_index(tmp_path)


def test_a_long_recording_is_read_back_whole(library: Library) -> None:
    """Four hours: 36,000 words in 2,400 turns."""
    turns = [
        Turn.of("Anna", (Word(6 * n + k / 4, 6 * n + (k + 1) / 4, f"w{k}") for k in range(15)))
        for n in range(2400)
    ]
    fill(library, recording(), *turns)
    assert library.turns(ID) == tuple(turns)
