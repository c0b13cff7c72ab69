"""EAF: valid by its schema, and read by speach and by pympi, to the letter and millisecond."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pympi
import pytest
import xmlschema
from hypothesis import given, settings
from speach import elan

from pipeline.export import as_eaf
from pipeline.export.tiers import on_one_line
from pipeline.highlights import Highlight
from pipeline.timestamps import milliseconds
from pipeline.transcript import Annotation, Entity, Mention, Transcript, Turn, Word
from tests.values import conversations, document, rich_document, tangles, turn

if TYPE_CHECKING:
    from pipeline.export import Document

# The schema of EAF 3.0 as the Max Planck Institute for Psycholinguistics publishes it, from the
# source distribution of pympi-ling 1.71, with the line ends of this repository. It was tried on
# the files of ELAN's own that lie beside it there: those of 2.8 and 3.0 are valid, one of 2.7 not.
SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "data" / "EAFv3.0.xsd")
Read = dict[str, list[tuple[int, int, str]]]

MARKS = (
    Highlight(0.5, 1.7, 1, "how", ("price", "churn"), "Ask <again>", starred=True),
    Highlight(1.0, 3.0, 2, "it going", ("churn",)),
)


def tree(said: Document) -> ElementTree.Element:
    """Return the elements of a file that is valid."""
    root = ElementTree.fromstring(as_eaf.write(said))
    SCHEMA.validate(root)
    return root


def read(said: Document) -> Read:
    """Return what speach reads: the annotations of each tier, told ones at their owner's time."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "call.eaf"
        path.write_text(as_eaf.write(said), encoding="utf-8")
        tiers = elan.read_eaf(str(path))
    return {
        tier.ID: [(each.from_ts.value, each.to_ts.value, each.value) for each in tier.annotations]
        for tier in tiers
    }


