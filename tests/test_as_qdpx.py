"""REFI-QDA projects: by the standard's schema and rules, and as other software reads them."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audio import Audio, decode
from pipeline.errors import DamagedAudio
from pipeline.export import as_qdpx
from pipeline.export.qda.sound import as_mp3
from pipeline.highlights import Highlight
from pipeline.listening_copy import encode
from pipeline.transcript import Annotation, Entity, Keyphrase, Mention, Question, Turn
from tests.qda import SPACE, Opened, faults, member, pyqdpx
from tests.sounds import columns, lag, silence, speech
from tests.values import conversations, document, rich_document, turn, words

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.export import Document
    from pipeline.progress import Progress
    from tests.sounds import Samples

KEPT = "2026-09-01T10:00:00.123456+00:00"
LATER = "2026-09-02T13:30:00.5+02:00"
DEAR = Highlight(2.7, 3.3, 1, "Too", ("pricing", "churn"), "Why?\n& <how>", True, KEPT, LATER)


def mention(turn_number: int, start: int, end: int, said: Turn) -> Mention:
    """Return a place in a turn, with its time."""
    span = said.span_of(start, end)
    return Mention(span.start, span.end, turn_number, start, end)


def marked(*highlights: Highlight, copy: Path | None = None) -> Document:
    """Return the rich document with highlights."""
    return replace(rich_document(), highlights=highlights, copy=copy)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a listening copy of two channels."""
    path = tmp_path_factory.mktemp("copies") / "call.opus"
    return write_copy(path, speech(3.0, seed=1), silence(3.0))


def write_copy(path: Path, *channels: Samples) -> Path:
    """Write a listening copy."""
    pcm = (columns(*channels) * 32767).astype(np.int16)
    with path.open("wb") as file, Audio.from_blocks([pcm]) as audio:
        encode(audio, file)
    return path


def coded_in(said: Document) -> set[tuple[str, str]]:
    return set(Opened(as_qdpx.write(said)).coded())


# By the standard


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(document(), id="nothing said"),
        pytest.param(document(turn("Yes.", None)), id="nobody told apart"),
        pytest.param(rich_document(), id="found, and marked by nobody"),
        pytest.param(marked(DEAR, Highlight(500.0, 501.0, 2, "", ("gone",))), id="marked"),
        pytest.param(replace(rich_document(), file_name="a\0b\ufffe.m4a"), id="not for XML"),
        pytest.param(replace(rich_document(), file_name="caf\udce9.m4a"), id="half a letter"),
        pytest.param(replace(rich_document(), title="<&>\n\"'\x0b]]>"), id="marks of XML"),
        pytest.param(replace(rich_document(), recorded_at="2026-09-01T10:00:00+02:00"), id="zone"),
        pytest.param(replace(rich_document(), recorded_at="some day"), id="no date"),
    ],
)
@pytest.mark.parametrize("heard", [True, False])
def test_projects_are_by_the_schema_and_by_the_rules(
    said: Document, heard: bool, copy: Path
) -> None:
    assert faults(as_qdpx.write(replace(said, copy=copy if heard else None))) == []


def test_the_rules_find_what_is_wrong() -> None:
    made = Opened(as_qdpx.write(marked(DEAR)))
    xml = made.xml.decode("utf-8")
    user = made.all("User")[0].get("guid")
    code = made.all("Coding")[0][0].get("targetGUID")
    wrong = {
        "another element": xml.replace("<Users>", "<Use/><Users>"),
        "no such user": xml.replace(
            f'<User guid="{user}"', '<User guid="' + "0" * 8 + user[8:] + '"'
        ),
        "no such code": xml.replace(
            f'<Code guid="{code}"', '<Code guid="' + "0" * 8 + code[8:] + '"'
        ),
        "no such file": xml.replace('.txt"', '.text"'),
        "beyond the text": xml.replace('endPosition="', 'endPosition="9'),
        "a heading": xml.replace('isCodable="true"', 'isCodable="false"'),
    }
    for what, changed in wrong.items():
        repacked = io.BytesIO()
        with zipfile.ZipFile(repacked, "w") as archive:
            for name, content in {**made.files, "project.qde": changed.encode()}.items():
                archive.writestr(name, content)
        assert faults(repacked.getvalue()), what


