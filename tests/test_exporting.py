"""Recordings to files: which formats, under which names, and where nothing can be written."""

from __future__ import annotations

import io
import os
import zipfile
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pipeline.errors import RelistenError, UsageError
from pipeline.export import FORMATS, Format
from pipeline.exporting import (
    MEANT,
    WITHOUT_NOTES,
    export_document,
    known_formats,
)
from pipeline.highlights import Highlight
from pipeline.opening import document_of
from pipeline.recording import Layout, Recording
from pipeline.transcript import SpeakerSpan
from tests.values import rich_document, transcript, turn

if TYPE_CHECKING:
    from pipeline.library import Library
    from pipeline.speakers import SpeakerEdit
    from pipeline.transcript import Transcript


class OneTranscript:
    """A library that holds one transcript."""

    def transcript(self, identity: str) -> Transcript:
        said = transcript(turn("How is it going?"), turn("Too expensive.", "Ben", 2.0))
        return replace(said, recording=identity)

    def participants(self, _: str) -> tuple[str, ...]:
        return ("Ann Lee", "Bob")

    def tags(self, _: str) -> tuple[str, ...]:
        return ("pricing",)

    def spans(self, _: str) -> tuple[SpeakerSpan, ...]:
        return (SpeakerSpan(0.0, 1.0, "Anna", 0), SpeakerSpan(2.0, 3.0, "Ben", 1))

    def edits(self, _: str) -> tuple[SpeakerEdit, ...]:
        return ()

    def roles_of(self, _: str) -> dict[str, tuple[str, bool]]:
        return {"Anna": ("interviewer", True)}

    def highlights(self, _: str) -> tuple[Highlight, ...]:
        return (Highlight(2.0, 3.0, 1, "Too expensive."),)

    def has_copy(self, _: str) -> bool:
        return False

    def at_one_moment(self) -> AbstractContextManager[None]:
        return nullcontext()


LIBRARY = cast("Library", OneTranscript())


def recording(name: str = "call.m4a") -> Recording:
    """Return a recording of which only the name matters."""
    return Recording(
        id="0123456789abcdef" * 4,
        path=Path("/calls") / name,
        title="First call",
        duration=12.0,
        channels=1,
        sample_rate=16_000,
        codec="aac",
        size=100,
        layout=Layout.MONO,
        recorded_at="2026-09-01T14:30:00",
        recorded_at_from="tag",
        project="acme",
    )


# --- formats --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "formats"),
    [
        (["txt"], ["txt"]),
        (["srt", "json"], ["srt", "json"]),
        ([" TXT ", "Vtt"], ["txt", "vtt"]),
        (["txt", "md", "txt"], ["txt", "md"]),
        ([], []),
        (list(FORMATS), list(FORMATS)),
    ],
)
def test_formats_are_known_by_name_each_once_in_the_order_asked(
    names: list[str], formats: list[str]
) -> None:
    assert [known.name for known in known_formats(names)] == formats


@pytest.mark.parametrize("name", ["pages", "", "json,srt"])
def test_a_format_that_there_is_not_is_said_with_those_that_there_are(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        known_formats(["txt", name])
    assert str(caught.value) == f"there is no format {name!r}. There are: {', '.join(FORMATS)}."


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Word", "docx"), ("doc", "docx"), ("text", "txt"), (".txt", "txt"), ("elan", "eaf")],
)
def test_who_calls_a_format_otherwise_is_told_its_name(name: str, meant: str) -> None:
    sentence = rf"there is no format '{name.lower()}'\. Did you mean {meant}\? There are: txt"
    with pytest.raises(UsageError, match=sentence):
        known_formats([name])


def test_what_is_meant_is_a_format_and_no_format_is_meant_otherwise() -> None:
    assert set(MEANT.values()) <= set(FORMATS)
    assert not set(MEANT) & set(FORMATS)


# --- files ----------------------------------------------------------------------------------


