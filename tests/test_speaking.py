"""`relisten speakers` and `relisten voices` as they are typed: what they print, refuse and keep."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cli
from models import engines
from pipeline import clips
from pipeline.errors import NotFound, UsageError
from pipeline.library import Library
from pipeline.process import Request, process
from tests.fakes import FakeEngines, FakeLanguageModel, FakeRecogniser
from tests.libraries import check_index, contents
from tests.sounds import by_turns, columns, speech, write_wav
from tests.test_library_speakers import voiceprint

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.people import Voiceprint
    from pipeline.transcript import Span

TEXTS = ("how is it going?", "we pay Acme too much", "so why Acme?", "it was there in Seattle")


class Here(FakeEngines):
    """What the commands take for the engines of this machine."""

    def __init__(self, *_: object) -> None:
        names = {"Acme": "ORG", "Seattle": "GPE"}
        reader = FakeLanguageModel(names, ("pay Acme", "Seattle"))
        super().__init__(FakeRecogniser(TEXTS), readers={"en": reader})


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LocalEngines", Here)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a library of a call of two people and a talk in one channel."""
    call = write_wav(tmp_path / "call.wav", columns(*by_turns(12)))
    room = write_wav(tmp_path / "room.wav", speech(6, seed=5))
    with Library(tmp_path / "library", create=True) as library:
        for path in (call, room):
            process(path, library, Here(), Request())
    return tmp_path / "library"


@pytest.fixture
def heard(folder: Path) -> Path:
    """Return that library, to which the same two voices were added in a second call."""
    write_wav(folder.parent / "again.wav", columns(*by_turns(12, seed=9)))
    with Library(folder) as library:
        process(folder.parent / "again.wav", library, Here(), Request())
        first = library.find("call").id
        for each in (library.find("call"), library.find("again")):
            voices = [like(first, number, each.id) for number in (1, 2)]
            made = library.made(each.id)["diarize"]
            library.store_speakers(each.id, library.spans(each.id), voices, made)
            process(each.path, library, Here(), Request())
    return folder


def like(first: str, number: int, recording: str) -> Voiceprint:
    """Return a voice of the first call as it is in another: nearly the same."""
    voice = voiceprint(first, f"Speaker {number}")
    embedding = [value + 1e-4 * (recording != first) for value in voice.embedding]
    return replace(voice, recording=recording, embedding=tuple(embedding))


def typed(folder: Path, line: str) -> Result:
    return CliRunner().invoke(cli.relisten, ["--library", str(folder), *shlex.split(line)])


def shown(folder: Path, line: str) -> str:
    done = typed(folder, line)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def known(folder: Path, line: str) -> Any:
    return json.loads(shown(folder, f"{line} --json"))


def turns(folder: Path) -> list[tuple[str | None, str]]:
    with Library(folder) as library:
        return [(each.speaker, each.text) for each in library.turns(library.find("call").id)]


def refusal(folder: Path, line: str) -> str:
    """Return the sentence with which a command is refused; nothing may have changed."""
    before = contents(folder)
    done = typed(folder, line)
    assert isinstance(done.exception, UsageError | NotFound), (done.output, done.exception)
    assert contents(folder) == before
    return str(done.exception)


def test_speakers_are_shown_with_a_line_to_know_them_by(folder: Path) -> None:
    title, _, head, one, sentence, two, *_ = shown(folder, "speakers call").splitlines()
    assert title.endswith("  call")
    assert head.split() == ["SPEAKER", "ROLE", "TALK", "SHARE", "TURNS", "SURE"]
    assert one.startswith("Speaker 1  -")
    assert one.endswith("100 %")
    assert sentence.lstrip().startswith("[00:0")
    assert two.startswith("Speaker 2")


def test_where_nobody_is_told_apart_that_is_said(folder: Path) -> None:
    printed = shown(folder, "speakers room")
    assert "Nobody is told apart in this recording. Run: relisten process" in printed
    assert "Last time: who speaks is not told" in printed


