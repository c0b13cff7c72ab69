"""A document without names: nothing that is made of it has one, in no format, and no sound does."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio import Audio, decode
from pipeline.errors import UsageError
from pipeline.export import FORMATS, Document
from pipeline.highlights import Highlight
from pipeline.library import Library
from pipeline.listening_copy import write_copies
from pipeline.pseudonyms import Candidate, HeardName, Kind, Pseudonym
from pipeline.redaction import Redaction, redaction_of, reviewed
from pipeline.redaction.toning import toned_spans
from pipeline.transcript import (
    Annotation,
    Entity,
    Keyphrase,
    Made,
    Mention,
    Question,
    Removed,
    Revision,
    Span,
    Transcript,
    Unheard,
    Word,
)
from tests.libraries import MADE, fill, recording
from tests.sounds import speech
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LISTED = (
    Pseudonym("Priya Raman", Kind.PERSON, "P07"),
    Pseudonym("Ann Lee", Kind.PERSON, "P01"),
    Pseudonym("Fernhop", Kind.COMPANY, "Company A"),
    Pseudonym("Google", Kind.COMPANY, ""),
)
NONE = Annotation()
NAMES = re.compile(r"priya|raman|ann lee|ann\b|\blee\b|fernhop|937 555", re.IGNORECASE)


def named() -> Document:
    """Return a document with names in every field."""
    first = turn("Hi Ann, is Priya Raman of Fernhopp there?", "Ann Lee", 1.0)
    second = turn("Priya's at 937 555 0142, use Google.", "customer", 10.0)
    turns = (first, second)
    who = Mention(1.9, 2.5, 0, 11, 22)
    annotation = Annotation(
        (
            Entity("Priya Raman", "PERSON", who, "Priya Raman"),
            Entity("Fernhopp", "GPE", Mention(2.8, 3.1, 0, 26, 34), "Fernhop"),
            Entity("Priya", "PERSON", Mention(10.0, 10.3, 1, 0, 5), "Priya Raman"),
        ),
        (Keyphrase("Priya Raman", 1.0, (who,), "priya raman"), Keyphrase("fernhop price", 0.5, ())),
        (Question(Mention(1.0, 3.4, 0, 0, 41), open=False),),
    )
    made = Made("whisper", "1", "base", options=(("vocabulary", "Priya"),), notes=("Fernhop",))
    said = Transcript(
        "ab" * 32,
        "en",
        turns,
        annotation,
        (("transcribe", made),),
        removed=(Removed(5, 6, "Priya", "echo"),),
        unheard=(Unheard(6, 7),),
        revisions=(Revision(1, 2, 1, made, "now", ()),),
    )
    marked = Highlight(10.0, 12.0, 1, "Priya says", ("fernhop", "price"), "ask Ann Lee")
    return Document(
        said,
        "Call with Priya Raman",
        "2026_priya-raman_fernhop.m4a",
        20.0,
        "2026-03-10T10:00:00",
        "Fernhop study",
        ("Ann Lee", "Priya Raman"),
        ("fernhop", "pricing"),
        (marked,),
        {"Ann Lee": "Ann", "customer": "customer"},
        {"Ann Lee": "interviewer", "customer": "customer"},
        speaker_channels={"Ann Lee": 0, "customer": 1},
    )


REDACTION = Redaction(LISTED)


def test_what_is_said_has_other_names() -> None:
    turns = REDACTION.document(named()).transcript.turns
    assert turns[0].text == "Hi P01, is P07 of Company A there?"
    assert turns[1].text == "P07's at [phone number], use Google."
    assert [each.speaker for each in turns] == ["P01", "customer"]


def test_all_that_is_known_of_the_recording_has_other_names() -> None:
    made = REDACTION.document(named())
    assert (made.title, made.file_name) == ("Call with P07", "2026_P07_Company A.m4a")
    assert (made.stem, made.project) == ("2026_P07_Company A", "Company A study")
    assert (made.participants, made.tags) == (("P01", "P07"), ("Company A", "pricing"))
    assert made.roles == {"P01": "interviewer", "customer": "customer"}
    assert made.speaker_channels == {"P01": 0, "customer": 1}
    (marked,) = made.highlights
    assert (marked.tags, marked.note) == (("Company A", "price"), "ask P01")
    assert marked.text == made.highlighted[0].text
    assert (made.transcript.made, made.transcript.removed) == ((), ())
    assert (made.transcript.revisions, made.transcript.unheard) == ((), ())
    phrases = [(each.text, each.lemma) for each in made.transcript.annotation.keyphrases]
    assert phrases == [("P07", "p07"), ("Company A price", "company a price")]


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_has_a_listed_name_in_it(name: str) -> None:
    for text in texts_in(FORMATS[name].write(REDACTION.document(named()))):
        assert NAMES.findall(text) == []


@pytest.mark.parametrize("name", ["txt", "json", "docx", "xlsx", "qdpx"])
def test_the_names_would_be_found_if_they_were_there(name: str) -> None:
    assert any(NAMES.search(text) for text in texts_in(FORMATS[name].write(named())))


def texts_in(written: str | bytes) -> list[str]:
    """Return all text of a file, and of the files in it."""
    if isinstance(written, str):
        return [written]
    if written[:4] == b"%PDF":
        from pypdf import PdfReader

        read = PdfReader(io.BytesIO(written))
        return [*(page.extract_text() for page in read.pages), str(read.metadata)]
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        names = archive.namelist()
        inside = [archive.read(each).decode("utf-8", "ignore") for each in names]
    return [*names, *(re.sub(r"xmlns\S*|https?://\S+", "", text) for text in inside)]


def test_a_document_that_is_made_twice_is_the_same() -> None:
    once = REDACTION.document(named())
    assert REDACTION.document(once).transcript.turns == once.transcript.turns


def test_a_passage_that_was_hidden_by_ear_is_hidden_in_the_text_too() -> None:
    heard = (HeardName(11.75, 12.0, "Fernhop"), HeardName(1.0, 1.2, ""))
    made = Redaction(LISTED, {"ab" * 32: heard})
    assert made.document(named()).transcript.turns[1].text.endswith("use Company A")
    assert made.document(named()).transcript.turns[0].text.startswith("[hidden] P01,")
    assert any(each.start <= 11.75 and each.end >= 12.0 for each in made.tones(named()))


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Notes of Ann Lee\n\nAsk Priya.", "Notes of P01\n\nAsk P07."),
        ("plain  text", "plain  text"),
        ("", ""),
        ("ann.lee@fernhop.com", "[e-mail]"),
    ],
)
def test_any_text_loses_its_names(text: str, without: str) -> None:
    assert REDACTION.text(text) == without


# Tones


def rounded(spans: Iterable[Span]) -> list[tuple[float, float]]:
    return [(round(each.start, 3), round(each.end, 3)) for each in spans]


def test_a_tone_is_over_each_name_and_a_little_more() -> None:
    tones = REDACTION.tones(named())
    assert rounded(tones[:1]) == [(1.22, 1.68)]
    words = [word for each in named().transcript.turns for word in each.words]
    for word in words:
        name = NAMES.search(word.text) or word.text in ("937", "555", "0142,")
        covered = sum(word.overlap(each) for each in tones) / word.duration
        assert (covered == pytest.approx(1.0)) if name else (covered < 0.6)


def test_in_a_pause_a_tone_is_wider_and_two_that_touch_are_one() -> None:
    hidden = turn("a B c", "x", 10.0, 1.0)
    apart = replace(hidden, words=(hidden.words[0], Word(12.0, 12.5, "B"), Word(12.6, 13.0, "c")))
    name = [(apart, apart.words[1:2])]
    assert rounded(toned_spans(name, [], 60.0)) == [(11.75, 12.6)]
    assert rounded(toned_spans(name, [Span(12.65, 13.0)], 12.9)) == [(11.75, 12.9)]


def test_in_the_sound_nothing_is_left_under_a_tone_and_all_else_stays(tmp_path: Path) -> None:
    stereo = np.stack([speech(23, seed=1), speech(23, seed=2)], axis=1)
    with Audio.from_samples(stereo) as audio:
        write_copies(audio, tmp_path / "copy.opus", tmp_path / "copy.dat")
    over_the_edge = HeardName(19.5, 20.5, "Fernhop")  # of what is read at once
    redaction = Redaction(LISTED, {"ab" * 32: (over_the_edge,)})
    document = replace(
        named(), copy=tmp_path / "copy.opus", peaks=tmp_path / "copy.dat", duration=23.0
    )
    made = redaction.document(document, tmp_path / "out")
    assert made.copy is not None
    assert made.peaks is not None
    assert made.copy.parent == tmp_path / "out"
    before, after = sound(document.copy), sound(made.copy)
    assert len(after) == len(before)
    for span in redaction.tones(document):
        inside = after[round((span.start + 0.05) * 16_000) : round((span.end - 0.05) * 16_000)]
        for channel in inside.T:
            power = np.abs(np.fft.rfft(channel * np.hanning(len(channel)))) ** 2
            hertz = np.fft.rfftfreq(len(channel), 1 / 16_000)
            assert power[np.abs(hertz - 440) < 60].sum() > 0.97 * power.sum()
    assert np.corrcoef(before[80_000:150_000, 0], after[80_000:150_000, 0])[0, 1] > 0.9


def sound(path: Path | None) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    assert path is not None
    with decode(path) as audio:
        return np.concatenate(list(audio.blocks())).astype(np.float64)


def test_without_a_folder_or_a_copy_no_sound_is_made(tmp_path: Path) -> None:
    with_copy = replace(named(), copy=tmp_path / "no.opus", peaks=tmp_path / "no.dat")
    assert REDACTION.document(with_copy).copy is None
    assert REDACTION.document(named(), tmp_path / "out").peaks is None
    assert not (tmp_path / "out").exists()


def test_a_firm_that_is_written_small_more_often_is_hidden_where_it_was_found_so() -> None:
    call = replace(
        named().transcript, turns=(turn("We tried fernhop, and fernhop broke."),), annotation=NONE
    )
    found = Candidate("Fernhop Ltd", Kind.COMPANY, "Company A", "Company A", 3, "ab" * 32, 0.0)
    (said,) = Redaction.of([found], {}).document(replace(named(), transcript=call)).transcript.turns
    assert said.text == "We tried Company A, and Company A broke."
    few = replace(found, mentions=1)
    (left,) = Redaction.of([few], {}).document(replace(named(), transcript=call)).transcript.turns
    assert "fernhop" in left.text
    listed = replace(few, added=True)
    (kept,) = (
        Redaction.of([listed], {}).document(replace(named(), transcript=call)).transcript.turns
    )
    assert kept.text == said.text


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("Call with Dr. Raman", "Call with Dr. P07"),
        ("call.Priya", "call.P07"),
        ("priya.raman.m4a", "P07.m4a"),
    ],
)
def test_what_looks_like_the_kind_of_a_file_may_be_a_name(name: str, without: str) -> None:
    assert Redaction(LISTED).document(replace(named(), file_name=name)).file_name == without


# Of a library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    opened = Library(tmp_path / "library", create=True)
    fill(opened, recording(project="study"), *named().transcript.turns)
    opened.store_annotation("ab" * 32, named().transcript.annotation, MADE)
    return opened


def test_while_a_name_is_undecided_nothing_is_redacted(library: Library) -> None:
    with library, pytest.raises(UsageError, match="relisten pseudonyms --project study") as error:
        redaction_of(library, "study")
    assert "Priya Raman" in str(error.value)


def test_names_in_tags_and_notes_and_small_ones_of_people_are_asked_for(library: Library) -> None:
    with library:
        library.set_participants("ab" * 32, ["tessa"])
        library.add_tags("ab" * 32, ["Zoltan", "churn"])
        library.add_highlights("ab" * 32, [Highlight(1, 2, 0, "", ("Quorra",), "Ask Imogen")])
        found = {each.name for each in reviewed(library, "study")}
    assert found >= {"tessa", "Zoltan", "Quorra", "Imogen"}
    assert not found & {"churn"}


def test_a_new_recording_with_a_new_name_asks_again(library: Library) -> None:
    with library:
        found = [Pseudonym(each, Kind.PERSON, "P01") for each in ("Ann Lee", "Priya Raman")]
        library.set_pseudonyms("study", [*found, Pseudonym("Fernhop", Kind.COMPANY, "Company A")])
        library.add_heard_names("ab" * 32, [HeardName(1, 2, "Ann Lee")])
        assert redaction_of(library, "Study").heard["ab" * 32] == (HeardName(1, 2, "Ann Lee"),)
        fill(library, recording("cd" * 32, project="study"), turn("I am Zed.", "Zed Li"))
        with pytest.raises(UsageError, match=r"a name of the project study: Zed Li\."):
            redaction_of(library, "study")
