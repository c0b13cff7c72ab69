"""`relisten correct` as it is typed: what it prints, refuses and keeps."""

from __future__ import annotations

import json
import shlex
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

import cli
from models import engines
from pipeline import process as plot
from pipeline.errors import NotFound, UsageError
from pipeline.library import Library
from pipeline.library.holding import held_now
from pipeline.process import Request, process
from tests.fakes import Broken, FakeEngines, FakeLanguageModel, FakeRecogniser
from tests.libraries import check_index, contents
from tests.sounds import by_turns, columns, speech, write_wav

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ("we pay acne too much", "so how is it going?", "it was there in Seattle")


class Here(FakeEngines):
    """What the command takes for the engines of this machine."""

    def __init__(self, *_: object) -> None:
        reader = FakeLanguageModel({"Acme": "ORG"}, ("pay Acme",))
        super().__init__(FakeRecogniser(TEXTS), readers={"en": reader})


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LocalEngines", Here)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a call of two people, a talk in one channel, and a library of both."""
    folder = tmp_path_factory.mktemp("made")
    call = write_wav(folder / "call.wav", columns(*by_turns(12)))
    room = write_wav(folder / "room.wav", speech(6, seed=5))
    with Library(folder / "library", create=True) as library:
        process(call, library, Here(), Request(project="acme"))
        process(room, library, Here(), Request())
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a library of its own of the two, which lie beside it."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "library"


def typed(folder: Path, line: str) -> Result:
    """Run a line as it is typed after `relisten`; whatever goes wrong is raised."""
    arguments = ["--library", str(folder), *shlex.split(line)]
    return CliRunner().invoke(
        cli.relisten, arguments, catch_exceptions=False, standalone_mode=False
    )


def says(folder: Path, name: str) -> str:
    with Library(folder) as library:
        return " ".join(turn.text for turn in library.turns(library.find(name).id))


def at(folder: Path, name: str, word: str) -> str:
    """Return ID@TIME of the first turn of a recording with a word in it."""
    with Library(folder) as library:
        found = library.find(name)
        turn = next(each for each in library.turns(found.id) if word in each.text)
    return f"{found.id[:8]}@{int(turn.start) // 60:02}:{int(turn.start) % 60:02}"


def of(folder: Path, name: str) -> list[dict[str, Any]]:
    told = json.loads(typed(folder, f"correct {name} --json").stdout)
    return [{**each["correction"], "state": each["state"]} for each in told["corrections"]]


def test_words_are_put_right_where_they_stand_nearest_to_a_time(folder: Path) -> None:
    ran = typed(folder, f'correct {at(folder, "call", "acne")} "acne" "Acme"')
    first, before, after, last = ran.stdout.splitlines()[:4]
    assert first.endswith("  call")
    assert "we pay **acne** too much" in before
    assert "-> " in after
    assert "we pay **Acme** too much" in after
    assert last == "Corrected: 1 place in 1 recording. Take it back: relisten correct --undo 1"
    assert "acne" not in says(folder, "call")
    check_index(folder)
    found = json.loads(typed(folder, "search acme --json").stdout)
    assert len(found) == 1
    assert "ORG: Acme" in typed(folder, "show call").stdout


def test_all_words_of_a_passage_are_put_right_and_can_be_taken_out(folder: Path) -> None:
    with Library(folder) as library:
        turn = library.turns(library.find("room").id)[0]
    passage = f"room@{turn.start}-{turn.end}"
    typed(folder, f'correct {passage} "how it is"')
    assert says(folder, "room").startswith("how it is")
    typed(folder, f"correct {passage} ''")
    assert not says(folder, "room").startswith("how")
    assert [each["state"] for each in of(folder, "room")] == ["applied", "applied"]


def test_a_hit_of_the_last_search_names_its_words(folder: Path) -> None:
    typed(folder, 'search "acne" --in room')
    typed(folder, 'correct 1 "Acme"')
    assert "we pay Acme too much" in says(folder, "room")
    typed(folder, 'search "too much" --in room')
    typed(folder, 'correct 1 "much" "little"')
    assert "we pay Acme too little" in says(folder, "room")


def test_it_is_said_where_the_same_stands_in_the_same_turn(folder: Path) -> None:
    with Library(folder) as library:
        turn = library.turns(library.find("room").id)[0]
    typed(folder, f'correct room@{turn.start}-{turn.end} "so acne and acne here"')
    ran = typed(folder, f'correct room@{turn.start} "acne" "Acme"')
    assert ran.stdout.splitlines()[-1].startswith("The same stands in that turn at 00:0")
    assert "so Acme and acne here" in says(folder, "room")