def test_a_name_stands_under_the_words_and_is_searched_by(folder: Path) -> None:
    before = turns(folder)
    printed = shown(folder, 'speakers call --name "speaker 1=Ann  Lee"')
    assert "Ann Lee (Speaker 1)" in printed
    assert "1 correction by hand, the last one: Speaker 1 is called Ann Lee." in printed
    named = {"Speaker 1": "Ann Lee", "Speaker 2": "Speaker 2", None: None}
    assert turns(folder) == [(named[who], text) for who, text in before]
    assert "Ann Lee" in shown(folder, "list")
    assert " Ann Lee:" in shown(folder, 'search going --speaker "ann lee"')


def test_a_new_name_makes_nothing_be_read_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Here, "language_model", lambda *_: pytest.fail("it was read"))
    shown(folder, 'speakers call --name "Speaker 1=Ann" --role Ann=interviewer')


def test_who_is_merged_speaks_as_the_other_and_entities_follow(folder: Path) -> None:
    shown(folder, 'speakers call --merge "Speaker 2=Speaker 1"')
    assert {who for who, _ in turns(folder)} == {"Speaker 1"}
    with Library(folder) as library:
        transcript = library.transcript(library.find("call").id)
    assert transcript.annotation.entities
    for entity in transcript.annotation.entities:
        mention = entity.mention
        text = transcript.turns[mention.turn].text
        assert text[mention.start_char : mention.end_char] == entity.text
    check_index(folder)


def test_a_passage_is_somebody_new(folder: Path) -> None:
    printed = shown(folder, "speakers call --passage 0:01-0:03=Bob --role bob=other")
    assert "Bob" in printed
    with Library(folder) as library:
        told = library.turns(library.find("call").id)
    given_away = [word for each in told if each.speaker == "Bob" for word in each.words]
    assert given_away
    assert all(1 <= word.middle <= 3 for word in given_away)
    assert [each["portrait"]["role"] for each in known(folder, "speakers call")["speakers"]].count(
        "other"
    ) == 1


def test_a_passage_can_be_given_where_nobody_is_told_apart(folder: Path) -> None:
    assert "Bob" in shown(folder, "speakers room --passage 0-3=Bob")


def test_several_corrections_are_taken_name_first_and_role_last(folder: Path) -> None:
    shown(
        folder,
        'speakers call --role "Ann=customer" --passage 0:01-0:03=Ann --merge "Bob=Ann" '
        '--name "Speaker 1=Ann" --name "Speaker 2=Bob"',
    )
    edits = known(folder, "speakers call")["edits"]
    assert [(each["number"], each["kind"]) for each in edits] == [
        (1, "name"),
        (2, "name"),
        (3, "merge"),
        (4, "passage"),
        (5, "role"),
    ]


def test_json_lists_the_history(folder: Path) -> None:
    shown(folder, "speakers call --passage 0:01-0:03=Bob")
    told = known(folder, "speakers call")
    (edit,) = told["edits"]
    assert (edit["kind"], edit["speaker"], edit["passage"]) == (
        "passage",
        "Bob",
        {"start": 1.0, "end": 3.0},
    )
    assert edit["made_at"].startswith("20")
    assert {each["portrait"]["label"] for each in told["speakers"]} >= {"Bob", "Speaker 2"}


def test_corrections_stay_when_the_recording_is_processed_again(folder: Path) -> None:
    shown(folder, 'speakers call --name "Speaker 1=Ann" --passage 0:01-0:03=Bob')
    before = turns(folder)
    with Library(folder) as library:
        again = Here()
        again.recogniser_ = FakeRecogniser(TEXTS, name="fake-small")
        process(library.find("call").path, library, again, Request(model="fake-small"))
    assert turns(folder) == before


