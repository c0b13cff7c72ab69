"""How a library stands: what is told of each state, in words, with the command that mends it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.annotating import FORM
from pipeline.filing import Filing
from pipeline.library import EVERYTHING, Filters, Library
from pipeline.recording import Layout, Track
from pipeline.sighting import Sighting
from pipeline.standing import Finding, Installed, Kind, Models, counted, process_again, standing
from pipeline.transcript import Annotation, Made, Speech
from tests.fakes import FakeEngines, FakeLanguageModel, FakeVoices
from tests.libraries import recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.language import LanguageModel
    from pipeline.recording import Recording

HEARD = Made("fake-whisper", "1", "base", "00ff", (("channels", "0,1"), ("language", "en")))
TOLD = Made("relisten", "1", options=(("channel_names", "a,b"), ("channels", "0,1")))
READ = Made("fake-reader", "1", options=(("form", FORM), ("language", "en")))
MODELS = Models("base", {"tiny.en": 39, "base": 74, "small": 244})
SOUND = b"RIFF"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as made:
        yield made


def taken_in(library: Library, letter: str, **fields: Any) -> Recording:
    """Put a recording into a library whose file is there."""
    path = library.folder.parent / "calls" / f"{letter}.wav"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(SOUND)
    known = {"path": path, "size": len(SOUND), "title": f"Call {letter}"}
    kept = recording(letter * 64, **{**known, **fields})
    library.put(kept)
    return kept


def done(library: Library, kept: Recording, *, heard: Made = HEARD, read: Made = READ) -> Recording:
    """Take a recording through all stages."""
    turns = (turn("How is Acme?"),)
    library.store_speech(kept.id, Speech("en", ()), heard)
    library.store_speakers(kept.id, (), (), TOLD)
    library.store_turns(kept.id, turns, TOLD)
    library.store_annotation(kept.id, Annotation(), read)
    for path in (library.copy_path(kept.id), library.peaks_path(kept.id)):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(SOUND)
    library.store_copy(kept.id, Made("opus", "1"))
    return kept


def findings(library: Library, filters: Filters = EVERYTHING, **able: Any) -> list[Finding]:
    stands = standing(library, filters, FakeEngines(**able), MODELS)
    return [*stands.findings, *stands.notes]


def test_a_library_in_which_all_is_done_has_nothing_to_be_told(library: Library) -> None:
    for letter, project in (("a", "Acme"), ("b", "acme"), ("c", None)):
        done(library, taken_in(library, letter, project=project))
    stands = standing(library, EVERYTHING, FakeEngines(voices=FakeVoices()), MODELS)
    assert (stands.findings, stands.notes) == ((), ())
    assert (stands.recordings, stands.finished, stands.duration) == (3, 3, 1800.0)
    assert stands.projects == 1
    assert stands.copies == 6 * len(SOUND)
    assert stands.size >= (library.folder / "library.sqlite").stat().st_size
    assert stands.free > 0


def test_an_empty_library_stands_well(library: Library) -> None:
    stands = standing(library, EVERYTHING, FakeEngines(), MODELS)
    assert (stands.recordings, stands.projects, stands.findings) == (0, 0, ())


def test_filters_leave_only_what_they_mean(library: Library) -> None:
    taken_in(library, "a", project="acme")
    done(library, taken_in(library, "b", project="beta"))
    assert findings(library, Filters(project="beta")) == []
    (found,) = findings(library, Filters(project="ACME"))
    assert found.concerns == ("a" * 64,)


# Unfinished


@pytest.mark.parametrize(
    ("ran", "said"),
    [
        ((), "1 recording is not transcribed yet"),
        (("speech",), "1 recording is unfinished: who speaks is not told yet"),
        (("speech", "told"), "1 recording is unfinished: whose the words are is not worked out"),
        (("speech", "told", "turns"), "1 recording is unfinished: entities and keyphrases are not"),
    ],
)
def test_what_was_broken_off_says_where_and_how_to_go_on(
    library: Library, ran: tuple[str, ...], said: str
) -> None:
    kept = taken_in(library, "a")
    steps = {
        "speech": lambda: library.store_speech(kept.id, Speech("en", ()), HEARD),
        "told": lambda: library.store_speakers(kept.id, (), (), TOLD),
        "turns": lambda: library.store_turns(kept.id, (turn("So."),), TOLD),
    }
    for name in ran:
        steps[name]()
    (found,) = findings(library)
    assert found.kind is Kind.UNFINISHED
    assert found.said.startswith(said)
    assert found.mend == f"relisten process {kept.path}"
    assert (found.concerns, found.examples) == ((kept.id,), ("aaaaaaaa Call a",))


def test_many_that_lack_the_same_are_told_together_with_some_as_examples(library: Library) -> None:
    for letter in "abcde":
        taken_in(library, letter)
    (found,) = findings(library)
    assert found.said == "5 recordings are not transcribed yet"
    assert found.mend == f"relisten process {library.folder.parent / 'calls'}"
    assert (len(found.concerns), len(found.examples)) == (5, 3)


# Stale


def test_words_that_are_others_since_make_the_turns_stale(library: Library) -> None:
    kept = done(library, taken_in(library, "a"))
    library.store_speech(kept.id, Speech("en", ()), HEARD)
    (found,) = findings(library)
    assert found.kind is Kind.STALE
    assert found.said == (
        "1 recording is out of date (whose the words are): the words or the speakers are others "
        "since"
    )


def test_channels_that_are_heard_otherwise_now_make_all_stale(library: Library) -> None:
    done(library, taken_in(library, "a", layout=Layout.ROOM))
    stale = [found.said for found in findings(library)]
    assert stale == [
        "1 recording is out of date (the words): its channels are heard otherwise now",
        "1 recording is out of date (who speaks): its channels are heard otherwise now",
    ]


def test_a_language_model_that_is_there_now_makes_what_was_not_read_stale(library: Library) -> None:
    unread = Made("none", "", options=(("language", "de"),), notes=("no language model",))
    done(library, taken_in(library, "a"), read=unread)
    assert findings(library) == []
    readers: dict[str, LanguageModel] = {"de": FakeLanguageModel()}
    (found,) = findings(library, readers=readers)
    assert found.said.endswith("keyphrases): there is a language model for 'de' now")


# Worth knowing


def test_a_lesser_model_is_worth_knowing_and_not_stale(library: Library) -> None:
    kept = done(library, taken_in(library, "a"), heard=replace(HEARD, model="tiny.en"))
    done(library, taken_in(library, "b"), heard=replace(HEARD, model="small"))
    done(library, taken_in(library, "c"), heard=replace(HEARD, model="my own"))
    stands = standing(library, EVERYTHING, FakeEngines(), MODELS)
    assert stands.findings == ()
    (note,) = stands.notes
    assert (note.kind, note.concerns) == (Kind.MODEL, (kept.id,))
    assert note.said == "1 recording was heard by tiny.en; by itself relisten takes base here"
    assert note.mend == f"relisten process {kept.path} --model base"


def test_another_version_is_worth_knowing_and_asks_for_nothing(library: Library) -> None:
    now = version("faster-whisper")
    done(library, taken_in(library, "a"), heard=replace(HEARD, engine="faster-whisper"))
    same = replace(HEARD, engine="faster-whisper", version=now)
    done(library, taken_in(library, "b"), heard=same)
    (note,) = findings(library)
    assert (note.kind, note.mend) == (Kind.VERSION, "")
    assert note.said == f"1 recording was heard by faster-whisper 1; it is {now} now"


# Lost and failed


def test_originals_that_are_gone_are_told(library: Library) -> None:
    lost = done(library, taken_in(library, "a"))
    done(library, taken_in(library, "b"))
    lost.path.unlink()
    (found,) = findings(library)
    assert (found.kind, found.concerns) == (Kind.MISSING, (lost.id,))
    assert found.said.startswith("1 recording has no original where it was")
    assert found.examples == (f"aaaaaaaa Call a, last seen as {lost.path}",)
    assert found.mend == "relisten relink FOLDER"


def test_files_that_failed_are_told_with_their_reasons_unless_filtered(library: Library) -> None:
    done(library, taken_in(library, "a", project="acme"))
    path = library.folder.parent / "b.wav"
    library.put_failure(Sighting(path, 3, 0), f"{path}: it holds no sound")
    (found,) = findings(library)
    assert (found.kind, found.concerns) == (Kind.FAILED, (str(path),))
    assert found.said == "1 file could not be transcribed"
    assert found.examples == (f"{path}: it holds no sound",)
    assert found.mend == "relisten process --retry-failed"
    assert findings(library, Filters(project="acme")) == []


def test_corrections_that_no_longer_fit_are_told(library: Library) -> None:
    kept = done(library, taken_in(library, "a"))
    noted = TOLD.with_notes("1 correction no longer fits what is heard now")
    library.store_turns(kept.id, (turn("How is Acme?"),), noted)
    library.store_annotation(kept.id, Annotation(), READ)
    (found,) = findings(library)
    assert (found.kind, found.mend) == (Kind.UNFIT, "relisten correct aaaaaaaa")


def test_a_copy_that_is_lost_is_told_and_one_that_cannot_be_made_apart(library: Library) -> None:
    lost, refused = done(library, taken_in(library, "a")), done(library, taken_in(library, "b"))
    library.copy_path(lost.id).unlink()
    library.store_no_copy(refused.id, Made("none", "", notes=("making it failed",)))
    first, second = findings(library)
    assert (first.kind, first.concerns) == (Kind.NO_COPY, (lost.id,))
    assert first.mend == f"relisten process {lost.path}"
    assert (second.kind, second.concerns) == (Kind.NO_COPY, (refused.id,))
    assert second.mend == "relisten show bbbbbbbb --details"


def test_likely_doubles_are_told_in_pairs(library: Library) -> None:
    one, other = done(library, taken_in(library, "a")), done(library, taken_in(library, "b"))
    library.put_place(one.id, Sighting(one.path, 4, 0), {other.id: 0.97})
    (found,) = findings(library)
    assert found.said == "1 pair of recordings may be one call twice: as long, and the same is said"
    assert found.examples == ("aaaaaaaa Call a and bbbbbbbb Call b",)
    assert findings(library, Filters(recording=one.id)) == []


def test_a_disk_that_is_nearly_full_is_told(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(library.folder)._replace(free=10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    (found,) = findings(library)
    assert found.kind is Kind.ROOM


# In words


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 recording is"), (2, "2 recordings are"), (12345, "12,345 recordings are")],
)
def test_recordings_are_counted_in_words(count: int, said: str) -> None:
    assert counted(range(count)) == said


def test_the_command_that_goes_on_can_be_typed_as_it_stands(tmp_path: Path) -> None:
    apart = [recording(path=tmp_path / f"my calls {n}" / "a b.wav") for n in range(2)]
    assert process_again(apart[:1], "--model base") == (
        f"relisten process '{apart[0].path}' --model base"
    )
    many = [recording(path=tmp_path / str(n // 3) / f"{n}.wav") for n in range(12)]
    assert process_again(many) == f"relisten process {' '.join(str(tmp_path / n) for n in '012')}"
    (tmp_path / "here.wav").write_bytes(SOUND)
    here = recording(path=tmp_path / "here.wav")
    assert process_again([*many, here]) == f"relisten process {here.path}"
    tracks = recording(path=tmp_path / "call", tracks=(Track("a.wav", "A"), Track("b.wav", "B")))
    assert process_again([tracks]) == f"relisten process {tmp_path / 'call'} --tracks"


def test_what_is_installed_is_told_without_loading_any_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELISTEN_CACHE", str(tmp_path))
    machine = Installed()
    assert machine.voices is None
    assert machine.language_model("xx") is None
    models = machine.models()
    assert models.usual in models.parameters
    assert models.parameters["tiny"] < models.parameters["large-v3"]
    assert "voices" not in models.parameters


def test_a_recording_that_a_person_filed_is_not_stale_for_it(library: Library) -> None:
    kept = done(library, taken_in(library, "a"))
    library.file_under(kept, Filing("acme", "New title", "2026-10-05T00:00:00", ("Ann",), ("x",)))
    assert findings(library) == []