TAGS = st.lists(
    st.sampled_from(["pricing", "Pricing", "PERSON", "Acme.", "<&>", "über", "★"]), max_size=3
)


@st.composite
def marked_conversations(draw: st.DrawFn) -> Document:
    """Make conversations with highlights, entities, keyphrases and questions at any place."""
    turns = draw(conversations())
    found: list[Mention] = []
    for number, each in enumerate(turns):
        start = draw(st.integers(0, len(each.text) - 1))
        end = draw(st.integers(start + 1, len(each.text)))
        found.append(mention(number, start, end, each))
    annotation = Annotation(
        tuple(Entity("x", draw(st.sampled_from(["ORG", "PERSON"])), m, "Acme.") for m in found),
        (Keyphrase("pricing", 0.5, tuple(found[:2])), Keyphrase("acme.", 0.5, tuple(found[1:]))),
        tuple(Question(m, m.turn % 2 == 0) for m in found),
    )
    moments = st.floats(0, 40, allow_nan=False)
    highlights = []
    for number in range(draw(st.integers(0, 4))):
        first, last = sorted((draw(moments), draw(moments)))
        tags, note = tuple(dict.fromkeys(draw(TAGS))), draw(st.sampled_from(["", "why?"]))
        highlights.append(Highlight(first, last + 0.001, number + 1, "", tags, note))
    made = document(*turns, annotation=annotation)
    return replace(made, highlights=tuple(highlights))


@given(marked_conversations())
@settings(max_examples=40)
def test_any_conversation_is_by_the_schema_and_by_the_rules(said: Document) -> None:
    made = as_qdpx.write(said)
    assert faults(made) == []
    opened = Opened(made)
    paths = opened.paths()
    assert len(paths) == len(opened.all("Code"))


# What is coded


def test_what_was_found_is_coded_where_it_stands() -> None:
    turns = (turn("Who pays?", "Anna", 0.0), turn("At Acme, Bo does.", "Ben", 1.0))
    found = Annotation(
        (
            Entity("Acme", "ORG", mention(1, 3, 7, turns[1]), "Acme Ltd"),
            Entity("Bo", "PERSON", mention(1, 9, 11, turns[1])),
        ),
        (Keyphrase("acme", 0.9, (mention(1, 3, 7, turns[1]),)),),
        (Question(mention(0, 0, 9, turns[0]), True),),
    )
    assert coded_in(document(*turns, annotation=found)) == {
        ("Questions/Open question", "Who pays?"),
        ("Entities/ORG/Acme Ltd", "Acme"),
        ("Keyphrases/acme", "Acme"),
        ("Entities/PERSON/Bo", "Bo"),
    }


@pytest.mark.parametrize("heard", [True, False])
def test_highlights_are_coded_with_their_tags(heard: bool, copy: Path) -> None:
    said = marked(DEAR, Highlight(0.5, 1.1, 2, ""), copy=copy if heard else None)
    made = Opened(as_qdpx.write(said))
    own = [pair for pair in made.coded() if pair[0].startswith("Highlights")]
    assert sorted(own) == [
        ("Highlights/Highlight without tag", "How is"),
        ("Highlights/churn", "Too expensive."),
        ("Highlights/pricing", "Too expensive."),
        ("Highlights/★", "Too expensive."),
    ]
    noted = next(each for each, text in made.selected() if text == "Too expensive.")
    assert noted.findtext(f"{SPACE}Description") == "Why?\n& <how>"
    assert noted.get("creationDateTime") == "2026-09-01T10:00:00Z"
    assert noted.get("modifiedDateTime") == "2026-09-02T11:30:00Z"


