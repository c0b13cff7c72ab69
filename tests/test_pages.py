"""Recordings as pages: with their sound, beside it, without; whole or not at all, one by one."""

from __future__ import annotations

import json
import tracemalloc
from base64 import b64decode
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline import carried_copy
from pipeline.audio import Audio
from pipeline.errors import RelistenError, UsageError
from pipeline.exporting import export_document, known_formats
from pipeline.highlights import Highlight
from pipeline.listening_copy import made_of, write_copies
from pipeline.opening import document_of
from pipeline.pages import COARSER, INSIDE, Sound, Where, where
from pipeline.recording import Layout
from pipeline.waveform import from_bytes
from tests.libraries import fill, recording
from tests.pages import taken_apart
from tests.sounds import columns, speech
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.progress import Progress
    from pipeline.recording import Recording
    from tests.pages import Page

HTML = known_formats(["html"])
SECONDS = 4.0


def put_sound(library: Library, kept: Recording) -> None:
    """Give a recording its listening copy and waveform."""
    voices = (speech(SECONDS, seed=each) for each in range(kept.channels))
    with closing(Audio.from_samples(columns(*voices))) as audio:
        write_copies(audio, library.copy_path(kept.id), library.peaks_path(kept.id))
        library.store_copy(kept.id, made_of(audio))


@pytest.fixture
def call(library: Library) -> Recording:
    """Return a call of two people in the library, with its sound and a highlight."""
    kept = fill(library, recording(), turn("How is it?", "Anna"), turn("Dear.", "Ben", 2.0))
    library.add_highlights(kept.id, [Highlight(2.0, 2.3, 0, "Dear.", note="ask again")])
    put_sound(library, kept)
    return kept


def export(
    library: Library, kept: Recording, folder: Path, sound: Sound = INSIDE, *, force: bool = False
) -> list[Path]:
    return list(export_document(document_of(library, kept), HTML, folder, force=force, sound=sound))


def read(path: Path) -> Page:
    return taken_apart(path.read_text(encoding="utf-8"))


def given(page: Page) -> dict[str, object]:
    told: dict[str, object] = json.loads(page.one("script", "source").text)
    return told


def test_a_page_has_its_sound_in_it(library: Library, call: Recording, tmp_path: Path) -> None:
    (path,) = export(library, call, tmp_path / "out")
    assert path.name == "first-abababab.html"
    page = read(path)
    _, _, data = page.one("audio").attributes["src"].partition("base64,")
    assert (b64decode(data), 2) == carried_copy.carried(library.copy_path(call.id), call.layout)
    assert given(page)["channels"] == 2
    assert [each.text for each in page.all("p", "said")] == ["How is it?", "Dear."]
    assert "ask again" in page.one("aside").text


def test_its_waveform_is_that_of_the_copy_a_little_coarser(
    library: Library, call: Recording, tmp_path: Path
) -> None:
    (path,) = export(library, call, tmp_path)
    drawn = from_bytes(b64decode(read(path).one("script", "peaks").text))
    kept = from_bytes(library.peaks_path(call.id).read_bytes())
    assert drawn.pixels_per_second == kept.pixels_per_second / COARSER
    assert drawn.channels == kept.channels == 2
    assert np.array_equal(drawn.high.max(axis=0), kept.high.max(axis=0))


def test_sound_beside_a_page_is_the_listening_copy_and_comes_first(
    library: Library, call: Recording, tmp_path: Path
) -> None:
    sound, path = export(library, call, tmp_path, Sound(Where.BESIDE))
    assert sound.name == "first-abababab.opus"
    assert sound.read_bytes() == library.copy_path(call.id).read_bytes()
    page = read(path)
    assert page.one("audio").attributes["src"] == "first-abababab.opus"
    assert given(page)["beside"] == "first-abababab.opus"
    assert page.one("script", "peaks").text


def test_a_page_may_have_no_sound(library: Library, call: Recording, tmp_path: Path) -> None:
    (path,) = export(library, call, tmp_path, Sound(Where.NOWHERE))
    page = read(path)
    assert page.all("audio") == []
    assert page.one("script", "peaks").text == ""
    assert list(tmp_path.glob("*.opus")) == []


@pytest.mark.parametrize("place", [Where.INSIDE, Where.BESIDE])
def test_where_there_is_no_copy_a_page_is_written_without_and_that_is_said(
    library: Library, call: Recording, tmp_path: Path, place: Where
) -> None:
    library.drop_copy(call.id)
    said: list[str] = []
    (path,) = export(library, call, tmp_path, Sound(place, tell=said.append))
    assert read(path).all("audio") == []
    assert said == [
        "First call: its page has no sound, as there is no copy to listen to. See how it "
        "is made, then export again: relisten status",
    ]


