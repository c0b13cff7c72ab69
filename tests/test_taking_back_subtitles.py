"""Subtitles that come back: what nobody edited changes nothing, what somebody did is found."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pysubs2
import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.export import Document, as_srt, as_vtt
from pipeline.export.cues import Rules, make_cues
from pipeline.taking_back.cues import NOWHERE, PART, read_cues
from pipeline.taking_back.filling import GONE, SOUND, UNSURE
from pipeline.taking_back.found import Left, Reading, Typed
from pipeline.taking_back.subtitles import Cue, cues_of
from pipeline.taking_back.texts import decoded, text_in
from pipeline.transcript import Turn
from tests.values import conversations, document, turn, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Edit = Callable[[str], str]

WRITERS = {"srt": as_srt.write, "vtt": as_vtt.write}
KINDS = pytest.mark.parametrize("kind", WRITERS)
CALL = (
    turn("So how do you like it in date in, Ann?", "Ben", 1.0),
    turn(
        "Honestly, we pay acne too much. We went to see the Quake crate people last spring, and "
        "they quoted us nine hundred dollars a month for it, which is dear.",
        "Ann",
        4.4,
    ),
    turn("Mm-hm.", "Ben", 6.0),
    turn("And was <that> all?", "Ben", 15.0),
    turn("Yes.", "Ann", 17.0),
)


def call(*turns: Turn) -> Document:
    """Return a call in which both are known by name, the second by a label as well."""
    made = document(*(turns or CALL))
    return replace(made, labels={"Ben": "Speaker 1", "Ann": "Ann"})


def read(text: str, said: Document | None = None) -> Reading:
    return read_cues(cues_of(text, "it.srt"), said or call())


def edited(kind: str, *changes: tuple[str, str]) -> Reading:
    """Return what a file says in which something stands in the place of something else."""
    text = WRITERS[kind](call())
    for before, after in changes:
        assert text.count(before) == 1, f"{before!r} in {text}"
        text = text.replace(before, after)
    return read(text)


def texts(reading: Reading) -> dict[int, str]:
    assert reading.left == ()
    return {each.turn: str(each.text) for each in reading.typed}


# What nobody edited


@KINDS
@settings(max_examples=60)
@given(turns=conversations())
def test_what_nobody_edited_changes_nothing(kind: str, turns: tuple[Turn, ...]) -> None:
    said = document(*turns)
    assert read(WRITERS[kind](said), said) == Reading()


@KINDS
@settings(max_examples=40)
@given(turns=conversations(), width=st.integers(8, 60), longest=st.floats(1.0, 9.0))
def test_cues_that_are_cut_otherwise_change_nothing(
    kind: str, turns: tuple[Turn, ...], width: int, longest: float
) -> None:
    said = document(*turns)
    cues = make_cues(turns, Rules(line_length=width, longest=longest), tagged=kind == "srt")
    again = [Cue(c.start, c.end, c.lines, c.speaker if kind == "vtt" else None) for c in cues]
    assert read_cues(again, said) == Reading()


@KINDS
@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n\n", "\n\n\n"),
        lambda text: re.sub(r"(?m)^[0-9]+\n", "7\n", text),
        lambda text: text.replace("acne", "<i>acne</i>").replace("Yes.", "<b>Yes.</b>"),
        lambda text: text.replace("Mm-hm.", "- Mm-hm.").replace("Yes.", "\u266a Yes."),
        lambda text: text.replace("Honestly,", "\u2013Honestly,"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace(" ", "\u00a0").replace("\u00a0-->\u00a0", " --> "),
    ],
)
def test_what_subtitles_have_of_their_own_is_no_change(kind: str, edit: Edit) -> None:
    text = WRITERS[kind](call()).replace("<v ", "<v")
    assert read(edit(text).replace("<v", "<v ")) == Reading()


def test_notes_styles_and_names_of_cues_are_no_words() -> None:
    text = as_vtt.write(call()).replace(
        "WEBVTT\n", "WEBVTT - call\n\nSTYLE\n::cue { color: red }\n"
    )
    text = text.replace("\n00:00:15", "\nNOTE\nask Ann again\n\nintro\n00:00:15")
    assert read(text) == Reading()


def test_turns_of_two_who_speak_at_once_keep_their_own() -> None:
    at_once = (turn("Yes, and then we went on to", "Ann", 0.0), turn("Yes.", "Ben", 0.6))
    said = call(*at_once)
    assert read(as_srt.write(said), said) == read(as_vtt.write(said), said) == Reading()


def real_call(folder: Path, name: str) -> Document:
    """Return an interview as it was spoken, each turn's words one after another in its time."""
    turns = []
    for row in json.loads(
        (folder / "interviews" / f"{name}.turns.json").read_text(encoding="utf-8")
    ):
        each = (row["end"] - row["start"]) / len(row["text"].split())
        turns.append(turn(row["text"], row["speaker"], row["start"], each))
    return document(*sorted(turns, key=lambda each: each.start))