def test_a_highlight_over_several_turns_is_one_passage() -> None:
    said = marked(Highlight(0.9, 63.0, 1, "", ("all",)))
    assert (
        "Highlights/all",
        "is it going?\n\n[00:02] Ben & Co: At Acme? Too expensive.\n\n[01:02] Acme, then.",
    ) in coded_in(said)


def test_a_highlight_without_words_is_a_time_of_the_sound(copy: Path) -> None:
    silent = Highlight(10.0004, 12.5006, 7, "Gone.", ("laughter",), "He laughs.")
    made = Opened(as_qdpx.write(marked(silent, copy=copy)))
    (heard,) = made.all("AudioSelection")
    assert (heard.get("begin"), heard.get("end")) == ("10000", "12501")
    assert heard.findtext(f"{SPACE}Description") == "He laughs."
    (text,) = Opened(as_qdpx.write(marked(silent))).all("TextSource")
    assert "00:10-00:12: laughter: He laughs." in text.findtext(f"{SPACE}Description")


def test_places_are_counted_in_characters_of_unicode() -> None:
    said = turn("😀😀 Ünïcode 👩‍👩‍👧 Acme", "𝓐nna")
    place = said.text.index("Acme")
    found = Annotation((Entity("Acme", "ORG", mention(0, place, place + 4, said)),))
    assert coded_in(document(said, annotation=found)) == {("Entities/ORG/Acme", "Acme")}


@given(conversations())
@settings(max_examples=25)
def test_every_turn_is_selected_word_for_word(turns: tuple[Turn, ...]) -> None:
    made = Opened(as_qdpx.write(document(*turns)))
    assert [text for _, text in made.selected()] == [each.text for each in turns]


def test_white_space_and_what_no_file_can_have_keep_their_places() -> None:
    odd = replace(words("x y Acme")[0], text="a\nb\r\nc\x00\ud800")
    said = Turn.of("An\nna", (odd, *words("Acme", start=1.0)))
    found = Annotation(
        (Entity("Acme", "ORG", mention(0, len(odd.text) + 1, len(odd.text) + 5, said)),)
    )
    made = as_qdpx.write(document(said, annotation=found))
    assert Opened(made).coded() == [("Entities/ORG/Acme", "Acme")]
    assert faults(made) == []


def test_names_that_are_alike_are_told_apart_and_tags_stay_as_they_are() -> None:
    said = turn("Acme Acme Acme Acme Acme")
    at = [mention(0, n * 5, n * 5 + 4, said) for n in range(3)]
    found = Annotation(
        (Entity("acme", "ORG", at[0]), Entity("ACME", "PERSON", at[1])),
        (Keyphrase("acme", 0.5, (at[2],)),),
    )
    highlights = (Highlight(0.9, 1.2, 1, "", ("Acme",)), Highlight(1.2, 1.5, 2, "", ("acme",)))
    made = replace(document(said, annotation=found), highlights=highlights)
    assert faults(as_qdpx.write(made)) == []
    assert {path for path, _ in coded_in(made)} == {
        "Highlights/Acme",
        "Entities/ORG/acme (ORG)",
        "Entities/PERSON/ACME (PERSON)",
        "Keyphrases/acme (keyphrase)",
    }


# When, who, what else


def test_sync_points_tell_when_turns_and_passages_begin(copy: Path) -> None:
    made = Opened(as_qdpx.write(marked(DEAR, copy=copy)))
    (transcript,) = made.all("Transcript")
    text = made.text(transcript)
    times = {int(p.get("position")): int(p.get("timeStamp")) for p in made.all("SyncPoint")}
    said = ["[00:00] Anna", "How is", "[00:02] Ben", "At Acme", "Too", "[01:02]", "Acme, then"]
    assert [times[text.index(each)] for each in said] == [500, 500, 2100, 2100, 2700, 62400, 62400]
    assert times[text.index(" expensive") + len(" expensive.")] == 3300