def test_what_is_put_right_stays_when_the_recording_is_transcribed_again(
    folder: Path, tmp_path: Path
) -> None:
    typed(folder, "correct --replace acne Acme --everywhere --yes")
    with Library(folder) as library:
        for name in ("call", "room"):
            other = FakeEngines(FakeRecogniser([each.upper() for each in TEXTS], name="other"))
            process(tmp_path / f"{name}.wav", library, other, Request(model="other"))
    assert "WE PAY Acme TOO MUCH" in says(folder, "room")
    assert {each["state"] for each in of(folder, "call")} == {"applied"}


def test_what_no_longer_fits_is_kept_counted_and_listed(folder: Path, tmp_path: Path) -> None:
    typed(folder, f"correct {at(folder, 'room', 'acne')} acne Acme")
    with Library(folder) as library:
        other = FakeEngines(FakeRecogniser(["nobody has heard of it before"], name="other"))
        process(tmp_path / "room.wav", library, other, Request(model="other"))
        (note,) = library.made(library.find("room").id)["attribute"].notes
    assert note.startswith("1 correction no longer fits")
    shown = typed(folder, "show room").stdout
    assert "1 correction by hand, 1 of them no longer fitting: relisten show" in shown
    assert f"Note on whose the words are: {note}" in shown
    assert '"acne" -> "Acme"  no longer fits' in typed(folder, "show room --details").stdout
    assert '"acne" -> "Acme"  no longer fits' in typed(folder, "correct room").stdout
    with Library(folder) as library:
        process(tmp_path / "room.wav", library, Here(), Request(model="fake-base"))
    assert "we pay Acme too much" in says(folder, "room")


def test_a_replacement_is_shown_first_and_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    ran = typed(folder, "correct --replace acne Acme --everywhere")
    assert "Nothing is changed yet: say the same with --yes" in ran.stdout
    assert "  call" in ran.stdout
    assert "  room" in ran.stdout
    assert contents(folder) == before
    told = json.loads(typed(folder, "correct --replace acne Acme --everywhere --json").stdout)
    assert told["changed"] is None
    assert len(told["places"]) == 2
    nothing = typed(folder, "correct --replace beta Acme --everywhere --yes").stdout
    assert nothing.startswith("Nobody says 'beta' there")


@pytest.mark.parametrize(("scope", "left"), [("--project acme", "room"), ("--in room", "call")])
def test_a_replacement_keeps_to_what_is_named(folder: Path, scope: str, left: str) -> None:
    ran = typed(folder, f"correct --replace acne Acme {scope} --yes")
    assert "in 1 recording. Take it back: relisten correct --undo 1" in ran.stdout
    assert "Acme" not in says(folder, left)
    other = {"room": "call", "call": "room"}[left]
    assert "acne" not in says(folder, other)


def test_a_replacement_goes_and_comes_as_one(folder: Path) -> None:
    begun = {name: says(folder, name) for name in ("call", "room")}
    told = json.loads(typed(folder, "correct --replace acne Acme --everywhere --yes --json").stdout)
    assert told["changed"] == 1
    done = {name: says(folder, name) for name in ("call", "room")}
    assert begun != done
    undone = typed(folder, "correct --undo").stdout
    assert undone.startswith("Taken back: change 1, ")
    assert undone.endswith("Do it again: relisten correct --redo 1\n")
    assert {name: says(folder, name) for name in begun} == begun
    assert {each["state"] for each in of(folder, "call")} == {"taken back"}
    assert typed(folder, "correct --redo").stdout.startswith("Done again: change 1, ")
    assert {name: says(folder, name) for name in begun} == done


def test_what_is_taken_back_is_told_to_other_programs(folder: Path) -> None:
    typed(folder, "correct --replace acne Acme --everywhere --yes")
    for way, undone in (("--undo", True), ("--redo", False)):
        told = json.loads(typed(folder, f"correct {way} --json").stdout)
        assert (told["changed"], told["undone"]) == (1, undone)
        made = [each for place in told["places"] for each in place["corrections"]]
        assert len(made) == 2
        assert {each["undone_at"] is not None for each in made} == {undone}


def test_one_change_among_others_is_taken_back_by_its_number_or_recording(folder: Path) -> None:
    typed(folder, f"correct {at(folder, 'call', 'acne')} acne Acme")
    typed(folder, f"correct {at(folder, 'room', 'acne')} acne Acme")
    typed(folder, f"correct {at(folder, 'room', 'much')} much little")
    typed(folder, "correct call --undo")
    assert "Acme" not in says(folder, "call")
    typed(folder, "correct --undo 2")
    assert "we pay acne too little" in says(folder, "room")
    typed(folder, "correct --undo room")
    assert "we pay acne too much" in says(folder, "room")
    typed(folder, "correct --redo 2")
    assert "we pay Acme too much" in says(folder, "room")