@pytest.mark.parametrize("name", ["i01", "i02", "i03", "i04"])
def test_real_interviews_that_nobody_edited_change_nothing(name: str, speech: Path) -> None:
    said = real_call(speech, name)
    for write in (as_srt.write, as_vtt.write):
        assert read(write(said), said) == Reading()
        swapped = write(said).replace(" the ", " thee ")
        typed = {each.turn: each.text for each in read(swapped, said).typed}
        lines = [n for n, each in enumerate(said.transcript.turns) if " the " in each.text]
        assert set(typed) <= set(lines)
        assert len(typed) > len(lines) / 2
        assert all(str(typed[n]).count("thee") for n in typed)


# What somebody did


@KINDS
@pytest.mark.parametrize(
    ("before", "after", "position", "text"),
    [
        ("acne", "Acme", 1, "we pay Acme too much."),
        ("in date in,", "in Dayton,", 0, "So how do you like it in Dayton, Ann?"),
        ("Yes.", "Yes, it was.", 4, "Yes, it was."),
        ("Mm-hm.", "Uh-huh.", 2, "Uh-huh."),
        ("Honestly, we", "We", 1, "We pay acne"),
        ("dear.", "dear!", 1, "which is dear!"),
        ("too much.", "too much, really.", 1, "too much, really. We went"),
    ],
)
def test_words_that_were_changed_are_found(
    kind: str, before: str, after: str, position: int, text: str
) -> None:
    found = texts(edited(kind, (before, after)))
    assert list(found) == [position]
    assert text in found[position]


@pytest.mark.parametrize(("kind", "shown"), [("srt", "\u2039that\u203a"), ("vtt", "&lt;that&gt;")])
def test_brackets_that_a_file_cannot_show_stay_where_a_word_beside_them_is_changed(
    kind: str, shown: str
) -> None:
    assert texts(edited(kind, (f"was {shown}", f"is {shown}"))) == {3: "And is <that> all?"}
    inside = shown.replace("that", "this")
    assert texts(edited(kind, (shown, inside))) == {3: "And was <this> all?"}


def two_cues(text: str, time: str, first: str, second: str) -> str:
    """Return subtitles in which a cue is two from a time on, cut before some words."""
    pattern = rf"(\S+) --> (\S+)\n((?:.+\n)*?.*?){re.escape(first)}\s+{re.escape(second)}"
    cut = rf"\1 --> {time}\n\g<3>{first}\n\n{time} --> \2\n{second}"
    found, count = re.subn(pattern, cut, text)
    assert count == 1
    return found


def test_a_cue_that_was_parted_is_whole_in_its_turn() -> None:
    text = two_cues(as_srt.write(call()), "00:00:02,500", "like", "it in date in,")
    assert read(text) == Reading()
    assert texts(read(text.replace("date in", "Dayton"))) == {
        0: "So how do you like it in Dayton, Ann?"
    }


def test_cues_of_two_that_were_merged_are_parted_again() -> None:
    text = (
        "1\n00:00:15,000 --> 00:00:17,400\nAnd was that all, then? Yes.\n\n"
        "2\n00:00:20,000 --> 00:00:21,000\nAnn: So.\n"
    )
    said = call(CALL[3], CALL[4], turn("So.", "Ann", 20.0))
    assert texts(read(text, said)) == {0: "And was that all, then?"}


def test_a_word_that_the_other_says_too_is_no_reason_to_part_a_cue() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:03,400\nAnn: We ship them on deck screws.\n\n"
        "2\n00:00:03,500 --> 00:00:04,500\nBen: Deck screws.\n"
    )
    said = call(
        turn("We ship them on deck screws.", "Ann", 1.0, 0.4), turn("Dex screws.", "Ben", 3.5)
    )
    assert texts(read(text, said)) == {1: "Deck screws."}