def test_times_go_on_with_the_text_where_people_talk_at_once(copy: Path) -> None:
    long, short = turn("a b c d e f", "Anna", 0.0, 1.0), turn("mm-hm", "Ben", 2.5)
    made = Opened(as_qdpx.write(replace(document(long, short, turn("so", "Anna", 7.0)), copy=copy)))
    times = [int(point.get("timeStamp")) for point in made.all("SyncPoint")]
    assert times == sorted(times)
    assert 2500 in times


def test_speakers_are_cases_with_their_role_and_their_turns() -> None:
    said = replace(rich_document(), roles={"Anna": "interviewer"})
    made = Opened(as_qdpx.write(said))
    told = {each.get("guid"): text for each, text in made.selected()}
    cases = {
        case.get("name"): (
            [value.text for value in case.iter(f"{SPACE}TextValue")],
            [told[ref.get("targetGUID")] for ref in case.iter(f"{SPACE}SelectionRef")],
        )
        for case in made.all("Case")
    }
    assert cases == {
        "Anna": (["interviewer"], ["How is it going?"]),
        "Ben & Co": ([], ["At Acme? Too expensive."]),
    }


def test_what_is_known_of_a_recording_are_variables() -> None:
    made = Opened(as_qdpx.write(rich_document()))
    names = {each.get("guid"): each.get("name") for each in made.all("Variable")}
    values = {names[v[0].get("targetGUID")]: v[1].text for v in made.all("VariableValue")}
    assert values == {
        "Date": "2026-09-01",
        "Project": "acme",
        "Participants": "Ann Lee, Bob",
        "Tags": "pricing, churn",
    }
    assert "First call\nDate: 1 September 2026" in made.all("TextSource")[0].findtext(
        f"{SPACE}Description"
    )


def test_the_same_recording_is_the_same_bytes_at_any_time(copy: Path) -> None:
    assert as_qdpx.write(marked(DEAR, copy=copy)) == as_qdpx.write(marked(DEAR, copy=copy))


def test_files_are_readable_once_they_are_unpacked() -> None:
    with zipfile.ZipFile(io.BytesIO(as_qdpx.write(rich_document()))) as made:
        assert {each.external_attr >> 16 for each in made.infolist()} == {0o644}


# Several recordings


def another(said: Document, identity: str, **fields: object) -> Document:
    """Return a document as another recording's."""
    return replace(said, transcript=replace(said.transcript, recording=identity), **fields)  # type: ignore[arg-type]


def test_recordings_make_one_project_with_the_same_codes(tmp_path: Path, copy: Path) -> None:
    calls = [marked(DEAR, copy=copy), another(marked(DEAR), "def456", title="Second call")]
    as_qdpx.save_project(calls, tmp_path / "acme.qdpx", "acme")
    made = (tmp_path / "acme.qdpx").read_bytes()
    assert faults(made) == []
    opened = Opened(made)
    assert opened.root.get("name") == "acme"
    assert [each.get("name") for each in opened.all("AudioSource")] == ["call.mp3"]
    assert [each.get("name") for each in opened.all("TextSource")] == ["call 2.txt"]
    assert sum(path == "Highlights/pricing" for path in opened.paths().values()) == 1
    assert [each.get("name") for each in opened.all("Case")] == [
        "Anna (First call)",
        "Ben & Co (First call)",
        "Anna (Second call)",
        "Ben & Co (Second call)",
    ]
    as_qdpx.save_project(calls[:1], tmp_path / "call.qdpx")
    assert (tmp_path / "call.qdpx").read_bytes() == as_qdpx.write(calls[0])


