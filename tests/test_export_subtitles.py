"""SubRip and WebVTT: read back by other parsers, to the millisecond and the letter."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import av
import pysubs2
import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export import as_srt, as_vtt
from pipeline.export.cues import Cue, make_cues
from pipeline.export.document import one_line
from pipeline.highlights import Highlight
from pipeline.timestamps import milliseconds
from pipeline.transcript import Annotation, Entity, Keyphrase, Mention, Question
from tests.values import conversations, document, tangles, transcript, turn

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.export import Document
    from pipeline.transcript import Turn

LOOKALIKES = str.maketrans("<>{}", "‹›()")
Event = tuple[int, int, str]


def events(cues: tuple[Cue, ...]) -> list[Event]:
    """Return the start and end in milliseconds, and the text, that cues should be read as."""
    return [(milliseconds(cue.start), milliseconds(cue.end), "\n".join(cue.lines)) for cue in cues]


def read(text: str, format_name: str) -> list[Event]:
    """Return what pysubs2 reads."""
    found = pysubs2.SSAFile.from_string(text, format_=format_name)
    return [(event.start, event.end, event.text.replace(r"\N", "\n")) for event in found]


def read_vtt(text: str) -> list[Event]:
    """Return what webvtt-py reads, refusing what it would only overlook."""
    return [
        (
            caption.start_time.in_milliseconds(),
            caption.end_time.in_milliseconds(),
            html.unescape(caption.text),
        )
        for caption in webvtt.WebVTT.from_string(text, strict=True).captions
    ]


CALL = (
    turn(
        "We liked it a lot, honestly. But the price was <far> too high & so we left in the end.",
        "Anna",
        1.0,
    ),
    turn("I see.", "Ben & <Co>", 7.0),
    turn("42", None, 3600.0),
)


def test_srt_is_numbered_and_names_a_speaker_once_per_turn() -> None:
    assert as_srt.write(document(*CALL)) == (
        "1\n"
        "00:00:01,000 --> 00:00:02,800\n"
        "Anna: We liked it a lot, honestly.\n"
        "\n"
        "2\n"
        "00:00:02,800 --> 00:00:07,000\n"
        "But the price was ‹far› too\n"
        "high & so we left in the end.\n"
        "\n"
        "3\n"
        "00:00:07,000 --> 00:00:08,000\n"
        "Ben & ‹Co›: I see.\n"
        "\n"
        "4\n"
        "01:00:00,000 --> 01:00:01,000\n"
        "42\n"
    )


def test_vtt_names_the_speaker_of_each_cue_in_a_voice_tag() -> None:
    assert as_vtt.write(document(*CALL)) == (
        "WEBVTT\n"
        "\n"
        "00:00:01.000 --> 00:00:02.800\n"
        "<v Anna>We liked it a lot, honestly.\n"
        "\n"
        "00:00:02.800 --> 00:00:07.000\n"
        "<v Anna>But the price was &lt;far&gt; too\n"
        "high &amp; so we left in the end.\n"
        "\n"
        "00:00:07.000 --> 00:00:08.000\n"
        "<v Ben &amp; &lt;Co&gt;>I see.\n"
        "\n"
        "01:00:00.000 --> 01:00:01.000\n"
        "42\n"
    )


def test_a_recording_without_speech_has_no_cues() -> None:
    assert as_srt.write(document()) == "\n"
    assert as_vtt.write(document()) == "WEBVTT\n"
    assert read(as_srt.write(document()), "srt") == []
    assert read_vtt(as_vtt.write(document())) == []


def test_a_call_of_more_than_a_day_keeps_its_times() -> None:
    said = document(turn("Yes.", start=100_000.0))
    assert "27:46:40,000 --> 27:46:41,000" in as_srt.write(said)
    assert read_vtt(as_vtt.write(said))[0][0] == 100_000_000


@pytest.mark.parametrize("text", ["a --> b", "1 --> 2", "WEBVTT NOTE x"])
def test_speech_that_looks_like_a_timing_is_speech(text: str) -> None:
    said = document(turn(text))
    assert read_vtt(as_vtt.write(said))[0][2] == text
    assert read(as_srt.write(said), "srt")[0][2] == f"Anna: {text.translate(LOOKALIKES)}"


@pytest.mark.parametrize("text", ["<i>so</i>", "a <b", "{\\an8}so", "<3", "a < b > c"])
def test_no_speech_is_lost_as_styling(text: str) -> None:
    said = document(turn(text, None))
    (event,) = pysubs2.SSAFile.from_string(as_srt.write(said), format_="srt")
    assert event.plaintext == text.translate(LOOKALIKES)
    assert read_vtt(as_vtt.write(said))[0][2] == text


def test_line_ends_in_a_name_do_not_end_a_cue() -> None:
    said = document(turn("Yes.", "Anna\n\nB."))
    assert "\nAnna B.: Yes.\n" in as_srt.write(said)
    assert "\n<v Anna B.>Yes.\n" in as_vtt.write(said)


def test_names_can_be_left_out() -> None:
    said = replace(document(*CALL), speaker_tags=False)
    assert "Anna" not in as_srt.write(said) + as_vtt.write(said)
    assert [text for *_, text in read(as_srt.write(said), "srt")] == [
        text.translate(LOOKALIKES) for *_, text in read_vtt(as_vtt.write(said))
    ]


def marked() -> Document:
    """Return a call with something marked in both of its lines, and found in it."""
    said = turn("When we liked it at Acme & Co, was it the price that was too high?", "Anna", 1.0)
    found = Annotation(
        (Entity("Acme & Co", "ORG", Mention(2.5, 3.4, 0, 20, 29)),),
        (Keyphrase("price", 0.9, (Mention(4.3, 4.6, 0, 42, 47),)),),
        (Question(Mention(3.4, 5.8, 0, 31, 66), open=False),),
    )
    marks = (
        Highlight(1.3, 2.8, 1, "x", ("price & value", "churn"), "Ask\nagain --> soon"),
        Highlight(3.0, 3.4, 2, "y", starred=True),
    )
    return replace(document(said, annotation=found), highlights=marks)


def test_vtt_has_highlights_in_spans_and_the_rest_in_comments() -> None:
    assert as_vtt.write(marked()) == (
        "WEBVTT\n"
        "\n"
        "NOTE\n"
        "Highlight at 00:01 (price & value, churn): Ask again -> soon\n"
        "\n"
        "NOTE\n"
        "Highlight at 00:03 (starred)\n"
        "\n"
        "NOTE\n"
        "Questions: 00:03 was it the price that was too high?\n"
        "\n"
        "NOTE\n"
        "Entities: ORG: Acme & Co\n"
        "\n"
        "NOTE\n"
        "Keyphrases: price\n"
        "\n"
        "00:00:01.000 --> 00:00:05.800\n"
        "<v Anna>When <c.highlight>we liked it at Acme</c> &amp; <c.highlight>Co,</c>\n"
        "was it the price that was too high?\n"
    )


def test_who_reads_vtt_passes_spans_and_comments_over() -> None:
    text = "When we liked it at Acme & Co,\nwas it the price that was too high?"
    written = as_vtt.write(marked())
    assert read_vtt(written) == [(1000, 5800, text)]
    assert [(start, end, html.unescape(said)) for start, end, said in read(written, "vtt")] == [
        (1000, 5800, text)
    ]
    (cue,) = webvtt.WebVTT.from_string(written, strict=True).captions
    assert cue.voice == "Anna"


def test_ffmpeg_finds_every_cue_of_both(tmp_path: Path) -> None:
    for name, said in (("call.vtt", as_vtt.write(marked())), ("call.srt", as_srt.write(marked()))):
        (tmp_path / name).write_text(said, encoding="utf-8")
        with av.open(tmp_path / name) as subtitles:
            found = [packet for packet in subtitles.demux() if packet.size]
            assert [(packet.pts, packet.duration) for packet in found] == [(1000, 4800)]


def test_what_was_found_costs_vtt_no_word_and_no_time() -> None:
    plain = replace(marked(), highlights=(), transcript=transcript(*marked().transcript.turns))
    assert read_vtt(as_vtt.write(plain)) == read_vtt(as_vtt.write(marked()))


def test_a_span_goes_on_in_the_next_cue_of_its_turn_and_not_in_others() -> None:
    text = "We liked it a lot and bought it right away. Then came the second year and its price."
    said = document(turn(text), turn("Mhm.", "Ben", 1.0))
    written = as_vtt.write(replace(said, highlights=(Highlight(0.0, 5.4, 1, text),)))
    assert re.findall(r"^<v (\w+)>(.+)(?:\n(.+))?$", written, re.MULTILINE) == [
        (
            "Anna",
            "<c.highlight>We liked it a lot and</c>",
            "<c.highlight>bought it right away.</c>",
        ),
        ("Ben", "Mhm.", ""),
        ("Anna", "<c.highlight>Then came the second year and its price.</c>", ""),
    ]


@given(conversations(), st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 9)), max_size=3))
def test_spans_change_nothing_that_is_read(
    turns: tuple[Turn, ...], spans: list[tuple[float, float]]
) -> None:
    marks = [Highlight(at, at + length, n, "x") for n, (at, length) in enumerate(spans, 1)]
    said = replace(document(*turns), highlights=tuple(marks))
    assert read_vtt(as_vtt.write(said)) == events(make_cues(turns))


@given(conversations() | tangles())
def test_pysubs2_reads_srt_as_it_was_meant(turns: tuple[Turn, ...]) -> None:
    expected = events(make_cues(turns, tagged=True))
    shown = [(start, end, text.translate(LOOKALIKES)) for start, end, text in expected]
    assert read(as_srt.write(document(*turns)), "srt") == shown


@given(conversations() | tangles())
def test_pysubs2_reads_vtt_as_it_was_meant(turns: tuple[Turn, ...]) -> None:
    found = read(as_vtt.write(document(*turns)), "vtt")
    assert [(start, end, html.unescape(text)) for start, end, text in found] == events(
        make_cues(turns)
    )


@given(conversations() | tangles())
def test_webvtt_reads_vtt_and_its_voices_as_they_were_meant(turns: tuple[Turn, ...]) -> None:
    text = as_vtt.write(document(*turns))
    cues = make_cues(turns)
    assert read_vtt(text) == events(cues)
    voices = [caption.voice for caption in webvtt.WebVTT.from_string(text).captions]
    assert [html.unescape(voice or "") for voice in voices] == [
        one_line(cue.speaker or "") for cue in cues
    ]


@given(tangles())
def test_times_in_srt_never_go_backwards_and_never_stand_still(turns: tuple[Turn, ...]) -> None:
    found = read(as_srt.write(document(*turns)), "srt")
    assert [start for start, _, _ in found] == sorted(start for start, _, _ in found)
    assert all(start < end for start, end, _ in found)


@given(conversations())
def test_srt_numbers_its_cues_from_one(turns: tuple[Turn, ...]) -> None:
    text = as_srt.write(document(*turns))
    numbers = re.findall(r"(?:\A|\n\n)([0-9]+)\n[0-9:,]+ --> ", text)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert len(numbers) == len(make_cues(turns, tagged=True))