def test_a_name_that_is_put_right_is_not_given_to_whoever_says_it_next() -> None:
    said = call(turn("So we asked acne", "Ann", 0.0), turn("Acme, right, I see.", "Ben", 1.6))
    assert texts(read(as_srt.write(said).replace("acne", "Acme"), said)) == {0: "So we asked Acme"}


def test_two_who_share_a_cue_have_a_line_each() -> None:
    text = "1\n00:00:15,000 --> 00:00:17,400\n- And is that all?\n- Yes!\n"
    said = call(CALL[3], CALL[4])
    assert texts(read(text, said)) == {0: "And is that all?", 1: "Yes!"}


@KINDS
def test_cues_on_another_clock_are_the_same_cues(kind: str) -> None:
    subs = pysubs2.SSAFile.from_string(as_srt.write(call()), format_="srt")
    subs.shift(s=3601.5)
    moved = subs.to_string(kind)
    assert read(moved) == Reading()
    assert texts(read(moved.replace("acne", "Acme")))[1].startswith("Honestly, we pay Acme too")


def test_the_order_of_cues_in_the_file_is_no_matter() -> None:
    blocks = as_srt.write(call()).split("\n\n")
    assert read("\n\n".join(reversed([block.strip("\n") for block in blocks]))) == Reading()


# What is left over


@KINDS
def test_a_cue_that_is_gone_takes_no_words_along(kind: str) -> None:
    text = WRITERS[kind](call())
    cue = next(block for block in text.split("\n\n") if "Yes." in block)
    reading = read(text.replace(cue, ""))
    assert reading == Reading(left=(Left(17.0, "Yes.", "", GONE),))


def test_a_cue_that_is_gone_amid_a_turn_takes_no_words_along() -> None:
    blocks = as_srt.write(call()).split("\n\n")
    gone = next(n for n, block in enumerate(blocks) if "quoted" in block)
    reading = read("\n\n".join(blocks[:gone] + blocks[gone + 1 :]).replace("acne", "Acme"))
    (typed,) = reading.typed
    assert typed == Typed(1, CALL[1].text.replace("acne", "Acme"))
    (left,) = reading.left
    assert left.why == GONE
    assert "quoted" in left.stands
    assert left.start in {word.start for word in CALL[1].words}


def test_a_new_cue_in_a_pause_is_listed() -> None:
    extra = "\n9\n00:05:00,000 --> 00:05:02,000\nSubtitles by a friend\n"
    assert read(as_srt.write(call()) + extra) == Reading(
        left=(Left(300.0, "", "Subtitles by a friend", NOWHERE),)
    )


def test_a_sound_that_is_told_of_is_no_word() -> None:
    reading = edited("srt", ("too much.", "too much. [door slams]"))
    assert reading.typed == ()
    assert [(each.says, each.why) for each in reading.left] == [("[door slams]", SOUND)]


def test_a_few_words_are_not_put_for_a_whole_answer_that_they_are_not_about() -> None:
    early, late = words("one two three four five six seven", 10.0), words("eight nine ten", 18.0)
    said = call(Turn.of("Ann", (*early, *late)))
    text = "1\n00:00:14,500 --> 00:00:15,500\nAnn: So so?\n"
    reading = read(text, said)
    assert reading.typed == ()
    assert {each.why for each in reading.left} == {UNSURE}


# Who says it


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("srt", "Ann: Yes.", "Ben: Yes."),
        ("srt", "Ann: Yes.", "Speaker 1: Yes."),
        ("vtt", "<v Ann>Yes.", "<v Ben>Yes."),
    ],
)
def test_a_turn_that_names_another_speaker_is_theirs(kind: str, before: str, after: str) -> None:
    assert edited(kind, (before, after)) == Reading((Typed(4, None, "Ben"),))


@pytest.mark.parametrize(("kind", "said"), [("srt", "Bobby: Yes."), ("vtt", "<v Bobby>Yes.")])
def test_a_name_of_nobody_is_listed_once(kind: str, said: str) -> None:
    named = "Ann: Yes." if kind == "srt" else "<v Ann>Yes."
    reading = edited(kind, (named, said))
    (left,) = reading.left
    assert reading.typed == ()
    assert (left.start, left.stands, left.says) == (17.0, "Ann", "Bobby")
    assert '--name "Ann=Bobby"' in left.why


def test_a_name_of_nobody_in_many_turns_is_listed_once() -> None:
    reading = read(as_srt.write(call()).replace("Ben:", "Bobby:"))
    assert [(each.says, "3 turns" in each.why) for each in reading.left] == [("Bobby", True)]


