"""Many recordings as files: in a folder, in a zip; whatever fails, the rest is written."""

from __future__ import annotations

import errno
import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile

import pytest

from pipeline import opening, parcels
from pipeline.errors import RelistenError, UsageError
from pipeline.export import FORMATS, Format
from pipeline.exporting import Failed, NoRoom, known_formats
from pipeline.highlights import Highlight
from pipeline.pages import Sound, Where
from pipeline.parcels import Parcel, export_all, workers_for
from tests.libraries import fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.export import Document
    from pipeline.library import Library
    from pipeline.recording import Recording

NAMES = ("first", "second", "third")
SILENT = Sound(Where.NOWHERE)


@pytest.fixture
def calls(library: Library) -> list[Recording]:
    """Return three calls of one project."""
    return [
        fill(
            library,
            recording(f"{place:02}" * 32, path=Path("calls", f"{name}.m4a"), project="acme"),
            turn(f"This is the {name}.", "Anna"),
        )
        for place, name in enumerate(NAMES, 10)
    ]


def parcel(place: Path, formats: str = "txt,json", **fields: Any) -> Parcel:
    return Parcel(tuple(known_formats(formats.split(","))), place, SILENT, **fields)


def failing(name: str, error: Exception) -> Format:
    """Return a format that cannot write one recording."""

    def write(document: Document) -> str:
        if document.stem == name:
            raise error
        return "Yes.\n"

    return Format("bad", ".bad", "fails", write)


def names(made: Sequence[Path | Failed]) -> list[str]:
    return [each.name for each in made if isinstance(each, Path)]


def sentences(made: Sequence[Path | Failed]) -> list[str]:
    return [each.sentence for each in made if isinstance(each, Failed)]


# --- a folder ---------------------------------------------------------------------------------


def test_a_folder_that_is_called_like_a_file_is_refused_unless_it_is_there(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    place = tmp_path / "out" / "interview.TXT"
    with pytest.raises(UsageError, match="-o names their folder"):
        list(export_all(library, calls, parcel(place)))
    assert not place.parent.exists()
    place.mkdir(parents=True)
    assert len(names(list(export_all(library, calls, parcel(place))))) == 6


def test_each_recording_is_a_file_in_each_format_side_by_side(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    made = list(export_all(library, calls, parcel(tmp_path / "out")))
    assert names(made) == [
        f"{name}-{each.id[:8]}.{suffix}"
        for name, each in zip(NAMES, calls, strict=True)
        for suffix in ("txt", "json")
    ]
    assert sorted(names(made)) == sorted(path.name for path in (tmp_path / "out").iterdir())


def test_a_recording_is_opened_once_for_all_formats(
    library: Library, calls: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def counted(library: Library, kept: Recording) -> Document:
        opened.append(kept.id)
        return opening.document_of(library, kept)

    monkeypatch.setattr(parcels, "document_of", counted)
    list(export_all(library, calls, parcel(tmp_path, "txt,json,srt,qdpx")))
    assert opened == [each.id for each in calls]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RelistenError("second.m4a: it is odd."), "second.m4a: it is odd."),
        (
            ValueError("not 5"),
            "First call (bad): a fault in relisten itself (ValueError: not 5). Leave that one out, "
            "or choose another format; the others are not touched by it.",
        ),
    ],
)
def test_what_fails_is_told_and_the_rest_is_written(
    library: Library, calls: list[Recording], tmp_path: Path, error: Exception, said: str
) -> None:
    wanted = Parcel((failing("second", error), FORMATS["txt"]), tmp_path, SILENT)
    made = list(export_all(library, calls, wanted))
    assert sentences(made) == [said]
    assert names(made) == [
        *("first-10101010.bad", "first-10101010.txt", "second-11111111.txt"),
        *("third-12121212.bad", "third-12121212.txt"),
    ]
    assert sorted(names(made)) == sorted(path.name for path in tmp_path.glob("[!l]*-*"))


