"""Values to lines: what a person reads in the terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from models.catalog import Listed
from pipeline.batch import Outcome, State
from pipeline.doctor import Check
from pipeline.library import STAGES, Entry
from pipeline.lines import view
from pipeline.recording import Track
from pipeline.transcript import Annotation, Entity, Keyphrase, Made, Mention, Transcript
from tests.libraries import recording
from tests.values import rich_document, transcript, turn


def entry(**fields: object) -> Entry:
    plain = Entry(recording(), "en", ("Anna", "Ben"), 3, STAGES)
    return replace(plain, **fields)  # type: ignore[arg-type]


DONE = (("transcribe", Made("fake", "1")), ("attribute", Made("relisten", "1")))
TRACKS = (Track("anna.wav", "Anna"), Track("ben.wav", "Ben"))


def mention(start: float) -> Mention:
    return Mention(start, start + 1, 0, 0, 4)


def test_an_empty_library_says_how_to_fill_it() -> None:
    assert list(view.entry_lines([])) == ["Nothing yet. Fill the library: relisten process FOLDER"]


def test_filters_that_leave_nothing_are_not_an_empty_library() -> None:
    assert list(view.entry_lines([], filtered=True)) == [
        "No recording in the library matches that."
    ]
    assert list(view.entry_lines([entry()], filtered=True)) == list(view.entry_lines([entry()]))


def test_a_library_is_a_table_with_its_columns_lined_up() -> None:
    lines = list(view.entry_lines([entry(), entry(speakers=("A much longer name",))]))
    assert lines[0].split() == ["ID", "DATE", "LENGTH", "SPEAKERS", "TITLE"]
    assert lines[1] == "abababab  2026-09-01  10:00   Anna, Ben           First call"
    assert {line.index("First call") for line in lines[1:]} == {lines[0].index("TITLE")}


def test_project_and_tags_have_columns_only_where_there_are_any() -> None:
    filed = entry(recording=recording(project="Acme"))
    lines = list(view.entry_lines([entry(), filed]))
    assert lines[0].split() == ["ID", "DATE", "LENGTH", "PROJECT", "SPEAKERS", "TITLE"]
    assert lines[2] == "abababab  2026-09-01  10:00   Acme     Anna, Ben  First call"
    tagged = list(view.entry_lines([entry(tags=("pricing", "churn"))]))
    assert tagged[0].split() == ["ID", "DATE", "LENGTH", "TAGS", "SPEAKERS", "TITLE"]
    assert "  pricing, churn  Anna, Ben  First call" in tagged[1]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"speakers": ()}, "  -  "),
        ({"stages": STAGES[:2]}, "First call  (unfinished)"),
        ({"stages": ()}, "(unfinished)"),
    ],
)
def test_what_is_unknown_or_unfinished_is_said(fields: dict[str, object], shown: str) -> None:
    assert shown in list(view.entry_lines([entry(**fields)]))[1]


def test_a_transcript_is_read_turn_by_turn_with_what_was_found_at_its_end() -> None:
    document = rich_document()
    lines = list(view.transcript_lines(recording(), document.transcript))
    assert lines[0] == "First call"
    assert lines[1] == "abababab  2026-09-01 (from its tag)  10:00  first.m4a"
    assert lines[3:6] == [
        "[00:00] Anna: How is it going?",
        "[00:02] Ben & Co: At Acme? Too expensive.",
        "[01:02] Acme, then.",
    ]
    assert lines[lines.index("Entities") + 1] == "  ORG: Acme [00:02] [01:02]"
    assert lines[lines.index("Keyphrases") + 2] == "  acme [00:02]"
    assert lines[-1] == "Note on the words: no timings at 3 s."


def test_a_transcript_says_what_it_is_filed_under_and_that_its_date_is_by_hand() -> None:
    dated = recording(recorded_at="2026-09-02T00:00:00", recorded_at_from="hand")
    lines = list(view.transcript_lines(dated, transcript(), "Project: acme"))
    assert lines[1:4] == [
        "abababab  2026-09-02 (by hand)  10:00  first.m4a",
        "Project: acme",
        "",
    ]


def test_a_damaged_file_and_a_silent_one_say_so() -> None:
    damaged = replace(recording(), damage="it breaks off: 5.0 s of 60.0 s")
    lines = list(view.transcript_lines(damaged, replace(transcript(), made=DONE)))
    assert "Note: it breaks off: 5.0 s of 60.0 s." in lines
    assert "Nobody speaks in this recording." in lines
    assert "Entities" not in lines
    assert "Keyphrases" not in lines


def test_what_is_not_transcribed_yet_is_not_said_to_be_silent() -> None:
    for made in ((), DONE[:1]):
        lines = list(view.transcript_lines(recording(), replace(transcript(), made=made)))
        assert view.NOT_YET in lines
        assert "Nobody speaks in this recording." not in lines


def test_a_recording_of_tracks_says_how_many_and_whose() -> None:
    call = recording(tracks=TRACKS, path=Path("calls", "Audio Record"))
    assert list(view.entry_lines([entry(recording=call)]))[1].endswith(
        "First call  (2 tracks: Anna, Ben)"
    )
    shown = list(view.transcript_lines(call, transcript()))
    assert shown[1].endswith("Audio Record  (2 tracks: Anna, Ben)")
    (listed,) = json.loads(view.to_json([entry(recording=call)]))
    assert [each["participant"] for each in listed["recording"]["tracks"]] == ["Anna", "Ben"]
    assert view.outcome_line(Outcome(call.path, State.DONE, call)) == "done  abababab  First call"


def test_entities_are_grouped_by_label_most_often_named_first() -> None:
    entities = [
        Entity("Acme", "ORG", mention(30)),
        Entity("Bolt", "ORG", mention(5)),
        Entity("Acme", "ORG", mention(60)),
        Entity("Ann", "PERSON", mention(1)),
    ]
    assert list(view.entity_lines(entities)) == [
        "  ORG: Acme [00:30] [01:00]; Bolt [00:05]",
        "  PERSON: Ann [00:01]",
    ]


def test_many_mentions_are_counted_not_listed() -> None:
    phrase = Keyphrase("price", 1.0, tuple(mention(10.0 * n) for n in range(8)))
    assert list(view.keyphrase_lines([phrase])) == [
        "  price [00:00] [00:10] [00:20] [00:30] [00:40] and 3 more"
    ]


def test_what_became_of_a_file_is_one_line() -> None:
    outcomes = [
        Outcome(Path("a.wav"), State.FAILED, message="a.wav: the file is empty."),
        Outcome(Path("b.wav"), State.DONE, recording()),
        Outcome(Path("c.wav"), State.KNOWN, recording()),
        Outcome(Path("d.wav"), State.DONE, recording(), "it breaks off"),
    ]
    assert [view.outcome_line(outcome) for outcome in outcomes] == [
        "failed  a.wav",
        "done  abababab  b.wav",
        "already done  abababab  c.wav",
        "done  abababab  d.wav  (it breaks off)",
    ]


def test_models_are_listed_with_whether_they_are_here() -> None:
    held = Path("cache", "tiny.en.pt")
    models = [
        Listed("tiny.en", "whisper", "MIT", 75_571_315, "d3", held),
        Listed("large-v3", "whisper", "MIT", 3_087_371_615, "e5", None),
    ]
    lines = list(view.model_lines(models))
    assert lines[1].split() == ["tiny.en", "whisper", "76", "MB", "MIT", str(held)]
    assert lines[2].split() == ["large-v3", "whisper", "3,087", "MB", "MIT", "no"]


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (Check("spacy", True, "3.8", "pip install"), "ok       spacy: 3.8"),
        (Check("spacy", False, "none", "pip install"), "missing  spacy: none  ->  pip install"),
        (Check("sound", False, "none"), "missing  sound: none"),
    ],
)
def test_a_check_names_what_mends_it_only_where_it_fails(check: Check, line: str) -> None:
    assert list(view.check_lines([check])) == [line]


def test_json_is_the_values_field_for_field() -> None:
    made = (("transcribe", Made("whisper", "1")),)
    said = Transcript("ab", "en", (turn("Grüß dich", start=1.5),), Annotation(), made)
    data = json.loads(view.to_json({"recording": recording(), "transcript": said}))
    assert data["recording"]["layout"] == "channel-per-speaker"
    assert data["recording"]["path"] == str(Path("calls", "first.m4a"))
    assert data["transcript"]["turns"][0]["words"][0]["text"] == "Grüß"
    assert data["transcript"]["turns"][0]["start"] == 1.5
    assert data["transcript"]["made"][0][1]["engine"] == "whisper"
    assert "Grüß" in view.to_json(said)


def test_no_name_of_a_file_breaks_the_line_of_what_became_of_it() -> None:
    shown = view.outcome_line(Outcome(Path("two\nlines\x1b[2J.wav"), State.FAILED))
    assert shown == "failed  two\\nlines\\x1b[2J.wav"