def test_corrections_follow_the_channels_to_their_names(folder: Path) -> None:
    shown(folder, 'speakers call --name "Speaker 1=Ann"')
    with Library(folder) as library:
        named = Request(channels=("interviewer", "customer"))
        process(library.find("call").path, library, Here(), named)
    assert {who for who, _ in turns(folder)} == {"Ann", "customer"}
    assert "Ann (interviewer)" in shown(folder, "speakers call")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            '--name "Carl=Ann"',
            "nobody is called 'Carl' in call. Its speakers: Speaker 1, Speaker 2.",
        ),
        ('--name "Speaker 1"', "'Speaker 1' lacks a '='. Write it as --name \"Speaker 1=Ann Lee\""),
        ('--name "Speaker 1="', "a name is empty: write --name 'Speaker 1=Ann Lee'."),
        (
            '--name "Speaker 1=speaker 2"',
            "'speaker 2' is another speaker of call already. If they are one person: "
            '--merge "Speaker 1=Speaker 2"',
        ),
        (
            '--name "Speaker 1=Ann" --name "Speaker 2=ANN"',
            "'ANN' is another speaker of call already. If they are one person: "
            '--merge "Speaker 2=Ann"',
        ),
        ('--merge "Speaker 1=SPEAKER 1"', "are the same speaker already."),
        (
            '--role "Speaker 1=boss"',
            "'boss' is no role. Choose one of: interviewer, customer, other.",
        ),
        ("--passage 0:03=Bob", "'0:03' is no passage. Write it as --passage 12:34-13:02=Bob"),
        ("--passage 0:03-0:01=Bob", "'0:03-0:01' is no passage of call, which is 00:12 long."),
        ("--passage 0:01-0:14=Bob", "is no passage of call, which is 00:12 long."),
        ("--passage 1:00-2:00=Bob", "is no passage of call, which is 00:12 long."),
        ("--passage 0:01-0:03=", "whose is 0:01-0:03? Write --passage 0:01-0:03=Bob"),
        ("--passage 11.999-12=Bob", "no word is said at 11.999-12 in call"),
        ("--passage x-0:03=Bob", "not a time: 'x'"),
        ('--undo --name "Speaker 1=Ann"', "--undo goes alone"),
        ("--undo", "nothing was said of the speakers of call by hand."),
        ("--play Carl", "nobody is called 'Carl' in call."),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_and_changes_nothing(
    folder: Path, line: str, sentence: str
) -> None:
    assert sentence in refusal(folder, f"speakers call {line}")


def test_one_wrong_correction_keeps_the_right_ones_out(folder: Path) -> None:
    refusal(folder, 'speakers call --name "Speaker 1=Ann" --merge "Carl=Ann"')


def test_a_recording_that_is_not_transcribed_yet_says_how(folder: Path) -> None:
    with Library(folder) as library:
        found = library.find("call")
        library.put(replace(found, id="ef" * 32, title="unheard"))
    assert "it is not transcribed yet. Run: relisten process" in refusal(folder, "speakers unheard")


def test_an_unknown_speaker_of_an_undivided_recording_says_what_to_do(folder: Path) -> None:
    sentence = refusal(folder, 'speakers room --name "Speaker 1=Ann"')
    assert "Nobody is told apart in it: give somebody a passage" in sentence


def test_what_is_undone_is_told(folder: Path) -> None:
    shown(folder, 'speakers call --name "Speaker 1=Ann"')
    printed = shown(folder, "speakers call --undo")
    assert printed.startswith("Taken back: Speaker 1 is called Ann.\n")
    shown(folder, 'speakers call --name "Speaker 1=Ann"')
    assert known(folder, "speakers call --undo")["edits"] == []


def test_names_change_places_in_one_command(folder: Path) -> None:
    shown(folder, 'speakers call --name "Speaker 1=Ann" --name "Speaker 2=Bob"')
    shown(folder, 'speakers call --name "Ann=Bob" --name "Bob=Ann"')
    people = known(folder, "speakers call")["speakers"]
    named = {each["portrait"]["label"]: each["portrait"]["name"] for each in people}
    assert named == {"Speaker 1": "Bob", "Speaker 2": "Ann"}


def test_a_name_with_an_equals_sign_can_be_changed(folder: Path) -> None:
    shown(folder, 'speakers call --name "Speaker 1=x=y"')
    assert "Ann (Speaker 1)" in shown(folder, 'speakers call --name "x=y=Ann"')


def test_a_name_that_stood_before_takes_its_confirmation_along_when_undone(heard: Path) -> None:
    before = contents(heard)
    shown(heard, 'speakers call --name "Speaker 1=Ann"')
    shown(heard, "voices confirm call Ann")
    shown(heard, "speakers call --undo")
    assert contents(heard) == before