def test_a_recording_that_cannot_be_opened_is_told_and_the_others_are_written(
    library: Library, calls: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(library: Library, kept: Recording) -> Document:
        if kept == calls[0]:
            raise RelistenError("First call: not transcribed yet.")
        return opening.document_of(library, kept)

    monkeypatch.setattr(parcels, "document_of", opened)
    made = list(export_all(library, calls, parcel(tmp_path, "txt")))
    assert sentences(made) == ["First call: not transcribed yet."]
    assert names(made) == ["second-11111111.txt", "third-12121212.txt"]


def test_an_edited_file_is_left_and_told_and_the_others_are_written(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    list(export_all(library, calls, parcel(tmp_path, "txt")))
    (tmp_path / "second-11111111.txt").write_text("by hand", encoding="utf-8")
    made = list(export_all(library, calls, parcel(tmp_path, "txt")))
    assert len(names(made)) == 2
    assert "second-11111111.txt: it exists already" in sentences(made)[0]
    assert sentences(list(export_all(library, calls, parcel(tmp_path, "txt", force=True)))) == []


def test_a_full_disk_ends_it_all(
    library: Library, calls: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(RelistenError, match=r"first-10101010\.txt: .*No space left on device"):
        list(export_all(library, calls, parcel(tmp_path, "txt")))


def test_a_folder_that_cannot_be_made_is_told_once(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(RelistenError, match=r"taken/first-10101010\.txt: it cannot be written"):
        list(export_all(library, calls, parcel(tmp_path / "taken")))


def test_notes_that_go_along_are_told_once_at_the_end(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    said: list[str] = []
    heard = Sound(Where.NOWHERE, tell=said.append)
    for each, note in zip(calls, ("ask again", "", "so they say"), strict=True):
        library.add_highlights(each.id, [Highlight(0.0, 0.3, 0, "This", note=note)])
    made = export_all(library, calls, replace(parcel(tmp_path, "docx,srt,txt,qdpx"), sound=heard))
    for written in made:
        assert isinstance(written, Path)
        assert said == []
    assert said == [
        "2 highlights have notes of yours: docx, txt, qdpx hold them, for all who get the files."
    ]
    list(export_all(library, calls, replace(parcel(tmp_path, "srt,ctm"), sound=heard)))
    list(export_all(library, calls[1:2], replace(parcel(tmp_path, "docx"), sound=heard)))
    assert len(said) == 1
    list(export_all(library, calls[:1], replace(parcel(tmp_path, "docx"), sound=heard)))
    assert said[1:] == [
        "1 highlight has a note of yours: docx holds it, for all who get the files."
    ]


# --- one file for several ---------------------------------------------------------------------


def test_coding_software_gets_one_file_for_a_project(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    made = list(export_all(library, calls, parcel(tmp_path, "qdpx,txt")))
    assert names(made)[-1] == "acme.qdpx"
    assert len(names(made)) == 4
    with ZipFile(tmp_path / "acme.qdpx") as project:
        texts = b"".join(project.read(each) for each in project.namelist())
    assert all(f"This is the {name}.".encode() in texts for name in NAMES)


def test_one_recording_alone_is_a_file_after_its_own_name(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    assert names(list(export_all(library, calls[:1], parcel(tmp_path, "qdpx")))) == [
        "first-10101010.qdpx"
    ]


def test_recordings_of_several_projects_are_called_interviews(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    other = fill(library, recording("ff" * 32, project=None), turn("Hello.", "Ben"))
    made = list(export_all(library, [*calls, other], parcel(tmp_path, "qdpx")))
    assert names(made) == ["interviews.qdpx"]


# --- on several cores -------------------------------------------------------------------------


def long(calls: Sequence[Recording]) -> list[Recording]:
    return [replace(each, duration=36_000.0) for each in calls]


def test_several_processes_write_what_one_does_in_the_same_order(
    library: Library, calls: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "second-11111111.txt").write_text("by hand", encoding="utf-8")
    asked = parcel(tmp_path / "one", "txt,json,srt", speaker_tags=False)
    alone = list(export_all(library, calls, asked))
    assert workers_for(long(calls), asked) == 2
    made = list(export_all(library, long(calls), replace(asked, place=tmp_path / "two")))
    assert "second-11111111.txt: it exists already" in sentences(made)[0]
    assert names(made) == [each for each in names(alone) if each != "second-11111111.txt"]
    for path in (tmp_path / "two").glob("*.srt"):
        assert path.read_bytes() == (tmp_path / "one" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("formats", "fields", "workers"),
    [
        ("txt,json", {}, 3),
        ("txt", {}, 1),
        ("txt,json,html", {}, 1),
        ("txt,json,qdpx", {}, 1),
        ("txt,json", {"redact": True}, 1),
    ],
)
def test_several_processes_are_started_only_where_that_pays_and_none_has_to_be_heard(
    calls: list[Recording],
    monkeypatch: pytest.MonkeyPatch,
    formats: str,
    fields: dict[str, Any],
    workers: int,
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 16)
    asked = parcel(Path("out"), formats, **fields)
    assert workers_for(long(calls), asked) == workers
    assert workers_for(calls, asked) == 1


# --- a zip ------------------------------------------------------------------------------------


def test_a_zip_holds_what_a_folder_would(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    folder, packed = tmp_path / "out", tmp_path / "deep" / "acme.zip"
    list(export_all(library, calls, parcel(folder, "txt,docx,qdpx")))
    assert list(export_all(library, calls, parcel(packed, "txt,docx,qdpx"))) == [packed]
    with ZipFile(packed) as archive:
        assert archive.testzip() is None
        held = {each: archive.read(each) for each in archive.namelist()}
        stored = {
            Path(each.filename).suffix
            for each in archive.infolist()
            if each.compress_type == ZIP_STORED
        }
    assert held == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert stored == {".docx", ".qdpx"}
    assert list(packed.parent.iterdir()) == [packed]


def test_a_zip_is_the_same_bytes_for_the_same_recordings(
    library: Library, calls: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.ZIP"
    list(export_all(library, calls, parcel(first, "txt,xlsx")))
    monkeypatch.setattr("time.time", lambda: 2e9)
    list(export_all(library, calls, parcel(second, "txt,xlsx")))
    assert first.read_bytes() == second.read_bytes()
    assert list(export_all(library, calls, parcel(first, "txt,xlsx"))) == [first]


def test_a_zip_that_says_something_else_is_written_over_only_by_force(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    place = tmp_path / "acme.zip"
    list(export_all(library, calls[:1], parcel(place)))
    before = place.read_bytes()
    with pytest.raises(UsageError, match=r"acme\.zip: it exists already"):
        list(export_all(library, calls, parcel(place)))
    assert place.read_bytes() == before
    list(export_all(library, calls, parcel(place, force=True)))
    assert place.read_bytes() != before


def test_a_zip_that_is_broken_off_is_not_there(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    def write(document: Document) -> str:
        if document.stem == "third":
            raise KeyboardInterrupt
        return "Yes.\n"

    wanted = Parcel((Format("x", ".x", "breaks off", write),), tmp_path / "acme.zip", SILENT)
    with pytest.raises(KeyboardInterrupt):
        list(export_all(library, calls, wanted))
    assert list(tmp_path.glob("*.zip")) == list(tmp_path.glob(".*.zip")) == []


def test_what_fails_is_missing_from_a_zip_and_told(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    bad = failing("second", ValueError("odd"))
    made = list(export_all(library, calls, Parcel((bad,), tmp_path / "a.zip", SILENT)))
    assert len(sentences(made)) == 1
    assert names(made) == ["a.zip"]
    with ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["first-10101010.bad", "third-12121212.bad"]


def test_how_much_is_in_a_zip_is_told(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    said: list[str] = []
    place, heard = tmp_path / "a.zip", Sound(Where.NOWHERE, tell=said.append)
    list(export_all(library, calls, replace(parcel(place, "txt,srt"), sound=heard)))
    list(export_all(library, calls[:1], replace(parcel(place, "srt", force=True), sound=heard)))
    list(export_all(library, calls, Parcel((failing("first", ValueError()),), place, heard, True)))
    assert said == [
        f"{place}: 6 files of 3 recordings.",
        f"{place}: 1 file of 1 recording.",
        f"{place}: 2 files of 3 recordings, without what failed.",
    ]


@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EFBIG])
def test_a_full_disk_is_told_of_the_zip_and_of_no_folder_that_nobody_knows(
    library: Library,
    calls: list[Recording],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: int,
) -> None:
    def full(*_: object) -> None:
        raise OSError(kind, "it is full")

    monkeypatch.setattr(Path, "write_bytes", full)
    place = tmp_path / "out" / "a.zip"
    stops = pytest.raises(NoRoom) if kind == errno.ENOSPC else nullcontext()
    told: list[str] = []
    with stops as caught:
        told += sentences(list(export_all(library, calls[:1], parcel(place, "txt"))))
    (sentence,) = [str(caught.value)] if caught else told
    assert sentence.startswith(
        f"{place}: first-10101010.txt: it cannot be written there (it is full)."
    )
    assert list(place.parent.iterdir()) == []


def test_a_zip_of_nothing_is_not_written(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    bad = failing("first", ValueError("odd"))
    made = list(export_all(library, calls[:1], Parcel((bad,), tmp_path / "a.zip", SILENT)))
    assert (len(sentences(made)), names(made)) == (1, [])
    assert not (tmp_path / "a.zip").exists()


# --- what is asked for ------------------------------------------------------------------------


def test_subtitles_may_go_without_names(
    library: Library, calls: list[Recording], tmp_path: Path
) -> None:
    plain = parcel(tmp_path / "plain", "srt,vtt", speaker_tags=False)
    for path in export_all(library, calls[:1], plain):
        assert isinstance(path, Path)
        assert "Anna" not in path.read_text(encoding="utf-8")
    for path in export_all(library, calls[:1], parcel(tmp_path / "named", "srt,vtt")):
        assert isinstance(path, Path)
        assert "Anna" in path.read_text(encoding="utf-8")


class Hidden:
    """A redaction that calls everything P07, and notes where its sound was to be."""

    def __init__(self) -> None:
        self.folders: list[Path | None] = []

    def document(self, document: Document, folder: Path | None) -> Document:
        assert folder is None or folder.is_dir()
        self.folders.append(folder)
        return replace(document, title="P07", file_name="P07.m4a", project="Company A")


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> Hidden:
    """Return the redaction that is made, of any project."""
    made = Hidden()
    monkeypatch.setattr(
        parcels, "redactions_for", lambda _, found: {each.project: made for each in found}
    )
    return made


def test_without_names_files_are_called_otherwise_too(
    library: Library, calls: list[Recording], tmp_path: Path, hidden: Hidden
) -> None:
    made = list(export_all(library, calls, parcel(tmp_path, "json,qdpx", redact=True)))
    assert names(made) == [*(f"P07-{each.id[:8]}.json" for each in calls), "Company A.qdpx"]
    told = json.loads((tmp_path / "P07-10101010.json").read_text(encoding="utf-8"))
    assert told["recording"]["title"] == "P07"


def with_copy(library: Library, kept: Recording) -> Document:
    return replace(opening.document_of(library, kept), copy=Path("c"), peaks=Path("p"))


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        (("txt", Where.INSIDE), False),
        (("txt,html", Where.INSIDE), True),
        (("qdpx", Where.INSIDE), True),
        (("html", Where.NOWHERE), False),
    ],
)
def test_sound_without_names_is_made_only_where_it_is_heard(
    library: Library,
    calls: list[Recording],
    hidden: Hidden,
    monkeypatch: pytest.MonkeyPatch,
    asked: tuple[str, Where],
    made: bool,
) -> None:
    formats, where = asked
    seen: list[Document] = []

    def export(document: Document, *_: object, **__: object) -> Iterator[Path]:
        seen.append(document)
        return iter(())

    monkeypatch.setattr(parcels, "document_of", with_copy)
    monkeypatch.setattr(parcels, "export_document", export)
    wanted = replace(parcel(Path("out"), formats, redact=True), sound=Sound(where))
    list(export_all(library, calls[:1], wanted))
    (folder,) = hidden.folders
    assert (folder is not None) is made
    assert folder is None or not folder.exists()
    assert (seen[0].copy is not None) is made


def test_names_that_nobody_decided_on_stop_it_before_anything_is_written(
    library: Library, calls: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undecided(_: Library, project: str | None) -> None:
        raise UsageError(f"{project}: 3 names are undecided.")

    monkeypatch.setattr("pipeline.redaction.redaction_of", undecided, raising=False)
    with pytest.raises(UsageError, match="acme: 3 names"):
        list(export_all(library, calls, parcel(tmp_path / "out", redact=True)))
    assert not (tmp_path / "out").exists()


def test_each_project_s_names_are_looked_up_once(
    library: Library, calls: list[Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(
        "pipeline.redaction.redaction_of", lambda _, project: asked.append(project), raising=False
    )
    other = replace(calls[0], project=None)
    parcels.redactions_for(library, [*calls, other])
    assert asked == ["acme", None]