def test_a_part_of_a_turn_that_names_another_is_listed_with_what_gives_it_to_them() -> None:
    text = as_vtt.write(call())
    last = text.rindex("<v Ann>", 0, text.index("dear."))
    (left,) = read(text[:last] + "<v Ben>" + text[last + len("<v Ann>") :]).left
    assert left.why.startswith(PART)
    assert re.search(r'--passage "00:00:\S+-00:00:\S+=Ben"', left.why)


@pytest.mark.parametrize("text", ["Ann: come here", "Note: we pay", "Bobby: what he said"])
def test_what_is_said_like_a_name_is_no_name(text: str) -> None:
    said = call(turn(text, "Ben", 1.0), turn("So", None, 9.0))
    assert read(as_srt.write(said), said) == Reading()
    untagged = (
        "1\n00:00:01,000 --> 00:00:02,000\n" + text + "\n\n2\n00:00:09,000 --> 00:00:10,000\nSo\n"
    )
    assert read(untagged, said) == Reading()


# Files


@settings(max_examples=60)
@given(conversations())
def test_cues_are_read_as_other_readers_read_them(turns: tuple[Turn, ...]) -> None:
    said = document(*turns)
    srt = cues_of(as_srt.write(said), "it.srt")
    theirs = pysubs2.SSAFile.from_string(as_srt.write(said), format_="srt")
    flat = [(each.start, cue_text(each.plaintext)) for each in theirs]
    assert joined([(round(cue.start * 1000), cue.text) for cue in srt]) == joined(flat)
    vtt = cues_of(as_vtt.write(said), "it.vtt")
    captions = webvtt.WebVTT.from_string(as_vtt.write(said)).captions
    assert joined([(round(cue.start * 1000), cue.text) for cue in vtt]) == joined(
        [(round(each.start_in_seconds * 1000), cue_text(each.text)) for each in captions]
    )
    voices = {html.unescape(each.voice) for each in captions if each.voice}
    assert {cue.speaker for cue in vtt if cue.speaker} == voices


def cue_text(text: str) -> str:
    return " ".join(html.unescape(text).split())


def joined(cues: list[tuple[int, str]]) -> list[str]:
    """Return what is shown in the order of its times, without those: a line may be a cue here."""
    return " ".join(text for _, text in cues).split()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_the_encodings_that_editors_write(encoding: str) -> None:
    assert decoded("1 naïve\n今日".encode(encoding)) == "1 naïve\n今日"


def test_another_encoding_is_said_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "it.srt"
    path.write_bytes("naïve".encode("cp1252"))
    with pytest.raises(UsageError, match="it is not UTF-8") as raised:
        text_in(path)
    assert str(raised.value).startswith(str(path))


@pytest.mark.parametrize("text", ["a letter\n\nto Ann", "WEBVTT\n\nno times here"])
def test_text_that_is_no_subtitles_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="there is no subtitle in it"):
        cues_of(text, "it.srt")


@pytest.mark.parametrize(
    ("timing", "start", "end"),
    [
        ("00:00:01,000 --> 00:00:02,500", 1.0, 2.5),
        ("0:01.5 --> 0:02", 1.5, 2.0),
        ("01:00:00.250 --> 01:00:01.000 align:start position:10%", 3600.25, 3601.0),
        ("00:00:05,000-->00:00:04,000", 5.0, 5.0),
    ],
)
def test_times_are_read_as_programs_write_them(timing: str, start: float, end: float) -> None:
    (cue,) = cues_of(f"1\n{timing}\n12\n\n", "it.srt")
    assert (cue.start, cue.end, cue.text) == (start, end, "12")


def test_lines_of_a_script_without_spaces_are_joined_without_them() -> None:
    spoken = tuple(
        replace(word, spaced=n == 0)
        for n, word in enumerate(words("今日 は カレー です。 とても おいしい です。", 0.0, 0.6))
    )
    said = document(Turn.of("Anna", spoken))
    lines = ("今日はカ", "レーです。", "とてもおいし", "いです。")
    assert read_cues([Cue(0.0, 4.2, lines)], said) == Reading()
    changed = ("今日はカ", "レーです。", "少しおいし", "いです。")
    assert read_cues([Cue(0.0, 4.2, changed)], said) == Reading(
        (Typed(0, "今日はカレーです。少しおいしいです。"),)
    )