def test_who_is_confirmed_twice_is_taken_back_with_the_name(heard: Path) -> None:
    before = contents(heard)
    for _ in range(2):
        shown(heard, 'voices confirm call "Speaker 1" Ann')
    shown(heard, "voices undo call Ann")
    assert contents(heard) == before


CORRECTIONS = (
    '--name "Speaker 1=Ann"',
    '--name "Speaker 2=Bob"',
    '--merge "Speaker 2=Speaker 1"',
    '--merge "Speaker 1=Speaker 2"',
    "--passage 0:01-0:03=Cy",
    '--passage 0:02-0:09="Speaker 2"',
    "--passage 4.5-6=Dee",
    '--role "Speaker 1=customer"',
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from(CORRECTIONS), min_size=1, max_size=4))
def test_undoing_leaves_the_library_as_it_was(folder: Path, lines: list[str]) -> None:
    begun, history = contents(folder), []
    for line in lines:
        before = contents(folder)
        if typed(folder, f"speakers call {line}").exit_code == 0:
            history.append(before)
    for before in reversed(history):
        shown(folder, "speakers call --undo")
        assert contents(folder) == before
    assert contents(folder) == begun
    check_index(folder)


def test_a_speaker_is_played_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[Span] = []
    monkeypatch.setattr(clips, "play", lambda _, span: played.append(span))
    assert shown(folder, 'speakers call --play "speaker 2"') == ""
    with Library(folder) as library:
        spans = library.spans(library.find("call").id)
    (span,) = played
    assert 0 < span.duration <= 8
    assert not any(span.overlap(each) for each in spans if each.speaker == "Speaker 1")


# Voices


def test_a_library_without_people_says_how_to_know_one(folder: Path) -> None:
    assert 'relisten voices confirm ID "Speaker 1" "Ann Lee"' in shown(folder, "voices")


def test_a_voice_that_is_confirmed_is_suggested_in_another_call(heard: Path) -> None:
    assert shown(heard, 'voices confirm call "Speaker 1" "Ann Lee"') == "Ann Lee speaks in call.\n"
    assert ("Ann Lee", turns(heard)[0][1]) == turns(heard)[0]
    listed = shown(heard, "voices")
    assert "Ann Lee  1      00:20" in listed
    assert "again: Speaker 1 sounds like Ann Lee (1.00)" in listed
    assert "voices confirm" in listed
    assert '"Speaker 1" "Ann Lee"' in listed
    one = shown(heard, "speakers again")
    assert "sounds like Ann Lee (1.00): relisten voices confirm" in one
    assert "known as Ann Lee" in shown(heard, "speakers call")


def test_nobody_is_named_by_a_suggestion(heard: Path) -> None:
    shown(heard, 'voices confirm call "Speaker 1" "Ann Lee"')
    for line in ("voices", "speakers again", "list"):
        shown(heard, line)
    with Library(heard) as library:
        again = library.find("again")
        process(again.path, library, Here(), Request())
        assert set(library.transcript(again.id).speakers) == {"Speaker 1", "Speaker 2"}


def test_the_name_that_is_suggested_need_not_be_typed(heard: Path) -> None:
    shown(heard, 'voices confirm call "Speaker 1" "Ann Lee"')
    assert shown(heard, 'voices confirm again "Speaker 1"') == "Ann Lee speaks in again.\n"
    told = known(heard, "voices")
    (ann,) = told["people"]
    assert (ann["name"], len(ann["recordings"]), ann["seconds"]) == ("Ann Lee", 2, 40.0)
    assert told["suggestions"] == []


def test_the_name_that_is_shown_need_not_be_typed(heard: Path) -> None:
    shown(heard, 'speakers call --name "Speaker 2=Ben"')
    assert shown(heard, 'voices confirm call "speaker 2"') == "Ben speaks in call.\n"
    assert [each["kind"] for each in known(heard, "speakers call")["edits"]] == ["name"]


def test_who_is_refused_is_not_suggested_again(heard: Path) -> None:
    shown(heard, 'voices confirm call "Speaker 1" "Ann Lee"')
    done = shown(heard, 'voices refuse again "Speaker 1" "ann lee"')
    assert done == "Speaker 1 in again is not Ann Lee.\n"
    assert known(heard, "voices")["suggestions"] == []
    assert shown(heard, 'voices undo again "Speaker 1"') == (
        "Taken back: that Speaker 1 in again is not Ann Lee.\n"
    )
    assert len(known(heard, "voices")["suggestions"]) == 1