def read_by_pympi(said: Document) -> pympi.Eaf:
    """Return what pympi reads."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "call.eaf"
        path.write_text(as_eaf.write(said), encoding="utf-8")
        return pympi.Eaf(str(path))


def descriptors(said: Document) -> list[dict[str, str]]:
    """Return what a file says of its media."""
    return [dict(each.attrib) for each in tree(said).iter("MEDIA_DESCRIPTOR")]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('TIME_SLOT_REF1="ts1"', 'TIME_SLOT_REF1="ts99"'),
        ('PARENT_REF="Anna"', 'PARENT_REF="Ann"'),
        ('LINGUISTIC_TYPE_REF="words"', 'LINGUISTIC_TYPE_REF="word"'),
        ('LANG_REF="en"', 'LANG_REF="de"'),
        ('DATE="2026-09-01T00:00:00"', 'DATE="2026-09-01"'),
        ('TIME_VALUE="500"', 'TIME_VALUE="0.5"'),
        ('ANNOTATION_ID="a2"', 'ANNOTATION_ID="a1"'),
        ('ANNOTATION_REF="a17"', 'ANNOTATION_REF="a99"'),
        ("TIME_ORDER>", "TIMES>"),
        ('MIME_TYPE="audio/*"', ""),
    ],
)
def test_the_schema_tells_a_file_that_is_not_right(right: str, wrong: str) -> None:
    written = as_eaf.write(replace(rich_document(), highlights=MARKS))
    assert right in written
    SCHEMA.validate(ElementTree.fromstring(written))
    assert not SCHEMA.is_valid(ElementTree.fromstring(written.replace(right, wrong)))


def test_turns_and_words_are_annotations_in_milliseconds() -> None:
    said = document(turn("How is it?", "Ann Lee", 0.5), turn("Too dear.", "Ben & Co", 2.0))
    assert read(said) == {
        "Ann Lee": [(500, 1400, "How is it?")],
        "Ann Lee words": [(500, 800, "How"), (800, 1100, "is"), (1100, 1400, "it?")],
        "Ben & Co": [(2000, 2600, "Too dear.")],
        "Ben & Co words": [(2000, 2300, "Too"), (2300, 2600, "dear.")],
    }


def test_words_lie_within_their_speakers_turns_with_gaps_between() -> None:
    tiers = {tier.get("TIER_ID"): tier for tier in tree(rich_document()).iter("TIER")}
    words = tiers["Ben & Co words"]
    assert words.get("PARENT_REF") == "Ben & Co"
    assert words.get("PARTICIPANT") == tiers["Ben & Co"].get("PARTICIPANT") == "Ben & Co"
    (kind,) = [
        kind
        for kind in tree(rich_document()).iter("LINGUISTIC_TYPE")
        if kind.get("LINGUISTIC_TYPE_ID") == words.get("LINGUISTIC_TYPE_REF")
    ]
    assert (kind.get("CONSTRAINTS"), kind.get("TIME_ALIGNABLE")) == ("Included_In", "true")


def test_time_slots_are_in_the_order_of_time_and_no_two_annotations_share_one() -> None:
    root = tree(replace(rich_document(), highlights=MARKS))
    times = [int(slot.attrib["TIME_VALUE"]) for slot in root.iter("TIME_SLOT")]
    assert times == sorted(times)
    used = [
        each.attrib[end]
        for each in root.iter("ALIGNABLE_ANNOTATION")
        for end in ("TIME_SLOT_REF1", "TIME_SLOT_REF2")
    ]
    assert sorted(used) == sorted(slot.attrib["TIME_SLOT_ID"] for slot in root.iter("TIME_SLOT"))


def test_what_was_found_and_marked_is_in_it() -> None:
    found = read(replace(rich_document(), highlights=MARKS))
    assert found["entities"] == [(2400, 2700, "ORG: Acme"), (62400, 62700, "ORG: Acme")]
    assert found["keyphrases"] == [(2400, 2700, "acme")]
    assert found["highlights"] == [(500, 1700, "How is it going?")]
    assert found["highlights notes"] == [(500, 1700, "Ask <again>")]


def test_tags_and_notes_refer_to_their_highlight() -> None:
    found = read_by_pympi(replace(rich_document(), highlights=MARKS))
    told = [
        (name, found.get_ref_annotation_data_for_tier(name))
        for name in found.get_tier_names()
        if name.startswith("highlights") and name.endswith(("tags", "notes"))
    ]
    assert told == [
        ("highlights tags", [(500, 1700, "price, churn, starred", "How is it going?")]),
        ("highlights notes", [(500, 1700, "Ask <again>", "How is it going?")]),
        ("highlights 2 tags", [(1000, 3000, "churn", "it going? At Acme? Too")]),
    ]


def test_elan_goes_on_counting_where_the_annotations_end() -> None:
    root = tree(replace(rich_document(), highlights=MARKS))
    ids = [each.attrib["ANNOTATION_ID"] for each in root.iter() if "ANNOTATION_ID" in each.attrib]
    assert sorted(ids, key=lambda each: int(each[1:])) == [f"a{n + 1}" for n in range(len(ids))]
    known = {each.get("NAME"): each.text for each in root.iter("PROPERTY")}
    assert known["lastUsedAnnotationId"] == str(len(ids))


@pytest.mark.parametrize(
    ("name", "kind", "address"),
    [
        ("call.wav", "audio/x-wav", "./call.wav"),
        ("call.MP4", "video/mp4", "./call.MP4"),
        ("call.webm", "video/*", "./call.webm"),
        ("Ann & Ben, 2. call.m4a", "audio/*", "./Ann & Ben, 2. call.m4a"),
        ("50 % off.mp3", "audio/*", "./50 %25 off.mp3"),
        ("naïve %C3.flac", "audio/*", "./naïve %C3.flac"),
        ("call\udcff", "audio/*", "./call\ufffd"),
    ],
)
def test_the_recording_is_named_as_it_lies_beside_the_file(
    name: str, kind: str, address: str
) -> None:
    said = replace(document(turn("Yes.")), file_name=name)
    assert descriptors(said) == [
        {"MEDIA_URL": address, "RELATIVE_MEDIA_URL": address, "MIME_TYPE": kind}
    ]


def test_a_folder_of_tracks_is_no_medium() -> None:
    assert descriptors(replace(document(turn("Yes.")), of_tracks=True)) == []


@pytest.mark.parametrize(
    ("recorded_at", "date"),
    [
        ("2026-09-01", "2026-09-01T00:00:00"),
        ("2026-09-01T10:00:01.5", "2026-09-01T10:00:01"),
        ("2026-09-01T10:00:00+02:00", "2026-09-01T10:00:00+02:00"),
        (None, "1970-01-01T00:00:00"),
        ("in September", "1970-01-01T00:00:00"),
    ],
)
def test_it_is_dated_as_the_recording_is_and_not_now(recorded_at: str | None, date: str) -> None:
    assert tree(replace(document(), recorded_at=recorded_at)).get("DATE") == date


def test_nothing_in_it_is_of_the_machine() -> None:
    said = rich_document()
    assert as_eaf.write(said) == as_eaf.write(said)
    root = tree(said)
    assert (root.get("AUTHOR"), root.get("FORMAT"), root.get("VERSION")) == ("", "3.0", "3.0")


@pytest.mark.parametrize(("code", "languages"), [("en", ["en"]), ("zh-TW", ["zh-TW"]), ("1", [])])
def test_turns_and_words_are_in_the_language_that_is_spoken(
    code: str, languages: list[str]
) -> None:
    said = replace(document(), transcript=Transcript("abc", code, (turn("Yes."),)))
    root = tree(said)
    assert [each.get("LANG_ID") for each in root.iter("LANGUAGE")] == languages
    assert [each.get("LANG_REF", "none") for each in root.iter("TIER")] == (
        languages or ["none"]
    ) * 2


def test_no_language_is_told_of_what_nobody_says() -> None:
    found = Annotation((Entity("Yes", "ORG", Mention(0.0, 0.3, 0, 0, 3)),))
    root = tree(document(turn("Yes."), annotation=found))
    assert [each.get("LANG_REF") for each in root.iter("TIER")] == ["en", "en", None]


@pytest.mark.parametrize(
    "text", ["<b>", "a&b", "]]>", '"', "a\x00\x1bb", "\ud800", "今日🎉", "-->"]
)
def test_any_text_can_be_said_and_be_a_name(text: str) -> None:
    found = read(document(turn(text, text)))
    shown = on_one_line(text)
    assert found[shown] == found[f"{shown} words"] == [(0, 300, shown)]


def test_a_recording_without_speech_is_valid() -> None:
    assert read(document()) == {}
    assert list(tree(document()).iter("TIER")) == []


@given(conversations())
def test_speach_reads_every_word_at_its_time(turns: tuple[Turn, ...]) -> None:
    found = read(document(*turns))
    for speaker in {said.speaker for said in turns}:
        assert found[f"{speaker or 'Speech'} words"] == [
            (milliseconds(word.start), milliseconds(word.end), word.text)
            for said in turns
            if said.speaker == speaker
            for word in said.words
        ]


@settings(max_examples=40)
@given(tangles())
def test_it_is_valid_whatever_the_times(turns: tuple[Turn, ...]) -> None:
    root = tree(document(*turns))
    slots = (slot.attrib for slot in root.iter("TIME_SLOT"))
    times = {slot["TIME_SLOT_ID"]: int(slot["TIME_VALUE"]) for slot in slots}
    for each in root.iter("ALIGNABLE_ANNOTATION"):
        assert times[each.attrib["TIME_SLOT_REF1"]] < times[each.attrib["TIME_SLOT_REF2"]]


def test_a_word_of_half_a_millisecond_lasts_one() -> None:
    said = document(Turn.of("Ann", (Word(1.0001, 1.0004, "a"), Word(1.0004, 1.4, "b"))))
    assert read(said)["Ann words"] == [(1000, 1001, "a"), (1001, 1400, "b")]


def test_an_hour_is_written_in_no_time() -> None:
    said = document(*(turn("So we left, and it was dear. " * 2, None, 5.0 * n) for n in range(700)))
    began = time.process_time()
    as_eaf.write(said)
    assert time.process_time() - began < 0.6  # pympi's own way takes longer
