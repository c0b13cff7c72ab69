"""Values to columns and back: what is kept comes back, to the millisecond."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import LibraryError
from pipeline.library import rows
from pipeline.people import Recognised, Voiceprint
from pipeline.recording import Layout, Recording, Track
from pipeline.speakers import EditKind, Role, SpeakerEdit
from pipeline.transcript import (
    Made,
    Removed,
    Revision,
    Segment,
    Span,
    SpeakerSpan,
    Turn,
    Unheard,
    Word,
)
from tests.values import turn

RECORDING = Recording(
    id="ab" * 32,
    path=Path("calls") / "Zoë & Ben.m4a",
    title="Zoë & Ben",
    duration=61.25,
    channels=2,
    sample_rate=48_000,
    codec="aac",
    size=1234,
    layout=Layout.CHANNEL_PER_SPEAKER,
    recorded_at="2026-09-01T10:00:00",
    recorded_at_from="tag",
    project="Acme",
    damage="it breaks off",
)
TRACKS = (Track("Zoë 1.m4a", "Zoë"), Track("b.wav", "Ben"))
TIMES = st.floats(0, 1e5).map(lambda time: round(time, 3))


def row(names: str, values: tuple[object, ...]) -> dict[str, object]:
    """Return columns by name, as a row of SQLite gives them."""
    return dict(zip(names.split(), values, strict=True))


def all_words() -> st.SearchStrategy[Word]:
    texts = st.text(min_size=1).map(str.strip).filter(bool)
    shares = st.integers(0, 10_000).map(lambda count: count / 10_000)
    return st.builds(_word, TIMES, TIMES, texts, shares, st.booleans(), st.none() | shares)


def _word(start: float, length: float, *rest: Any) -> Word:
    return Word(start, round(start + length, 3), *rest)


@given(st.lists(all_words()))
def test_words_come_back(words: list[Word]) -> None:
    assert rows.to_words(rows.from_words(words)) == tuple(words)


def test_words_are_kept_as_people_can_read_them() -> None:
    kept = rows.from_words([Word(0.12345, 1.0, "Zoë", 0.123456), Word(1, 2, "。", 1, False)])
    assert kept == '[["Zoë",0.123,1.0,0.1235,true],["。",1,2,1,false]]'
    assert json.loads(kept)[0][0] == "Zoë"


def test_a_word_with_a_speaker_says_how_sure_that_is() -> None:
    kept = rows.from_words([Word(0, 1, "so", 0.5, speaker_probability=0.123456)])
    assert kept == '[["so",0,1,0.5,true,0.1235]]'


def test_words_that_were_kept_before_speakers_were_sure_or_not_can_be_read() -> None:
    assert rows.to_words('[["so",0,1,0.5,true]]') == (Word(0, 1, "so", 0.5),)


@pytest.mark.parametrize(
    ("time", "kept"), [(1.0, 1.0), (0.12349, 0.123), (0.1239, 0.124), (359999.9996, 360000.0)]
)
def test_times_are_rounded_to_milliseconds(time: float, kept: float) -> None:
    assert rows.seconds(time) == kept


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_rounding_turns_no_two_times_round(first: float, second: float) -> None:
    early, late = sorted((first, second))
    assert rows.seconds(early) <= rows.seconds(late)


@pytest.mark.parametrize(
    "made",
    [
        Made("relisten", "1"),
        Made("whisper", "1.2", "base", "00ff", (("beam", "5"), ("language", ""))),
        Made("none", "", notes=("no language model for 'cy'", "später")),
    ],
)
def test_how_a_result_was_made_comes_back(made: Made) -> None:
    assert rows.to_made(rows.from_made(made)) == made


def recordings() -> list[Recording]:
    return [
        RECORDING,
        replace(RECORDING, project=None, damage=""),
        replace(RECORDING, tracks=(Track("Zoë.m4a", "Zoë"), Track("b, c.wav", "Ben"))),
        *(replace(RECORDING, layout=layout) for layout in Layout),
    ]


@pytest.mark.parametrize("recording", recordings())
def test_a_recording_comes_back(recording: Recording) -> None:
    columns = rows.from_recording(recording)
    assert all(type(value) in {str, int, float, type(None)} for value in columns.values())
    assert rows.to_recording(columns) == recording


def test_a_file_name_that_is_no_unicode_loses_only_what_is_not() -> None:
    recording = replace(RECORDING, path=Path("caf\udce9.wav"), title="caf\udce9")
    columns = rows.from_recording(recording)
    assert (columns["path"], columns["title"]) == ("caf?.wav", "caf?")


@pytest.mark.parametrize("channel", [None, 0, 3])
@pytest.mark.parametrize("language", [None, "en"])
def test_a_segment_comes_back(channel: int | None, language: str | None) -> None:
    words = turn("so we do").words
    segment = Segment(0.0, 0.9, words, channel, language, -0.25, 0.5, 0.4)
    kept = row(" ".join(rows.SEGMENT), rows.from_segment(segment))
    assert rows.to_segment(kept) == segment


@pytest.mark.parametrize("channel", [None, 1])
def test_removed_words_come_back(channel: int | None) -> None:
    removed = Removed(1.5, 2.25, "Thank you.", "a stock phrase", channel)
    kept = row("start end text reason channel", rows.from_removed(removed))
    assert rows.to_removed(kept) == removed  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", [None, 1])
def test_a_stretch_without_words_comes_back(channel: int | None) -> None:
    unheard = Unheard(1.5, 2.25, channel)
    kept = row("start end channel", rows.from_unheard(unheard))
    assert rows.to_unheard(kept) == unheard  # type: ignore[arg-type]


def test_what_is_kept_of_them_is_rounded_to_milliseconds() -> None:
    assert rows.from_removed(Removed(0.12349, 1.0006, "so", "why"))[:2] == (0.123, 1.001)
    assert rows.from_unheard(Unheard(0.12349, 1.0006))[:2] == (0.123, 1.001)


REVISION_NAMES = "number start end made made_at before standing"
REVISION = Revision(
    start=1.0,
    end=2.5,
    number=3,
    made=Made("whisper", "1.2", "small", "00ff"),
    made_at="2026-09-01T10:00:00+00:00",
    before=(
        Segment(1.0, 1.6, turn("so we", start=1.0).words, 0, "en", -0.25, 0.5, 0.4),
        Segment(1.2, 1.5, turn("né", start=1.2).words, None, None),
    ),
)


@pytest.mark.parametrize("standing", [True, False])
def test_a_revision_comes_back_with_what_stood_there(standing: bool) -> None:
    revision = replace(REVISION, standing=standing)
    kept = row(REVISION_NAMES, rows.from_revision(revision))
    assert all(type(value) in {str, int, float} for value in kept.values())
    assert rows.to_revision(kept) == revision  # type: ignore[arg-type]


def test_a_revision_of_silence_had_no_words_before() -> None:
    revision = replace(REVISION, before=())
    kept = row(REVISION_NAMES, rows.from_revision(revision))
    assert (kept["before"], rows.to_revision(kept)) == ("[]", revision)  # type: ignore[arg-type]


def test_what_stood_there_is_json_that_other_programs_understand() -> None:
    kept = row(REVISION_NAMES, rows.from_revision(REVISION))
    (first, second) = json.loads(str(kept["before"]))
    assert first["words"] == [["so", 1.0, 1.3, 1.0, True], ["we", 1.3, 1.6, 1.0, True]]
    assert (first["channel"], first["language"], second["channel"]) == (0, "en", None)
    assert "né" in str(kept["before"])


@pytest.mark.parametrize(
    "span", [SpeakerSpan(1, 2.5, "Anna", 0), SpeakerSpan(0, 0, "Ben", None, 0.75)]
)
def test_a_speaker_span_comes_back(span: SpeakerSpan) -> None:
    kept = row("speaker start end channel probability", rows.from_span(span))
    assert rows.to_span(kept) == span  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "edit",
    [
        SpeakerEdit(EditKind.NAME, "Speaker 1", "Ann Lee", None, 1, "2026-09-01T10:00:00+00:00"),
        SpeakerEdit(EditKind.MERGE, "Speaker 3", "Speaker 1", None, 2),
        SpeakerEdit(EditKind.PASSAGE, "Bob", "", Span(1.5, 2.25), 3),
        SpeakerEdit(EditKind.ROLE, "Speaker 1", Role.CUSTOMER, None, 4),
    ],
)
def test_what_a_person_said_of_a_speaker_comes_back(edit: SpeakerEdit) -> None:
    kept = row("number kind speaker value start end made_at", rows.from_edit(edit))
    assert all(type(value) in {str, int, float, type(None)} for value in kept.values())
    assert rows.to_edit(kept) == edit  # type: ignore[arg-type]


def test_a_voiceprint_comes_back_as_small_floats() -> None:
    kept = row(
        "recording_id speaker embedding seconds digest",
        rows.from_voiceprint(Voiceprint("one", "Anna", (0.6, -0.8), 12.34567, "00ff")),
    )
    assert kept["embedding"] == b"\x9a\x99\x19\x3f\xcd\xcc\x4c\xbf"
    back = rows.to_voiceprint(kept)  # type: ignore[arg-type]
    assert back.embedding == pytest.approx((0.6, -0.8), abs=1e-7)
    assert (back.recording, back.speaker, back.seconds) == ("one", "Anna", 12.346)
    assert rows.from_voiceprint(back) == tuple(kept.values())


@pytest.mark.parametrize(("verdict", "confirmed"), [("confirmed", True), ("refused", False)])
def test_a_decision_comes_back(verdict: str, confirmed: bool) -> None:
    kept = row("recording_id speaker name verdict decided_at", ("one", "A", "Ann", verdict, "now"))
    decided = Recognised("one", "A", "Ann", confirmed, "now")
    assert rows.to_recognised(kept) == decided  # type: ignore[arg-type]


@given(st.lists(all_words(), min_size=1), st.sampled_from(["Anna", None]))
def test_a_turn_comes_back(words: list[Word], speaker: str | None) -> None:
    said = Turn.of(speaker, words)
    kept = row("speaker start end text words", rows.from_turn(said))
    assert rows.to_turn(kept) == said  # type: ignore[arg-type]
    assert kept["text"] == said.text


def test_tracks_are_kept_as_people_can_read_them_and_none_as_nothing() -> None:
    assert rows.from_tracks(TRACKS) == '[["Zoë 1.m4a", "Zoë"], ["b.wav", "Ben"]]'
    assert rows.to_tracks(rows.from_tracks(TRACKS)) == TRACKS
    assert (rows.from_tracks(()), rows.to_tracks("")) == ("", ())


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_names_are_read_as_they_were_written(names: list[str]) -> None:
    assert rows.to_names(rows.from_names(names)) == tuple(names)


@pytest.mark.parametrize("text", ["", "[", "7", "null", '{"a": 1}', '"ab"'])
def test_names_that_are_none_are_damage(text: str) -> None:
    with pytest.raises(LibraryError, match="the library is damaged"):
        rows.to_names(text)
