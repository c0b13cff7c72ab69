"""A file is written whole or stays as it was, and nothing is left beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.replacing import replacing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("before", [None, "old"])
def test_what_is_written_takes_the_place(tmp_path: Path, before: str | None) -> None:
    target = tmp_path / "notes.txt"
    if before:
        target.write_text(before, encoding="utf-8")
    with replacing(target) as beside:
        beside.write_text("new", encoding="utf-8")
        assert beside.suffix == ".txt"
        assert target.exists() is bool(before)
    assert target.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_what_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "notes.txt"
    target.write_text("old", encoding="utf-8")

    def half() -> None:
        with replacing(target) as beside:
            beside.write_text("ne", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_writing_nothing_is_an_error_of_the_writer(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "notes.txt"):
        pass
    assert list(tmp_path.iterdir()) == []
