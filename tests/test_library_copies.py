"""The files beside the library: known, checked and deleted with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import LibraryError
from pipeline.library.copies import FOLDER, CopyFault
from tests.libraries import MADE, contents, recording

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library

ID, OTHER = "ab" * 32, "cd" * 32


def keep(library: Library, identity: str = ID) -> None:
    """Put a recording with a copy and a waveform into a library."""
    library.put(recording(identity))
    library.copy_path(identity).parent.mkdir(exist_ok=True)
    library.copy_path(identity).write_bytes(b"sound of " + identity.encode())
    library.peaks_path(identity).write_bytes(b"peaks of " + identity.encode())
    library.store_copy(identity, MADE)


def faults(library: Library, *, deep: bool = True) -> list[CopyFault]:
    return list(library.copies_wrong(deep=deep))


def test_a_copy_is_kept_with_its_stage(library: Library) -> None:
    keep(library)
    assert library.has_copy(ID)
    assert library.made(ID) == {"copy": MADE}
    assert faults(library) == []


def test_a_recording_without_a_copy_has_none(library: Library) -> None:
    library.put(recording(ID))
    assert not library.has_copy(ID)
    assert not library.has_copy(OTHER)
    assert faults(library) == []


def test_no_row_is_written_before_the_files_are_there(library: Library) -> None:
    library.put(recording(ID))
    with pytest.raises(LibraryError, match="it cannot be read"):
        library.store_copy(ID, MADE)
    assert library.made(ID) == {}


def test_a_copy_takes_the_place_of_the_one_before(library: Library) -> None:
    keep(library)
    library.copy_path(ID).write_bytes(b"another")
    library.store_copy(ID, MADE)
    assert faults(library) == []


@pytest.mark.parametrize("deep", [False, True])
def test_a_file_that_is_gone_or_cut_off_is_a_fault(library: Library, deep: bool) -> None:
    keep(library)
    keep(library, OTHER)
    library.copy_path(ID).unlink()
    library.peaks_path(OTHER).write_bytes(b"peaks")
    assert faults(library, deep=deep) == [
        CopyFault(library.copy_path(ID), ID, "is not there any more"),
        CopyFault(library.peaks_path(OTHER), OTHER, "has 5 bytes, and had 73 when it was written"),
    ]
    assert not library.has_copy(ID)
    assert not library.has_copy(OTHER)


def test_a_flipped_bit_is_found_by_reading_the_files(library: Library) -> None:
    keep(library)
    path = library.copy_path(ID)
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    assert faults(library, deep=False) == []
    assert faults(library) == [CopyFault(path, ID, "is not what was written")]


def test_a_file_that_is_nobodys_is_told(library: Library) -> None:
    keep(library)
    stray = library.folder / FOLDER / f".{OTHER}.opus"
    stray.write_bytes(b"left over")
    (fault,) = faults(library)
    assert (fault.path, fault.recording) == (stray, None)
    assert fault.reason == "belongs to no recording of the library; it may be deleted"


def test_dropping_a_copy_leaves_no_byte_of_it(library: Library, tmp_path: Path) -> None:
    library.put(recording(OTHER))
    before = contents(tmp_path / "library")
    keep(library, ID)
    library.copy_path(ID).with_name(f".{ID}.opus").write_bytes(b"left over")
    library.drop_copy(ID)
    assert list((library.folder / FOLDER).iterdir()) == []
    assert library.made(ID) == {}
    assert contents(tmp_path / "library")["listening_copy"] == before["listening_copy"] == []


def test_dropping_a_copy_leaves_those_of_others(library: Library) -> None:
    keep(library)
    keep(library, OTHER)
    library.drop_copy(ID)
    assert library.has_copy(OTHER)
    assert faults(library) == []


def test_dropping_what_is_not_there_is_no_trouble(library: Library) -> None:
    library.drop_copy(ID)
    assert faults(library) == []


def test_a_file_that_cannot_be_deleted_is_a_sentence_and_stays_known(library: Library) -> None:
    keep(library)
    library.copy_path(ID).unlink()
    library.copy_path(ID).mkdir()  # what no unlink takes away
    with pytest.raises(LibraryError, match="it cannot be deleted"):
        library.drop_copy(ID)
    assert library.made(ID) == {"copy": MADE}


def test_no_copy_is_kept_with_its_reason(library: Library) -> None:
    keep(library)
    library.store_no_copy(ID, MADE)
    assert library.made(ID) == {"copy": MADE}
    assert not library.has_copy(ID)
    assert faults(library) == []
