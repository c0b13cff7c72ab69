"""Files that are packed one after the other, as other programs unpack them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from pipeline.errors import RelistenError, UsageError
from pipeline.exporting import Failed, NoRoom
from pipeline.zipped import Zipped, zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILES = {"one.txt": b"one" * 100, "two.pdf": b"two" * 100}


def write(folder: Path) -> Iterator[Path | Failed]:
    """Write files, and look whether the one before is gone from the folder by then."""
    for name, content in FILES.items():
        assert list(folder.iterdir()) == []
        (folder / name).write_bytes(content)
        yield folder / name


def failing(error: Callable[[str], RelistenError]) -> Callable[[Path], Iterator[Path | Failed]]:
    """Return what writes one file and fails with the other, told of the folder."""

    def write_one(folder: Path) -> Iterator[Path | Failed]:
        yield next(write(folder))
        yield Failed(error(f"{folder / 'two.pdf'}: it cannot be written."))

    return write_one


def test_another_program_unpacks_what_was_written(tmp_path: Path) -> None:
    place, out = tmp_path / "acme.zip", tmp_path / "out"
    assert zipped(place, write, force=False) == Zipped(2, ())
    subprocess.run([sys.executable, "-m", "zipfile", "-e", place, out], check=True)
    assert {each.name: each.read_bytes() for each in out.iterdir()} == FILES


def test_what_is_small_already_is_packed_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "acme.zip"
    zipped(place, write, force=False)
    with ZipFile(place) as archive:
        kinds = {each.filename: each.compress_type for each in archive.infolist()}
    assert kinds == {"one.txt": ZIP_DEFLATED, "two.pdf": ZIP_STORED}


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_it_is_the_same_bytes_on_every_system_by_whatever_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    place = tmp_path / "acme.zip"
    zipped(place, write, force=False)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.chdir(tmp_path)
    zipped(place.relative_to(tmp_path), write, force=False)  # else it would say something else
    assert list(tmp_path.iterdir()) == [place]


def test_what_failed_is_told_of_the_zip(tmp_path: Path) -> None:
    place = tmp_path / "acme.zip"
    made = zipped(place, failing(RelistenError), force=False)
    assert made.files == 1
    assert [each.sentence for each in made.failed] == [f"{place}: two.pdf: it cannot be written."]


def test_a_full_disk_is_told_of_the_zip_and_leaves_none(tmp_path: Path) -> None:
    def full(folder: Path) -> Iterator[Path | Failed]:
        yield next(write(folder))
        raise NoRoom(f"{folder / 'two.pdf'}: it cannot be written there.")

    place = tmp_path / "acme.zip"
    with pytest.raises(NoRoom, match=r"acme\.zip: two\.pdf: it cannot"):
        zipped(place, full, force=False)
    assert list(tmp_path.iterdir()) == []


def test_of_nothing_there_is_no_zip(tmp_path: Path) -> None:
    place = tmp_path / "acme.zip"
    odd = Failed(RelistenError("odd"))
    assert zipped(place, lambda _: iter([odd]), force=True) == Zipped(0, (odd,))
    assert list(tmp_path.iterdir()) == []


def test_one_with_other_files_in_it_is_written_over_only_by_force(tmp_path: Path) -> None:
    place = tmp_path / "acme.zip"
    zipped(place, failing(RelistenError), force=False)
    with pytest.raises(UsageError, match="says something else"):
        zipped(place, write, force=False)
    assert zipped(place, write, force=True).files == 2