def test_each_format_is_a_file_named_after_the_recording_in_a_folder_that_is_made(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "made" / "for it"
    written = list(export_document(document_of(LIBRARY, recording()), FORMATS.values(), folder))
    assert [path.name for path in written] == [
        f"call-01234567{known.suffix}" for known in FORMATS.values()
    ]
    assert sorted(written) == sorted(folder.iterdir())
    texts = [path for path in written if path.suffix in {".txt", ".md", ".json", ".html", ".stm"}]
    assert all(b"Too expensive." in path.read_bytes() for path in texts)


def test_recordings_of_one_name_do_not_write_over_each_other(tmp_path: Path) -> None:
    first, second = recording(), replace(recording(), id="ff" * 32)
    formats = known_formats(["txt"])
    for one in (first, second):
        list(export_document(document_of(LIBRARY, one), formats, tmp_path))
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_somebody_edited_is_written_anew_only_by_force(tmp_path: Path) -> None:
    formats = known_formats(["txt"])
    (path,) = export_document(document_of(LIBRARY, recording()), formats, tmp_path)
    before = path.read_text(encoding="utf-8")
    path.write_text("corrected", encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        list(export_document(document_of(LIBRARY, recording()), formats, tmp_path))
    assert str(caught.value).startswith(f"{path}: it exists already and says something else")
    assert "--force" in str(caught.value)
    assert path.read_text(encoding="utf-8") == "corrected"

    assert list(
        export_document(document_of(LIBRARY, recording()), formats, tmp_path, force=True)
    ) == [path]
    assert path.read_text(encoding="utf-8") == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_exported_is_exported_again_without_a_word(tmp_path: Path) -> None:
    first = list(export_document(document_of(LIBRARY, recording()), FORMATS.values(), tmp_path))
    assert (
        list(export_document(document_of(LIBRARY, recording()), FORMATS.values(), tmp_path))
        == first
    )
    assert sorted(tmp_path.iterdir()) == sorted(first)


def test_a_folder_of_a_files_name_is_left_alone(tmp_path: Path) -> None:
    (folder := tmp_path / "call-01234567.txt").mkdir()
    for force, error in ((False, "it exists already"), (True, "it cannot be written there")):
        with pytest.raises(RelistenError, match=error):
            list(
                export_document(
                    document_of(LIBRARY, recording()), known_formats(["txt"]), tmp_path, force=force
                )
            )
    assert list(tmp_path.iterdir()) == [folder]


def test_an_export_that_is_broken_off_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(path: Path, *_: object, **__: object) -> None:
        with path.open("wb") as half:
            half.write(b"half a li")
        raise KeyboardInterrupt

    formats = known_formats(["txt"])
    (path,) = export_document(document_of(LIBRARY, recording()), formats, tmp_path)
    before = path.read_bytes()
    monkeypatch.setattr(Path, "write_bytes", break_off)
    with pytest.raises(KeyboardInterrupt):
        list(export_document(document_of(LIBRARY, recording()), formats, tmp_path, force=True))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["ACME/?:.m4a", "x" * 250 + ".m4a", "打" * 84 + ".m4a", "con.wav"])
def test_names_that_are_hard_on_file_systems_are_written_all_the_same(
    tmp_path: Path, name: str
) -> None:
    written = list(
        export_document(document_of(LIBRARY, recording(name)), FORMATS.values(), tmp_path)
    )
    assert all(path.is_file() and len(os.fsencode(path.name)) <= 255 for path in written)
    assert len(list(tmp_path.iterdir())) == len(FORMATS)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(RelistenError) as caught:
        list(
            export_document(
                document_of(LIBRARY, recording()), known_formats(["txt"]), tmp_path / "taken"
            )
        )
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "taken" / "call-01234567.txt"))
    assert message.endswith("(File exists). Choose another folder with -o.")


def test_a_folder_that_may_not_be_written_to_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(
        RelistenError, match=r"call-01234567\.srt: it cannot be written there \(Permission denied\)"
    ):
        list(export_document(document_of(LIBRARY, recording()), known_formats(["srt"]), tmp_path))


def all_text(chosen: Format, made: str | bytes) -> str:
    """Return what a reader of a file finds in it."""
    if isinstance(made, str):
        return made
    if chosen.suffix == ".pdf":
        from pypdf import PdfReader

        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    if not zipfile.is_zipfile(io.BytesIO(made)):
        return made.decode()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


@pytest.mark.parametrize("chosen", FORMATS.values(), ids=list(FORMATS))
def test_which_formats_hold_notes_is_known(chosen: Format) -> None:
    mark = Highlight(2.1, 2.9, 1, "At Acme?", ("price",), "Zugzwang")
    noted = replace(rich_document(), highlights=(mark,))
    held = "Zugzwang" in all_text(chosen, chosen.write(noted))
    assert held is (chosen.name not in WITHOUT_NOTES)
