"""Archives are the same bytes whenever they are made, and other programs read them."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.packing import member, packed, repacked

if TYPE_CHECKING:
    from pathlib import Path

PARTS = {"a/one.txt": b"one" * 100, "zwei ä.bin": bytes(range(256))}


def test_another_program_unpacks_it(tmp_path: Path) -> None:
    (tmp_path / "made.zip").write_bytes(packed(PARTS))
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", "made.zip", "."], cwd=tmp_path, check=True
    )
    assert {name: (tmp_path / name).read_bytes() for name in PARTS} == PARTS


def test_what_is_packed_is_made_smaller() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(PARTS))) as archive:
        one = archive.getinfo("a/one.txt")
    assert one.file_size == 300
    assert one.compress_size < 30


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_an_entry_is_alike_on_every_system(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert (member("a").create_system, member("a").date_time[0]) == (3, 1980)


def test_files_stand_in_the_order_given_and_tell_no_time() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(PARTS))) as archive:
        assert archive.namelist() == list(PARTS)
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_files_can_be_read_by_whoever_unpacks_them() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(PARTS))) as archive:
        assert {each.external_attr >> 16 for each in archive.infolist()} == {0o644}


def test_what_was_packed_at_another_time_becomes_the_same() -> None:
    made = []
    for year in (1999, 2026):
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            for name, content in PARTS.items():
                archive.writestr(zipfile.ZipInfo(name, (year, 2, 3, 4, 5, 6)), content)
        made.append(written.getvalue())
    assert made[0] != made[1]
    assert repacked(made[0]) == repacked(made[1]) == packed(PARTS)


@given(st.dictionaries(st.text("abc/ä ", min_size=1).filter(lambda n: n[-1] != "/"), st.binary()))
def test_what_is_packed_comes_out(parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(parts))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == parts