def test_a_code_has_the_same_guid_in_every_project_and_a_passage_another() -> None:
    first, second = (Opened(as_qdpx.write(another(marked(DEAR), each))) for each in ("a1", "b2"))
    assert first.paths() == second.paths()
    ours, theirs = ({s.get("guid") for s, _ in each.selected()} for each in (first, second))
    assert not ours & theirs


# Other software


def test_another_reader_finds_the_same_texts_codes_and_notes(tmp_path: Path) -> None:
    path = tmp_path / "call.qdpx"
    path.write_bytes(as_qdpx.write(marked(replace(DEAR, tags=("pricing",), starred=False))))
    read = pyqdpx().QDPX(str(path)).get_project()
    (source,) = read.sources.values()
    assert source.text_content.startswith("[00:00] Anna: How is it going?\n\n[00:02] Ben & Co: At")
    coded = {(s.code.name, s.text, s.description) for s in source.coded_selections.values()}
    assert coded == {
        ("pricing", "Too expensive.", "Why?\n& <how>"),
        ("Acme", "cme?", None),  # as the document has it
        ("Acme", "Acme", None),
    }
    assert [user.name for user in read.users.values()] == ["relisten"]
    codable = {each.name for each in read.codes.values() if each.is_codable}
    assert codable == {"pricing", "Acme", "acme (keyphrase)"}


# Sound


def test_the_sound_is_mp3_as_long_as_the_copy_and_on_its_clock(tmp_path: Path, copy: Path) -> None:
    made = Opened(as_qdpx.write(marked(copy=copy)))
    (audio,) = made.all("AudioSource")
    path = tmp_path / "call.mp3"
    path.write_bytes(made.files[member(audio.get("path"))])
    shown = "stream=codec_name,channels:format=duration"
    asked = ["ffprobe", "-v", "error", "-show_entries", shown, "-of", "json", str(path)]
    probed = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
    assert probed["streams"][0] == {"codec_name": "mp3", "channels": 2}
    assert float(probed["format"]["duration"]) == pytest.approx(3.0, abs=0.15)
    with decode(path) as heard, decode(copy) as meant:
        pcm, original = (np.concatenate(list(each.blocks())) for each in (heard, meant))
    assert len(pcm) == pytest.approx(len(original), abs=0.03 * 16_000)
    assert lag(pcm[:, 0].astype(float), original[:, 0].astype(float), 16_000) == pytest.approx(
        0, abs=0.002
    )
    assert np.abs(pcm[:, 1]).max() < 0.05 * np.abs(pcm[:, 0]).max()


def test_how_far_the_sound_is_is_told_each_second(tmp_path: Path, copy: Path) -> None:
    seen: list[Progress] = []
    as_qdpx.save_project([marked(copy=copy)], tmp_path / "call.qdpx", report=seen.append)
    assert [round(each.done) for each in seen] == [1, 2, 3]
    assert [each.total for each in seen] == pytest.approx([3.0] * 3, abs=0.1)
    assert seen[-1].fraction == 1.0
    assert (tmp_path / "call.qdpx").read_bytes() == as_qdpx.write(marked(copy=copy))


def test_of_many_channels_all_are_heard(tmp_path: Path) -> None:
    quiet = silence(2.0)
    copy = write_copy(tmp_path / "three.opus", quiet, speech(2.0, seed=2), quiet)
    path = tmp_path / "three.mp3"
    path.write_bytes(as_mp3(copy))
    with decode(path) as heard, decode(copy) as meant:
        pcm, original = (np.concatenate(list(each.blocks())) for each in (heard, meant))
    assert pcm.shape[1] == 1
    loud = [np.sqrt(np.mean(each.astype(float) ** 2)) for each in (pcm[:, 0], original[:, 1])]
    assert loud[0] == pytest.approx(loud[1], rel=0.2)


def test_a_copy_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "call.opus"
    path.write_bytes(b"OggS, or not")
    with pytest.raises(DamagedAudio, match=r"call\.opus: .* cannot be read .*--no-audio$"):
        as_qdpx.write(marked(copy=path))
