"""Cue sheets of a reel, each read by what is not ours, or line by line as its format has it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.highlights import Quoted
from pipeline.reels.cues import Cue, Reel, Told, cue_of
from pipeline.reels.sheets import COLUMNS, as_csv, as_m3u, as_markdown
from pipeline.transcript import Span
from tests.reels import NORA, RAY, cue, small_reel
from tests.values import document, turn

REEL = small_reel()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# --- what a cue says of itself ---------------------------------------------------------------


def test_a_chapter_is_titled_with_who_where_and_when() -> None:
    assert [each.heading for each in REEL.cues] == [
        "Ray, Bakery, 01:01",
        "Nora, Ray, Bakery, 1:02:05",
        "Bikes & <more>, 00:00",
    ]


def test_a_time_is_that_of_the_words_as_the_transcript_shows_it() -> None:
    said = (Quoted(12.0, 13.0, RAY, "Yes."), Quoted(12.2, 12.6, NORA, "Mm."))
    made = replace(REEL.cues[0], source=Span(11.85, 13.15), said=said)
    assert made.words == Span(12.0, 13.0)
    assert made.heading == "Ray, Nora, Bakery, 00:12"
    assert made.place == "3f2a91c4@00:11.85-00:13.15"


def test_words_of_several_say_whose_they_are() -> None:
    assert REEL.cues[0].text == "The price is fair."
    assert REEL.cues[1].text == "Nora: Why? Ray: As we use it."


def test_a_place_is_what_play_takes() -> None:
    assert [each.place for each in REEL.cues] == [
        "3f2a91c4@01:01.5-01:05.75",
        "3f2a91c4@1:02:05-1:02:08.87",
        "53ae31d7@00:00.75-00:03.25",
    ]


def test_a_reel_is_summed_up() -> None:
    assert REEL.summary == "3 passages of 2 recordings, 00:12"
    assert Reel("x", REEL.cues[:1]).summary == "1 passage of 1 recording, 00:04"
    assert REEL.speakers == (RAY, NORA)
    assert Reel("nothing", ()).duration == 0.0


def test_a_cue_has_the_words_that_were_meant_not_all_that_was_cut() -> None:
    said = document(turn("It was late. The price is fair.", RAY, 10.0), turn("Mm-hm.", NORA, 11.1))
    words = Span(10.9, 12.1)
    made = cue_of(1, Span(0.0, 1.5), Span(10.75, 12.25), words, Told(said, "/calls/a.wav"))
    assert (made.text, made.speaker) == ("The price is fair.", RAY)
    assert (made.source, made.duration) == (Span(10.75, 12.25), 1.5)
    assert (made.file_name, made.file, made.date) == ("call.m4a", "/calls/a.wav", "")


def test_where_nothing_is_said_a_cue_is_told_by_its_recording() -> None:
    made = cue_of(1, Span(0, 1), Span(5, 6), Span(5, 6), Told(document(turn("Hello."))))
    assert (made.text, made.heading) == ("", "First call, 00:05")


# --- Markdown --------------------------------------------------------------------------------


def test_markdown_leads_back_to_each_source() -> None:
    text = as_markdown(REEL, "reel.mp3")
    assert text.startswith("# price\n\n3 passages of 2 recordings, 00:12\n\nSound: reel.mp3\n\n")
    assert (
        "## 1. Ray, Bakery, 01:01\n\n> The price is fair.\n\n"
        "- In the reel: 00:00\u201300:04\n"
        "- In the recording: 01:01\u201301:05\n"
        "- Recording: Bakery, 2026-09-01, acme, bakery.m4a\n"
        "- Hear it there: `relisten play 3f2a91c4@01:01.5-01:05.75`\n"
    ) in text
    assert "> **Nora:** Why?\n>\n> **Ray:** As we use it.\n\n" in text


def test_markdown_shows_marks_as_they_were_said() -> None:
    text = as_markdown(REEL, "")
    assert r"> =Prices \*rose\*, \| too." in text or r"=Prices \*rose\*, \| too." in text
    assert r"Bikes \& \<more\>" in text
    assert "Sound:" not in text


def test_markdown_says_where_there_are_no_words() -> None:
    silent = Reel("x", (cue(1, Span(0, 1), Span(5, 6)),))
    assert "> (no words)" in as_markdown(silent, "")


# --- CSV -------------------------------------------------------------------------------------


def test_a_table_has_a_row_for_each_passage() -> None:
    first, second, other = rows(as_csv(REEL, "reel.mp3"))
    assert tuple(first) == COLUMNS
    assert first == {
        "number": "1",
        "starts in the reel": "00:00:00.000",
        "ends in the reel": "00:00:04.250",
        "speaker": "Ray",
        "words": "The price is fair.",
        "recording": "Bakery",
        "date": "2026-09-01",
        "project": "acme",
        "from": "00:01:01.500",
        "to": "00:01:05.750",
        "file": "/calls/bakery.m4a",
        "id": "3f2a91c4" * 8,
        "hear it there": "relisten play 3f2a91c4@01:01.5-01:05.75",
    }
    assert second["words"] == "Nora: Why? Ray: As we use it."
    assert other["words"] == "'=Prices *rose*, | too."  # which no spreadsheet runs


def test_a_table_names_no_file_that_is_not_to_be_known() -> None:
    hidden = Reel("x", tuple(replace(each, file="", file_name="P07.m4a") for each in REEL.cues))
    assert {row["file"] for row in rows(as_csv(hidden, ""))} == {"P07.m4a"}


@given(st.text(max_size=30), st.text(min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_any_words_stay_in_their_row(words: str, name: str) -> None:
    reel = Reel("x", (cue(1, Span(0, 1), Span(5, 6), (name, words)), *REEL.cues[1:]))
    found = rows(as_csv(reel, ""))
    assert len(found) == 3
    assert found[0]["words"] in {words, f"'{words}"}


# --- M3U -------------------------------------------------------------------------------------


def entries(text: str) -> list[tuple[str, float, float, str]]:
    """Return title, start, stop and file of each entry, as players read them."""
    pattern = re.compile(
        r"#EXTINF:\d+,(.*)\n#EXTVLCOPT:start-time=(.*)\n#EXTVLCOPT:stop-time=(.*)\n(?!#)(.*)\n"
    )
    return [
        (found[1], float(found[2]), float(found[3]), found[4]) for found in pattern.finditer(text)
    ]


def test_a_list_plays_each_passage_where_it_comes_from() -> None:
    text = as_m3u(REEL, "reel.mp3")
    assert text.startswith("#EXTM3U\n#PLAYLIST:price\n#EXTINF:4,Ray, Bakery, 01:01\n")
    first, second, _ = entries(text)
    assert first == ("Ray, Bakery, 01:01", 61.5, 65.75, "/calls/bakery.m4a")
    assert second[1:3] == (3725.0, 3728.87)


@pytest.mark.parametrize("name", ["#bikes.wav", "two\nlines.wav"])
def test_a_file_whose_name_is_no_line_is_listed_by_its_address(name: str) -> None:
    reel = Reel("x", (replace(REEL.cues[0], file=name),))
    ((_, _, _, file),) = entries(as_m3u(reel, ""))
    assert file == Path(name).absolute().as_uri()


def test_where_files_are_not_to_be_known_a_list_plays_the_reel() -> None:
    hidden = Reel("x", tuple(replace(each, file="") for each in REEL.cues))
    found = entries(as_m3u(hidden, "reel.mp3"))
    assert [each[1:] for each in found] == [(cue.start, cue.end, "reel.mp3") for cue in REEL.cues]
    assert "/calls" not in as_m3u(hidden, "reel.mp3")


def test_no_name_makes_another_line_of_a_list() -> None:
    odd: Cue = replace(REEL.cues[0], title="one\n#EXTINF:9,two")
    text = as_m3u(Reel("a\nb", (odd,)), "")
    assert len(text.splitlines()) == 6