def test_a_change_of_another_recording_than_the_one_that_is_named_stays(folder: Path) -> None:
    typed(folder, f"correct {at(folder, 'call', 'acne')} acne Acme")
    with pytest.raises(UsageError, match=r"change 1 is of another recording\. See this one's: "):
        typed(folder, "correct room --undo 1")
    assert "Acme" in says(folder, "call")
    typed(folder, "correct call --undo 1")
    assert "Acme" not in says(folder, "call")


def test_what_rests_on_a_change_that_is_taken_back_is_told_to_fit_no_longer(folder: Path) -> None:
    place = at(folder, "room", "acne")
    typed(folder, f'correct {place} "acne" "the whole big company"')
    typed(folder, f'correct {place} "big" "small"')
    ran = typed(folder, "correct --undo 1")
    assert "1 correction no longer fits, and kept: relisten correct" in ran.stderr


def test_a_turn_is_given_to_another_speaker_and_keeps_its_corrections(folder: Path) -> None:
    place = at(folder, "call", "acne")
    typed(folder, f"correct {place} acne Acme")
    ran = typed(folder, f'correct {place} --speaker "Ann Lee"')
    said, given, back = ran.stdout.splitlines()
    assert said.endswith("] Acme")
    assert given.startswith("Given to Ann Lee, not Speaker ")
    assert back.startswith("Take it back: relisten speakers ")
    assert "Ann Lee: Acme" in typed(folder, "show call").stdout
    typed(folder, "correct --undo")
    assert "Ann Lee: acne" in typed(folder, "show call").stdout
    typed(folder, back.partition("relisten ")[2])
    assert "Ann Lee" not in typed(folder, "show call").stdout


def test_names_given_afterwards_leave_corrections_in_place(folder: Path) -> None:
    typed(folder, "correct --replace acne Acme --in call --yes")
    typed(folder, 'speakers call --name "Speaker 1=Ann Lee"')
    assert "acne" not in says(folder, "call")
    assert "Ann Lee: " in typed(folder, "show call").stdout


def test_a_recording_of_which_nothing_was_put_right_says_how(folder: Path) -> None:
    assert "No word of it was put right by hand" in typed(folder, "correct room").stdout
    assert of(folder, "room") == []
    assert "by hand" not in typed(folder, "show room").stdout


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("correct", "there is nothing to put right in that. Write: relisten correct ID@12:34"),
        ("correct room acne Acme", "'room' does not say when. Write it with the time: room@12:34"),
        ("correct room@0 one two three", "put several words in quotes"),
        ("correct room@0", "say what is said at room@0. Write: relisten correct"),
        ("correct room@0 acne", "say which words stand there, then what is said"),
        ("correct room@1:00 acne Acme", "'1:00' is no time of room, which is 00:06 long"),
        ("correct room@4-2 Acme", "'4-2' is no time of room"),
        ("correct room@soon acne Acme", "not a time: 'soon'"),
        ("correct room@0 ... Acme", "there is no word in '...' to look for"),
        ("correct room@0 acne '?'", "there is no word in '\\?'"),
        ("correct room@0 acne acne", "it says 'acne' at 00:0. in room already"),
        ("correct room@0 a b --speaker Ann", "--speaker and words do not go together"),
        ("correct --undo --redo", "--undo and --redo do not go together"),
        ("correct room@0 --replace acne Acme", "--replace takes two texts, and says where by"),
        ("correct --replace acne Acme", "say where to replace it, in one way"),
        ("correct --replace acne Acme --in room --everywhere", "say where to replace it"),
        ("correct --replace '?' Acme --everywhere", "there is no word in '\\?' to look for"),
        ("correct room --yes", "--yes: only with --replace"),
        ("correct room@0 acne Acme --in room", "--in: only with --replace"),
        ("correct --undo", "no word was put right in this library, so there is nothing to undo"),
        ("correct --redo room", "nothing was taken back in room, so there is nothing to redo"),
        ("correct room@0 --speaker ''", "whose is it"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_told_in_one_sentence_and_changes_nothing(
    folder: Path, line: str, message: str
) -> None:
    before = contents(folder)
    with pytest.raises(UsageError, match=message):
        typed(folder, line)
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("correct room@0 beta Acme", "'beta' is not said in room"),
        ("correct --undo 7", "there is no change 7"),
        ("correct nobody@0 acne Acme", "no recording goes by 'nobody'"),
        ("correct 60039 acne Acme", "For a recording, name the time too: 60039@12:34"),
        ("correct --replace acne Acme --project beta", "beta"),
        ("correct room@6 --speaker Ann", "nobody speaks at 00:06 in room"),
    ],
)
def test_what_is_not_there_is_told_with_what_to_do(folder: Path, line: str, message: str) -> None:
    before = contents(folder)
    with pytest.raises(NotFound, match=message):
        typed(folder, line)
    assert contents(folder) == before