def test_a_confirmation_is_taken_back_with_its_name(heard: Path) -> None:
    before = contents(heard)
    shown(heard, 'voices confirm call "Speaker 1" "Ann Lee"')
    assert "that Speaker 1 in call is Ann Lee" in shown(heard, 'voices undo call "Ann Lee"')
    assert contents(heard) == before


def test_a_confirmation_is_taken_back_by_undoing_its_name(heard: Path) -> None:
    before = contents(heard)
    shown(heard, 'voices confirm call "Speaker 1" "Ann Lee"')
    shown(heard, "speakers call --undo")
    assert contents(heard) == before


def test_too_short_a_voice_is_confirmed_and_said_to_be_of_no_use(folder: Path) -> None:
    done = shown(folder, 'voices confirm call "Speaker 1" Ann')
    assert "There are not 8 s of Ann alone in it" in done


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('confirm call "Speaker 1"', "who is Speaker 1? Nobody is suggested. Name the person:"),
        (
            'confirm call "Speaker 1" "speaker  12"',
            "'speaker 12' is what a speaker is called before anybody names them. Name the person: ",
        ),
        ('refuse call "Speaker 1" Ann', "no person is called 'Ann'. Known by voice: nobody yet."),
        ('undo call "Speaker 1"', "nothing was decided of Speaker 1 in call."),
        ("forget Ann", "no person is called 'Ann'."),
        ("confirm call Carl", "nobody is called 'Carl' in call."),
    ],
)
def test_what_cannot_be_decided_is_a_sentence(heard: Path, line: str, sentence: str) -> None:
    assert sentence in refusal(heard, f"voices {line}")


def test_who_is_confirmed_is_not_refused_as_the_same(heard: Path) -> None:
    shown(heard, 'voices confirm call "Speaker 1" Ann')
    sentence = refusal(heard, "voices refuse call Ann Ann")
    assert "Ann is confirmed as Ann. Take that back first: relisten voices undo" in sentence


def test_a_person_is_forgotten_and_the_words_stay(heard: Path) -> None:
    shown(heard, 'voices confirm call "Speaker 1" "Ann Lee"')
    before = turns(heard)
    done = shown(heard, 'voices forget "ann lee"')
    assert "Forgotten: the voice of Ann Lee, from 1 recording. No byte of it is left" in done
    assert "The words and the name on them stay" in done
    (again,) = [line for line in done.splitlines() if "voices confirm" in line]
    assert again.strip().endswith('"Speaker 1" "Ann Lee"')
    assert turns(heard) == before
    told = known(heard, "voices")
    assert (told["people"], told["suggestions"]) == ([], [])
    with Library(heard) as library:
        call = library.find("call").id
        assert {each.speaker for each in library.voiceprints() if each.recording == call} == {
            "Speaker 2"
        }


def test_a_person_without_a_voice_is_forgotten_too(folder: Path) -> None:
    shown(folder, 'voices confirm call "Speaker 1" Ann')
    assert "of whom there was no voice" in shown(folder, "voices forget Ann")
    assert known(folder, "voices")["people"] == []


def test_who_was_merged_into_the_person_is_forgotten_too(heard: Path) -> None:
    shown(heard, 'speakers call --merge "Speaker 2=Speaker 1"')
    shown(heard, 'voices confirm call "Speaker 1" Ann')
    shown(heard, "voices forget Ann")
    with Library(heard) as library:
        call = library.find("call").id
        assert {each.recording for each in library.voiceprints()} == {library.find("again").id}
        assert library.unprinted(call) == {"Speaker 1", "Speaker 2"}


def test_a_suggestion_for_who_was_merged_away_is_not_shown(heard: Path) -> None:
    shown(heard, 'voices confirm call "Speaker 1" Ann')
    shown(heard, 'speakers again --merge "Speaker 1=Speaker 2"')
    assert known(heard, "voices")["suggestions"] == []
