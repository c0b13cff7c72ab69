"""RTTM, CTM and STM: as their definitions have them, and as meeteval reads them."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.export import as_ctm, as_rttm, as_stm
from pipeline.export.fields import NOBODY, field, speaker_fields, times
from pipeline.transcript import Span, Turn, Word
from tests.values import conversations, document, tangles, turn

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.export import Document

CALL = replace(
    document(
        turn("How is it?", "Ann Lee", 0.5),
        turn("Mm-hm.", "Ben", 1.0),
        turn("Too dear, honestly.", None, 2.0),
    ),
    speaker_channels={"Ann Lee": 0, "Ben": 1},
)


def written(write: Any, said: Document, folder: Path) -> Path:
    path = folder / f"call.{write.__module__.rpartition('_')[2]}"
    path.write_text(write(said), encoding="utf-8")
    return path


@pytest.fixture
def _meeteval() -> None:
    """Skip where the other tool, which is in a group of its own, is not installed."""
    pytest.importorskip("meeteval", reason="the group benchmarks is not installed")


# --- fields -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("Ann", "Ann"),
        ("Ann Lee", "Ann_Lee"),
        (" Ann \n\t Lee ", "Ann_Lee"),
        (";; no comment", "___no_comment"),
        ("a\0b\x1b\u2028\u00a0c", "a_b_c"),
        ("", "_"),
        (" ", "_"),
        ("打ち合わせ", "打ち合わせ"),
        ("caf\udce9", "caf"),
    ],
)
def test_a_field_is_one_to_whoever_splits_lines_at_spaces(text: str, one: str) -> None:
    assert field(text) == one


@given(st.text())
def test_whatever_it_is_called_it_is_one_field_and_no_comment(text: str) -> None:
    assert len(field(text).split()) == 1
    assert ";" not in field(text)


@given(st.lists(st.sampled_from(["Ann Lee", "Ann_Lee", "Ann\tLee", "unknown", "Ann_Lee_2"])))
def test_no_two_speakers_have_one_name(speakers: list[str]) -> None:
    named = speaker_fields(dict.fromkeys(speakers))
    assert len(set(named.values())) == len(named)
    assert named[None] == NOBODY


@pytest.mark.parametrize(
    ("span", "least", "said"),
    [
        (Span(1.0, 2.5), 0, ("1.000", "2.500", "1.500")),
        (Span(1.0004, 1.9996), 0, ("1.000", "2.000", "1.000")),
        (Span(0.0005, 0.0015), 0, ("0.001", "0.002", "0.001")),
        (Span(3.0, 3.0), 0, ("3.000", "3.000", "0.000")),
        (Span(3.0, 3.0), 1, ("3.000", "3.001", "0.001")),
    ],
)
def test_times_are_rounded_once(span: Span, least: int, said: tuple[str, str, str]) -> None:
    assert times(span, least) == said


# --- exactly ----------------------------------------------------------------------------------


def test_rttm_is_a_line_per_turn() -> None:
    assert as_rttm.write(CALL) == (
        "SPEAKER call-abc123 1 0.500 0.900 <NA> <NA> Ann_Lee <NA> <NA>\n"
        "SPEAKER call-abc123 1 1.000 0.300 <NA> <NA> Ben <NA> <NA>\n"
        "SPEAKER call-abc123 1 2.000 0.900 <NA> <NA> unknown <NA> <NA>\n"
    )


def test_stm_is_a_line_per_turn_with_its_words_and_channel() -> None:
    assert as_stm.write(CALL) == (
        "call-abc123 1 Ann_Lee 0.500 1.400 How is it?\n"
        "call-abc123 2 Ben 1.000 1.300 Mm-hm.\n"
        "call-abc123 1 unknown 2.000 2.900 Too dear, honestly.\n"
    )


def test_ctm_is_a_line_per_word_channel_by_channel() -> None:
    said = Turn.of("Ann Lee", (Word(3.0, 3.5, "[phone number]", 0.756), Word(3.5, 3.5, ";;", 1.0)))
    shown = document(turn("Yes.", "Ben", 1.0), said)
    assert as_ctm.write(replace(shown, speaker_channels={"Ben": 1, "Ann Lee": None})) == (
        "call-abc123 1 3.000 0.250 [phone 0.76\n"
        "call-abc123 1 3.250 0.250 number] 0.76\n"
        "call-abc123 1 3.500 0.000 ; 1.00\n"
        "call-abc123 2 1.000 0.300 Yes. 1.00\n"
    )


def test_what_would_be_a_label_is_said_otherwise() -> None:
    assert as_stm.write(document(turn("<o,f0> so <b>"))).endswith(" ‹o,f0> so <b>\n")


@pytest.mark.parametrize("write", [as_rttm.write, as_stm.write, as_ctm.write])
def test_a_recording_without_speech_is_an_empty_line(write: Any) -> None:
    assert write(document()) == "\n"


@settings(max_examples=40)
@given(tangles())
def test_no_line_is_of_no_length_or_out_of_order(turns: tuple[Turn, ...]) -> None:
    said = document(*turns)
    assert all(float(line.split()[4]) > 0 for line in as_rttm.write(said).splitlines() if line)
    for line in filter(None, as_stm.write(said).splitlines()):
        assert float(line.split()[3]) < float(line.split()[4])
    placed = [line.split() for line in as_ctm.write(said).splitlines() if line]
    for _, own in groupby(placed, key=lambda fields: fields[1]):
        starts = [float(fields[2]) for fields in own]
        assert starts == sorted(starts)


@settings(max_examples=40)
@given(conversations())
def test_no_word_is_lost_and_no_time_is_off_by_more_than_a_millisecond(
    turns: tuple[Turn, ...],
) -> None:
    said = document(*turns)
    words = [word for each in turns for word in each.words]
    read = [line.split() for line in as_ctm.write(said).splitlines() if line]
    assert [fields[4] for fields in read] == [word.text for word in words]
    for fields, word in zip(read, words, strict=True):
        assert float(fields[2]) == pytest.approx(word.start, abs=0.0005001)
        assert float(fields[2]) + float(fields[3]) == pytest.approx(word.end, abs=0.0005001)


# --- as meeteval reads them -------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(conversations().filter(bool))
def test_meeteval_reads_every_turn_and_word(turns: tuple[Turn, ...]) -> None:
    io = pytest.importorskip("meeteval.io", reason="the group benchmarks is not installed")
    said = document(*turns)
    rttm = [io.rttm.RTTMLine.parse(line) for line in as_rttm.write(said).splitlines()]
    stm = [io.stm.STMLine.parse(line) for line in as_stm.write(said).splitlines()]
    ctm = [io.ctm.CTMLine.parse(line) for line in as_ctm.write(said).splitlines()]
    assert len(rttm) == len(stm) == len(turns)
    for line, each in zip(rttm, turns, strict=True):
        assert float(line.begin_time) == pytest.approx(each.start, abs=0.001)
        assert float(line.begin_time + line.duration) == pytest.approx(each.end, abs=0.001)
    assert [line.speaker_id for line in rttm] == [line.speaker_id for line in stm]
    words = [word.text for each in turns for word in each.words]
    assert [line.word for line in ctm] == words
    texts = [line.transcript.replace("‹", "<") for line in stm]
    assert texts == [" ".join(each.text.split()) for each in turns]


@pytest.mark.usefixtures("_meeteval")
def test_meeteval_finds_no_error_between_a_call_and_itself(tmp_path: Path) -> None:
    import meeteval.wer

    stm = written(as_stm.write, CALL, tmp_path)
    (rates,) = meeteval.wer.cpwer(stm, stm).values()
    assert (rates.error_rate, rates.length) == (0, 7)
    other = replace(CALL, transcript=replace(CALL.transcript, turns=CALL.transcript.turns[:2]))
    (tmp_path / "less").mkdir()
    (worse,) = meeteval.wer.cpwer(stm, written(as_stm.write, other, tmp_path / "less")).values()
    assert worse.errors == 3


@pytest.mark.usefixtures("_meeteval")
def test_meeteval_reads_whole_files(tmp_path: Path) -> None:
    import meeteval.io

    read = {
        "rttm": meeteval.io.RTTM.load(written(as_rttm.write, CALL, tmp_path)),
        "stm": meeteval.io.STM.load(written(as_stm.write, CALL, tmp_path)),
        "ctm": meeteval.io.CTM.load(written(as_ctm.write, CALL, tmp_path)),
    }
    assert {name: len(lines) for name, lines in read.items()} == {"rttm": 3, "stm": 3, "ctm": 7}