def test_where_all_is_taken_back_it_is_said_how_to_do_it_again(folder: Path) -> None:
    typed(folder, f"correct {at(folder, 'room', 'acne')} acne Acme")
    typed(folder, "correct --undo")
    again = "is taken back already. Do the last again: relisten correct --redo 1$"
    for named, where in (("", "in this library"), (" room", "in room")):
        with pytest.raises(UsageError, match=f"^all that was put right {where} {again}"):
            typed(folder, f"correct --undo{named}")
    with pytest.raises(UsageError, match=r"^no word was put right in call, so there is nothing"):
        typed(folder, "correct --undo call")


def test_a_change_that_is_taken_back_cannot_be_taken_back_again(folder: Path) -> None:
    typed(folder, f"correct {at(folder, 'room', 'acne')} acne Acme")
    with pytest.raises(UsageError, match="change 1 is as it was corrected already"):
        typed(folder, "correct --redo 1")
    typed(folder, "correct --undo 1")
    with pytest.raises(UsageError, match="change 1 is taken back already"):
        typed(folder, "correct --undo 1")


def test_what_breaks_off_in_the_middle_is_made_up_for_by_the_next_correction(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = plot.STAGES["attribute"]
    calls = []

    def breaks(*asked: Any) -> None:
        calls.append(asked)
        if len(calls) == 2:
            raise Broken("the lights went out")
        stage(*asked)

    monkeypatch.setitem(plot.STAGES, "attribute", breaks)
    with pytest.raises(Broken):
        typed(folder, "correct --replace acne Acme --everywhere --yes")
    with Library(folder) as library:
        (left,) = library.left_behind()
        name = library.recordings()[0].title if left == library.recordings()[0].id else ""
        name = name or library.recordings()[1].title
    assert "Acme" not in says(folder, name)
    other = {"room": "call", "call": "room"}[name]
    typed(folder, f"correct {at(folder, other, 'much')} much little")
    assert "Acme" in says(folder, name)
    with Library(folder) as library:
        assert library.left_behind() == ()


def test_what_breaks_off_in_the_middle_is_made_up_for_by_the_next_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> None:
        raise Broken("the lights went out")

    with monkeypatch.context() as patched:
        patched.setitem(plot.STAGES, "attribute", breaks)
        with pytest.raises(Broken):
            typed(folder, "correct --replace acne Acme --in room --yes")
    with Library(folder) as library:
        ran = process(tmp_path / "room.wav", library, Here(), Request()).ran
    assert set(ran) >= {"attribute", "annotate"}
    assert "we pay Acme too much" in says(folder, "room")


def test_recordings_are_held_while_they_are_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = []
    follow = plot.STAGES["attribute"]

    def looks(recording: Any, *rest: Any) -> None:
        with held_now(folder, recording.id) as is_held:
            free.append(is_held)
        follow(recording, *rest)

    monkeypatch.setitem(plot.STAGES, "attribute", looks)
    typed(folder, "correct --replace acne Acme --everywhere --yes")
    assert free == [False, False]


def test_a_passage_that_is_heard_again_keeps_corrections_and_says_what_the_machine_heard(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(folder, f"correct {at(folder, 'room', 'acne')} acne Acme")
    monkeypatch.setattr(Here, "require_recogniser", lambda _: None, raising=False)
    monkeypatch.setattr(Here, "model_name", "", raising=False)
    printed = typed(folder, "process room --from 0 --to 0:06").stdout
    assert "before: 'we pay acne too much'" in printed
    assert "now:    the same words" in printed
    assert "we pay Acme too much" in says(folder, "room")
    assert [each["state"] for each in of(folder, "room")] == ["applied"]


def test_exports_have_the_corrected_words(folder: Path, tmp_path: Path) -> None:
    typed(folder, f"correct {at(folder, 'room', 'acne')} acne Acme")
    typed(folder, f"export room --format txt,json,srt -o {tmp_path / 'out'}")
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()]
    assert len(texts) == 3
    assert all("Acme" in text for text in texts)
    (told,) = (json.loads(text) for text in texts if text.startswith("{"))
    words = [word for turn in told["turns"] for word in turn["words"]]
    assert [w["probability"] for w in words if w["text"] == "Acme"] == [1.0]