def test_what_was_asked_for_without_sound_is_nothing_to_tell(
    library: Library, call: Recording, tmp_path: Path
) -> None:
    library.drop_copy(call.id)
    said: list[str] = []
    export(library, call, tmp_path, Sound(Where.NOWHERE, tell=said.append))
    assert said == []


@pytest.mark.parametrize("name", ["html", "qdpx"])
def test_how_far_its_sound_is_is_reported(
    library: Library, call: Recording, tmp_path: Path, name: str
) -> None:
    seen: list[Progress] = []
    sound, document = Sound(report=seen.append), document_of(library, call)
    assert list(export_document(document, known_formats([name]), tmp_path, sound=sound))
    assert (seen[-1].stage, seen[-1].fraction) == ("copy", 1.0)
    assert seen[-1].total == pytest.approx(SECONDS, abs=0.1)


def test_a_page_that_was_written_is_written_again_without_a_word(
    library: Library, call: Recording, tmp_path: Path
) -> None:
    for sound in (INSIDE, Sound(Where.BESIDE)):
        folder = tmp_path / sound.where
        assert export(library, call, folder, sound) == export(library, call, folder, sound)


def test_a_sound_that_somebody_put_there_is_not_written_over(
    library: Library, call: Recording, tmp_path: Path
) -> None:
    other = tmp_path / "first-abababab.opus"
    other.write_bytes(b"my own")
    with pytest.raises(UsageError, match=r"first-abababab\.opus: it exists already"):
        export(library, call, tmp_path, Sound(Where.BESIDE))
    assert other.read_bytes() == b"my own"
    assert list(tmp_path.glob("*.html")) == []
    assert len(export(library, call, tmp_path, Sound(Where.BESIDE), force=True)) == 2


def test_a_page_that_is_broken_off_leaves_what_was_there(
    library: Library, call: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = export(library, call, tmp_path / "out")
    before = path.read_bytes()

    def break_off(*_: object) -> Iterable[str]:
        yield "<!doctype html>"
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.export.as_html.pieces", break_off)
    with pytest.raises(KeyboardInterrupt):
        export(library, call, tmp_path / "out", force=True)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_is_said(
    library: Library, call: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", refuse)
    with pytest.raises(RelistenError, match=r"\.opus: it cannot be written there \(No space left"):
        export(library, call, tmp_path, Sound(Where.BESIDE))


def test_of_many_pages_one_sound_is_in_memory_at_a_time(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 4_000_000
    monkeypatch.setattr(carried_copy, "carried", lambda *_: (bytes(size), 1))
    calls = [recording(f"{each:02}" * 32, channels=1, layout=Layout.MONO) for each in range(6)]
    for kept in calls:
        fill(library, kept, turn("Yes."))
        put_sound(library, kept)
    export(library, calls[0], tmp_path / "first")  # what is kept from then on is kept once
    tracemalloc.start()
    for kept in calls:
        export(library, kept, tmp_path / "all")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * size + 6_000_000
    assert len(list((tmp_path / "all").iterdir())) == 6


# --- what is asked for ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formats", "nowhere", "beside", "place"),
    [
        ("html", False, False, Where.INSIDE),
        ("txt,html", True, False, Where.NOWHERE),
        ("qdpx", True, False, Where.NOWHERE),
        ("html", False, True, Where.BESIDE),
        ("txt", False, False, Where.INSIDE),
    ],
)
def test_sound_is_in_a_page_unless_it_is_asked_for_otherwise(
    formats: str, nowhere: bool, beside: bool, place: Where
) -> None:
    assert where(known_formats(formats.split(",")), nowhere=nowhere, beside=beside) is place


@pytest.mark.parametrize(
    ("formats", "nowhere", "beside", "said"),
    [
        ("html", True, True, "beside a page or nowhere, not both"),
        ("txt,json", True, False, "--no-audio is for pages and for coding software alone."),
        ("qdpx", False, True, "--audio-beside is for pages alone"),
        ("txt", False, True, "--audio-beside is for pages alone"),
    ],
)
def test_what_cannot_be_meant_is_said(formats: str, nowhere: bool, beside: bool, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        where(known_formats(formats.split(",")), nowhere=nowhere, beside=beside)
